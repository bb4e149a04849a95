using System.Collections.Immutable;
using CsCheck;
using DbSafety.Sql;
using Xunit;

namespace DbSafety.Tests.Sql;

public class SqlPropertyTests
{
    private static readonly int Iterations = int.TryParse(Environment.GetEnvironmentVariable("SQL_ITERATIONS"), out var n) ? n : 20_000;

    private static readonly string[] Corpus = SqlCorpus.All.Select(s => s.Sql).ToArray();

    private static readonly Gen<SqlDialect> Dialect = Gen.OneOf(Enum.GetValues<SqlDialect>());

    private static readonly Gen<string> Anything = Gen.String[0, 200];

    private static readonly Gen<string> Marks = Gen.OneOf(
        "'", "''", "\"", "`", "[", "]", "]]", "$$", "$a$", "$", "--", "#", "/*", "*/", "\\", "\n", "\r\n", " ", "(", ")", ";", ",", ".", "@", "@@", ":", "::", "?", "{", "}", "{0}", "N'", "E'", "r'", "q'[",
        "'''", "\"\"\"", "\uFFFC", "a", "1", "0x", "1e", "GO", "\nGO\n", "BEGIN ", "END ", "CASE ", "SELECT ", "FROM ", "WHERE ", "AND ", "OR ", "IN (", "VALUES ", "CREATE TRIGGER ", "EXEC ", "SET ", "DECLARE ",
        "INSERT INTO ", "UPDATE ", "DELETE ", "MERGE ", "WITH ", "AS ", "ON ", "ORDER BY ", "LIMIT ", "UNION ", "IF ", "ELSE ", "EXPLAIN ", "BETWEEN ", "NOT ", "=", "<", "*", "|", "&", "\0", "\uD800", "\u0301").Array[0, 60]
        .Select(string.Concat);

    private static readonly Gen<string> Cut = Gen.Select(Gen.OneOf(Corpus), Gen.Int[0, 400], Gen.Int[0, 400])
        .Select((sql, from, length) => from >= sql.Length ? sql : sql.Substring(from, Math.Min(length, sql.Length - from)));

    private static readonly Gen<string> Spliced = Cut.Array[1, 6].Select(string.Concat);

    private static readonly Gen<(SqlText Text, SqlDialect Dialect)> Any =
        Gen.Select(Gen.OneOf<string>(Anything, Marks, Cut, Spliced), Gen.Int[0, 300].HashSet[0, 5], Dialect)
            .Select((text, positions, dialect) => (WithHoles(text, positions), dialect));

    private static SqlText WithHoles(string text, IEnumerable<int> positions)
    {
        var holes = positions.Where(p => p < text.Length).Order().ToImmutableArray();
        var chars = text.ToCharArray();
        foreach (var hole in holes)
            chars[hole] = SqlText.HoleChar;
        return new(new(chars), holes);
    }

    [Fact]
    public void Tokens_cover_every_character_once_in_order() => Any.Sample(input =>
    {
        var at = 0;
        foreach (var token in SqlScanner.Scan(input.Text, input.Dialect))
        {
            if (token.Start != at || token.Length <= 0)
                return false;
            at = token.End;
        }
        return at == input.Text.Text.Length;
    }, iter: Iterations);

    [Fact]
    public void Reading_ends_and_its_facts_lie_inside_the_text() => Any.Sample(input =>
    {
        var script = SqlReader.Read(input.Text, input.Dialect);
        var length = input.Text.Text.Length;
        Assert.Equal(input.Text.Holes.Length, script.Holes.Length);
        var end = 0;
        foreach (var s in script.Statements)
        {
            Assert.True(s.Start >= end && s.Length > 0 && s.End <= length, "statements overlap or lie outside");
            end = s.End;
            Assert.All(s.Tables, t => Assert.True(t.Start >= s.Start && t.Start + t.Length <= s.End && t.Length > 0));
            Assert.All(s.KeyEqualities, k => Assert.True(k.Start >= s.Start && k.Start + k.Length <= s.End && k.Length > 0 && k.Hole < script.Holes.Length));
            Assert.All(s.Parameters, p => Assert.True(p.Start >= s.Start && p.End <= s.End));
        }
        for (var i = 0; i < script.Holes.Length; i++)
        {
            var hole = script.Holes[i];
            Assert.Equal((i, input.Text.Holes[i]), (hole.Index, hole.Position));
            Assert.InRange(hole.Position, hole.Token.Start, hole.Token.End - 1);
            Assert.InRange(hole.Statement, -1, script.Statements.Length - 1);
            var expected = hole.Token.Kind switch
            {
                SqlTokenKind.Comment => hole.Place is SqlHolePlace.Comment or SqlHolePlace.Unknown,
                SqlTokenKind.Word => hole.Place is SqlHolePlace.PartOfToken or SqlHolePlace.Unknown,
                SqlTokenKind.Parameter => hole.Place is SqlHolePlace.Parameter or SqlHolePlace.Unknown,
                SqlTokenKind.String => hole.Place is SqlHolePlace.String or SqlHolePlace.StringPart or SqlHolePlace.LikePattern or SqlHolePlace.QuotedIdentifier or SqlHolePlace.Unknown,
                SqlTokenKind.QuotedName => hole.Place is SqlHolePlace.QuotedIdentifier or SqlHolePlace.Unknown,
                SqlTokenKind.Hole => hole.Place is not (SqlHolePlace.String or SqlHolePlace.StringPart or SqlHolePlace.LikePattern or SqlHolePlace.QuotedIdentifier or SqlHolePlace.Comment or SqlHolePlace.PartOfToken or SqlHolePlace.Parameter),
                _ => false,
            };
            Assert.True(expected, $"{hole.Place} in a {hole.Token.Kind}");
            Assert.False(hole.InDdl && hole.Place is SqlHolePlace.Value or SqlHolePlace.InList or SqlHolePlace.Number, "a value where none can be");
        }
    }, iter: Iterations);

