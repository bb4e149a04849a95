namespace DbSafety.Sql;

/// <summary>What each keyword does to the frame it stands in.</summary>
internal sealed partial class SqlReading
{
    /// <summary>False when the word is a name here, whatever it is elsewhere.</summary>
    private bool Keyword(Kw kw)
    {
        ref var frame = ref Top;
        var (next, before) = (KwAt(_at + 1), KwAt(_at - 1));
        if (frame.Slot == Slot.Name && !IsReserved(kw) && !(kw == Kw.Of && before == Kw.As) && frame.Clause != Clause.With)
            return false;
        if (frame.Slot == Slot.Start && StartsStatement(kw, next))
            return true;
        // limit = 5, (offset, …): a clause cannot begin where an operand is due, so these are columns.
        if (frame.Slot is Slot.Operand or Slot.Predicate or Slot.Item && !IsReserved(kw) && !StartsOperand(kw))
        {
            if (kw == Kw.Matched)
                Operand();
            return kw is Kw.Partition or Kw.Percent or Kw.Matched;
        }
        switch (kw)
        {
            case Kw.Or when frame.Slot == Slot.Table:
            case Kw.Update when before == Kw.Or && frame.Slot == Slot.Table: // INSERT OR UPDATE
                _hasOnConflict |= kw == Kw.Update;
                return true;
            case Kw.Select or Kw.Insert or Kw.Merge or Kw.Delete or Kw.Update or Kw.Exec or Kw.Execute when frame.Clause is Clause.With or Clause.Insert or Clause.Declare or Clause.Returning or Clause.Where:
                return StartsStatement(kw, next);
            case Kw.Select or Kw.Update or Kw.Delete or Kw.Insert:
                return StartsStatement(kw, next);
            case Kw.All or Kw.Distinct when frame is { Slot: Slot.Item } or { Slot: Slot.Start }:
                return true;
            case Kw.Top when frame.Slot is Slot.Item or Slot.Table:
                (frame.Resume, frame.Slot) = (frame.Slot, Slot.Number);
                HasLimit();
                return true;
            case Kw.From when frame.Kind is FrameKind.Call:
                frame.Slot = Slot.Operand; // EXTRACT(… FROM x)
                return true;
            case Kw.From when !(before == Kw.Distinct && KwAt(_at - 2) is Kw.Is or Kw.Not):
                var target = frame.Clause == Clause.Delete && _tables.Count == _tablesBefore;
                To(Clause.From, Slot.Table);
                Top.Use = target ? SqlTableUse.Write : SqlTableUse.Read;
                return true;
            case Kw.From:
                frame.Slot = Slot.Operand;
                return true;
            case Kw.Join or Kw.Straight_join or Kw.Apply when frame.Clause is not Clause.None || frame.Slot == Slot.Start:
                To(Clause.From, Slot.Table);
                Top.Use = SqlTableUse.Read;
                return true;
            case Kw.Into:
                To(frame.Clause == Clause.Insert ? Clause.Insert : _kind == SqlStatementKind.Insert ? Clause.Insert : frame.Clause, Slot.Table);
                Top.Use = SqlTableUse.Write;
                return true;
            case Kw.Using when !Is(_at + 1, '(') || KwAt(_at + 2) is Kw.Select or Kw.With or Kw.Values:
                To(Clause.From, Slot.Table);
                Top.Use = SqlTableUse.Read;
                return true;
            case Kw.On when next is Kw.Conflict or Kw.Duplicate:
                _hasOnConflict = true;
                To(Clause.Match, Slot.Option);
                return true;
            case Kw.On when frame.Clause is Clause.From or Clause.On or Clause.Update or Clause.Delete || frame.Slot is Slot.After or Slot.Start && frame.Clause is Clause.None or Clause.Where:
                ToPredicate(Clause.On, keys: frame.Kind == FrameKind.Query && _depth == 0 && _kind == SqlStatementKind.Merge);
                return true;
            case Kw.Where:
                var own = _depth == 0 && _kind != SqlStatementKind.If;
                ToPredicate(Clause.Where, keys: own && !_united && _kind is SqlStatementKind.Select or SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.Explain or SqlStatementKind.Other);
                _hasWhere |= own;
                return true;
            case Kw.Having or Kw.Qualify:
                ToPredicate(Clause.Where, keys: false);
                return true;
            case Kw.And when frame.Between:
                (frame.Between, frame.Slot) = (false, Slot.Operand);
                return true;
            case Kw.And or Kw.Or or Kw.Xor:
                if (frame is { Slot: Slot.Start, Clause: Clause.None })
                    frame.Clause = Clause.Where;
                EndItem();
                if (kw != Kw.And)
                    DropKeys();
                NextPredicate();
                return true;
            case Kw.Not:
                if (frame.Slot is Slot.Predicate or Slot.Start)
                    (frame.Not, frame.Slot) = (true, Slot.Predicate);
                return true;
            case Kw.Like or Kw.Ilike or Kw.Glob or Kw.Regexp or Kw.Rlike or Kw.Escape or Kw.In or Kw.Match:
                (frame.Slot, frame.Compared) = (Slot.Operand, true);
                return true;
            case Kw.Between:
                (frame.Column, frame.Slot, frame.Compared, frame.Between) = (ColumnBefore(before == Kw.Not ? _at - 2 : _at - 1), Slot.Operand, true, true);
                return true;
            case Kw.Similar:
                frame.Slot = Slot.Option;
                return true;
            case Kw.Is:
                (frame.Slot, frame.Compared) = (Slot.Option, true);
                return true;
            case Kw.Case:
                frame.Slot = Slot.After;
                Push(FrameKind.Case, Clause.None, Slot.Item);
                return true;
            case Kw.When when frame.Kind == FrameKind.Case:
                if (frame.Column < 0)
                    frame.Column = KwAt(_at - 1) == Kw.Case ? 1 : 0;
                (frame.Slot, frame.Compared) = (frame.Column == 1 ? Slot.Predicate : Slot.Operand, false);
                return true;
            case Kw.When:
                ToPredicate(Clause.On, keys: false); // MERGE
                return true;
            case Kw.Then when frame.Kind == FrameKind.Case:
            case Kw.Else when frame.Kind == FrameKind.Case:
                frame.Slot = Slot.Operand;
                return true;
            case Kw.Then:
                _hasReturning |= next == Kw.Return;
                To(Clause.Match, next == Kw.Return ? Slot.Option : Slot.Start);
                return true;
            case Kw.Return when before == Kw.Then:
                To(Clause.Returning, Slot.Item);
                return true;
            case Kw.End when frame.Kind == FrameKind.Case:
                Pop();
                Operand();
                return true;
            case Kw.Group or Kw.Order or Kw.Partition when next == Kw.By:
                To(kw == Kw.Order ? Clause.Order : Clause.Group, Slot.Item);
                Top.Item = ++_at + 1;
                _hasOrderBy |= _depth == 0 && kw == Kw.Order;
                return true;
            case Kw.Asc or Kw.Desc or Kw.Nulls or Kw.Last:
                (frame.Slot, frame.Compared) = (Slot.After, true);
                return true;
            case Kw.Limit or Kw.Offset or Kw.Fetch:
                To(Clause.Limit, Slot.Number);
                Top.Resume = Slot.After;
                if (kw != Kw.Offset)
                    HasLimit();
                return true;
            case Kw.Next or Kw.First when frame.Slot == Slot.Number:
                return true;
            case Kw.Row or Kw.Rows or Kw.Only or Kw.Percent when frame.Clause == Clause.Limit:
                frame.Slot = Slot.After;
                return true;
            case Kw.For when frame.Kind == FrameKind.Call:
                frame.Slot = Slot.Operand;
                return true;
            case Kw.For when _kind == SqlStatementKind.Declare && frame.Clause == Clause.Declare:
                To(Clause.None, Slot.Start);
                return true;
            case Kw.For:
                To(Clause.Limit, Slot.Option);
                LockRows();
                return true;
            case Kw.Lock when next == Kw.In && KwAt(_at + 2) == Kw.Share && KwAt(_at + 3) == Kw.Mode:
                To(Clause.Limit, Slot.After);
                _lock |= SqlLockClause.LockInShareMode;
                _at += 3;
                return true;
            case Kw.Nowait:
                _lock |= _lock == SqlLockClause.None ? SqlLockClause.None : SqlLockClause.NoWait;
                return true;
            case Kw.Skip when next == Kw.Locked:
                _lock |= SqlLockClause.SkipLocked;
                return true;
            case Kw.Of:
                frame.Slot = before == Kw.As ? Slot.Operand : Slot.Name;
                return true;
            case Kw.Union or Kw.Except or Kw.Intersect or Kw.Minus:
                To(Clause.None, Slot.Start);
                if (_depth == 0)
                {
                    _united = true; // no condition holds for every row
                    _keys.Clear();
                }
                return true;
            case Kw.Window:
                To(Clause.Match, Slot.Name);
                return true;
            case Kw.Values when frame.Clause != Clause.Set:
                To(Clause.Values, before == Kw.Default ? Slot.After : Slot.Item);
                _bodySeen |= _depth == 0;
                return true;
            case Kw.Set:
                if (frame.Clause == Clause.None && _depth == 0 && _kind == SqlStatementKind.Other)
                    return StartsStatement(kw, next);
                To(Clause.Set, Slot.Item);
                _bodySeen |= _depth == 0;
                return true;
            case Kw.Duplicate:
                _at += KwAt(_at + 1) == Kw.Key && KwAt(_at + 2) == Kw.Update ? 2 : 0;
                To(Clause.Set, Slot.Item);
                return true;
            case Kw.Constraint:
                frame.Slot = Slot.Name;
                return true;
            case Kw.Nothing:
                _ignoresConflict = true;
                return true;
            case Kw.Returning:
            case Kw.Output when frame.Clause is Clause.Insert or Clause.Set or Clause.From or Clause.On or Clause.Match or Clause.Delete or Clause.Values or Clause.Update:
                To(Clause.Returning, Slot.Item);
                _hasReturning |= _depth == 0;
                return true;
            case Kw.As when frame.Kind == FrameKind.Call:
                frame.Slot = Slot.Option; // CAST(x AS type)
                return true;
            case Kw.As:
                frame.Slot = frame.Clause is Clause.With or Clause.Match ? Slot.After : Slot.Name;
                return true;
            case Kw.Collate:
                frame.Slot = Slot.Name;
                return true;
            case Kw.With:
                if (!Is(_at + 1, '('))
                    frame.Slot = Slot.Option;
                return true;
            case Kw.Interval or Kw.Zone or Kw.Any or Kw.Some or Kw.All or Kw.Exists:
                frame.Slot = Slot.Operand;
                return true;
            case Kw.To when before == Kw.Similar:
                frame.Slot = Slot.Operand;
                return true;
            case Kw.Cursor or Kw.Table when frame.Clause == Clause.Declare:
                frame.Slot = Slot.Option;
                return true;
            case Kw.Default:
                Operand();
                return true;
            case Kw.Over or Kw.Option or Kw.Filter or Kw.Inner or Kw.Outer or Kw.Cross or Kw.Full or Kw.Natural or Kw.Lateral or Kw.Only or Kw.Or or Kw.Do or Kw.Matched or Kw.By or Kw.Conflict or Kw.Distinct or Kw.Recursive or Kw.Indexed or Kw.Force or Kw.Tablesample:
            case Kw.Left or Kw.Right when !Is(_at + 1, '('):
                return true;
            default:
                return false;
        }
    }

