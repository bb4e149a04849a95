using Microsoft.CodeAnalysis;

namespace DbSafety.Rules.Locks;

/// <summary>A place that takes a lock: on rows of a table, or of a monitor.</summary>
/// <param name="Key">What is locked; null where that is not known, so that it may be a lock that everybody takes first.</param>
/// <param name="Waits">False where it gives up instead.</param>
internal sealed record LockSite(string? Key, string Name, bool Waits, Location Place);

/// <summary>What one transaction or method locks.</summary>
/// <param name="isBefore">The first of two locks is held when the second is taken.</param>
internal sealed class LockOrder(ISymbol member, Location begun, IReadOnlyList<LockSite> sites, Func<int, int, bool> isBefore)
{
    /// <summary>The method with its type.</summary>
    public string Name { get; } = member.ContainingType is { } type ? $"{type.Name}.{(member as IMethodSymbol)?.AssociatedSymbol?.Name ?? member.Name}" : member.Name;

    /// <summary>Sorts in the order of the source.</summary>
    public (string, int) Place { get; } = (begun.SourceTree?.FilePath ?? "", begun.SourceSpan.Start);

    /// <summary>Who waits for which lock while holding which: of each thing the first lock.</summary>
    public IEnumerable<LockEdge> Edges()
    {
        for (var second = 0; second < sites.Count; second++)
        {
            var held = Before(second);
            if (sites[second] is not { Key: { } key, Waits: true } || held.Exists(i => sites[i].Key == key))
            {
                continue;
            }
            foreach (var first in held.Where(i => sites[i].Key is not null).GroupBy(i => sites[i].Key).Select(g => g.First()))
            {
                yield return new(this, sites[first], sites[second], [.. Before(first).Intersect(held).Select(i => sites[i].Key)]);
            }
        }
    }

    private List<int> Before(int second) => [.. Enumerable.Range(0, sites.Count).Where(i => isBefore(i, second))];
}

/// <summary>Somebody waits for the second lock and holds the first.</summary>
/// <param name="Gates">What is locked before both; null among it stands for locks that are not known.</param>
internal sealed record LockEdge(LockOrder Owner, LockSite First, LockSite Second, HashSet<string?> Gates)
{
    public (string First, string Second) Keys => (First.Key!, Second.Key!);

    /// <summary>Both take, or may take, one lock before, so that they do not come here at once.</summary>
    public bool IsGatedWith(LockEdge other) =>
        Gates.Count > 0 && other.Gates.Count > 0 && (Gates.Contains(null) || other.Gates.Contains(null) || Gates.Overlaps(other.Gates));
}

/// <summary>Edges that close a circle, the one to report first.</summary>
internal sealed record LockCycle(IReadOnlyList<LockEdge> Edges)
{
    /// <summary>At the second lock of the first edge, with all other sites. The message format gets "'A.M' locks 'x' and then 'y', and 'B.N' locks …".</summary>
    public Diagnostic Report(DiagnosticDescriptor descriptor)
    {
        var clauses = Edges.Select(e => $"'{e.Owner.Name}' locks '{e.First.Name}' and then '{e.Second.Name}'").ToList();
        var others = Edges.SelectMany((e, i) => i == 0 ? [e.First] : new[] { e.First, e.Second }).Select(s => s.Place);
        return Diagnostic.Create(descriptor, Edges[0].Second.Place, others, string.Join(", ", clauses.Take(clauses.Count - 1)) + ", and " + clauses[clauses.Count - 1]);
    }
}

/// <summary>The cycles of a lock-order graph: those of two first, longer ones only between locks that no shorter one is about.</summary>
internal static class LockCycles
{
    private const int MaxLength = 4;

    /// <summary>Each cycle begins with an edge of those who are fewer with their order.</summary>
    public static IEnumerable<LockCycle> In(IEnumerable<LockOrder> orders)
    {
        var edges = orders.OrderBy(o => o.Place).SelectMany(o => o.Edges()).ToList();
        var byKeys = edges.ToLookup(e => e.Keys);
        var reported = new HashSet<(string, string)>();
        foreach (var there in byKeys)
        {
            var back = (there.Key.Second, there.Key.First);
            if (reported.Contains(back) || !byKeys.Contains(back))
            {
                continue;
            }
            IEnumerable<LockEdge> few = byKeys[back], many = there;
            (few, many) = many.Count() < few.Count() ? (many, few) : (few, many);
            foreach (var edge in few)
            {
                if (many.FirstOrDefault(o => o.Owner != edge.Owner && !edge.IsGatedWith(o)) is { } opposite)
                {
                    reported.UnionWith([there.Key, back]);
                    yield return new([edge, opposite]);
                }
            }
        }
        foreach (var start in edges)
        {
            if (Longer([start], edges, reported) is { } cycle)
            {
                reported.UnionWith(cycle.SelectMany(e => new[] { e.Keys, (e.Keys.Second, e.Keys.First) }));
                yield return new(cycle);
            }
        }
    }

    private static List<LockEdge>? Longer(List<LockEdge> path, List<LockEdge> edges, HashSet<(string, string)> reported)
    {
        var last = path[path.Count - 1];
        if (reported.Contains(last.Keys))
        {
            return null;
        }
        if (path.Count > 2 && last.Second.Key == path[0].First.Key)
        {
            return path;
        }
        return path.Count >= MaxLength ? null : edges
            .Where(e => e.First.Key == last.Second.Key && path.TrueForAll(p => p.Owner != e.Owner && !p.IsGatedWith(e) && p.Second.Key != e.Second.Key))
            .Select(e => Longer([.. path, e], edges, reported)).FirstOrDefault(c => c is not null);
    }
}