    [Fact]
    public void Scanning_is_stable() => Any.Sample(input =>
    {
        var tokens = SqlScanner.Scan(input.Text, input.Dialect);
        var again = string.Concat(tokens.Select(t => input.Text.Text.Substring(t.Start, t.Length)));
        return SqlScanner.Scan(new(again, input.Text.Holes), input.Dialect).SequenceEqual(tokens);
    }, iter: Iterations / 4);

    [Fact]
    public void A_line_comment_before_the_text_changes_no_place() => Any.Sample(input =>
    {
        const string prefix = "-- first\n";
        var moved = new SqlText(prefix + input.Text.Text, input.Text.Holes.Select(h => h + prefix.Length).ToImmutableArray());
        var (before, after) = (SqlReader.Read(input.Text, input.Dialect), SqlReader.Read(moved, input.Dialect));
        return before.IsBalanced == after.IsBalanced && before.Holes.Select(h => (h.Place, h.Column)).SequenceEqual(after.Holes.Select(h => (h.Place, h.Column)))
            && before.Statements.Select(s => s.Kind).SequenceEqual(after.Statements.Select(s => s.Kind));
    }, iter: Iterations / 4);

    [Fact]
    public void Case_of_keywords_changes_nothing()
    {
        foreach (var (dialect, sql) in SqlCorpus.All)
        {
            var (upper, lower) = (SqlTexts.Read(sql.ToUpperInvariant(), dialect), SqlTexts.Read(sql.ToLowerInvariant(), dialect));
            Assert.Equal(upper.Statements.Select(s => (s.Kind, s.Start, s.Lock, s.HasWhere)), lower.Statements.Select(s => (s.Kind, s.Start, s.Lock, s.HasWhere)));
            Assert.Equal(upper.Statements.SelectMany(s => s.Tables), lower.Statements.SelectMany(s => s.Tables));
        }
    }

    [Fact]
    public void Corpus_is_balanced_and_starts_as_written()
    {
        Assert.InRange(Corpus.Length, 300, 1000);
        foreach (var (dialect, sql) in SqlCorpus.All)
        {
            var script = SqlTexts.Read(sql, dialect);
            Assert.True(script.IsBalanced, $"{dialect}: {sql}");
            var first = new string(sql.TrimStart('(', ';').TakeWhile(char.IsLetter).ToArray());
            if (Enum.TryParse<SqlStatementKind>(first, ignoreCase: true, out var kind) && sql.IndexOf("BEGIN TRY", StringComparison.Ordinal) != 0)
                Assert.Equal(kind, script.Statements[0].Kind);
        }
    }

    [Fact]
    public void A_megabyte_is_read()
    {
        foreach (var dialect in Enum.GetValues<SqlDialect>())
        {
            foreach (var piece in new[] { "SELECT a FROM t WHERE b = '«x»' AND c IN (@p, 1);\n", "(", "'", "a.", "«x»", "[", "$a", "/*", "a = 1 OR ", "CASE WHEN ", "? ", "a, ", "{=", "\\'", "-", "b = @p AND (" })
            {
                var one = SqlTexts.Holes(piece);
                var count = (dialect == SqlDialect.Unknown ? 1_000_000 : 100_000) / one.Text.Length;
                var holes = Enumerable.Range(0, count).SelectMany(i => one.Holes.Select(h => h + i * one.Text.Length)).ToImmutableArray();
                var script = SqlReader.Read(new(string.Concat(Enumerable.Repeat(one.Text, count)), holes), dialect);
                Assert.Equal(count * one.Text.Length, script.Tokens[^1].End);
                Assert.Equal(holes.Length, script.Holes.Length);
            }
        }
    }
}
