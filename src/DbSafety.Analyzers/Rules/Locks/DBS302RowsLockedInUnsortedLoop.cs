using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>
/// A transaction that updates, deletes or locks a row for each element of a collection that nobody has sorted. Not where something
/// locked before makes the transactions wait for each other.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS302RowsLockedInUnsortedLoop() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS302", "Rows locked in an unsorted loop",
        "Rows of '{0}' are locked in the order of {1}, so that two transactions can deadlock; sort it by the key of the rows",
        Area.Locks, DiagnosticSeverity.Warning,
        "Two transactions that update the same rows in different orders wait for each other until the server kills one of them.");

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
            var operations = BodyOperations.Of(body.Operation);
            var loops = operations[OperationKind.Loop].Concat(operations[OperationKind.Invocation].Where(o => o is IInvocationOperation { TargetMethod.Name: var name } && LoopKeys.IsForEach(name))).ToList();
            foreach (var operation in operations[OperationKind.Invocation])
            {
                var call = (IInvocationOperation)operation;
                if ((MayTakeList(call) || loops.Exists(loop => loop.Syntax.Span.Contains(call.Syntax.Span))) && RowLock.MayBe(call, context.Model) && !Surroundings.IsTest(body.ContainingSymbol) && !Surroundings.IsMigration(body.ContainingSymbol))
                {
                    Look(call, context.Model, body);
                }
            }
        });
    }

    private static void Look(IInvocationOperation call, DbModel model, OperationPlace body)
    {
        var locks = model.RowLocksAround(call);
        foreach (var rows in locks.Where(l => l.Run == call))
        {
            if (LoopKeys.Of(rows) is { } keys && !IsKnown(keys, rows, locks) && !(keys.Loop is { } loop && (Loops.EndsTransaction(loop) || Loops.EndsEarly(loop)))
                && SurroundingTransaction.Of(rows, model) is { } transaction
                && (transaction.Begun is null || keys.Loop is null || !keys.Loop.Syntax.Span.Contains(transaction.Begun.Syntax.Span))
                && new CollectionOrder(keys.Collection, model).IsUnordered(keys.Collection)
                && !EarlierLocks.Guard(rows, keys.Loop ?? call, model) && !locks.TakeWhile(l => l != rows).Any(earlier => Loops.IsOwner(earlier, keys)))
            {
                body.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, keys.Collection.Syntax.GetLocation(), Fix(keys, locks), rows.Table, Loops.Named(keys.Collection)));
                return;
            }
        }
    }

    /// <summary>A call of Dapper with a list or what can hold one.</summary>
    private static bool MayTakeList(IInvocationOperation call) =>
        call.TargetMethod is { ContainingType.Name: "SqlMapper", Name: "Execute" or "ExecuteAsync" }
        && call.Arguments.Any(a => CommandUses.Unwrap(a.Value).Type is { SpecialType: not SpecialType.System_String } type && (type.Name == "CommandDefinition" || TextTypes.IsTextCarrier(type)));

    /// <summary>An earlier statement of the same loop is judged for both.</summary>
    private static bool IsKnown(LoopKeys keys, RowLock rows, IReadOnlyList<RowLock> locks) =>
        keys.Loop is not null && locks.TakeWhile(l => l != rows).Any(l => LoopKeys.Of(l)?.Loop == keys.Loop);

    /// <summary>The keys to sort by; none where that cannot be said, where the loop locks by others too, or another order could change more than the locks.</summary>
    private static ImmutableDictionary<string, string?> Fix(LoopKeys keys, IReadOnlyList<RowLock> locks)
    {
        var none = ImmutableDictionary<string, string?>.Empty;
        return keys.Paths is not { } paths
            || keys.Loop is not null && locks.Select(LoopKeys.Of).Any(other => other?.Loop == keys.Loop && !(other.Paths is { } theirs && theirs.SequenceEqual(paths)))
            || keys.Loop is IForEachLoopOperation loop && (loop.IsAsynchronous || Loops.DependsOnOrder(loop))
            ? none
            : none.Add("keys", string.Join(",", paths.Select(p => p.Path)))
                .Add("text", string.Join(",", paths.Select(p => p.Type.SpecialType == SpecialType.System_String && !Loops.IsQuery(keys.Collection) ? "1" : "")))
                .Add("variable", keys.Variable);
    }
}
