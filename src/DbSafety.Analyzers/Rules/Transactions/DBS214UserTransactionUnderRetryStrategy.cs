using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>
/// A transaction or scope of the program's own, begun here or adopted, around queries of a context that is configured to retry, outside of what its execution
/// strategy runs. Not one in a method that a strategy may run, nor around raw SQL alone, which EF Core lets pass.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS214UserTransactionUnderRetryStrategy() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS214", "Transaction under a retrying strategy",
        "'{0}' is configured to retry, so {1} in this {2} throws; run all of it inside Database.CreateExecutionStrategy().Execute",
        Area.Transactions, DiagnosticSeverity.Warning,
        "A retry would repeat one statement of a transaction that is gone, so EF Core refuses the first query: InvalidOperationException, each time.");

    protected override bool MayApply(RuleContext context) => context.Model.Retries.MayBeAny;

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        var begin = operation.Operation;
        if (Adopting(begin) is { Type: { } adopted })
        {
            if (context.Model.Retries.IsRetried(adopted) && FirstRefusedBehind((IInvocationOperation)begin, adopted) is { } first && !context.Model.Strategies.MayRun(begin))
            {
                operation.ReportDiagnostic(Diagnostic.Create(Descriptor, begin.Syntax.GetLocation(), adopted.Name, $"'{first.TargetMethod.Name}'", "transaction"));
            }
            return;
        }
        var known = Context(begin);
        if (known is null && (begin is not IObjectCreationOperation { Type.Name: "TransactionScope" } || !context.Model.Retries.AreAny)
            || known is { Type: var type } && !context.Model.Retries.IsRetried(type)
            || context.Model.Resources.MadeBy(begin) is not { Resource: { Kind: DbResourceKind.Transaction or DbResourceKind.Scope } transaction, Flow: var flow }
            || FirstRefused(begin, known?.Type, transaction, flow, context.Model) is not { } refused
            || context.Model.Strategies.MayRun(begin))
        {
            return;
        }
        var isScope = transaction.Kind == DbResourceKind.Scope;
        var block = StrategyBlock.Of(begin, transaction.Local, known ?? refused.Context!, operation.CancellationToken);
        operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, begin.Syntax.GetLocation(), block?.Locations, block?.Properties ?? ImmutableDictionary<string, string?>.Empty,
            (known ?? refused.Context!).Type!.Name, refused.Context is null ? "the first query" : $"'{refused.Call.TargetMethod.Name}'", isScope ? "scope" : "transaction"));
    }, OperationKind.Invocation, OperationKind.ObjectCreation);

    /// <summary>The context that a transaction is begun on; null for any other operation.</summary>
    private static IOperation? Context(IOperation begin) =>
        begin is IInvocationOperation { TargetMethod: { Name: "BeginTransaction" or "BeginTransactionAsync", ContainingType.Name: "DatabaseFacade" or "RelationalDatabaseFacadeExtensions" } } call
            ? EfCalls.ContextOfFacade(call.Instance ?? call.Arguments[0].Value)
            : null;

    /// <summary>The context that is given a transaction begun elsewhere; null for any other operation, and where it may be given none.</summary>
    private static IOperation? Adopting(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { Name: "UseTransaction" or "UseTransactionAsync" or "EnlistTransaction", ContainingType.Name: "RelationalDatabaseFacadeExtensions" or "TransactionsDatabaseFacadeExtensions" } } call
        && call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 1)?.Value is { ConstantValue.HasValue: false } given
        && CommandUses.Unwrap(given) is var value and not IConditionalAccessOperation && value.SemanticModel?.GetTypeInfo(value.Syntax).Nullability.FlowState != NullableFlowState.MaybeNull
            ? EfCalls.ContextOfFacade(call.Arguments.First(a => a.Parameter?.Ordinal == 0).Value)
            : null;

    /// <summary>The first call in the statements behind it that the strategy refuses; null where something ends the transaction before, or none is.</summary>
    private static IInvocationOperation? FirstRefusedBehind(IInvocationOperation adopt, ITypeSymbol context)
    {
        if (adopt.Syntax.FirstAncestorOrSelf<StatementSyntax>() is not { } statement)
        {
            return null;
        }
        var around = statement.Parent is UsingStatementSyntax ? statement.Parent.Parent : statement.Parent;
        foreach (var call in LifetimeGraphs.BodyAround(adopt).Descendants().OfType<IInvocationOperation>()
            .Where(c => c.Syntax.SpanStart > adopt.Syntax.Span.End && around?.Span.Contains(c.Syntax.Span) == true).OrderBy(c => c.Syntax.Span.End))
        {
            var name = call.TargetMethod.Name;
            if (name.StartsWith("Commit", StringComparison.Ordinal) || name.StartsWith("Rollback", StringComparison.Ordinal) || name.StartsWith("Dispose", StringComparison.Ordinal)
                || name is "UseTransaction" or "UseTransactionAsync" or "EnlistTransaction")
            {
                return null;
            }
            if (EfCalls.ContextOf(call) is { Type: { } type } && SymbolEqualityComparer.Default.Equals(type, context) && LifetimeGraphs.BodyAround(call) == LifetimeGraphs.BodyAround(adopt))
            {
                return call;
            }
        }
        return null;
    }

    /// <summary>The first call while the transaction is open that the strategy refuses, and its context where that is in sight; null where there is none.</summary>
    /// <param name="context">Null for a scope, which any context that retries refuses.</param>
    private static (IInvocationOperation Call, IOperation? Context)? FirstRefused(IOperation begin, ITypeSymbol? context, DbResource transaction, LifetimeFlow flow, DbModel model)
    {
        if (DbResources.MaySuppress(begin))
        {
            return null;
        }
        (IInvocationOperation, IOperation?)? unknown = null;
        foreach (var call in LifetimeGraphs.BodyAround(begin).Descendants().OfType<IInvocationOperation>().Where(c => c.Syntax.SpanStart > begin.Syntax.Span.End).OrderBy(c => c.Syntax.Span.End))
        {
            var own = EfCalls.ContextOf(call);
            var isRefused = own is { Type: { } type } && (context is null ? model.Retries.IsRetried(type) : SymbolEqualityComparer.Default.Equals(type, context));
            if (!isRefused && (context is null || !EfCalls.IsUnknown(call)) || !flow.Before(call, transaction).CanBeOpen)
            {
                continue;
            }
            if (isRefused)
            {
                return (call, own);
            }
            unknown ??= (call, null);
        }
        return unknown;
    }
}
