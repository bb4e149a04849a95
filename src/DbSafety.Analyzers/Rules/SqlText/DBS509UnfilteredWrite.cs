using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Model.Catalog;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.SqlText;

/// <summary>An UPDATE or DELETE that touches every row of its table.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("Which rows are meant only the author knows.")]
internal sealed class DBS509UnfilteredWrite() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS509", "UPDATE or DELETE without WHERE",
        "{0} of '{1}' has no WHERE and {2} every row; add a condition, or name the method for what it does",
        Area.SqlText, DiagnosticSeverity.Info,
        "A statement without a WHERE changes the whole table. Written by mistake it loses data; written on purpose it locks every row at once.");

    protected override void Register(RuleContext context)
    {
        if (Surroundings.IsTestProject(context.Compilation))
        {
            return;
        }
        context.OnCall((call, operation) =>
        {
            if (!call.Api.IsWrapper && call.Api.Role == ApiRole.Execute && call.IsStatement && !call.Text.Truncated && call.Templates.Length == 1
                && call.Templates[0] is { IsExact: true, IsConstant: true } template && template.Script.Statements.Any(IsUnfiltered) && !GrowsLater(call.Operation))
            {
                Report(context, operation, template.Script, call.Sql.Syntax);
            }
        });
        context.OnOperation(operation =>
        {
            var invocation = (IInvocationOperation)operation.Operation;
            if (Interpolated(invocation) is { } sql)
            {
                Report(context, operation, SqlReader.Read(TextOf(sql), context.Model.DefaultDialect(sql.Syntax.SyntaxTree)), sql.Syntax);
            }
            else if (WholeSet(invocation) is { } entity && !IsMeant(context, operation))
            {
                var place = invocation.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: var name } } ? name : invocation.Syntax;
                var deletes = invocation.TargetMethod.Name.StartsWith("ExecuteDelete", StringComparison.Ordinal);
                operation.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, place.GetLocation(), invocation.TargetMethod.Name, entity, deletes ? "deletes" : "changes"));
            }
        }, OperationKind.Invocation);
    }

    private static void Report(RuleContext context, OperationPlace operation, SqlScript script, SyntaxNode place)
    {
        if (!script.IsBalanced)
        {
            return;
        }
        foreach (var statement in script.Statements)
        {
            if (IsUnfiltered(statement) && statement.Tables[0] is { Use: SqlTableUse.Write or (SqlTableUse.Read | SqlTableUse.Write), Name.Length: > 0 } table
                && !IsTemporary(table.Name, script) && !Joins(statement, script) && !IsMeant(context, operation))
            {
                var deletes = statement.Kind == SqlStatementKind.Delete;
                operation.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, place.GetLocation(), deletes ? "DELETE" : "UPDATE", script.Text.Text.Substring(table.Start, table.Length), deletes ? "deletes" : "changes"));
            }
        }
    }

    private static bool IsUnfiltered(SqlStatement statement) =>
        statement is { Kind: SqlStatementKind.Update or SqlStatementKind.Delete, HasWhere: false, HasLimit: false, Tables.Length: 1 };

    /// <summary>The code says that it is about the whole table: by its name, or by being a migration or a test.</summary>
    private static bool IsMeant(RuleContext context, OperationPlace operation)
    {
        var words = Options.MaintenanceNames.In(operation.Operation.Syntax.SyntaxTree, context.Options);
        var symbol = operation.Operation.SemanticModel?.GetEnclosingSymbol(operation.Operation.Syntax.SpanStart, operation.CancellationToken) ?? operation.ContainingSymbol;
        return Surroundings.Names(symbol).Any(name => words.Any(word => name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0))
            || Surroundings.IsMigration(symbol) || Surroundings.IsTest(symbol);
    }

    private static bool IsTemporary(string table, SqlScript script) =>
        table[0] is '#' or '@'
        || table.StartsWith("temp.", StringComparison.Ordinal) || table.StartsWith("pg_temp", StringComparison.Ordinal) || table.StartsWith("tempdb.", StringComparison.Ordinal)
        || table.StartsWith("sqlite_", StringComparison.Ordinal)
        || script.Statements.Any(s => s.Kind is SqlStatementKind.Create or SqlStatementKind.Select && s.Tables.Any(t => t.Name == table && (t.Use & SqlTableUse.Write) != 0));

    /// <summary>A join, a second table or a cursor says which rows.</summary>
    private static bool Joins(SqlStatement statement, SqlScript script) =>
        script.Tokens.Any(t => t.Kind == SqlTokenKind.Word && t.Start >= statement.Start && t.End <= statement.End
            && script.Text.Text.Substring(t.Start, t.Length).ToUpperInvariant() is "JOIN" or "USING" or "CURRENT");

    /// <summary>The body appends to a command's text somewhere, so that this may be its beginning only.</summary>
    private static bool GrowsLater(IOperation call)
    {
        if (call is not (IAssignmentOperation or IObjectCreationOperation))
        {
            return false;
        }
        var root = CommandUses.Root(call);
        return root.Descendants().Any(o => o switch
        {
            ICompoundAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "CommandText" } } => true,
            IPropertyReferenceOperation { Property.Name: "CommandText", Parent: IBinaryOperation or IInterpolationOperation or IArgumentOperation } => true,
            _ => false,
        });
    }

    /// <summary>The text of a call that takes an interpolated string and makes parameters of its holes; null for any other call.</summary>
    private static IOperation? Interpolated(IInvocationOperation invocation) =>
        invocation.TargetMethod is { Name: "ExecuteSql" or "ExecuteSqlAsync" or "ExecuteSqlInterpolated" or "ExecuteSqlInterpolatedAsync", ContainingType.Name: "RelationalDatabaseFacadeExtensions" }
        && invocation.Arguments.FirstOrDefault(a => a.Parameter?.Name == "sql")?.Value is { } argument
        && argument.DescendantsAndSelf().OfType<IInterpolatedStringOperation>().FirstOrDefault() is { } text
        && CommandUses.Unwrap(argument) == text
            ? text
            : null;

    private static Sql.SqlText TextOf(IOperation interpolated)
    {
        var (text, holes) = (new System.Text.StringBuilder(), ImmutableArray.CreateBuilder<int>());
        foreach (var part in ((IInterpolatedStringOperation)interpolated).Parts)
        {
            if (part is IInterpolatedStringTextOperation { Text.ConstantValue.Value: string literal })
            {
                text.Append(literal);
            }
            else
            {
                holes.Add(text.Length);
                text.Append(Sql.SqlText.HoleChar);
            }
        }
        return new(text.ToString(), holes.ToImmutable());
    }

    /// <summary>The entity whose whole set an ExecuteDelete or ExecuteUpdate of EF Core is called on; null where a query narrows it.</summary>
    private static string? WholeSet(IInvocationOperation invocation)
    {
        if (invocation.TargetMethod is not { Name: "ExecuteDelete" or "ExecuteDeleteAsync" or "ExecuteUpdate" or "ExecuteUpdateAsync", ContainingNamespace.Name: "EntityFrameworkCore" }
            || invocation.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0)?.Value is not { } source)
        {
            return null;
        }
        source = CommandUses.Unwrap(source);
        while (source is IInvocationOperation { TargetMethod: { Name: "IgnoreQueryFilters" or "AsNoTracking" or "AsTracking" or "AsQueryable" or "TagWith" or "TagWithCallSite" } } pass)
        {
            if ((pass.Instance ?? pass.Arguments.FirstOrDefault()?.Value) is not { } inner)
            {
                return null;
            }
            source = CommandUses.Unwrap(inner);
        }
        return source is IPropertyReferenceOperation or IFieldReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation or IInvocationOperation { TargetMethod.Name: "Set" }
            && source.Type is INamedTypeSymbol { Name: "DbSet", TypeArguments: { Length: 1 } entities }
            ? entities[0].Name
            : null;
    }
}
