using System.Collections.Concurrent;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Rules.Locks;

/// <summary>Methods that take two locks of their type in opposite order, with database work while they are held.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("Which of the methods can take its locks in another order only the author knows.")]
internal sealed class DBS308MonitorsLockedInDifferentOrder() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS308", "Monitors locked in different order",
        "{0}; when these run at once each waits for the other for ever, so take the locks in one order everywhere",
        Area.Locks, DiagnosticSeverity.Warning,
        "Two threads wait for each other, with the connections and transactions that they hold, and nothing ends them.",
        atCompilationEnd: true);

    private static readonly Mentions Words = new("lock", "Lock", "Monitor", "Semaphore");

    protected override bool MayApply(RuleContext context) => Words.AreIn(context.Compilation);

    protected override void Register(RuleContext context)
    {
        var found = new ConcurrentBag<(MonitorLock Lock, ISymbol Member)>();
        context.OnOperation(operation =>
        {
            if (MonitorLock.Of(operation.Operation) is { } taken)
            {
                found.Add((taken, operation.ContainingSymbol));
            }
        }, OperationKind.Lock, OperationKind.Invocation);
        context.OnCompilationEnd(end =>
        {
            foreach (var ofType in found.GroupBy(f => f.Member.ContainingType, SymbolEqualityComparer.Default))
            {
                if (ofType.Select(f => f.Lock.Field).Distinct(SymbolEqualityComparer.Default).Skip(1).Any())
                {
                    var monitors = new TypeMonitors(context.Model, [.. ofType]);
                    foreach (var cycle in LockCycles.In(monitors.Orders()).Where(monitors.IsAroundDatabaseWork))
                    {
                        end.ReportDiagnostic(cycle.Report(Descriptor));
                    }
                }
            }
        });
    }
}

/// <summary>The locks that the methods of one type take on themselves.</summary>
internal sealed class TypeMonitors(DbModel model, List<(MonitorLock Lock, ISymbol Member)> found)
{
    private const int MaxDepth = 3;

    private readonly Dictionary<LockOrder, List<MonitorLock>> _held = [];

    public IEnumerable<LockOrder> Orders()
    {
        foreach (var body in found.GroupBy(f => LifetimeGraphs.BodyAround(f.Lock.Operation).Syntax))
        {
            var (first, member) = body.OrderBy(f => f.Lock.Operation.Syntax.SpanStart).First();
            List<LockSite> sites = [];
            HashSet<(int, int)> before = [];
            var root = LifetimeGraphs.BodyAround(first.Operation);
            Collect(root, [.. body.Select(f => f.Lock)], [], null, 0, sites, before);
            var order = new LockOrder(member, first.Operation.Syntax.GetLocation(), sites, (i, j) => before.Contains((i, j)));
            _held.Add(order, [.. body.Select(f => f.Lock)]);
            yield return order;
        }
    }

    /// <summary>One of them calls the database while it holds its first lock.</summary>
    public bool IsAroundDatabaseWork(LockCycle cycle) => cycle.Edges.Any(e =>
        _held[e.Owner].Exists(l => Key(l.Field) == e.First.Key && Works(LifetimeGraphs.BodyAround(l.Operation), l.Region, 0)));

    private void Collect(IOperation body, List<MonitorLock> locks, List<int> held, Location? step, int depth, List<LockSite> sites, HashSet<(int, int)> before)
    {
        Dictionary<MonitorLock, int> numbers = [];
        foreach (var taken in locks.OrderBy(l => l.Operation.Syntax.SpanStart))
        {
            var number = sites.Count;
            before.UnionWith(held.Concat(Around(taken.Operation)).Select(h => (h, number)));
            sites.Add(new(Key(taken.Field), taken.Field.Name, taken.Waits, step ?? Place(taken.Operation)));
            numbers.Add(taken, number);
        }
        foreach (var call in body.Descendants().OfType<IInvocationOperation>().Where(c => depth < MaxDepth && LifetimeGraphs.BodyAround(c).Syntax == body.Syntax))
        {
            List<int> around = [.. held, .. Around(call)];
            if (around.Count > 0 && IsOwn(call) && LocksOf(call.TargetMethod) is var inner
                && (inner.Count > 0 ? LifetimeGraphs.BodyAround(inner[0].Operation) : model.Flow.BodyOf(call.TargetMethod)) is { } entered)
            {
                Collect(entered, inner, around, step ?? call.Syntax.GetLocation(), depth + 1, sites, before);
            }
        }

        IEnumerable<int> Around(IOperation operation) => numbers.Where(n => n.Key.Region.Contains(operation.Syntax.SpanStart)).Select(n => n.Value);
    }

    private List<MonitorLock> LocksOf(IMethodSymbol method) =>
        [.. found.Where(f => SymbolEqualityComparer.Default.Equals(f.Member, method.OriginalDefinition) && LifetimeGraphs.BodyAround(f.Lock.Operation).Parent is null).Select(f => f.Lock)];

    private bool Works(IOperation body, TextSpan? region, int depth) => body.Descendants().OfType<IInvocationOperation>()
        .Where(c => region is not { } span || span.Contains(c.Syntax.SpanStart))
        .Any(c => model.Operations.Of(c.TargetMethod) is not null || model.ExecutionOf(c) is not null
            || depth < MaxDepth && IsOwn(c) && model.Flow.BodyOf(c.TargetMethod) is { } inner && Works(inner, null, depth + 1));

    /// <summary>A method of the same type on the same object, which no other class overrides.</summary>
    private bool IsOwn(IInvocationOperation call) =>
        call.Instance is null or IInstanceReferenceOperation && call.TargetMethod is { IsVirtual: false, IsAbstract: false, IsOverride: false }
        && SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, found[0].Member.ContainingType);

    private static Location Place(IOperation operation) => operation is ILockOperation taken ? taken.LockedValue.Syntax.GetLocation() : operation.Syntax.GetLocation();

    private static string Key(IFieldSymbol field) => field.OriginalDefinition.ToDisplayString();
}
