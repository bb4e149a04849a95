using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>A transaction or scope that is written in and ends, and that nothing in its body commits or rolls back.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS202TransactionNeverCommitted() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS202", "Transaction never committed",
        "Nothing commits {0}, so what is written in it is rolled back; call '{1}' when the work is done",
        Area.Transactions, DiagnosticSeverity.Warning,
        "The statements succeed, the method returns, and the rows are not there.");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        if (!DbResources.MayBegin(operation.Operation) || IsEndedInSight(operation.Operation) || DbResources.MaySuppress(operation.Operation)
            || context.Model.Resources.MadeBy(operation.Operation, DbResourceKind.Transaction | DbResourceKind.Scope) is not { Resource: var transaction, Flow: var flow }
            || flow.AtExit(transaction) is not { CanBeEscaped: false } ends
            || !ends.Known.Any(l => l is { IsUsed: true, Ending: Ending.Open })
            || ends.Known.Concat(flow.AtThrow(transaction).Known).Any(l => l.Ending != Ending.Open))
        {
            return;
        }
        var isScope = transaction.Kind == DbResourceKind.Scope;
        var name = transaction.Local is { } local ? $"{(isScope ? "scope" : "transaction")} '{local.Name}'" : isScope ? "this scope" : "this transaction";
        var plan = CommitPlan.Of(transaction, operation.Operation, context.Model, operation.CancellationToken);
        operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, operation.Operation.Syntax.GetLocation(), plan is null ? null : [plan.Location], plan?.Properties, name, isScope ? "Complete" : "Commit"));
    }, OperationKind.Invocation, OperationKind.ObjectCreation);

    /// <summary>What is made goes into a local, on which something ends it: the usual case, for which no path need be followed.</summary>
    private static bool IsEndedInSight(IOperation creation) =>
        Disposal.DeclarationOf(creation) is { Symbol: var local }
        && BodyOperations.Around(creation)[OperationKind.Invocation].Exists(o => o is IInvocationOperation { TargetMethod.Name: var name, Instance: ILocalReferenceOperation end }
            && (name is "Complete" || name.StartsWith("Commit", StringComparison.Ordinal) || name is "Rollback" or "RollbackAsync")
            && SymbolEqualityComparer.Default.Equals(end.Local, local));
}
