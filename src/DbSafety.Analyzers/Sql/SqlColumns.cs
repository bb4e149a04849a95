namespace DbSafety.Sql;

/// <summary>A column that a statement names.</summary>
/// <param name="Table">Unquoted, lower-cased, without its schema; null where the statement has several and does not say.</param>
/// <param name="Column">Unquoted, lower-cased.</param>
internal readonly record struct SqlColumnName(string? Table, string Column);

/// <summary>One item of a SELECT or RETURNING list.</summary>
/// <param name="Name">What a reader knows it by: the alias, else the column; null for an expression without one.</param>
/// <param name="Column">The plain column it is; null for anything else.</param>
/// <param name="Function">The function it is a call of, lower-cased (<c>count</c>, <c>max</c>, <c>last_insert_rowid</c>); null for anything else.</param>
/// <param name="Argument">The plain column the function is given alone: <c>MAX(id)</c>; null for anything else.</param>
internal readonly record struct SqlItem(string? Name, SqlColumnName? Column, string? Function, SqlColumnName? Argument = null);

/// <summary>Which columns the parameters and results of a statement are, where the text shows it.</summary>
internal static class SqlColumns
{
    /// <summary>
    /// The column a parameter is assigned to or compared with: <c>SET c = @p</c>, <c>WHERE c &lt; @p</c>, and its place in
    /// <c>INSERT INTO t (…) VALUES (…)</c>. Null where the parameter is part of an expression, occurs with different columns, or not at all.
    /// </summary>
    /// <param name="name">Without its prefix, in any case.</param>
    public static SqlColumnName? OfParameter(SqlScript script, string name)
    {
        var words = SqlWords.Of(script);
        SqlColumnName? found = null;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].Kind != SqlTokenKind.Parameter || !words.Text(i).TrimStart('@', ':', '$', '?').Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }
            if (OfOperand(script, words, i, i + 1) is not { } column || found is { } other && other != column)
            {
                return null;
            }
            found = column;
        }
        return found;
    }

    /// <summary>The column that an operand of one or more tokens is assigned to or compared with; null where it is part of an expression, or of no column.</summary>
    public static SqlColumnName? OfOperand(SqlScript script, SqlWords words, int start, int end) =>
        script.Statements.FirstOrDefault(s => s.Start <= words[start].Start && words[end - 1].End <= s.End) is { } statement
            ? Compared(words, start, end, statement) ?? Inserted(words, start, end, statement)
            : null;

    /// <summary>The items of the list that a statement gives rows of; empty where one of them is <c>*</c> or the statement gives none.</summary>
    public static IReadOnlyList<SqlItem> Selected(SqlScript script, SqlStatement statement)
    {
        var words = SqlWords.Of(script);
        var start = -1;
        var depth = 0;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].Start < statement.Start || words[i].End > statement.End)
            {
                continue;
            }
            depth += words.IsSymbol(i, "(") ? 1 : words.IsSymbol(i, ")") ? -1 : 0;
            if (depth == 0 && start < 0 && (words.Is(i, "select") && statement.Kind == SqlStatementKind.Select || words.Is(i, "returning")))
            {
                start = i + 1;
            }
        }
        if (start < 0)
        {
            return [];
        }
        while (words.Is(start, "distinct") || words.Is(start, "all") || words.Is(start, "top"))
        {
            start += words.Is(start, "top") ? words.IsSymbol(start + 1, "(") ? words.Behind(start + 1) - start : 2 : 1;
        }
        var end = start;
        while (end < words.Count && words[end].End <= statement.End && !words.IsAny(end, AfterList) && !words.IsSymbol(end, ";"))
        {
            end = words.IsSymbol(end, "(") ? words.Behind(end) : end + 1;
        }
        var items = new List<SqlItem>();
        foreach (var (from, to) in words.Items(start, end))
        {
            if (words.IsSymbol(to - 1, "*"))
            {
                return []; // * or t.*
            }
            items.Add(Item(words, from, to, statement));
        }
        return items;
    }

    private static readonly HashSet<string> AfterList = new(StringComparer.Ordinal)
    {
        "from", "where", "group", "order", "limit", "having", "union", "except", "intersect", "for", "into", "offset", "window", "on",
    };

    private static SqlItem Item(SqlWords words, int from, int to, SqlStatement statement)
    {
        string? alias = null;
        if (words.Is(to - 2, "as"))
        {
            (alias, to) = (words.Name(to - 1), to - 2);
        }
        else if (to - from > 1 && words.IsName(to - 1) && (words.IsName(to - 2) || words.IsSymbol(to - 2, ")")))
        {
            (alias, to) = (words.Name(to - 1), to - 1);
        }
        if (Plain(words, from, to, statement) is { } column)
        {
            return new(alias ?? column.Column, column, null);
        }
        return words[from].Kind == SqlTokenKind.Word && words.IsSymbol(from + 1, "(") && words.Behind(from + 1) == to
            ? new(alias, null, words.Text(from).ToLowerInvariant(), Plain(words, from + 2, to - 1, statement))
            : new(alias, null, null);
    }

    /// <summary>The column that the tokens are the name of, and nothing else.</summary>
    private static SqlColumnName? Plain(SqlWords words, int from, int to, SqlStatement statement) =>
        from < to && words.QualifiedName(from, out var next) is { } name && next == to
            ? new(TableOf(next - 3 >= from ? words.Name(next - 3) : null, statement), name)
            : null;

    private static SqlColumnName? Compared(SqlWords words, int start, int end, SqlStatement statement)
    {
        // Part of a sum or a function's argument: not the column's value.
        if (words[end].Kind == SqlTokenKind.Operator || !IsComparison(words, start - 1) || words.Name(start - 2) is not { } column)
        {
            return null;
        }
        var qualifier = words.IsSymbol(start - 3, ".") ? words.Name(start - 4) : null;
        return words[start - (qualifier is null ? 3 : 5)].Kind == SqlTokenKind.Operator ? null : new(TableOf(qualifier, statement), column);
    }

    private static bool IsComparison(SqlWords words, int index) =>
        words.IsSymbol(index, "=") || words.IsSymbol(index, "<") || words.IsSymbol(index, ">") || words.IsSymbol(index, "<=") || words.IsSymbol(index, ">=")
        || words.IsSymbol(index, "<>") || words.IsSymbol(index, "!=");

    /// <summary>The column at the place that an operand has among the VALUES.</summary>
    private static SqlColumnName? Inserted(SqlWords words, int start, int end, SqlStatement statement)
    {
        if (statement.Kind is not (SqlStatementKind.Insert or SqlStatementKind.Replace) || !IsEdge(words, start - 1) || !IsEdge(words, end))
        {
            return null;
        }
        var (index, depth, open) = (0, 0, start - 1);
        for (; open >= 0; open--)
        {
            if (words.IsSymbol(open, ")"))
            {
                depth++;
            }
            else if (words.IsSymbol(open, "(") && depth-- == 0)
            {
                break;
            }
            else if (depth == 0 && words.IsSymbol(open, ","))
            {
                index++;
            }
        }
        // The row may be the second one: VALUES (…), (…).
        var row = open;
        while (words.IsSymbol(row - 1, ",") && words.IsSymbol(row - 2, ")"))
        {
            for (row -= 2, depth = 0; row >= 0; row--)
            {
                depth += words.IsSymbol(row, ")") ? 1 : words.IsSymbol(row, "(") ? -1 : 0;
                if (depth == 0)
                {
                    break;
                }
            }
        }
        if (!words.Is(row - 1, "values") && !words.Is(row - 1, "value"))
        {
            return null;
        }
        for (var i = 0; i < row; i++)
        {
            if (words[i].Start >= statement.Start && words.Is(i, "into") && words.QualifiedName(i + 1, out var list) is { } table)
            {
                return words.IsSymbol(list, "(") && words.Items(list + 1, words.Behind(list) - 1).Skip(index).Select(c => words.Name(c.Start)).FirstOrDefault() is { } column
                    ? new(table, column)
                    : null;
            }
        }
        return null;
    }

    private static bool IsEdge(SqlWords words, int index) => words.IsSymbol(index, "(") || words.IsSymbol(index, ",") || words.IsSymbol(index, ")");

    /// <summary>The table of a column: by its qualifier, else the only one of the statement.</summary>
    private static string? TableOf(string? qualifier, SqlStatement statement)
    {
        var tables = statement.Tables.Where(t => qualifier is null || t.Alias == qualifier || LastPart(t.Name) == qualifier).Select(t => LastPart(t.Name)).Distinct().ToList();
        return tables.Count == 1 && tables[0].Length > 0 ? tables[0] : null;
    }

    private static string LastPart(string name) => name.Substring(name.LastIndexOf('.') + 1);
}
