namespace DbSafety.Sql;

/// <summary>What a WHERE asks for.</summary>
internal static class SqlConditions
{
    /// <summary>
    /// The columns of a SELECT whose WHERE is <c>column = parameter</c>, or several of them with AND, and nothing else: unquoted, lower-cased,
    /// in their order. Null for any other. A row limit and a lock clause may follow.
    /// </summary>
    public static IReadOnlyList<string>? EqualityColumns(SqlStatement select, SqlScript script)
    {
        var words = SqlWords.Of(script);
        var at = 0;
        while (at < words.Count && (words[at].Start < select.Tables[0].Start || !words.Is(at, "where")))
        {
            at++;
        }
        var columns = new List<string>();
        do
        {
            if (words.QualifiedName(at + 1, out var equals) is not { } column || !words.IsSymbol(equals, "=")
                || words[equals + 1].Kind is not (SqlTokenKind.Parameter or SqlTokenKind.Hole or SqlTokenKind.String))
            {
                return null;
            }
            columns.Add(column);
            at = equals + 2;
            at += words.IsSymbol(at, "::") && words.IsName(at + 1) ? 2 : 0;
        }
        while (words.Is(at, "and"));
        at += words.Is(at, "limit") && words[at + 1].Kind == SqlTokenKind.Number ? 2 : 0;
        return at >= words.Count || words.IsSymbol(at, ";") || words.Is(at, "for") ? columns : null;
    }
}
