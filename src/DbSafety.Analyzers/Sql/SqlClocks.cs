namespace DbSafety.Sql;

internal enum SqlClockKind
{
    /// <summary>Wall time in the zone of the server, of its session or of the machine.</summary>
    Time,
    /// <summary>The calendar day there.</summary>
    Day,
}

/// <summary>One place where SQL text reads a clock that is not UTC.</summary>
/// <param name="First">Index of its first token in the <see cref="SqlWords"/>; <paramref name="End"/> is behind its last one.</param>
/// <param name="Text">As written: <c>GETDATE()</c>, <c>datetime('now', 'localtime')</c>.</param>
/// <param name="Utc">What to write instead: the same clock in UTC, of the same type. Null where that takes a choice, as for a day.</param>
/// <param name="Zone">Whose zone it is.</param>
internal readonly record struct SqlClock(int First, int End, SqlClockKind Kind, string Text, string? Utc, string Zone);

/// <summary>Finds the clocks of facts/time-and-numbers, by dialect. Where the dialect is not known, only what one dialect alone has.</summary>
internal static class SqlClocks
{
    private static readonly HashSet<string> SqliteFunctions = new(StringComparer.Ordinal) { "datetime", "strftime", "date", "time", "julianday", "unixepoch" };

    /// <summary>What is made a point in time again by what stands around it.</summary>
    private static readonly HashSet<string> Converters = new(StringComparer.Ordinal) { "convert_tz", "unix_timestamp", "todatetimeoffset" };

    /// <summary>What takes the day, or less, of a time.</summary>
    private static readonly HashSet<string> Days = new(StringComparer.Ordinal) { "date", "year", "month", "day", "quarter", "week", "dayofweek", "dayofyear", "weekday", "to_days", "last_day", "eomonth" };

    /// <summary>One of these is in every text with such a clock, in whatever case.</summary>
    private static readonly string[] Words = ["now", "getdate", "sysdate", "current_timestamp", "localtime", "curdate", "current_date"];

    public static bool MayBeIn(string text) => Array.Exists(Words, w => text.IndexOf(w, StringComparison.OrdinalIgnoreCase) >= 0);

