using System.Text.RegularExpressions;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>
/// A TransactionScope around writes on a connection that takes no part in it: Microsoft.Data.Sqlite never does, others not when they were
/// opened before or are told not to. Facts: providers.md §5, api.md §6.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("Whether the connection is to be opened inside, to be enlisted, or to get a transaction of its own, the code does not say.")]
internal sealed class DBS208ScopeIgnoredByProvider() : DbRule(Descriptor)
{
    private static readonly Regex NotEnlisting = new(@"(^|;)\s*(Auto\s?)?Enlist\s*=\s*(false|no|n|0)\s*(;|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS208", "Transaction scope ignored by the provider",
        "'{0}' takes no part in this TransactionScope ({1}), so what it writes stays when the scope is not completed; {2}",
        Area.Transactions, DiagnosticSeverity.Error,
        "The statements run in autocommit. A failure in the middle leaves the first half stored, and nothing says so.");

    protected override bool MayApply(RuleContext context) => context.HasName("TransactionScope");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        var creation = (IObjectCreationOperation)operation.Operation;
        if (creation.Type?.Name != "TransactionScope" || DbResources.MaySuppress(creation)
            || context.Model.Resources.MadeBy(creation) is not ({ Kind: DbResourceKind.Scope } scope, var flow))
        {
            return;
        }
        foreach (var run in LifetimeGraphs.BodyAround(creation).Descendants().OfType<IInvocationOperation>())
        {
            if (flow.Before(run, scope).IsOpen && context.Model.ExecutionOf(run) is { IsWrite: true, IsSaveChanges: false, Transaction: null, Connection: { } connection } execution
                && !flow.OpenBefore(run).OfType<DbResource>().Any(r => r.Kind == DbResourceKind.Transaction && Is(r.Owner, connection))
                && Reason(execution, connection, creation, flow, context.Model) is var (why, instead, severity))
            {
                operation.ReportDiagnostic(Diagnostic.Create(Descriptor, creation.Syntax.GetLocation(), severity, null, null, connection.Name, why, instead));
                return;
            }
        }
    }, OperationKind.ObjectCreation);

    private static (string Why, string Instead, DiagnosticSeverity Severity)? Reason(DbExecution execution, ISymbol connection, IOperation scope, LifetimeFlow flow, DbModel model)
    {
        var held = flow.HeldBy(connection, execution.Operation) as DbResource;
        if (execution.Calls.Any(c => c.Provider == Provider.MicrosoftSqlite) || held?.Provider == Provider.MicrosoftSqlite)
        {
            return ("Microsoft.Data.Sqlite knows no scopes", "begin a transaction on the connection", DiagnosticSeverity.Error);
        }
        if (held is not { Kind: DbResourceKind.Connection } || IsEnlisted(connection, scope))
        {
            return null;
        }
        if (held.Creation is IObjectCreationOperation { Arguments: { Length: > 0 } arguments } && arguments[0].Parameter?.Type.SpecialType == SpecialType.System_String
            && model.Flow.At(arguments[0].Value).SingleLiteral is { } text && NotEnlisting.IsMatch(text))
        {
            return ("its connection string says so", "drop 'Enlist=false', or begin a transaction on the connection", DiagnosticSeverity.Warning);
        }
        return IsOpened(held, scope, flow) && !IsOpenedAgain(connection, scope)
            ? ("it was opened before", "open it inside, or call EnlistTransaction", DiagnosticSeverity.Warning)
            : null;
    }

    /// <summary>On every path to the scope it was opened, and still is.</summary>
    private static bool IsOpened(DbResource connection, IOperation scope, LifetimeFlow flow) =>
        flow.Before(scope, connection) is { IsOpen: true } before
        && (before.Known.All(l => l.IsUsed) || connection.Creation is IInvocationOperation { TargetMethod.Name: var name } && name.StartsWith("OpenConnection", StringComparison.Ordinal));

    private static bool IsEnlisted(ISymbol connection, IOperation scope) => Calls(connection, scope).Any(c => c.TargetMethod.Name.StartsWith("Enlist", StringComparison.Ordinal));

    private static bool IsOpenedAgain(ISymbol connection, IOperation scope) =>
        Calls(connection, scope).Any(c => c.Syntax.SpanStart > scope.Syntax.SpanStart && c.TargetMethod.Name is "Open" or "OpenAsync" or "Close" or "CloseAsync");

    private static IEnumerable<IInvocationOperation> Calls(ISymbol connection, IOperation place) =>
        CommandUses.Root(place).Descendants().OfType<IInvocationOperation>().Where(c => Is(LifetimeSymbols.Of(DbExecution.ReceiverOf(c)), connection));

    private static bool Is(ISymbol? a, ISymbol? b) => a is not null && SymbolEqualityComparer.Default.Equals(a, b);
}
