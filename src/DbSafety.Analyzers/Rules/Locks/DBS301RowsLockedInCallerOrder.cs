using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>
/// A transaction that updates, deletes or locks one row of a table and then another, where the caller says which row is the first: the two
/// accounts of a transfer. Not where the code compares the keys, or has locked before.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS301RowsLockedInCallerOrder() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS301", "Rows locked in the order of the caller",
        "Rows of '{0}' are locked by '{1}' and then by '{2}', so that two callers with these swapped can deadlock; lock both in the order of their keys first",
        Area.Locks, DiagnosticSeverity.Warning,
        "Two transactions that lock the same two rows in opposite orders wait for each other until the server kills one of them.");

    protected override void Register(RuleContext context)
    {
        if (Surroundings.IsTestProject(context.Compilation))
        {
            return;
        }
        context.OnBody(body =>
        {
            if (!RowLock.MayBeIn(body.Operation.Syntax.SyntaxTree, context.Model))
            {
                return;
            }
            var calls = BodyOperations.Of(body.Operation)[OperationKind.Invocation].Cast<IInvocationOperation>().Where(c => RowLock.MayBe(c, context.Model)).ToList();
            if (calls.Count == 0 || calls.Count == 1 && IsOneStatement(calls[0], context.Model))
            {
                return;
            }
            foreach (var call in calls)
            {
                if (context.Model.RowLocksAround(call) is { Count: > 1 } locks
                    && locks.FirstOrDefault(rows => rows.Run == call) is { } second && LoopKeys.Of(second) is null
                    && !Surroundings.IsTest(body.ContainingSymbol) && !Surroundings.IsMigration(body.ContainingSymbol)
                    && FirstPair(second, locks, context.Model) is { } pair)
                {
                    body.ReportDiagnostic(Diagnostic.Create(
                        Descriptor, call.Syntax.GetLocation(), [pair.First.Run.Syntax.GetLocation()], OrderedLock.Of(pair), pair.Second.Table, pair.FirstKey, pair.SecondKey));
                }
            }
        });
    }

    private static bool IsOneStatement(IInvocationOperation call, DbModel model) => model.ExecutionOf(call) is { Calls: [{ Templates: [{ Script.Statements.Length: 1 }] }] };

    /// <summary>The first that one transaction locks with nothing locked before that keeps others out.</summary>
    private static CallerKeys? FirstPair(RowLock second, IReadOnlyList<RowLock> locks, DbModel model) => Pairs(second, locks).FirstOrDefault(pair =>
        SurroundingTransaction.Of(pair.Second, model) is { } transaction
        && SurroundingTransaction.Of(pair.First, model) is { } before
        && SymbolEqualityComparer.Default.Equals(transaction.Symbol, before.Symbol)
        && !EarlierLocks.Guard(pair.First, pair.First.Run, model));

    /// <summary>What is locked on every path to a statement, with nothing committed in between, by a key of its own; the first of each body only.</summary>
    private static IEnumerable<CallerKeys> Pairs(RowLock last, IReadOnlyList<RowLock> locks)
    {
        foreach (var second in locks.Where(rows => rows.Run == last.Run))
        {
            var held = locks.TakeWhile(rows => rows != second).Where(first => LoopKeys.Of(first) is null && Precedes(first.Run, second.Run)).ToList();
            var pairs = held.Exists(first => CallerKeys.IsSameRow(first, second)) ? [] : held.Select(first => CallerKeys.Of(first, second)).OfType<CallerKeys>().ToList();
            // The third row is as bad as the second, and needs the same care at the same place.
            if (pairs.Count == 1)
            {
                yield return pairs[0];
            }
        }
    }

    /// <summary>The first has run whenever the second does, and its locks are held.</summary>
    private static bool Precedes(IOperation first, IOperation second)
    {
        if (LifetimeGraphs.BodyAround(first).Descendants().Any(o => Loops.IsCommit(o) && o.Syntax.SpanStart > first.Syntax.Span.End && o.Syntax.Span.End < second.Syntax.SpanStart))
        {
            return false;
        }
        return !Branches.CanSkip(first, second);
    }
}
