namespace DbSafety.Sql;

/// <summary>What an <c>INSERT INTO t (columns) VALUES (values)</c> of one row writes.</summary>
internal static class SqlInsert
{
    /// <summary>The text of each column's value, by the unquoted lower-cased name; null where the statement is no such INSERT.</summary>
    public static IReadOnlyDictionary<string, string>? ValuesOf(SqlStatement statement, SqlScript script)
    {
        if (statement is not { Kind: SqlStatementKind.Insert, Tables.IsEmpty: false })
        {
            return null;
        }
        var text = script.Text.Text;
        var tokens = BehindTable(statement, script);
        var at = 0;
        if (ListAt(tokens, text, ref at) is not { } columns)
        {
            return null;
        }
        while (at < tokens.Count && !Is(tokens[at], "VALUES", text))
        {
            // OUTPUT inserted.id, OVERRIDING SYSTEM VALUE; a query has rows of its own.
            if (Is(tokens[at], "SELECT", text))
            {
                return null;
            }
            at++;
        }
        at++;
        if (ListAt(tokens, text, ref at) is not { } values || values.Count != columns.Count || at < tokens.Count && Is(tokens[at], ",", text))
        {
            return null;
        }
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < columns.Count; i++)
        {
            written[NameOf(columns[i])] = values[i];
        }
        return written;
    }

    /// <summary>The columns that it lists, as they are written; null where it lists none.</summary>
    public static IReadOnlyList<string>? ColumnsOf(SqlStatement statement, SqlScript script)
    {
        var at = 0;
        return statement is { Kind: SqlStatementKind.Insert, Tables.IsEmpty: false } ? ListAt(BehindTable(statement, script), script.Text.Text, ref at) : null;
    }

    /// <summary>A column as names are compared: unquoted, lower-cased.</summary>
    public static string NameOf(string column) => column.Trim('"', '[', ']', '`').ToLowerInvariant();

    private static List<SqlToken> BehindTable(SqlStatement statement, SqlScript script) =>
        [.. script.Tokens.Where(t => t.Start >= statement.Tables[0].Start + statement.Tables[0].Length && t.End <= statement.End && t.Kind is not (SqlTokenKind.Whitespace or SqlTokenKind.Comment))];

    /// <summary>The elements of a list in parentheses, and the place behind it; null where none begins here.</summary>
    private static List<string>? ListAt(List<SqlToken> tokens, string text, ref int at)
    {
        if (at >= tokens.Count || !Is(tokens[at], "(", text))
        {
            return null;
        }
        var (elements, depth, start) = (new List<string>(), 0, tokens[at].End);
        for (; at < tokens.Count; at++)
        {
            depth += Is(tokens[at], "(", text) ? 1 : Is(tokens[at], ")", text) ? -1 : 0;
            if (depth == 0 || depth == 1 && Is(tokens[at], ",", text))
            {
                elements.Add(text.Substring(start, tokens[at].Start - start).Trim());
                start = tokens[at].End;
                if (depth == 0)
                {
                    at++;
                    return elements;
                }
            }
        }
        return null;
    }

    private static bool Is(SqlToken token, string word, string text) =>
        token.Length == word.Length && string.Compare(text, token.Start, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0;
}
