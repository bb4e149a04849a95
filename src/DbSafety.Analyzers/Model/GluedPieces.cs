using System.Collections.Immutable;
using DbSafety.Flow;
using DbSafety.Model.Catalog;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>Judges the holes of a call's SQL: what each is, by its place in the statement and the origin of what fills it.</summary>
internal static class GluedPieces
{
    public static ImmutableArray<GluedPiece> Of(DbCall call)
    {
        if (call.Text.IsConstant || !call.IsStatement && call.Api.Role != ApiRole.Fragment)
        {
            return ImmutableArray<GluedPiece>.Empty;
        }
        var seen = new HashSet<SyntaxNode>();
        var pieces = ImmutableArray.CreateBuilder<GluedPiece>();
        foreach (var template in call.Templates)
        {
            for (var i = 0; i < template.Holes.Length; i++)
            {
                if (Judge(call, template.Holes[i], template.Script.Holes[i]) is { } piece && seen.Add(piece.Hole.Value.Syntax))
                {
                    pieces.Add(piece);
                }
            }
        }
        return pieces.ToImmutable();
    }

    private static GluedPiece? Judge(DbCall call, Hole hole, SqlHole place)
    {
        var isValue = place.Place is SqlHolePlace.Value or SqlHolePlace.String or SqlHolePlace.StringPart or SqlHolePlace.LikePattern
            or SqlHolePlace.InList or SqlHolePlace.Number;
        var isName = place.Place is SqlHolePlace.Identifier or SqlHolePlace.QuotedIdentifier or SqlHolePlace.Keyword
            or SqlHolePlace.PartOfToken or SqlHolePlace.Fragment or SqlHolePlace.Comment;
        if (!isValue && !isName)
        {
            return null;
        }
        var origin = call.Model.OriginOf(hole);
        if (isValue && !place.InDdl && call.Api.Role != ApiRole.Ddl)
        {
            return origin switch
            {
                Origin.Typed => new(hole, place, GluedKind.TypedValue, origin),
                Origin.Configuration or Origin.Parameter or Origin.Outside => new(hole, place, GluedKind.Value, origin),
                _ => null,
            };
        }
        return origin is Origin.Parameter or Origin.Outside ? new(hole, place, GluedKind.Name, origin) : null;
    }
}
