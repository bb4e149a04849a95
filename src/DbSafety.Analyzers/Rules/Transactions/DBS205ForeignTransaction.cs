using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

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

    protected override void Register(RuleContext context) => context.OnBody(body =>
    {
        var operations = BodyOperations.Of(body.Operation);
        if (!operations.HasCall(DbResources.MayBegin))
        {
            return;
        }
        foreach (var run in operations[OperationKind.Invocation])
        {
            if (context.Model.ExecutionOf(run) is { Transaction: ILocalSymbol local, Connection: { } connection }
                && !IsBegunOn(connection, local, run)
                && context.Model.Resources.FlowAround(run) is { } flow
                && flow.HeldBy(local, run) is DbResource { Kind: DbResourceKind.Transaction, Owner: { } owner }
                && !SymbolEqualityComparer.Default.Equals(owner, connection)
                && AreDifferent(flow, connection, owner, run))
            {
                body.ReportDiagnostic(Diagnostic.Create(Descriptor, run.Syntax.GetLocation(), connection.Name, local.Name, owner.Name));
            }
        }
    });

    /// <summary>One was made in this body and the other is another one made here, or the caller's.</summary>
    private static bool AreDifferent(LifetimeFlow flow, ISymbol connection, ISymbol owner, IOperation at)
    {
        var (mine, theirs) = (flow.HeldBy(connection, at), flow.HeldBy(owner, at));
        return mine is not null && theirs is not null ? mine != theirs
            : mine is not null && owner is IParameterSymbol || theirs is not null && connection is IParameterSymbol;
    }

    /// <summary>The transaction is declared as one of this very connection: the usual case, for which no path need be followed.</summary>
    private static bool IsBegunOn(ISymbol connection, ILocalSymbol transaction, IOperation at) =>
        BodyOperations.Around(at)[OperationKind.VariableDeclarator].Exists(o =>
            o is IVariableDeclaratorOperation declarator && SymbolEqualityComparer.Default.Equals(declarator.Symbol, transaction)
            && declarator.GetVariableInitializer()?.Value is { } value && Begin(value) is { } begin
            && SymbolEqualityComparer.Default.Equals(LifetimeSymbols.Of(DbResources.ContextOf(begin)), connection));

    /// <summary>What a value is begun on; null where it is not begun here.</summary>
    private static IOperation? Begin(IOperation value) => value switch
    {
        IAwaitOperation awaited => Begin(awaited.Operation),
        IConversionOperation conversion => Begin(conversion.Operand),
        IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task } => Begin(task),
        IInvocationOperation call when DbResources.MayBegin(call) => call.Instance,
        _ => null,
    };
}
