using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>
/// One text or batch of several INSERT, UPDATE or DELETE statements that certainly runs without a transaction, where each statement is
/// committed by itself: SQLite, MySQL, SQL Server. Not Npgsql, which sends them as one; nor scripts with DDL, blocks and branches.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS217StatementsNotAtomic() : DbRule(Descriptor)
{
    private static readonly Provider[] Commits =
        [Provider.MicrosoftSqlite, Provider.SystemSqlite, Provider.MySqlConnector, Provider.MySqlData, Provider.SqlClient, Provider.SystemSqlClient];

    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS217", "Statements not atomic",
        "Each of the {0} statements is committed by itself: when one fails, those before it stay; run them in a transaction",
        Area.Transactions, DiagnosticSeverity.Warning,
        "The first half of the work is stored, the second is not, and running it again does the first half twice.");

    protected override void Register(RuleContext context)
    {
        if (Surroundings.IsTestProject(context.Compilation))
        {
            return;
        }
        var autocommit = new AutocommitFinder(context.Model);
        context.OnCall((sql, place) =>
        {
            if (WritesIn(sql) is > 1 and var count)
            {
                OfText(sql, count, autocommit, place);
            }
        });
        context.OnOperation(operation =>
        {
            var call = (IInvocationOperation)operation.Operation;
            if (WritesInBatch(call, context.Model) is { } count && !IsElsewhere(operation))
            {
                operation.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), count));
            }
        }, OperationKind.Invocation);
    }

    private static void OfText(DbCall sql, int count, AutocommitFinder autocommit, OperationPlace place)
    {
        foreach (var run in BodyOperations.Around(sql.Operation)[OperationKind.Invocation])
        {
            if (sql.Model.ExecutionOf(run) is { Calls: [var only], IsSaveChanges: false } execution && only == sql
                && Commits.Contains(ProviderOf(sql, execution.Operation)) && autocommit.Of(execution, sql) == Autocommit.Certain && !IsElsewhere(place))
            {
                var (properties, locations) = AtomicPlan.Of(execution, sql.Model) ?? default;
                place.ReportDiagnostic(Diagnostic.Create(Descriptor, sql.Sql.Syntax.GetLocation(), locations, properties, count));
                return; // A command that is run again has the same text.
            }
        }
    }

    /// <summary>How many statements of a text change rows; null where it is not known, or is a script of another kind.</summary>
    private static int? WritesIn(DbCall sql) =>
        sql is { IsStatement: true, Text.Truncated: false, Templates: [{ IsExact: true, Script: { IsBalanced: true, Statements: { Length: > 1 } statements } }] } ? WritesIn(statements) : null;

    /// <summary>How many statements of a batch of this body change rows, by what its commands are given; null where something here speaks of a transaction.</summary>
    private static int? WritesInBatch(IInvocationOperation call, DbModel model)
    {
        if (!call.TargetMethod.Name.StartsWith("Execute", StringComparison.Ordinal) || call.Instance is not ILocalReferenceOperation { Local: { Type.Name: "MySqlBatch" or "SqlBatch" } batch }
            || !Commits.Contains(Provider.OfType(batch.Type)))
        {
            return null;
        }
        var root = CommandUses.Root(call);
        if (root.Descendants().Any(o => o is IInvocationOperation { TargetMethod.Name: var name } && name.Contains("Transaction")
            || o is IPropertyReferenceOperation { Property.Name: "Transaction" } || o is IObjectCreationOperation { Type.Name: "TransactionScope" }
            || o is { Type: { } type, ConstantValue.HasValue: false } and not IDefaultValueOperation && DbResources.IsTransaction(type)))
        {
            return null;
        }
        // The connection must be the body's own, or somebody may have begun one on it.
        var made = root.Descendants().OfType<IObjectCreationOperation>().FirstOrDefault(c => SymbolEqualityComparer.Default.Equals(c.Type, batch.Type));
        if (made?.Arguments.FirstOrDefault(a => model.Shapes.IsConnection(a.Parameter?.Type))?.Value is not { } given
            || CommandUses.Unwrap(given) is not ILocalReferenceOperation { Local: var connection }
            || model.Resources.FlowAround(call)?.HeldBy(connection, call) is not DbResource { Kind: DbResourceKind.Connection })
        {
            return null;
        }
        var texts = root.Descendants().Where(o => o is IObjectCreationOperation { Type: { } type } && model.Shapes.IsBatchCommand(type)).ToList();
        var count = 0;
        foreach (var text in texts)
        {
            if (model.CallOf(text) is not { Text.Truncated: false, Templates.Length: 1 } sql || sql.Templates[0] is not { IsExact: true, Script.Statements: { Length: 1 } one } || WritesIn(one) is not { } writes)
            {
                return null;
            }
            count += writes;
        }
        return count > 1 ? count : null;
    }

    /// <summary>How many statements change rows, each for certain; null where the text is a script of another kind.</summary>
    private static int? WritesIn(ImmutableArray<SqlStatement> statements) =>
        statements.Any(s => s.IsInsideBlock || s.Kind is not (SqlStatementKind.Insert or SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.Merge or SqlStatementKind.Replace or SqlStatementKind.Select))
            ? null
            : statements.Count(s => s.Kind != SqlStatementKind.Select);

    private static Provider ProviderOf(DbCall call, IInvocationOperation execution) => call.Provider != Provider.Unknown
        ? call.Provider
        : Provider.OfType(CommandUses.Unwrap(execution.Instance ?? execution.Arguments[0].Value).Type);

    private static bool IsElsewhere(OperationPlace operation)
    {
        var symbol = operation.Operation.SemanticModel?.GetEnclosingSymbol(operation.Operation.Syntax.SpanStart, operation.CancellationToken) ?? operation.ContainingSymbol;
        return Surroundings.IsTest(symbol) || Surroundings.IsMigration(symbol)
            || Surroundings.Names(symbol).Any(n => n.Contains("Seed") || n.Contains("Migrat") || n.Contains("Install") || n.Contains("Setup") || n.Contains("Cleanup"));
    }
}
