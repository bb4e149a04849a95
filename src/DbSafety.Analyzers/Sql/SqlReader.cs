using System.Collections.Immutable;

namespace DbSafety.Sql;

/// <summary>Reads SQL text into statements and says of each hole what its place is. Never throws.</summary>
internal static class SqlReader
{
    public static SqlScript Read(SqlText text, SqlDialect dialect)
    {
        var holes = ImmutableArray.CreateBuilder<SqlHole>(text.Holes.Length);
        for (var i = 0; i < text.Holes.Length; i++)
            holes.Add(new(i, text.Holes[i], SqlHolePlace.Unknown, default, -1, null, false));
        return new(text, dialect, SqlScanner.Scan(text, dialect), ImmutableArray<SqlStatement>.Empty, holes.MoveToImmutable(),
            ImmutableArray<SqlParameterName>.Empty, isBalanced: false);
    }
}
