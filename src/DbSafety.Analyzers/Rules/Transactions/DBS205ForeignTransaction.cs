using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.Transactions;

/// <summary>A command on one connection with the transaction of another; both are seen to be different connections.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("Which of the two connections the statement belongs on, the code does not say.")]
internal sealed class DBS205ForeignTransaction() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS205", "Transaction of another connection",
        "This runs on '{0}' with transaction '{1}', which belongs to '{2}'; run it on '{2}', or without that transaction",
        Area.Transactions, DiagnosticSeverity.Error,
        "SqlClient, SQLite and MySqlConnector throw; Npgsql runs the statement outside the transaction, and a rollback does not undo it.");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        if (context.Model.ExecutionOf(operation.Operation) is not { Transaction: ILocalSymbol local, Connection: { } connection }
            || context.Model.Resources.FlowAround(operation.Operation) is not { } flow
            || flow.HeldBy(local, operation.Operation) is not DbResource { Kind: DbResourceKind.Transaction, Owner: { } owner }
            || SymbolEqualityComparer.Default.Equals(owner, connection)
            || !AreDifferent(flow, connection, owner, operation.Operation))
        {
            return;
        }
        operation.ReportDiagnostic(Diagnostic.Create(Descriptor, operation.Operation.Syntax.GetLocation(), connection.Name, local.Name, owner.Name));
    }, OperationKind.Invocation);

    /// <summary>One was made in this body and the other is another one made here, or the caller's.</summary>
    private static bool AreDifferent(LifetimeFlow flow, ISymbol connection, ISymbol owner, IOperation at)
    {
        var (mine, theirs) = (flow.HeldBy(connection, at), flow.HeldBy(owner, at));
        return mine is not null && theirs is not null ? mine != theirs
            : mine is not null && owner is IParameterSymbol || theirs is not null && connection is IParameterSymbol;
    }
}
