namespace DbSafety.Sql;

/// <summary>The words that steer the reader; the enum names are the words.</summary>
internal enum Kw : byte
{
    None, Action, Add, After, All, Alter, Analyze, And, Any, Apply, As, Asc, Attach, Backup, Begin, Between, By, Call, Case, Cast, Catch,
    Check, Checkpoint, Close, Collate, Column, Comment, Commit, Conflict, Constraint, Copy, Create, Cross, Cursor, Database, Dbcc, Deallocate,
    Declare, Default, Deferred, Delete, Deny, Desc, Describe, Detach, Discard, Distinct, Do, Drop, Duplicate, Else, End, Escape, Except, Exec,
    Exclusive, Execute, Exists, Explain, Extension, Fetch, Filter, First, Flush, For, Force, From, Full, Function, Glob, Go, Grant, Group, Having,
    If, Ignore, Ilike, Immediate, In, Index, Indexed, Inner, Insert, Intersect, Interval, Into, Is, Isolation, Join, Key, Kill, Last, Lateral, Left, Like,
    Limit, Listen, Lock, Locked, Login, Loop, Match, Matched, Merge, Minus, Mode, Natural, Next, No, Not, Nothing, Notify, Nowait, Null, Nulls,
    Of, Offset, On, Only, Open, Optimize, Option, Or, Order, Outer, Output, Over, Overwrite, Partition, Percent, Pragma, Primary, Print, Proc,
    Procedure, Publication, Qualify, Raiserror, Read, Recursive, References, Refresh, Regexp, Reindex, Release, Rename, Repeat, Replace, Reset,
    Restore, Return, Returning, Revoke, Right, Rlike, Role, Rollback, Row, Rows, Save, Savepoint, Schema, Select, Sequence, Set, Share, Show,
    Similar, Skip, Slot, Some, Start, Straight_join, Subscription, Table, Tablesample, Temp, Temporary, Then, Throw, To, Top, Tran, Transaction, Trigger, Truncate, Try,
    Union, Unique, Unlisten, Unlock, Update, Use, User, Using, Vacuum, Values, View, Waitfor, When, Where, While, Window, With, Work, Xor, Zone,
}

/// <summary>Finds a keyword in a text without allocating.</summary>
internal static class SqlKeywords
{
    private const int Size = 1024;
    private static readonly (string Word, Kw Kw)[] Table = Build();

    /// <summary>The keyword that stands at <paramref name="start"/>, or <see cref="Kw.None"/>.</summary>
    public static Kw Find(string text, int start, int length)
    {
        if (length is < 2 or > 13)
            return Kw.None;
        for (var slot = Hash(text, start, length); Table[slot].Word is { } word; slot = (slot + 1) % Size)
        {
            if (word.Length == length && string.Compare(text, start, word, 0, length, StringComparison.OrdinalIgnoreCase) == 0)
                return Table[slot].Kw;
        }
        return Kw.None;
    }

    private static int Hash(string text, int start, int length)
    {
        uint hash = 2166136261;
        for (var i = start; i < start + length; i++)
            hash = (hash ^ (text[i] | 0x20u)) * 16777619;
        return (int)(hash % Size);
    }

    private static (string Word, Kw Kw)[] Build()
    {
        var table = new (string Word, Kw Kw)[Size];
        foreach (Kw kw in Enum.GetValues(typeof(Kw)))
        {
            var word = kw.ToString();
            var slot = Hash(word, 0, word.Length);
            while (table[slot].Word is not null)
                slot = (slot + 1) % Size;
            if (kw != Kw.None)
                table[slot] = (word, kw);
        }
        return table;
    }
}
