using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>One local time of a body, with all places it is stored in.</summary>
/// <param name="Kind">A day, where every place it goes to keeps days.</param>
/// <param name="Sinks">At least one; the first one is what a message names.</param>
/// <param name="IsAlone">The time is written where it is stored, or in a local whose every use is stored: changing it changes nothing else.</param>
internal sealed record StoredTime(LocalTimeKind Kind, LocalTime Time, IReadOnlyList<TimeColumn> Sinks, bool IsAlone)
{
    public TimeColumn Column => Sinks[0];

    /// <summary>The local times of a body that are defects where they are stored, each once, in the order of the source.</summary>
    public static IEnumerable<StoredTime> In(IOperation body, DbModel model, TimeConversions conversions)
    {
        var times = new Dictionary<IOperation, List<LocalTime>>();
        var stored = new List<(LocalTimeKind Kind, LocalTime Time, TimeColumn Column)>();
        foreach (var value in PersistedValues.In(body, model, IsTime))
        {
            if (conversions.Covers(value))
            {
                continue;
            }
            foreach (var time in times[value.Value])
            {
                var column = new TimeColumn(value);
                if (KindIn(column, time, conversions) is { } kind)
                {
                    stored.Add((kind, time, column));
                }
            }
        }
        foreach (var group in stored.GroupBy(s => s.Time.Place).OrderBy(g => g.Key.Syntax.SpanStart))
        {
            var (kind, time, _) = group.First();
            yield return new(kind, time, group.Select(g => g.Column).ToList(), time.Source == time.Place && IsAloneIn(body, time, group.Select(g => g.Column.Value.Value).ToList()));
        }

        bool IsTime(IOperation value)
        {
            if (!times.TryGetValue(value, out var known))
            {
                times.Add(value, known = LocalTime.In(value, model).ToList());
            }
            return known.Count > 0;
        }
    }

    /// <summary>What the time is in a column; null where it does no harm there.</summary>
    private static LocalTimeKind? KindIn(TimeColumn column, LocalTime time, TimeConversions conversions) => time.Kind switch
    {
        LocalTimeKind.Time => column.IsDayOrClock ? LocalTimeKind.Day
            : column.KeepsOffset || column.Rejects && column.Value.DeclaredType is not null && conversions.IsLegacyNpgsql ? null
            : LocalTimeKind.Time,
        LocalTimeKind.Offset => column.IsNpgsql && !column.IsDayOrClock && column.Value.DeclaredType is not "NpgsqlDbType.TimeTz" && !conversions.IsLegacyNpgsql && IsPassedAsIs(column) ? LocalTimeKind.Offset : null,
        LocalTimeKind.Kindless => column.IsInstant && !conversions.IsLegacyNpgsql && IsPassedAsIs(column) ? LocalTimeKind.Kindless : null,
        _ => LocalTimeKind.Day,
    };

    /// <summary>The provider gets to see the value itself, not a text of it.</summary>
    private static bool IsPassedAsIs(TimeColumn column) => column.Value.By is not (PersistedBy.SqlText or PersistedBy.EntityDefault) && CommandUses.Unwrap(column.Value.Value).Type?.SpecialType != SpecialType.System_String;

    private static bool IsAloneIn(IOperation body, LocalTime time, List<IOperation> values)
    {
        if (values.Exists(v => v.Syntax.Span.Contains(time.Source.Syntax.Span)))
        {
            return true;
        }
        IOperation? at = time.Source;
        while (at is not null and not (IVariableDeclaratorOperation or IAssignmentOperation))
        {
            at = at.Parent;
        }
        var local = at switch
        {
            IVariableDeclaratorOperation declarator => declarator.Symbol,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var target } } => target,
            _ => null,
        };
        return local is not null && body.DescendantsAndSelf().OfType<ILocalReferenceOperation>()
            .Where(r => SymbolEqualityComparer.Default.Equals(r.Local, local) && !(r.Parent is ISimpleAssignmentOperation assignment && assignment.Target == r))
            .All(r => values.Exists(v => v.Syntax.Span.Contains(r.Syntax.Span)));
    }
}