    private static bool StartsOperand(Kw kw) => kw is Kw.Interval or Kw.Default;

    private void HasLimit() => _hasLimit |= _depth == 0;

    /// <summary>FOR [NO KEY] UPDATE, FOR [KEY] SHARE; the cursor is on FOR and ends on the clause's last word.</summary>
    private void LockRows()
    {
        var (clause, words) = (KwAt(_at + 1), KwAt(_at + 2), KwAt(_at + 3)) switch
        {
            (Kw.Update, _, _) => (SqlLockClause.ForUpdate, 1),
            (Kw.Share, _, _) => (SqlLockClause.ForShare, 1),
            (Kw.Key, Kw.Share, _) => (SqlLockClause.ForKeyShare, 2),
            (Kw.No, Kw.Key, Kw.Update) => (SqlLockClause.ForNoKeyUpdate, 3),
            _ => (SqlLockClause.None, 0),
        };
        if (words == 0)
            return;
        _lock |= clause;
        _at += words;
        Top.Slot = Slot.After;
    }

    /// <summary>The lock that a T-SQL table hint asks for; None when the word is no lock hint.</summary>
    private SqlLockClause Hint(int index) => At(index) switch
    {
        { Kw: Kw.Nowait } => SqlLockClause.NoWait,
        { Kind: not SqlTokenKind.Word } => SqlLockClause.None,
        _ when IsText(index, "UPDLOCK") => SqlLockClause.UpdLock,
        _ when IsText(index, "XLOCK") => SqlLockClause.XLock,
        _ when IsText(index, "HOLDLOCK") || IsText(index, "SERIALIZABLE") => SqlLockClause.HoldLock,
        _ when IsText(index, "NOLOCK") || IsText(index, "READUNCOMMITTED") => SqlLockClause.NoLock,
        _ when IsText(index, "TABLOCK") || IsText(index, "TABLOCKX") => SqlLockClause.TableLock,
        _ when IsText(index, "ROWLOCK") || IsText(index, "PAGLOCK") => SqlLockClause.RowLock,
        _ when IsText(index, "READPAST") => SqlLockClause.SkipLocked,
        _ => SqlLockClause.None,
    };
}
