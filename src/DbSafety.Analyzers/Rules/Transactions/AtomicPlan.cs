using System.Collections.Immutable;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>What the fix of DBS217 has to know: the statement to put into a transaction, and how the call gets it.</summary>
internal static class AtomicPlan
{
    /// <summary>
    /// The properties and the places (the statement, the call or definition that takes the transaction); null where the execution is not
    /// a statement of its own on an open connection in a local, the method would be left half synchronous, or a transaction would hold the
    /// locks of one table's rows in the order of the text.
    /// </summary>
    public static (ImmutableDictionary<string, string?>, IEnumerable<Location>)? Of(DbExecution execution, DbModel model)
    {
        var call = execution.Operation;
        var isAwaited = call.Syntax.Parent is AwaitExpressionSyntax;
        var expression = isAwaited ? call.Syntax.Parent! : call.Syntax;
        var statement = expression.Parent switch
        {
            ExpressionStatementSyntax plain => plain,
            AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax assigned } => assigned,
            EqualsValueClauseSyntax { Parent.Parent.Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } declared } => declared,
            _ => (StatementSyntax?)null,
        };
        if (statement?.Parent is not BlockSyntax block || execution.Connection is not ILocalSymbol { Type: INamedTypeSymbol type } connection
            || isAwaited != call.TargetMethod.Name.EndsWith("Async", StringComparison.Ordinal) || IsAsync(statement) != isAwaited
            || block.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < LanguageVersion.CSharp8 } || !IsOpen(connection, call, model) || LocksTwoRows(call, model))
        {
            return null;
        }
        var sql = execution.Calls[0].Operation;
        var token = TokenOf(call) ?? TokenOf(sql);
        if (isAwaited && token is null && call.SemanticModel?.LookupSymbols(call.Syntax.SpanStart).Any(s =>
                s is IParameterSymbol { Type: var p } && DbOperations.IsToken(p) || s is ILocalSymbol { Type: var l } && DbOperations.IsToken(l)) != false)
        {
            return null; // There is one, and to pass it is the business of another rule.
        }
        var begin = Members(type, isAwaited ? "BeginTransactionAsync" : "BeginTransaction").FirstOrDefault();
        var properties = ImmutableDictionary<string, string?>.Empty
            .Add("connection", connection.Name).Add("await", isAwaited ? "await " : "").Add("token", token ?? "");
        if (begin is null)
        {
            return null;
        }
        if (execution.Command is not { } command)
        {
            var takes = sql is IInvocationOperation or IObjectCreationOperation { Type.Name: "CommandDefinition" };
            return takes ? (properties, [statement.GetLocation(), sql.Syntax.GetLocation()]) : null;
        }
        // An asynchronous Begin of SqlClient and SQLite gives the base class, which their commands do not take.
        var wanted = call.Instance?.Type is { } commandType ? Members<IPropertySymbol>(commandType, "Transaction").FirstOrDefault()?.Type : null;
        var given = begin.ReturnType is INamedTypeSymbol { TypeArguments.Length: 1 } task ? task.TypeArguments[0] : begin.ReturnType;
        return command is ILocalSymbol && wanted is not null
            ? (properties.Add("command", command.Name).Add("cast", SymbolEqualityComparer.Default.Equals(wanted, given) ? "" : $"({wanted.Name})"), [statement.GetLocation()])
            : null;
    }

    /// <summary>Two rows of one table: without a transaction each lock is gone when the next is taken, and nobody can deadlock.</summary>
    private static bool LocksTwoRows(IInvocationOperation call, DbModel model) =>
        RowLock.Of(call, model).GroupBy(rows => rows.Table.Trim('`', '"', '[', ']'), StringComparer.OrdinalIgnoreCase)
            .Any(table => table.Select(rows => string.Join(",", rows.Keys.Select(k => k.Value.Operation.Syntax + "." + k.Value.Member?.Name))).Distinct().Skip(1).Any());

    /// <summary>It was opened where it was made, or by a statement before.</summary>
    private static bool IsOpen(ILocalSymbol connection, IInvocationOperation call, DbModel model) =>
        model.Resources.FlowAround(call)?.HeldBy(connection, call) is not DbResource { Creation: IObjectCreationOperation } held
        || call.Syntax.Ancestors().OfType<BlockSyntax>().Any(b => b.Statements.Any(s =>
            s.SpanStart > held.Creation.Syntax.SpanStart && s.Span.End < call.Syntax.SpanStart && s is ExpressionStatementSyntax opens && opens.ToString() is var text
            && (text.StartsWith(connection.Name + ".Open", StringComparison.Ordinal) || text.StartsWith("await " + connection.Name + ".Open", StringComparison.Ordinal))));

    private static string? TokenOf(IOperation operation)
    {
        var arguments = operation switch
        {
            IInvocationOperation call => call.Arguments,
            IObjectCreationOperation creation => creation.Arguments,
            _ => ImmutableArray<IArgumentOperation>.Empty,
        };
        return arguments.FirstOrDefault(a => DbOperations.IsToken(a.Parameter?.Type) && a.ArgumentKind == ArgumentKind.Explicit)?.Value.Syntax.ToString();
    }

    private static bool IsAsync(SyntaxNode place) => place.Ancestors().FirstOrDefault(n => n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax) switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.AsyncKeyword),
        MemberDeclarationSyntax member => member.Modifiers.Any(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    private static IEnumerable<IMethodSymbol> Members(ITypeSymbol type, string name) =>
        Members<IMethodSymbol>(type, name).Where(m => m.Parameters.All(p => p.IsOptional) || m.Parameters.Length == 1 && DbOperations.IsToken(m.Parameters[0].Type));

    private static IEnumerable<T> Members<T>(ITypeSymbol type, string name) where T : ISymbol
    {
        for (ITypeSymbol? t = type; t is not null; t = t.BaseType)
        {
            foreach (var member in t.GetMembers(name).OfType<T>())
            {
                yield return member;
            }
        }
    }
}
