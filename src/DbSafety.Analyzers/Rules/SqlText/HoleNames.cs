using System.Collections.Immutable;
using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Sql;

namespace DbSafety.Rules.SqlText;

/// <summary>What the holes are called in a message.</summary>
internal static class HoleNames
{
    private const int Longest = 40;

    public static string Of(ImmutableArray<GluedPiece> pieces) => string.Join("', '", pieces.Select(p => Of(p.Hole)).Distinct());

    private static string Of(Hole hole)
    {
        var text = string.Join(" ", hole.Value.Syntax.ToString().Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= Longest ? text : text.Substring(0, Longest - 1) + "…";
    }

    public static string Part(SqlHolePlace place) => place switch
    {
        SqlHolePlace.Identifier or SqlHolePlace.QuotedIdentifier or SqlHolePlace.PartOfToken => "a name",
        SqlHolePlace.Keyword => "a keyword",
        SqlHolePlace.Comment => "a comment",
        SqlHolePlace.Fragment => "a clause",
        _ => "a part",
    };
}
