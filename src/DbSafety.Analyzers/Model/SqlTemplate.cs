using System.Collections.Immutable;
using DbSafety.Flow;
using DbSafety.Sql;

namespace DbSafety.Model;

/// <summary>One text that a call's SQL can be, read as SQL: the script, and for each of its holes what fills it.</summary>
internal sealed class SqlTemplate
{
    private static readonly string HoleText = SqlText.HoleChar.ToString();

    private SqlTemplate(SqlScript script, ImmutableArray<Hole> holes, bool isExact) => (Script, Holes, IsExact) = (script, holes, isExact);

    public SqlScript Script { get; }

    /// <summary>What fills the holes of <see cref="Script"/>, in the same order.</summary>
    public ImmutableArray<Hole> Holes { get; }

    /// <summary>False where branches or loops were joined: parts of the text may be absent or repeated.</summary>
    public bool IsExact { get; }

    public bool IsConstant => Holes.IsEmpty;

    public static SqlTemplate Of(Template template, SqlDialect dialect)
    {
        if (template.Last is { Previous: null, Piece.Literal: { } literal })
        {
            return new(SqlReader.Read(SqlText.Of(literal), dialect), ImmutableArray<Hole>.Empty, template.Exact);
        }
        var pieces = template.Pieces;
        var texts = new string?[pieces.Length];
        var holes = ImmutableArray.CreateBuilder<Hole>();
        var positions = ImmutableArray.CreateBuilder<int>();
        for (var (i, at) = (0, 0); i < pieces.Length; at += texts[i]?.Length ?? 0, i++)
        {
            texts[i] = pieces[i].Literal;
            if (pieces[i].Hole is { } hole)
            {
                positions.Add(at);
                holes.Add(hole);
                texts[i] = HoleText;
            }
        }
        return new(SqlReader.Read(new SqlText(string.Concat(texts), positions.ToImmutable()), dialect), holes.ToImmutable(), template.Exact);
    }
}

/// <summary>What a piece of text glued into SQL is, for the rules.</summary>
internal enum GluedKind
{
    /// <summary>Text from outside where a value stands: an injection.</summary>
    Value,
    /// <summary>Text from outside where a name, keyword or clause stands: no parameter can take its place.</summary>
    Name,
    /// <summary>A number, date, Guid or enum where a value stands: harmless, but a new statement for each value.</summary>
    TypedValue,
}

/// <summary>One hole that a rule may report.</summary>
/// <param name="Origin">After asking the callers: whatever they pass for a parameter.</param>
internal readonly record struct GluedPiece(Hole Hole, SqlHole Place, GluedKind Kind, Origin Origin);
