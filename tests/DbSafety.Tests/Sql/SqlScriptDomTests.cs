using CsCheck;
using DbSafety.Sql;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using Xunit;

namespace DbSafety.Tests.Sql;

/// <summary>T-SQL tokens against Microsoft's own lexer.</summary>
public class SqlScriptDomTests
{
    private static readonly string[] Corpus = SqlCorpus.Of(SqlDialect.TSql).ToArray();

    [Fact]
    public void Corpus_has_the_tokens_of_ScriptDom()
    {
        Assert.InRange(Corpus.Length, 200, 1000);
        Assert.All(Corpus, Agree);
    }

    [Fact]
    public void Joined_statements_have_the_tokens_of_ScriptDom() =>
        Gen.Select(Gen.OneOf(Corpus).Array[1, 4], Gen.OneOf("\n", "\n;", "\n/**/", "--\n")).Sample((parts, joint) => Agree(string.Join(joint, parts)), iter: 2_000);

    [Fact]
    public void Random_words_have_the_tokens_of_ScriptDom() => Gen.OneOf(
        "a", "[b]", "[c]]d]", "\"e\"", "'f'", "N'g'", "'h''i'", "@j", "@@k", "#l", "##m", "1", "2.5", ".5", "1e3", "0x1F", "$1.5", "+", "-", "*", "/", "%", "=", "<", ">", "<=", "<>", "!=", "(", ")", ",", ";", ".", "::",
        "--n\n", "/*o*/", "/* /* p */ */", " ", "\n", "\t", "SELECT", "FROM", "WHERE", "é", "~", "&", "|", "^", "+=")
        .Array[0, 30].Sample(words => Agree(string.Join(" ", words)), iter: 5_000);

    /// <summary>ScriptDom cuts compound operators into characters and a run of white space at each line break; apart from
    /// that the boundaries must be the same.</summary>
    private static void Agree(string sql)
    {
        var theirs = new TSql170Parser(initialQuotedIdentifiers: true).GetTokenStream(new StringReader(sql), out var errors)
            .Where(t => t.TokenType != TSqlTokenType.EndOfFile).SelectMany(Cut).ToList();
        Assert.Empty(errors);
        var ours = SqlScanner.Scan(SqlText.Of(sql), SqlDialect.TSql).Select(t => (Class: ClassOf(t), t.Start, t.End)).ToList();
        Assert.Equal(Written(sql, Merge(theirs)), Written(sql, Merge(ours)));
    }

    private static IEnumerable<(string Class, int Start, int End)> Cut(TSqlParserToken token)
    {
        var (start, end) = (token.Offset, token.Offset + token.Text.Length);
        return token.TokenType == TSqlTokenType.Label
            ? [("word", start, end - 1), ("punctuation", end - 1, end)] // done:
            : [(ClassOf(token), start, end)];
    }

    private static string Written(string sql, IEnumerable<(string Class, int Start, int End)> tokens) =>
        string.Join("\n", tokens.Select(t => $"{t.Class} {sql.Substring(t.Start, t.End - t.Start)}"));

    private static IEnumerable<(string Class, int Start, int End)> Merge(List<(string Class, int Start, int End)> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var (kind, start, end) = tokens[i];
            while (kind is "space" or "operator" && i + 1 < tokens.Count && tokens[i + 1].Class == kind)
                end = tokens[++i].End;
            yield return (kind, start, end);
        }
    }

    private static string ClassOf(SqlToken token) => token.Kind switch
    {
        SqlTokenKind.Whitespace => "space",
        SqlTokenKind.Comment => "comment",
        SqlTokenKind.Word => "word",
        SqlTokenKind.QuotedName => "name",
        SqlTokenKind.String => "string",
        SqlTokenKind.Number => "number",
        SqlTokenKind.Parameter => "variable",
        SqlTokenKind.Operator => "operator",
        _ => "punctuation",
    };

    private static string ClassOf(TSqlParserToken token) => token.TokenType switch
    {
        TSqlTokenType.WhiteSpace => "space",
        TSqlTokenType.SingleLineComment or TSqlTokenType.MultilineComment => "comment",
        TSqlTokenType.QuotedIdentifier or TSqlTokenType.AsciiStringOrQuotedIdentifier => "name",
        TSqlTokenType.AsciiStringLiteral or TSqlTokenType.UnicodeStringLiteral => "string",
        TSqlTokenType.Integer or TSqlTokenType.Numeric or TSqlTokenType.Real or TSqlTokenType.HexLiteral or TSqlTokenType.Money => "number",
        TSqlTokenType.Variable when token.Text.StartsWith("@@", StringComparison.Ordinal) => "word",
        TSqlTokenType.Variable => "variable",
        TSqlTokenType.LeftParenthesis or TSqlTokenType.RightParenthesis or TSqlTokenType.Comma or TSqlTokenType.Semicolon or TSqlTokenType.Dot
            or TSqlTokenType.Colon or TSqlTokenType.LeftCurly or TSqlTokenType.RightCurly => "punctuation",
        _ when token.Text == ";" => "punctuation",
        _ when token.Text.Length > 0 && (char.IsLetter(token.Text[0]) || token.Text[0] is '_' or '#' or '$') => "word",
        _ => "operator",
    };
}
