using System.Collections.Immutable;
using DbSafety.Flow;
using DbSafety.Model.Catalog;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

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
            var mentionsDdl = MentionsDdl(template);
            for (var i = 0; i < template.Holes.Length; i++)
            {
                if (Judge(call, template.Holes[i], template.Script.Holes[i], mentionsDdl, FollowsHole(template.Script, i)) is { } piece && seen.Add(piece.Hole.Value.Syntax))
                {
                    pieces.Add(piece);
                }
            }
        }
        return pieces.ToImmutable();
    }

    /// <summary>A script that makes tables names them all over; the schema's name where a value stands is no more of a defect there.</summary>
    private static bool MentionsDdl(SqlTemplate template) =>
        new[] { "CREATE ", "ALTER ", "DROP " }.Any(word => template.Script.Text.Text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary><c>select + where</c>: the second is a clause, whatever the first is.</summary>
    private static bool FollowsHole(SqlScript script, int hole)
    {
        var before = script.Holes[hole].Position - 1;
        while (before >= 0 && char.IsWhiteSpace(script.Text.Text[before]))
        {
            before--;
        }
        return before >= 0 && script.Text.HoleAt(before) >= 0;
    }

    private static GluedPiece? Judge(DbCall call, Hole hole, SqlHole place, bool mentionsDdl, bool followsHole)
    {
        var isValue = place.Place is SqlHolePlace.Value or SqlHolePlace.String or SqlHolePlace.StringPart or SqlHolePlace.LikePattern
            or SqlHolePlace.InList or SqlHolePlace.Number
            // VALUES ("{x}"): a string in MySQL, a name elsewhere; where a value stands, it is one either way.
            || place is { Place: SqlHolePlace.Unknown, Token.Kind: SqlTokenKind.QuotedName };
        var isName = place.Place is SqlHolePlace.Identifier or SqlHolePlace.QuotedIdentifier or SqlHolePlace.Keyword
            or SqlHolePlace.PartOfToken or SqlHolePlace.Fragment or SqlHolePlace.Comment
            || place.Place == SqlHolePlace.Statement && followsHole;
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
                Origin.Configuration when mentionsDdl => null,
                Origin.Configuration or Origin.Parameter or Origin.Outside => new(hole, place, GluedKind.Value, origin),
                _ => null,
            };
        }
        return origin is Origin.Parameter or Origin.Outside && !IsReadFromDatabase(call, hole) ? new(hole, place, GluedKind.Name, origin) : null;
    }

    /// <summary>A name the database itself gave: a table of its schema, a cursor it opened.</summary>
    private static bool IsReadFromDatabase(DbCall call, Hole hole) => hole.Value switch
    {
        IInvocationOperation { Instance.Type: { } type } => call.Model.Shapes.IsRecord(type),
        IPropertyReferenceOperation { Instance.Type: { } type, Arguments.IsEmpty: false } => call.Model.Shapes.IsRecord(type),
        IConversionOperation conversion => IsReadFromDatabase(call, hole with { Value = conversion.Operand }),
        _ => false,
    };
}