    public static IEnumerable<SqlClock> In(SqlWords words, SqlDialect dialect, Func<int, int, string> text)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].Kind == SqlTokenKind.Word && !words.IsSymbol(i - 1, ".") && At(words, i, dialect, text) is { } clock && !IsConverted(words, clock))
            {
                yield return IsDay(words, clock) ? clock with { Kind = SqlClockKind.Day, Utc = null } : clock;
                i = clock.End - 1;
            }
        }
    }

    private static SqlClock? At(SqlWords words, int at, SqlDialect dialect, Func<int, int, string> text)
    {
        var name = words.Text(at).ToLowerInvariant();
        var isCall = words.IsSymbol(at + 1, "(");
        var end = isCall ? words.Behind(at + 1) : at + 1;
        if (SqliteFunctions.Contains(name) && isCall && dialect is SqlDialect.Sqlite or SqlDialect.Unknown)
        {
            return Sqlite(words, at, end, name, text);
        }
        // A column may be called localtimestamp, but not in front of an assignment's right side, nor with a value of its own.
        var precision = isCall ? text(at + 1, end) : "()";
        return (name, dialect) switch
        {
            ("getdate", SqlDialect.TSql or SqlDialect.Unknown) when isCall => Clock("GETUTCDATE()", "the server's"),
            ("sysdatetime", SqlDialect.TSql or SqlDialect.Unknown) when isCall => Clock("SYSUTCDATETIME()", "the server's"),
            ("current_timestamp", SqlDialect.TSql) when !isCall => Clock("GETUTCDATE()", "the server's"),
            ("now" or "sysdate", SqlDialect.MySql) when isCall => Clock("UTC_TIMESTAMP" + precision, "the session's"),
            ("current_timestamp" or "localtime" or "localtimestamp", SqlDialect.MySql) => Clock("UTC_TIMESTAMP" + precision, "the session's"),
            ("curdate", SqlDialect.MySql) when isCall => Day(at, end, null),
            ("current_date", SqlDialect.MySql or SqlDialect.PostgreSql) => Day(at, end, null),
            ("localtimestamp", SqlDialect.PostgreSql) => Clock("(now() AT TIME ZONE 'utc')", "the session's"),
            ("now", SqlDialect.PostgreSql) when isCall => Cast(at, end),
            ("current_timestamp", SqlDialect.PostgreSql) => Cast(at, end),
            ("now" or "current_timestamp", SqlDialect.Unknown) when words.IsSymbol(end, "::") => Cast(at, end),
            _ => null,
        };

        SqlClock Clock(string utc, string zone) => new(at, end, SqlClockKind.Time, text(at, end), utc, zone);

        SqlClock Day(int first, int last, string? utc) => new(first, last, SqlClockKind.Day, text(first, last), utc, "the session's");

        // now()::timestamp, CAST(now() AS timestamp)
        SqlClock? Cast(int first, int last)
        {
            if (words.IsSymbol(last, "::"))
            {
                return As(first, last + 1, 0);
            }
            return words.Is(first - 2, "cast") && words.IsSymbol(first - 1, "(") && words.Is(last, "as") ? As(first - 2, last + 1, 1) : null;
        }

        SqlClock? As(int first, int type, int closing)
        {
            var last = type + 1;
            last = words.IsSymbol(last, "(") ? words.Behind(last) : last;
            if (words.Is(last, "with"))
            {
                return null;
            }
            last += words.Is(last, "without") ? 3 : 0;
            if (words.Is(type, "timestamp"))
            {
                return new(first, last + closing, SqlClockKind.Time, text(first, last + closing), "(now() AT TIME ZONE 'utc')", "the session's");
            }
            return words.Is(type, "date") ? Day(first, last + closing, "(now() AT TIME ZONE 'utc')::date") with { Utc = null } : null;
        }
    }

    /// <summary>A function of the present with the modifier that makes it local: <c>datetime('now', 'localtime')</c>.</summary>
    private static SqlClock? Sqlite(SqlWords words, int at, int end, string name, Func<int, int, string> text)
    {
        var (hasNow, local) = (false, -1);
        for (var i = at + 2; i < end - 1; i++)
        {
            if (words[i].Kind == SqlTokenKind.String)
            {
                var literal = words.Text(i).ToLowerInvariant();
                hasNow |= literal == "'now'";
                local = literal == "'localtime'" ? i : local;
                if (literal == "'utc'" && local >= 0)
                {
                    return null; // and back again
                }
            }
        }
        if (!hasNow || local < 0 || !words.IsSymbol(local - 1, ","))
        {
            return null;
        }
        return name == "date" || name == "strftime" && !HasTime(words.Text(at + 2))
            ? new(at, end, SqlClockKind.Day, text(at, end), null, "the machine's")
            : new(at, end, SqlClockKind.Time, text(at, end), text(at, local - 1) + text(local, end).Substring("'localtime'".Length), "the machine's");
    }

    /// <summary><c>CAST(GETDATE() AS date)</c>, <c>CONVERT(date, GETDATE())</c>, <c>YEAR(GETDATE())</c>, <c>DATEPART(year, GETDATE())</c>.</summary>
    private static bool IsDay(SqlWords words, SqlClock clock) =>
        words.IsSymbol(clock.First - 1, "(") && (words.IsAny(clock.First - 2, Days) || words.Is(clock.End, "as") && words.Is(clock.End + 1, "date"))
        || words.IsSymbol(clock.First - 1, ",") && words.IsSymbol(clock.First - 3, "(")
            && (words.Is(clock.First - 4, "convert") && words.Is(clock.First - 2, "date") || words.Is(clock.First - 4, "datepart") && words.IsAny(clock.First - 2, Days));

    /// <summary>A format of strftime that has more than a day.</summary>
    private static bool HasTime(string format) => Array.Exists(["%H", "%I", "%k", "%l", "%M", "%S", "%f", "%s", "%J", "%R", "%T"], part => format.IndexOf(part, StringComparison.Ordinal) >= 0);

    private static bool IsConverted(SqlWords words, SqlClock clock) =>
        words.Is(clock.End, "at") && words.Is(clock.End + 1, "time")
        || words.IsSymbol(clock.First - 1, "(") && words.IsAny(clock.First - 2, Converters);
}
