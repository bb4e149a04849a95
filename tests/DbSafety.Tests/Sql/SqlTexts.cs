using System.Collections.Immutable;
using System.Text;
using DbSafety.Sql;

namespace DbSafety.Tests.Sql;

internal static class SqlTexts
{
    /// <summary>Text with holes from a readable form: «x» is a hole.</summary>
    public static SqlText Holes(string readable)
    {
        var text = new StringBuilder();
        var holes = ImmutableArray.CreateBuilder<int>();
        for (var i = 0; i < readable.Length; i++)
        {
            if (readable[i] != '«')
            {
                text.Append(readable[i]);
                continue;
            }
            holes.Add(text.Length);
            text.Append(SqlText.HoleChar);
            i = readable.IndexOf('»', i);
        }
        return new(text.ToString(), holes.ToImmutable());
    }

    public static SqlScript Read(string readable, SqlDialect dialect = SqlDialect.Unknown) => SqlReader.Read(Holes(readable), dialect);

    /// <summary>Each token but white space as <c>Kind:text</c>, a hole written «».</summary>
    public static string Tokens(string readable, SqlDialect dialect)
    {
        var text = Holes(readable);
        return string.Join(" ", SqlScanner.Scan(text, dialect).Where(t => t.Kind != SqlTokenKind.Whitespace)
            .Select(t => $"{t.Kind}:{text.Text.Substring(t.Start, t.Length).Replace(SqlText.HoleChar.ToString(), "«»")}"));
    }
}
