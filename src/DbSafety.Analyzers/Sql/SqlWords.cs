using System.Collections.Immutable;

namespace DbSafety.Sql;

/// <summary>The tokens of a text without white space and comments, for looking at a few of them in a row. An index outside asks for nothing.</summary>
internal sealed class SqlWords
{
    private readonly string _text;
    private readonly ImmutableArray<SqlToken> _tokens;

    public SqlWords(string text, ImmutableArray<SqlToken> tokens) =>
        (_text, _tokens) = (text, tokens.Where(t => t.Kind is not (SqlTokenKind.Whitespace or SqlTokenKind.Comment)).ToImmutableArray());

    public static SqlWords Of(SqlScript script) => new(script.Text.Text, script.Tokens);

    /// <summary>The words of a text in which each <see cref="SqlText.HoleChar"/> is a hole.</summary>
    public static SqlWords Of(string text, SqlDialect dialect) =>
        new(text, SqlScanner.Scan(new SqlText(text, Enumerable.Range(0, text.Length).Where(i => text[i] == SqlText.HoleChar).ToImmutableArray()), dialect));

    public int Count => _tokens.Length;

    /// <summary>The token at an index; the empty one outside.</summary>
    public SqlToken this[int index] => index >= 0 && index < _tokens.Length ? _tokens[index] : default;

    /// <summary>The text of the token at an index; empty outside.</summary>
    public string Text(int index) => this[index] is { Length: > 0 } token ? _text.Substring(token.Start, token.Length) : "";

    /// <summary>The token is this unquoted word, in whatever case.</summary>
    public bool Is(int index, string word) => this[index] is { Kind: SqlTokenKind.Word, Length: var length, Start: var start }
        && length == word.Length && string.Compare(_text, start, word, 0, length, StringComparison.OrdinalIgnoreCase) == 0;

    public bool IsAny(int index, ICollection<string> words) => this[index].Kind == SqlTokenKind.Word && words.Contains(Text(index).ToLowerInvariant());

    /// <summary>The token is this punctuation or operator.</summary>
    public bool IsSymbol(int index, string symbol) => this[index] is { Kind: SqlTokenKind.Punctuation or SqlTokenKind.Operator, Length: var length, Start: var start }
        && length == symbol.Length && string.CompareOrdinal(_text, start, symbol, 0, length) == 0;

    public bool IsName(int index) => this[index].Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    /// <summary>A name as it is compared: unquoted, lower-cased. Null where the token is no name, or a hole is in it.</summary>
    public string? Name(int index)
    {
        if (!IsName(index) || Text(index) is var text && text.IndexOf(SqlText.HoleChar) >= 0)
        {
            return null;
        }
        return (this[index].Kind == SqlTokenKind.QuotedName && text.Length > 1 ? text.Substring(1, text.Length - 2) : text).ToLowerInvariant();
    }

    /// <summary>A name with what it is qualified by: the last part, and the index behind it. Null where none stands at the index.</summary>
    public string? QualifiedName(int index, out int next)
    {
        next = index;
        // A hole as the schema: {schema}.orders.
        if (!IsName(index) && this[index].Kind != SqlTokenKind.Hole)
        {
            return null;
        }
        while (IsSymbol(next + 1, ".") && (IsName(next + 2) || this[next + 2].Kind == SqlTokenKind.Hole))
        {
            next += 2;
        }
        return Name(next++);
    }

    /// <summary>What qualifies the name that ends before an index; null where nothing does, a hole, or what is meant without it.</summary>
    public string? SchemaBefore(int next) =>
        IsSymbol(next - 2, ".") && Name(next - 3) is { } schema and not ("public" or "dbo" or "main") ? schema : null;

    /// <summary>The index of the semicolon that ends a statement; the end where there is none.</summary>
    public int EndOfStatement(int index)
    {
        while (index < Count && !IsSymbol(index, ";"))
        {
            index++;
        }
        return index;
    }

    /// <summary>The index behind the parenthesis that closes the one at <paramref name="open"/>; the end where it is not closed.</summary>
    public int Behind(int open)
    {
        var depth = 0;
        for (var i = open; i < Count; i++)
        {
            depth += IsSymbol(i, "(") ? 1 : IsSymbol(i, ")") ? -1 : 0;
            if (depth == 0)
            {
                return i + 1;
            }
        }
        return Count;
    }

    /// <summary>The first indexes of the items, separated by commas, between two indexes, and behind each its end; what is in parentheses belongs to its item.</summary>
    public IEnumerable<(int Start, int End)> Items(int start, int end)
    {
        var from = start;
        for (var i = start; i < end; i++)
        {
            if (IsSymbol(i, "("))
            {
                i = Math.Min(Behind(i), end) - 1;
            }
            else if (IsSymbol(i, ","))
            {
                yield return (from, i);
                from = i + 1;
            }
        }
        if (from < end)
        {
            yield return (from, end);
        }
    }
}
