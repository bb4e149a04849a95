using DbSafety.Sql;

namespace DbSafety.Model;

/// <summary>What the text and the schema say of the integers that a read can give.</summary>
internal enum IntegerRange
{
    /// <summary>Nothing: the column or the text is not known, or is not declared.</summary>
    Unknown,
    /// <summary>32 bits hold them: a column declared so, a flag, a version, a PRAGMA, an expression that is no column.</summary>
    Small,
    /// <summary>A number of rows.</summary>
    Count,
    /// <summary>An id, a sum, or a column that is declared with 64 bits.</summary>
    Wide,
}

/// <summary>Reads <see cref="IntegerRange"/> from the declaration, the function, and at last from the name of what is read.</summary>
internal static class IntegerRanges
{
    private static readonly HashSet<string> SmallTypes = new(StringComparer.Ordinal)
    {
        "boolean", "bool", "bit", "tinyint", "tinyint unsigned", "smallint", "int2", "smallserial", "mediumint", "mediumint unsigned", "int4", "serial", "serial4", "year",
    };

    private static readonly HashSet<string> WideTypes = new(StringComparer.Ordinal)
    {
        "bigint", "int8", "bigserial", "serial8", "bigint unsigned", "int64",
    };

    private static readonly HashSet<string> Keys = new(StringComparer.Ordinal)
    {
        "last_insert_rowid", "last_insert_id", "lastval", "currval", "nextval", "scope_identity", "sum", "total",
    };

    /// <summary>What is small by what it means, whatever the column's type: states, kinds, versions, parts and spans of time, what is counted by hand.</summary>
    private static readonly string[] SmallNames =
    [
        "version", "flag", "flags", "status", "state", "kind", "type", "mode", "level", "priority", "enabled", "disabled", "deleted", "active", "percent", "port", "year", "month", "day", "hour",
        "minute", "years", "months", "days", "hours", "minutes", "seconds", "age", "width", "height", "quantity", "attempt", "attempts", "retries", "rating", "rank", "sort_order", "sortorder", "display_order", "displayorder",
    ];

    private static readonly HashSet<string> NoIds = new(StringComparer.OrdinalIgnoreCase)
    {
        "paid", "unpaid", "prepaid", "valid", "invalid", "void", "grid", "bid", "aid", "raid", "solid", "fluid", "android", "hybrid", "amid", "mid", "said",
    };

    public static IntegerRange Of(DatabaseRead read)
    {
        switch (read.By)
        {
            case ReadBy.LastId:
                return IntegerRange.Wide;
            case ReadBy.Count:
                return IntegerRange.Count;
        }
        if (read.Statement is { } call && call.Templates.Any(t => t.Script.Statements.Any(s => s.Kind == SqlStatementKind.Pragma)))
        {
            return IntegerRange.Small;
        }
        var item = read.Item;
        switch (item)
        {
            case { Function: "count" or "count_big" }:
                return IntegerRange.Count;
            case { Function: { } function } when Keys.Contains(function):
                return IntegerRange.Wide;
            case { Column: null, Function: not ("min" or "max") }:
            case { Function: "min" or "max", Argument: null }:
                return IntegerRange.Small; // an expression: nothing says that it grows
        }
        if (read.ColumnType is { } type)
        {
            if (WideTypes.Contains(type))
            {
                return IntegerRange.Wide;
            }
            // SQLite stores 64 bits under these names too.
            if (SmallTypes.Contains(type) || type is "int" or "integer" or "int unsigned" && read.Provider.Dialect != SqlDialect.Sqlite)
            {
                return IntegerRange.Small;
            }
        }
        return NameOf(read) is not { } name ? IntegerRange.Unknown : IsSmall(name) ? IntegerRange.Small : IsId(name) ? IntegerRange.Wide : IntegerRange.Unknown;
    }

    /// <summary>A column declared with 64 bits where 32 are told apart from them: not SQLite's INTEGER.</summary>
    public static bool IsDeclaredWide(DatabaseRead read) => read.ColumnType is { } type && WideTypes.Contains(type);

    /// <summary>The column as the text or the code names it; null where neither does.</summary>
    public static string? NameOf(DatabaseRead read) => read.Name ?? (read.Item is { } item ? (item.Column ?? item.Argument)?.Column : null);

    private static bool IsId(string name) =>
        name.Equals("id", StringComparison.OrdinalIgnoreCase) || name.EndsWith("_id", StringComparison.OrdinalIgnoreCase) || name.EndsWith("rowid", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("Id", StringComparison.Ordinal) || name.EndsWith("ID", StringComparison.Ordinal)
        // A column of a text is lower-cased: customerid.
        || name.EndsWith("id", StringComparison.Ordinal) && !NoIds.Contains(name) && !name.EndsWith("uid", StringComparison.Ordinal);

    private static bool IsSmall(string name)
    {
        if (StartsWithWord(name, "is") || StartsWithWord(name, "has"))
        {
            return true;
        }
        foreach (var small in SmallNames)
        {
            if (name.EndsWith(small, StringComparison.OrdinalIgnoreCase) && name.Length - small.Length is var start
                && (start == 0 || name[start - 1] == '_' || char.IsUpper(name[start])))
            {
                return true;
            }
        }
        return false;
    }

    private static bool StartsWithWord(string name, string word) =>
        name.StartsWith(word, StringComparison.OrdinalIgnoreCase) && name.Length > word.Length && (name[word.Length] == '_' || char.IsUpper(name[word.Length]));
}
