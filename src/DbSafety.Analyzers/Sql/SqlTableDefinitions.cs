namespace DbSafety.Sql;

/// <summary>One column as DDL declares it.</summary>
/// <param name="Table">Unquoted, lower-cased, without its schema.</param>
/// <param name="Column">Unquoted, lower-cased.</param>
/// <param name="Type">Lower-cased words, without lengths: <c>timestamp with time zone</c>, <c>bigint unsigned</c>, <c>text[]</c>; empty where SQLite needs none.</param>
/// <param name="IsNotNull">NOT NULL or PRIMARY KEY on the column itself.</param>
internal readonly record struct SqlColumnDefinition(string Table, string Column, string Type, bool IsNotNull)
{
    /// <summary>The digits behind the point: 2 of <c>NUMERIC(10, 2)</c>, 0 of <c>NUMERIC(10)</c>; null where none are given.</summary>
    public int? Scale { get; init; }
}

/// <summary>One CREATE TABLE or ALTER TABLE.</summary>
/// <param name="Table">Unquoted, lower-cased, without its schema.</param>
/// <param name="Schema">Null where it is not named, or by a hole.</param>
/// <param name="Start">Of the items: between the parentheses of CREATE TABLE, behind the name in ALTER TABLE.</param>
/// <param name="End">Behind them; the same as <paramref name="Start"/> where there are none.</param>
internal readonly record struct SqlTableStatement(string Table, string? Schema, bool IsAlter, int Start, int End);

/// <summary>Reads the columns that CREATE TABLE and ALTER TABLE declare, in any dialect. What it does not know it steps over.</summary>
internal static class SqlTableDefinitions
{
    private static readonly HashSet<string> BeforeTable = new(StringComparer.Ordinal) { "temp", "temporary", "unlogged", "global", "local", "or", "replace", "foreign", "external" };

    /// <summary>What begins an item that declares no column.</summary>
    private static readonly HashSet<string> Constraints = new(StringComparer.Ordinal)
    {
        "primary", "foreign", "unique", "check", "constraint", "key", "index", "exclude", "like", "fulltext", "spatial", "period",
    };

    /// <summary>What ends the type of a column.</summary>
    private static readonly HashSet<string> AfterType = new(StringComparer.Ordinal)
    {
        "not", "null", "primary", "default", "unique", "check", "references", "collate", "constraint", "generated", "auto_increment", "autoincrement",
        "identity", "as", "comment", "on", "character", "charset", "encode", "storage", "rowguidcol", "sparse", "visible", "invisible", "options", "virtual",
        "stored", "hidden", "first", "after", "using", "compression", "key", "masked", "persisted", "zerofill", "always", "allow_commit_timestamp",
    };

    /// <summary>Every column declared in a text, in its order; a column twice where it is altered later. Empty for a text without DDL.</summary>
    public static IEnumerable<SqlColumnDefinition> Read(SqlWords words) =>
        from statement in StatementsIn(words)
        from item in words.Items(statement.Start, statement.End)
        let column = statement.IsAlter ? Altered(words, statement.Table, item.Start, item.End)
            : IsConstraint(words, item.Start, item.End) ? null
            : Column(words, statement.Table, item.Start, item.End)
        where column is not null
        select column.Value;

