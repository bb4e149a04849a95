using System.Collections.Immutable;

namespace DbSafety.Sql;

internal enum SqlStatementKind
{
    Other, Select, Insert, Update, Delete, Merge, Replace, Create, Alter, Drop, Truncate, Begin, Commit, Rollback, Savepoint,
    Release, Set, Pragma, Call, Copy, Listen, Notify, Explain, Lock, Declare, If, Use, Grant,
}

[Flags]
internal enum SqlTableUse { None = 0, Read = 1, Write = 2 }

/// <summary>One mention of a table.</summary>
/// <param name="Name">Unquoted, lower-cased, the last part or <c>schema.name</c>; empty when it contains a hole.</param>
/// <param name="Alias">Unquoted, lower-cased; null when there is none.</param>
/// <param name="Start">Start of the name in the text; <paramref name="Length"/> covers the name alone.</param>
internal readonly record struct SqlTable(string Name, string? Alias, SqlTableUse Use, int Start, int Length);

internal enum SqlOperandKind { Parameter, Literal, Hole, Column, Expression }

/// <summary><c>column = operand</c> that must hold for every row of the statement: at AND level of WHERE or MERGE ON.</summary>
/// <param name="Column">Unquoted, lower-cased, without its table.</param>
/// <param name="Start">Start of the operand; <paramref name="Length"/> is the operand's.</param>
/// <param name="Hole">Index of the first hole in the operand, or -1.</param>
internal readonly record struct SqlKeyEquality(string Column, SqlOperandKind Kind, int Start, int Length, int Hole);

[Flags]
internal enum SqlLockClause
{
    None = 0, ForUpdate = 1, ForNoKeyUpdate = 2, ForShare = 4, ForKeyShare = 8, LockInShareMode = 16, UpdLock = 32, XLock = 64,
    HoldLock = 128, NoLock = 256, TableLock = 512, RowLock = 1024, SkipLocked = 2048, NoWait = 4096,
}

/// <summary>One statement of a script. Facts are of the statement and its subqueries unless a member says otherwise.</summary>
internal sealed class SqlStatement
{
    public SqlStatementKind Kind { get; init; }
    public int Start { get; init; }
    public int Length { get; init; }
    public int End => Start + Length;
    public ImmutableArray<SqlTable> Tables { get; init; } = ImmutableArray<SqlTable>.Empty;

    /// <summary>Of the outermost WHERE (or MERGE ON).</summary>
    public ImmutableArray<SqlKeyEquality> KeyEqualities { get; init; } = ImmutableArray<SqlKeyEquality>.Empty;
    public SqlLockClause Lock { get; init; }

    /// <summary>The statement itself, not a subquery, has a WHERE.</summary>
    public bool HasWhere { get; init; }
    public bool HasOrderBy { get; init; }

    /// <summary>LIMIT, TOP or FETCH FIRST/NEXT.</summary>
    public bool HasLimit { get; init; }

    /// <summary>RETURNING, OUTPUT or THEN RETURN.</summary>
    public bool HasReturning { get; init; }

    /// <summary>ON CONFLICT, ON DUPLICATE KEY, INSERT IGNORE, INSERT OR ….</summary>
    public bool HasOnConflict { get; init; }

    /// <summary>A conflicting row is dropped without an error: ON CONFLICT DO NOTHING, INSERT IGNORE, INSERT OR IGNORE.</summary>
    public bool IgnoresConflict { get; init; }

    /// <summary>Inside BEGIN … END, or governed by an IF or a loop.</summary>
    public bool IsInsideBlock { get; init; }
    public ImmutableArray<SqlToken> Parameters { get; init; } = ImmutableArray<SqlToken>.Empty;

    /// <summary>Plain columns of the statement's own ORDER BY, unquoted, lower-cased; empty for an item that is none.</summary>
    public ImmutableArray<string> OrderBy { get; init; } = ImmutableArray<string>.Empty;
}
