using System.Collections.Immutable;

namespace DbSafety.Sql;

/// <summary>A primary or unique key of a table: of plain columns, over all rows, checked at once.</summary>
/// <param name="Table">Unquoted, lower-cased, without its schema.</param>
/// <param name="Schema">Null where it is not named.</param>
/// <param name="Columns">Unquoted, lower-cased, sorted: their order says nothing about which rows there can be.</param>
/// <param name="Name">Of the index; null for a constraint.</param>
internal sealed record SqlKey(string Table, string? Schema, ImmutableArray<string> Columns, string? Name);

/// <summary>What one text says of the keys of tables, in any dialect.</summary>
/// <remarks>
/// A key is left out where a conflict target may not find it or would mean another one: partial indexes, expressions, prefixes, collations
/// of their own, deferrable constraints, conflict clauses of SQLite, anything with a hole.
/// </remarks>
internal sealed class SqlKeys
{
    private readonly List<SqlKey> _keys = [];
    private readonly List<string> _created = [];
    private readonly HashSet<string> _unsure = [];
    private readonly HashSet<string> _dropped = [];

    private SqlKeys()
    {
    }

    public IReadOnlyList<SqlKey> Keys => _keys;

    /// <summary>The tables that it creates, one as often as it does.</summary>
    public IReadOnlyList<string> Created => _created;

    /// <summary>Tables that are renamed, or lose constraints or columns: what is left of their keys is not followed.</summary>
    public IReadOnlyCollection<string> Unsure => _unsure;

    /// <summary>The names of indexes that it drops and does not make again.</summary>
    public IReadOnlyCollection<string> DroppedIndexes => _dropped;

    public static SqlKeys In(SqlWords words)
    {
        var found = new SqlKeys();
        foreach (var statement in SqlTableDefinitions.StatementsIn(words))
        {
            if (!statement.IsAlter)
            {
                found._created.Add(statement.Table);
            }
            foreach (var (start, end) in words.Items(statement.Start, statement.End))
            {
                found.ReadItem(words, statement, start, end);
            }
        }
        for (var i = 0; i < words.Count; i++)
        {
            found.ReadIndex(words, i);
        }
        return found;
    }

    private void ReadItem(SqlWords words, SqlTableStatement statement, int start, int end)
    {
        if (statement.IsAlter && !words.Is(start, "add"))
        {
            // A foreign key or a check says nothing about keys.
            if (words.Is(start, "rename") || words.Is(start, "drop") && !words.Is(start + 1, "foreign") && !words.Is(start + 1, "check"))
            {
                _unsure.Add(statement.Table);
                if (words.Is(start + 1, "to") && words.QualifiedName(start + 2, out _) is { } other)
                {
                    _unsure.Add(other);
                }
            }
            return;
        }
        if (statement.IsAlter)
        {
            start += words.Is(start + 1, "column") ? 2 : 1;
            start += words.Is(start, "if") && words.Is(start + 1, "not") ? 3 : 0;
        }
        var columns = SqlTableDefinitions.IsConstraint(words, start, end) ? OfConstraint(words, start, end)
            : IsKeyOfColumn(words, start, end) && words.Name(start) is { } column ? ImmutableArray.Create(column)
            : default;
        Add(statement.Table, statement.Schema, columns, null, words, start, end);
    }

    /// <summary><c>[CONSTRAINT c] PRIMARY KEY|UNIQUE … (columns)</c>.</summary>
    private static ImmutableArray<string> OfConstraint(SqlWords words, int start, int end)
    {
        var at = start;
        if (words.Is(at, "constraint"))
        {
            at += words.Is(at + 1, "unique") || words.Is(at + 1, "primary") ? 1 : 2;
        }
        return words.Is(at, "primary") && words.Is(at + 1, "key") || words.Is(at, "unique") ? ColumnsIn(words, at + 1, end) : default;
    }

    /// <summary>PRIMARY KEY or UNIQUE stands in the declaration of a column, outside of parentheses.</summary>
    private static bool IsKeyOfColumn(SqlWords words, int start, int end)
    {
        for (var i = start + 1; i < end; i++)
        {
            if (words.Is(i, "unique") || words.Is(i, "primary") && words.Is(i + 1, "key"))
            {
                return true;
            }
            i = words.IsSymbol(i, "(") ? words.Behind(i) - 1 : i;
        }
        return false;
    }

    /// <summary><c>CREATE UNIQUE INDEX [i] ON t (columns)</c>, <c>DROP INDEX i</c>, <c>RENAME TABLE</c> of MySQL.</summary>
    private void ReadIndex(SqlWords words, int at)
    {
        if (words.Is(at, "drop") && words.Is(at + 1, "index"))
        {
            at += words.Is(at + 2, "concurrently") ? 3 : 2;
            at += words.Is(at, "if") ? 2 : 0;
            if (words.QualifiedName(at, out var behind) is { } index)
            {
                _dropped.Add(index);
                if (words.Is(behind, "on") && words.QualifiedName(behind + 1, out _) is { } of)
                {
                    _unsure.Add(of);
                }
            }
        }
        else if (words.Is(at, "rename") && words.Is(at + 1, "table"))
        {
            var end = words.EndOfStatement(at);
            for (at += 2; at < end; at++)
            {
                if (words.Name(at) is { } name)
                {
                    _unsure.Add(name);
                }
            }
        }
        else if (words.Is(at, "create") && words.Is(at + 1, "unique"))
        {
            var end = words.EndOfStatement(at);
            var on = Enumerable.Range(at, end - at).FirstOrDefault(i => words.Is(i, "on"));
            // ON ONLY of a partitioned table is no key until the partitions have theirs.
            if (on > 0 && !words.Is(on + 1, "only") && words.QualifiedName(on + 1, out var behind) is { } table)
            {
                var name = words.Is(on - 1, "index") ? null : words.Name(words.Is(on - 2, "using") ? on - 3 : on - 1);
                _dropped.Remove(name ?? "");
                var isPartial = Enumerable.Range(behind, end - behind).Any(i => words.Is(i, "where"));
                Add(table, words.SchemaBefore(behind), isPartial ? default : ColumnsIn(words, behind, end), name, words, behind, end);
            }
        }
    }

    private void Add(string table, string? schema, ImmutableArray<string> columns, string? name, SqlWords words, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (words[i].Kind == SqlTokenKind.Hole || words.Is(i, "conflict") || words.Is(i, "deferred") || words.Is(i, "deferrable") && !words.Is(i - 1, "not"))
            {
                return;
            }
        }
        if (!columns.IsDefaultOrEmpty)
        {
            _keys.Add(new(table, schema, columns.Sort(StringComparer.Ordinal), name));
        }
    }

    /// <summary>The names in the first parentheses from a place on; default where one is more than a column and its direction.</summary>
    private static ImmutableArray<string> ColumnsIn(SqlWords words, int at, int end)
    {
        while (at < end && !words.IsSymbol(at, "("))
        {
            at++;
        }
        var columns = ImmutableArray.CreateBuilder<string>();
        foreach (var (start, behind) in words.Items(at + 1, words.Behind(at) - 1))
        {
            var length = behind - start - (words.Is(behind - 1, "asc") || words.Is(behind - 1, "desc") ? 1 : 0);
            if (length != 1 || words.Name(start) is not { } column)
            {
                return default;
            }
            columns.Add(column);
        }
        return columns.ToImmutable();
    }
}
