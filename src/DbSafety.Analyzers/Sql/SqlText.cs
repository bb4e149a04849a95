using System.Collections.Immutable;

namespace DbSafety.Sql;

/// <summary>The SQL a text is read as. <see cref="Unknown"/> is a tolerant union of all: where dialects disagree
/// about what a character means, the reader says that it does not know.</summary>
internal enum SqlDialect { Unknown, TSql, PostgreSql, MySql, Sqlite, GoogleSql, Oracle }

internal static class SqlDialects
{
    /// <summary>Writers lock rows and wait for each other. Not SQLite, which has one writer, nor Spanner, which does not wait.</summary>
    public static bool LocksRows(this SqlDialect dialect) => dialect is SqlDialect.PostgreSql or SqlDialect.MySql or SqlDialect.TSql or SqlDialect.Oracle;
}

/// <summary>SQL text with holes: a flat string in which each hole is one <see cref="HoleChar"/>. Literal text may
/// contain that character too; only the positions in <see cref="Holes"/> are holes.</summary>
internal sealed class SqlText
{
    public const char HoleChar = '\uFFFC';

    /// <param name="text">The text, one <see cref="HoleChar"/> for each hole.</param>
    /// <param name="holes">Ascending positions of the holes in <paramref name="text"/>.</param>
    public SqlText(string text, ImmutableArray<int> holes)
    {
        Text = text;
        Holes = holes.IsDefault ? ImmutableArray<int>.Empty : holes;
    }

    public string Text { get; }

    public ImmutableArray<int> Holes { get; }

    /// <summary>A text without holes.</summary>
    public static SqlText Of(string text) => new(text, ImmutableArray<int>.Empty);

    /// <summary>The index of the hole at <paramref name="position"/>, or -1.</summary>
    public int HoleAt(int position) => Holes.BinarySearch(position) is >= 0 and var index ? index : -1;

    /// <summary>The index of the first hole at or after <paramref name="position"/>; the number of holes when there is none.</summary>
    public int FirstHole(int position) => Holes.BinarySearch(position) is var index && index >= 0 ? index : ~index;

    public override string ToString() => Text;
}
