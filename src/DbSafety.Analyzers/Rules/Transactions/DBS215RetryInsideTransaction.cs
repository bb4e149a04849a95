using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>
/// A statement is repeated, or another one is run, in a transaction that the error before has ended: on PostgreSQL after any error, on MySQL
/// and SQL Server after a deadlock. Not where a savepoint is gone back to.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("The retry has to begin the transaction anew with all that ran in it, which is a change of the method; a savepoint does not help against a deadlock on MySQL and SQL Server.")]
internal sealed class DBS215RetryInsideTransaction() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS215", "Retry inside a transaction",
        "{0} in transaction '{1}', which {2}; roll back and repeat the whole transaction",
        Area.Transactions, DiagnosticSeverity.Error,
        "PostgreSQL answers every further attempt with 25P02. MySQL has rolled back at a deadlock, and the retry alone is stored.");

    private static readonly Provider[] Ending = [Provider.MySqlConnector, Provider.MySqlData, Provider.SqlClient, Provider.SystemSqlClient];

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        if (operation.Operation is IInvocationOperation { TargetMethod.Name: "BeginTransaction" or "BeginTransactionAsync" } begin && Repeats(begin, context.Model)
            && context.Model.Resources.MadeBy(begin, DbResourceKind.Transaction) is ({ } transaction, var flow))
        {
            Look(begin, transaction, flow, context.Model, operation);
        }
    }, OperationKind.Invocation);

    private static void Look(IInvocationOperation begin, DbResource transaction, LifetimeFlow flow, DbModel model, OperationPlace operation)
    {
        var body = LifetimeGraphs.BodyAround(begin);
        var provider = transaction.Type.Name == "IDbContextTransaction" ? model.EfProvider : transaction.Provider;
        var isPostgres = provider == Provider.Npgsql;
        if (!isPostgres && !Ending.Contains(provider))
        {
            return;
        }
        var inside = new List<IInvocationOperation>();
        var pipelines = new List<IInvocationOperation>();
        var attempts = new List<ITryOperation>();
        foreach (var part in body.Descendants())
        {
            if (part is ITryOperation { Catches.IsEmpty: false } attempt)
            {
                attempts.Add(attempt);
            }
            else if (part is IInvocationOperation call && model.ExecutionOf(call) is { IsSaveChanges: false } execution && execution.RunsIn(transaction))
            {
                if (execution.Calls.IsEmpty || execution.Calls.Any(IsControl))
                {
                    return; // It may go back to a savepoint by itself.
                }
                inside.Add(call);
            }
            else if (part is IInvocationOperation executed && Retries.IsPipeline(executed))
            {
                pipelines.Add(executed);
            }
        }
        if (inside.Count == 0)
        {
            return;
        }
        var local = transaction.Local ?? Declared(begin);
        var name = local?.Name ?? begin.Syntax.ToString();
        foreach (var attempt in attempts.Where(a => LifetimeGraphs.BodyAround(a) == body))
        {
            var isRetried = Retries.Around(attempt) is { } loop && !loop.Syntax.Span.Contains(begin.Syntax.Span) && inside.Exists(e => IsIn(e, attempt.Body) && IsAborted(e));
            foreach (var clause in attempt.Catches.Where(c => CaughtErrors.OfDatabase(c.ExceptionType) && inside.Exists(e => IsIn(e, attempt.Body))))
            {
                var isDeadlock = CaughtErrors.NamesDeadlock(clause, provider);
                if (isRetried && Retries.GoesOn(clause) && (isPostgres || isDeadlock || clause.Filter is null))
                {
                    Report(((CatchClauseSyntax)clause.Syntax).CatchKeyword.GetLocation(), "The retry goes on", isPostgres || isDeadlock);
                }
                else if ((isPostgres || isDeadlock) && inside.Find(e => IsIn(e, clause.Handler) && IsAborted(e)) is { } next)
                {
                    Report(next.Syntax.GetLocation(), "This runs", true);
                }
            }
        }
        foreach (var pipeline in pipelines.Where(p => LifetimeGraphs.BodyAround(p) == body && IsOpen(p)))
        {
            if (inside.Exists(e => IsIn(e, pipeline) && LifetimeGraphs.BodyAround(e) != body) && !pipeline.Descendants().OfType<IInvocationOperation>().Any(IsSavepoint))
            {
                Report(pipeline.Syntax.GetLocation(), "The pipeline retries", isPostgres);
            }
        }

        // A function that uses it keeps it, as far as the flow can say.
        bool IsOpen(IInvocationOperation pipeline) => flow.Before(pipeline, transaction) is var before && (before.IsOpen || before.CanBeEscaped
            && pipeline.Syntax.SpanStart > begin.Syntax.Span.End && before.Known.All(l => l.IsOpen) && !body.Descendants().OfType<IInvocationOperation>().Any(c => c.Syntax.Span.End < pipeline.Syntax.SpanStart
                && c.TargetMethod.Name is ("Commit" or "CommitAsync" or "Rollback" or "RollbackAsync" or "Dispose" or "DisposeAsync") && IsSame(LifetimeSymbols.Of(c.Instance), local)));

        bool IsAborted(IOperation execution) => flow.Before(execution, transaction).Known.Any(l => l is { IsOpen: true, IsFaulted: true });

        void Report(Location place, string what, bool isCertain) => operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, place, isCertain ? Descriptor.DefaultSeverity : DiagnosticSeverity.Warning, null, null,
            what, name, isPostgres ? "PostgreSQL aborts at the first error" : "a deadlock rolls back"));
    }

    /// <summary>Something in the body can run again, or when something has failed; without, nothing need be followed.</summary>
    private static bool Repeats(IOperation begin, DbModel model)
    {
        var operations = BodyOperations.Around(begin);
        return operations[OperationKind.CatchClause].Exists(o => o is ICatchClauseOperation { Parent: ITryOperation attempt } clause
                && (clause.Handler.Descendants().Any(inner => model.ExecutionOf(inner) is not null) || Retries.Around(attempt) is not null))
            || operations[OperationKind.Invocation].Exists(o => Retries.IsPipeline((IInvocationOperation)o));
    }

    private static bool IsControl(DbCall call) => call.Templates.IsEmpty || call.Templates.Any(t => t.Script.Statements.IsEmpty || t.Script.Statements.Any(s =>
        s.Kind is SqlStatementKind.Other or SqlStatementKind.Savepoint or SqlStatementKind.Rollback or SqlStatementKind.Release or SqlStatementKind.Commit or SqlStatementKind.Begin));

    private static bool IsSavepoint(IInvocationOperation call) =>
        call.TargetMethod.Name is "Save" or "SaveAsync" or "CreateSavepoint" or "CreateSavepointAsync" || call.TargetMethod.Name.StartsWith("Rollback", StringComparison.Ordinal);

    /// <summary>The variable that begins with it, whatever functions use it.</summary>
    private static ILocalSymbol? Declared(IOperation begin)
    {
        var parent = begin.Parent;
        while (parent is IAwaitOperation or IConversionOperation or IVariableInitializerOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
        {
            parent = parent.Parent;
        }
        return (parent as IVariableDeclaratorOperation)?.Symbol;
    }

    private static bool IsSame(ISymbol? a, ISymbol? b) => a is not null && SymbolEqualityComparer.Default.Equals(a, b);

    private static bool IsIn(IOperation operation, IOperation around) => around.Syntax.Span.Contains(operation.Syntax.Span);
}
