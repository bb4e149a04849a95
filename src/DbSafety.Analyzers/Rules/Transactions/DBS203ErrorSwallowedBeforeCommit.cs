using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>
/// A catch around statements of a transaction that lets it go on to Commit: it neither throws, returns, rolls back nor goes back
/// to a savepoint. Not a catch of some error numbers (except on PostgreSQL), nor one that keeps account of what failed.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS203ErrorSwallowedBeforeCommit() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS203", "Error swallowed before commit",
        "A failed statement is swallowed here and '{0}' is committed all the same: {1}; rethrow, roll back, or set a savepoint before the statement",
        Area.Transactions, DiagnosticSeverity.Warning,
        "PostgreSQL has aborted the transaction: Commit returns, and nothing is stored. Other databases store the half that worked.");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        if (DbResources.MayBegin(operation.Operation) && BodyOperations.Around(operation.Operation)[OperationKind.CatchClause].Exists(GoesOn)
            && context.Model.Resources.MadeBy(operation.Operation, DbResourceKind.Transaction) is ({ Local: { } local } transaction, var flow))
        {
            Judge(operation, transaction, local, flow, context.Model);
        }
    }, OperationKind.Invocation);

    private static void Judge(OperationPlace operation, DbResource transaction, ILocalSymbol local, LifetimeFlow flow, DbModel model)
    {
        var body = LifetimeGraphs.BodyAround(operation.Operation);
        var commits = body.Descendants().OfType<IInvocationOperation>().Where(call =>
            call.TargetMethod.Name is "Commit" or "CommitAsync"
            && SymbolEqualityComparer.Default.Equals(LifetimeSymbols.Of(call.Instance), local)
            && flow.Before(call, transaction).Known.Any(l => l is { IsOpen: true, IsFaulted: true })).ToList();
        if (commits.Count == 0)
        {
            return;
        }
        var isPostgres = transaction.Provider == Provider.Npgsql;
        foreach (var attempt in body.Descendants().OfType<ITryOperation>().Where(t => t.Body.Descendants().Any(IsSpoiling) && !IsRetry(t)))
        {
            foreach (var clause in attempt.Catches.Where(c => Swallows(c) && commits.Exists(commit => IsLater(commit, c))))
            {
                var keyword = ((CatchClauseSyntax)clause.Syntax).CatchKeyword.GetLocation();
                operation.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, keyword, isPostgres ? DiagnosticSeverity.Error : Descriptor.DefaultSeverity, null, null,
                    local.Name, isPostgres ? "PostgreSQL stores nothing" : "the half that worked is stored"));
            }
        }

        // Where the server does not abort the transaction, a DDL statement that fails is often meant to.
        bool IsSpoiling(IOperation inside) =>
            model.Resources.Faults(inside, transaction) && (isPostgres || model.ExecutionOf(inside) is { IsWrite: true });

        bool Swallows(ICatchClauseOperation clause) =>
            CaughtErrors.OfDatabase(clause.ExceptionType) && (isPostgres || clause.Filter is null)
            && GoesOn(clause) && !clause.Handler.Descendants().Any(IsHandedOn)
            && operation.Operation.SemanticModel?.AnalyzeControlFlow(((CatchClauseSyntax)clause.Syntax).Block) is { Succeeded: true } paths
            && (paths.EndPointIsReachable || paths.ExitPoints.Any(p => p.IsKind(SyntaxKind.ContinueStatement) || p.IsKind(SyntaxKind.BreakStatement)));

        bool IsHandedOn(IOperation inside) =>
            inside is IArgumentOperation { Value: var value } && SymbolEqualityComparer.Default.Equals(LifetimeSymbols.Of(value), local) && model.ExecutionOf(inside.Parent!) is null;

        // It is run again until it succeeds; another rule says what becomes of that.
        bool IsRetry(ITryOperation attempt) => Retries.Around(attempt) is { } loop && !loop.Syntax.Span.Contains(operation.Operation.Syntax.Span);

        // An inner try commits before its own catch runs.
        static bool IsLater(IOperation commit, ICatchClauseOperation clause) =>
            commit.Syntax.SpanStart > clause.Syntax.Span.End || commit.Syntax.Ancestors().Any(a => IsLoop(a) && a.Span.Contains(clause.Syntax.Span));
    }

    private static bool IsLoop(SyntaxNode node) => node is ForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax;

    /// <summary>A catch neither ends nor mends anything, and does not remember the failure: asked before any path is followed.</summary>
    private static bool GoesOn(IOperation clause) => !((ICatchClauseOperation)clause).Handler.Descendants().Any(o => Ends(o) || KeepsAccount(o));

    private static bool Ends(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod.Name: var name } && (name.StartsWith("Rollback", StringComparison.Ordinal) || name.StartsWith("Dispose", StringComparison.Ordinal));

    /// <summary>The catch remembers the failure (<c>ok = false</c>, <c>errors.Add(e)</c>): what follows may look at that.</summary>
    private static bool KeepsAccount(IOperation operation) => operation switch
    {
        IAssignmentOperation or IIncrementOrDecrementOperation => true,
        IInvocationOperation { TargetMethod.Name: "Add" or "AddRange" or "Enqueue" or "TryAdd" or "Cancel" } => true,
        _ => false,
    };
}
