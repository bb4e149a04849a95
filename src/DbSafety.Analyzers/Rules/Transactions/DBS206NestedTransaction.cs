using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>A transaction begun on a connection or context where another of the same body is open on every path.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS206NestedTransaction() : DbRule(Descriptor)
{
    // Those that are known to throw; System.Data.SQLite nests.
    private static readonly Provider[] Throws =
        [Provider.SqlClient, Provider.SystemSqlClient, Provider.MicrosoftSqlite, Provider.Npgsql, Provider.MySqlConnector];

    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS206", "Nested transaction",
        "'{0}' has transaction '{1}' open here, and a second one throws; use that one, or a savepoint",
        Area.Transactions, DiagnosticSeverity.Error,
        "No provider nests transactions: the second BeginTransaction throws InvalidOperationException.");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        if (!IsOneOfSeveral(operation.Operation) || context.Model.Resources.MadeBy(operation.Operation, DbResourceKind.Transaction) is not { Resource: { Owner: { } owner } transaction, Flow: var flow }
            || owner is not (ILocalSymbol or IParameterSymbol or IFieldSymbol)
            || !Throws.Contains(transaction.Provider) && transaction.Type.Name != "IDbContextTransaction")
        {
            return;
        }
        var outer = flow.OpenBefore(operation.Operation).OfType<DbResource>().FirstOrDefault(r =>
            r != transaction && r.Kind == DbResourceKind.Transaction && SymbolEqualityComparer.Default.Equals(r.Owner, owner));
        if (outer is not null && !LifetimeSymbols.IsAssigned(owner, operation.Operation))
        {
            var plan = SavepointPlan.Of((IInvocationOperation)operation.Operation, transaction, outer, flow);
            operation.ReportDiagnostic(Diagnostic.Create(
                Descriptor, operation.Operation.Syntax.GetLocation(), plan is null ? null : ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, plan.Encode()), owner.Name, outer.Local?.Name ?? outer.Creation.Syntax.ToString()));
        }
    }, OperationKind.Invocation);

    /// <summary>The body begins more than one, as far as their names say; asked first, as it costs little.</summary>
    private static bool IsOneOfSeveral(IOperation operation) =>
        DbResources.MayBegin(operation) && BodyOperations.Around(operation)[OperationKind.Invocation].Count(DbResources.MayBegin) > 1;
}
