using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>Two rows of one table, each locked by a key that the caller gives.</summary>
/// <param name="Column">The column in which the keys differ.</param>
/// <param name="FirstKey">The key of the row that is locked first, as the method's parameters give it: <c>transfer.DebitAccount</c>.</param>
internal sealed record CallerKeys(RowLock First, RowLock Second, string Column, string FirstKey, string SecondKey)
{
    /// <summary>Names that say which of two rows comes first, for all callers.</summary>
    private static readonly string[] Ordered =
        ["low", "high", "small", "large", "great", "min", "max", "sorted", "ordered", "parent", "child", "root", "ancestor", "master"];

    /// <summary>The pair; null where it is one row, where the keys are not a caller's, or where something puts them in order.</summary>
    public static CallerKeys? Of(RowLock first, RowLock second)
    {
        if (!first.Table.Equals(second.Table, StringComparison.OrdinalIgnoreCase) || first.Keys.Length != second.Keys.Length)
        {
            return null;
        }
        CallerKeys? pair = null;
        foreach (var key in first.Keys)
        {
            var other = second.Keys.Where(k => k.Column.Equals(key.Column, StringComparison.OrdinalIgnoreCase)).ToList();
            if (other.Count != 1)
            {
                return null;
            }
            if (IsSame(key.Value, other[0].Value))
            {
                continue;
            }
            var (mine, theirs) = (NameOf(key.Value), NameOf(other[0].Value));
            if (pair is not null || mine is null || theirs is null || SaysOrder(mine) || SaysOrder(theirs) || IsOrdered(key.Value, other[0].Value, first.Run))
            {
                return null;
            }
            pair = new(first, second, key.Column, mine, theirs);
        }
        return pair;
    }

    /// <summary>Both lock one row, as far as the code shows.</summary>
    public static bool IsSameRow(RowLock first, RowLock second) =>
        first.Table.Equals(second.Table, StringComparison.OrdinalIgnoreCase) && first.Keys.Length == second.Keys.Length
        && first.Keys.All(key => second.Keys.Any(other => key.Column.Equals(other.Column, StringComparison.OrdinalIgnoreCase) && IsSame(key.Value, other.Value)));

    private static bool IsSame(ParameterValue first, ParameterValue second) => PathOf(first) is { } path && path == PathOf(second);

    private static string? PathOf(ParameterValue value) =>
        Renames.Resolve(value.Operation) is { } given && KeyOrder.KeyOf(given) is { } name ? value.Member is null ? name : name + "." + value.Member.Name : null;

    /// <summary>What a value is in terms of the parameters of the method around; null for what is not given by its caller as it is.</summary>
    private static string? NameOf(ParameterValue value) =>
        Renames.Resolve(value.Operation) is { } given && RootOf(given) is IParameterReferenceOperation ? PathOf(value) : null;

    /// <summary>The parameter at the root of a member path; null where it is changed, as a swap does.</summary>
    private static IOperation? RootOf(IOperation value)
    {
        var root = CommandUses.Unwrap(value);
        while (root is IMemberReferenceOperation { Instance: { } instance })
        {
            root = CommandUses.Unwrap(instance);
        }
        return root is IParameterReferenceOperation { Parameter: var parameter } && LifetimeGraphs.BodyAround(value).Descendants().Any(o => Renames.IsWrite(o, parameter)) ? null : root;
    }

    private static bool SaysOrder(string name) => Array.Exists(Ordered, word => name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>Compared in this method, or in those that call it if it is private.</summary>
    private static bool IsOrdered(ParameterValue first, ParameterValue second, IOperation at)
    {
        if (Renames.Resolve(first.Operation) is not { } one || Renames.Resolve(second.Operation) is not { } two || KeyOrder.IsCompared([first.Operation, second.Operation, one, two], CommandUses.Root(at)))
        {
            return true;
        }
        return one is IParameterReferenceOperation { Parameter: var a } && two is IParameterReferenceOperation { Parameter: var b }
            && CallsInFile.To(a.ContainingSymbol, at).Any(call =>
            {
                var passed = call.Arguments.Where(x => x.Parameter?.Ordinal == a.Ordinal || x.Parameter?.Ordinal == b.Ordinal).Select(x => x.Value).ToList();
                return passed.Exists(p => KeyOrder.KeyOf(p) is null) || KeyOrder.IsCompared(passed, CommandUses.Root(call));
            });
    }
}