    /// <summary>The CREATE TABLE and ALTER TABLE statements of a text whose table is named in it.</summary>
    public static IEnumerable<SqlTableStatement> StatementsIn(SqlWords words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (words.Is(i, "create"))
            {
                var at = i + 1;
                while (words.IsAny(at, BeforeTable))
                {
                    at++;
                }
                if (!words.Is(at, "table"))
                {
                    continue;
                }
                at += words.Is(at + 1, "if") && words.Is(at + 2, "not") && words.Is(at + 3, "exists") ? 4 : 1;
                if (words.QualifiedName(at, out var open) is not { } table)
                {
                    continue;
                }
                var start = words.IsSymbol(open, "(") ? open + 1 : open;
                i = start > open ? words.Behind(open) - 1 : open - 1;
                i += start == open || words.IsSymbol(i, ")") ? 0 : 1; // not closed
                yield return new(table, words.SchemaBefore(open), false, start, Math.Max(start, i));
            }
            else if (words.Is(i, "alter") && words.Is(i + 1, "table"))
            {
                var at = i + (words.Is(i + 2, "if") && words.Is(i + 3, "exists") ? 4 : 2);
                if (words.QualifiedName(at + (words.Is(at, "only") ? 1 : 0), out var next) is not { } table)
                {
                    continue;
                }
                i = words.EndOfStatement(next);
                yield return new(table, words.SchemaBefore(next), true, next, i);
            }
        }
    }

    /// <summary>An item of CREATE TABLE that declares no column. <c>key</c> can be the name of one: <c>key text</c>, but <c>KEY k (a)</c>.</summary>
    public static bool IsConstraint(SqlWords words, int start, int end)
    {
        if (!words.IsAny(start, Constraints) || !words.Is(start, "key"))
        {
            return words.IsAny(start, Constraints);
        }
        var open = Enumerable.Range(start, end - start).FirstOrDefault(i => words.IsSymbol(i, "("));
        return open > 0 && words[open + 1].Kind != SqlTokenKind.Number;
    }

    /// <summary><c>ADD [COLUMN] c type</c>, <c>ALTER|MODIFY [COLUMN] c [SET DATA] [TYPE] type</c>, <c>CHANGE [COLUMN] old c type</c>.</summary>
    private static SqlColumnDefinition? Altered(SqlWords words, string table, int start, int end)
    {
        if (!words.Is(start, "add") && !words.Is(start, "alter") && !words.Is(start, "modify") && !words.Is(start, "change"))
        {
            return null;
        }
        var at = start + (words.Is(start + 1, "column") ? 2 : 1);
        at += words.Is(at, "if") && words.Is(at + 1, "not") ? 3 : 0;
        at += words.Is(start, "change") ? 1 : 0;
        if (words.IsAny(at, Constraints) || words.IsSymbol(at, "("))
        {
            return null;
        }
        var type = at + 1;
        if (words.Is(start, "alter"))
        {
            if (words.Is(type, "set") && words.Is(type + 1, "data"))
            {
                type += 2;
            }
            if (words.Is(type, "set") || words.Is(type, "drop") || words.Is(type, "add") || words.Is(type, "restart"))
            {
                return null;
            }
            type += words.Is(type, "type") ? 1 : 0;
        }
        return Column(words, table, at, end, type);
    }

    private static SqlColumnDefinition? Column(SqlWords words, string table, int start, int end, int type = -1)
    {
        if (words.Name(start) is not { } name)
        {
            return null;
        }
        var parts = new List<string>();
        int? scale = null;
        var at = type < 0 ? start + 1 : type;
        for (; at < end && !(words[at].Kind == SqlTokenKind.Word && AfterType.Contains(words.Text(at).ToLowerInvariant())); at++)
        {
            if (words.IsSymbol(at, "("))
            {
                scale = words.IsSymbol(at + 2, ",") && int.TryParse(words.Text(at + 3), out var digits) ? digits : 0;
                at = words.Behind(at) - 1;
            }
            else if (words.IsSymbol(at, "["))
            {
                parts.Add("[]");
            }
            else if (words.IsSymbol(at, "."))
            {
                parts.Clear(); // pg_catalog.int8
            }
            else if (words.Name(at) is { } part)
            {
                parts.Add(part);
            }
        }
        var isNotNull = false;
        for (; at < end; at++)
        {
            isNotNull |= words.Is(at, "not") && words.Is(at + 1, "null") || words.Is(at, "primary") && words.Is(at + 1, "key");
        }
        return new(table, name, string.Join(" ", parts).Replace(" []", "[]"), isNotNull) { Scale = scale };
    }
}
