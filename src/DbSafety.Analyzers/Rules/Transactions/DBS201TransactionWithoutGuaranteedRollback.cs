using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.Transactions;

/// <summary>A transaction of a local that an exception leaves open: no using, no finally, no catch of everything that rolls back.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS201TransactionWithoutGuaranteedRollback() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS201", "Transaction without guaranteed rollback",
        "Transaction '{0}' stays open when something throws before it is committed or rolled back; declare it with 'using'",
        Area.Transactions, DiagnosticSeverity.Warning,
        "Its locks are held until the connection is closed, and everybody else waits for them.");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        if (context.Model.Resources.MaybeLeftBy(operation.Operation, DbResourceKind.Transaction) is not { Resource: var transaction, Flow: var flow }
            || flow.AtExit(transaction).CanBeEscaped // Handed on where all is well: whoever has it ends it.
            || !flow.AtThrow(transaction).Known.Concat(flow.AtExit(transaction).Known).Any(IsLeftOpen))
        {
            return;
        }
        operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, operation.Operation.Syntax.GetLocation(), Disposal.Of(transaction, operation.Operation), transaction.Local?.Name ?? operation.Operation.Syntax.ToString()));
    }, OperationKind.Invocation);

    // Closing the connection rolls back, too, but until then the transaction is open.
    private static bool IsLeftOpen(Lifetime lifetime) => lifetime is { Ending: Ending.Open, Release: not Release.Disposed };
}
