using System.Collections.Immutable;

namespace DbSafety.Sql;

/// <summary>Where statements begin and end, and the facts gathered on the way: tables, keys, order, placeholders.</summary>
internal sealed partial class SqlReading
{
    private readonly List<SqlTable> _tables = new();
    private readonly List<SqlKeyEquality> _keys = new();
    private readonly List<string> _orderBy = new();
    private readonly List<SqlToken> _parameters = new();
    private readonly List<int> _insertColumns = new(); // of the INSERT being read; -1 for one that is no plain name
    private readonly HashSet<string> _withNames = new(StringComparer.Ordinal);
    private SqlStatementKind _kind;
    private SqlLockClause _lock;
    private int _first;
    private int _tablesBefore; // the tables of a statement's CTEs
    private int _placed;
    private int _routineBlocks;
    private bool _hasWhere, _hasOrderBy, _hasLimit, _hasReturning, _hasOnConflict, _ignoresConflict;
    private bool _bodySeen;  // the SELECT, VALUES or SET that an INSERT, EXPLAIN or UPDATE leads up to
    private bool _takesNoParameters;
    private bool _loops;
    private bool _united;
    private bool _routine;   // CREATE PROCEDURE, FUNCTION or TRIGGER
    private bool _onIsTable; // CREATE INDEX … ON t

    private void BeginStatement()
    {
        _tables.Clear();
        _keys.Clear();
        _orderBy.Clear();
        _parameters.Clear();
        _insertColumns.Clear();
        _withNames.Clear();
        (_kind, _lock, _first, _tablesBefore, _routineBlocks) = (SqlStatementKind.Other, SqlLockClause.None, _at, 0, 0);
        _hasWhere = _hasOrderBy = _hasLimit = _hasReturning = _hasOnConflict = _ignoresConflict = false;
        _bodySeen = _takesNoParameters = _loops = _united = _routine = _onIsTable = false;
        Push(FrameKind.Query, Clause.None, Slot.Start);
    }

    private void EndStatement()
    {
        if (_depth < 0)
            return;
        _balanced &= _depth == 0;
        while (_depth >= 0)
            Pop();
        ResolveAliases();
        var (start, end) = (_sigs[_first].Start, _sigs[_at - 1].End);
        for (; _placed < _holes.Length && _holes[_placed].Position < end; _placed++)
        {
            if (_holes[_placed].Position < start)
                continue;
            var place = _holes[_placed].Place;
            if (_takesNoParameters && place is SqlHolePlace.Value or SqlHolePlace.InList or SqlHolePlace.Number)
                place = SqlHolePlace.Keyword;
            _holes[_placed] = _holes[_placed] with { Place = place, Statement = _statements.Count, InDdl = _takesNoParameters };
        }
        _statements.Add(new()
        {
            Kind = _kind,
            Start = start,
            Length = end - start,
            Tables = _tables.ToImmutableArray(),
            KeyEqualities = _keys.ToImmutableArray(),
            Lock = _lock,
            HasWhere = _hasWhere,
            HasOrderBy = _hasOrderBy,
            HasLimit = _hasLimit,
            HasReturning = _hasReturning,
            HasOnConflict = _hasOnConflict,
            IgnoresConflict = _ignoresConflict,
            IsInsideBlock = _blocks > 0 || _governed,
            Parameters = _parameters.ToImmutableArray(),
            OrderBy = _orderBy.ToImmutableArray(),
        });
        _governed = _kind == SqlStatementKind.If || _loops;
    }

    /// <summary>BEGIN and END of a block, and ELSE, belong to no statement.</summary>
    private bool SkipBlockWord()
    {
        switch (KwAt(_at))
        {
            case Kw.Begin when OpensBlock():
                _blocks++;
                break;
            case Kw.End when _blocks > 0:
                _blocks--;
                break;
            case Kw.Else:
                _governed = true;
                _at++;
                return true;
            default:
                return false;
        }
        _governed = false;
        _at += KwAt(_at + 1) is Kw.Try or Kw.Catch ? 2 : 1;
        return true;
    }

    private bool OpensBlock() => _dialect is SqlDialect.TSql or SqlDialect.Unknown or SqlDialect.Oracle or SqlDialect.MySql
        && _at + 1 < _sigs.Length && !Is(_at + 1, ';') && At(_at + 1).Kind != SqlTokenKind.Hole && !IsText(_at + 1, "DISTRIBUTED") && !IsText(_at + 1, "CONCURRENT")
        && KwAt(_at + 1) is not (Kw.Tran or Kw.Transaction or Kw.Work or Kw.Deferred or Kw.Immediate or Kw.Exclusive or Kw.Isolation or Kw.Read or Kw.Not);

    /// <summary>T-SQL needs no semicolon: does a new statement begin here?</summary>
    private bool Splits()
    {
        if (_dialect is not (SqlDialect.TSql or SqlDialect.Unknown) || KwAt(_at) is not (var kw and not Kw.None) || _at == _first)
            return false;
        ref var frame = ref _frames[0];
        var (before, next) = (KwAt(_at - 1), KwAt(_at + 1));
        var utility = frame.Clause == Clause.Ddl;
        if (_routine || frame.Clause == Clause.With || !(utility || frame.Slot == Slot.After || (frame.Clause == Clause.Exec && _at > _first + 1)))
            return false;
        switch (kw)
        {
            case Kw.End:
                return _blocks > 0;
            case Kw.Else:
                return !utility;
            case Kw.Begin:
                return next is Kw.Tran or Kw.Transaction || OpensBlock();
            case Kw.Select or Kw.Insert or Kw.Update or Kw.Delete or Kw.Merge or Kw.Exec or Kw.Execute or Kw.Set or Kw.Declare or Kw.If or Kw.While or Kw.Commit or Kw.Rollback
                or Kw.Print or Kw.Return or Kw.Raiserror or Kw.Throw or Kw.Create or Kw.Drop or Kw.Alter or Kw.Truncate:
                break;
            default:
                return false;
        }
        if (utility)
        {
            return _kind switch
            {
                SqlStatementKind.Set => true,
                SqlStatementKind.Begin or SqlStatementKind.Commit or SqlStatementKind.Rollback or SqlStatementKind.Savepoint or SqlStatementKind.Use => before != Kw.Or,
                SqlStatementKind.Create or SqlStatementKind.Alter or SqlStatementKind.Drop or SqlStatementKind.Truncate =>
                    kw is not (Kw.Set or Kw.Alter or Kw.Drop or Kw.Create or Kw.If or Kw.Execute or Kw.Truncate) && before is not (Kw.On or Kw.As or Kw.For or Kw.Of or Kw.Or or Kw.After or Kw.To or Kw.With),
                _ => false,
            };
        }
        return kw switch
        {
            Kw.Select or Kw.Exec or Kw.Execute when !_bodySeen && _kind is SqlStatementKind.Insert or SqlStatementKind.Replace or SqlStatementKind.Explain => false,
            Kw.Set when !_bodySeen && _kind is SqlStatementKind.Update or SqlStatementKind.Insert or SqlStatementKind.Replace or SqlStatementKind.Explain => false,
            Kw.Set when frame.Clause is Clause.Match or Clause.None => false,
            Kw.Select or Kw.Insert or Kw.Update or Kw.Delete or Kw.Merge when _kind == SqlStatementKind.Explain && !_bodySeen => false,
            Kw.Update or Kw.Insert or Kw.Delete when before is Kw.Do or Kw.Then or Kw.Key || IsText(_at - 1, "BULK") => false,
            _ => true,
        };
    }

    private void KindIs(SqlStatementKind kind)
    {
        if (_depth == 0 && _kind == SqlStatementKind.Other)
            _kind = kind;
    }

    /// <summary>A statement's first keyword, or that of a subquery, of a CTE's main query, of what INSERT takes its rows
    /// from. False when the word begins no statement here.</summary>
    private bool StartsStatement(Kw kw, Kw next)
    {
        var before = KwAt(_at - 1);
        if (IsComparison(_at + 1) || Is(_at + 1, ',') || Is(_at + 1, ')'))
            return false;
        if (_depth == 0 && kw is Kw.Select or Kw.Delete or Kw.Values)
            _bodySeen = true;
        switch (kw)
        {
            case Kw.With:
                To(Clause.With, Slot.Name);
                return true;
            case Kw.Select:
                KindIs(SqlStatementKind.Select);
                To(Clause.Select, Slot.Item);
                return true;
            case Kw.Values:
                To(Clause.Values, Slot.Item);
                return true;
            case Kw.Insert or Kw.Replace when before == Kw.Then:
                To(Clause.Insert, Slot.After);
                return true;
            case Kw.Update or Kw.Delete when before is Kw.Then or Kw.Do:
                To(Clause.Match, Slot.After);
                return true;
            case Kw.Replace when Is(_at + 1, '('):
                return false;
            case Kw.Insert or Kw.Replace:
                KindIs(kw == Kw.Insert ? SqlStatementKind.Insert : SqlStatementKind.Replace);
                _hasOnConflict |= kw == Kw.Replace;
                return Target(Clause.Insert);
            case Kw.Update or Kw.Merge:
                KindIs(kw == Kw.Update ? SqlStatementKind.Update : SqlStatementKind.Merge);
                return Target(Clause.Update);
            case Kw.Delete:
                KindIs(SqlStatementKind.Delete);
                return Target(Clause.Delete);
            case Kw.Exec or Kw.Execute or Kw.Call:
                KindIs(SqlStatementKind.Call);
                _bodySeen = true;
                To(Clause.Exec, Slot.Name);
                return true;
        }
        if (_depth > 0 || Top.Clause != Clause.None || _kind is not (SqlStatementKind.Other or SqlStatementKind.Explain) || before is Kw.Union or Kw.All or Kw.Except or Kw.Intersect or Kw.Minus)
            return false;
        var (kind, clause) = kw switch
        {
            Kw.Declare => (SqlStatementKind.Declare, Clause.Declare),
            Kw.If or Kw.While => (kw == Kw.If ? SqlStatementKind.If : SqlStatementKind.Other, Clause.Where),
            Kw.Explain or Kw.Describe or Kw.Desc => (SqlStatementKind.Explain, Clause.None),
            Kw.Analyze when _kind == SqlStatementKind.Explain => (SqlStatementKind.Explain, Clause.None),
            Kw.Set => (SqlStatementKind.Set, AssignsVariable() ? Clause.Set : Clause.Ddl),
            Kw.Print or Kw.Return or Kw.Raiserror or Kw.Throw => (SqlStatementKind.Other, Clause.Exec),
            Kw.Create => (SqlStatementKind.Create, Clause.Ddl),
            Kw.Alter => (SqlStatementKind.Alter, Clause.Ddl),
            Kw.Drop => (SqlStatementKind.Drop, Clause.Ddl),
            Kw.Truncate => (SqlStatementKind.Truncate, Clause.Ddl),
            Kw.Begin => (SqlStatementKind.Begin, Clause.Ddl),
            Kw.Start when next == Kw.Transaction => (SqlStatementKind.Begin, Clause.Ddl),
            Kw.Commit or Kw.End => (SqlStatementKind.Commit, Clause.Ddl),
            Kw.Rollback => (SqlStatementKind.Rollback, Clause.Ddl),
            Kw.Savepoint or Kw.Save => (SqlStatementKind.Savepoint, Clause.Ddl),
            Kw.Release => (SqlStatementKind.Release, Clause.Ddl),
            Kw.Pragma => (SqlStatementKind.Pragma, Clause.Ddl),
            Kw.Copy => (SqlStatementKind.Copy, Clause.Ddl),
            Kw.Listen or Kw.Unlisten => (SqlStatementKind.Listen, Clause.Ddl),
            Kw.Notify => (SqlStatementKind.Notify, Clause.Ddl),
            Kw.Lock => (SqlStatementKind.Lock, Clause.Ddl),
            Kw.Use => (SqlStatementKind.Use, Clause.Ddl),
            Kw.Grant or Kw.Revoke or Kw.Deny => (SqlStatementKind.Grant, Clause.Ddl),
            Kw.Vacuum or Kw.Analyze or Kw.Reindex or Kw.Attach or Kw.Detach or Kw.Show or Kw.Kill or Kw.Backup or Kw.Restore or Kw.Dbcc or Kw.Reset or Kw.Discard
                or Kw.Refresh or Kw.Comment or Kw.Checkpoint or Kw.Optimize or Kw.Flush or Kw.Rename or Kw.Unlock or Kw.Do or Kw.Waitfor
                or Kw.Open or Kw.Close or Kw.Deallocate => (SqlStatementKind.Other, Clause.Ddl),
            _ => (SqlStatementKind.Other, Clause.None),
        };
        if ((kind, clause) == (SqlStatementKind.Other, Clause.None))
            return false;
        KindIs(kind);
        _loops = kw == Kw.While;
        To(clause, clause switch { Clause.Where => Slot.Predicate, Clause.Ddl => Slot.Option, Clause.None => Slot.Start, _ => Slot.Item });
        if (clause == Clause.Set && kind == SqlStatementKind.Set && At(_at + 1).Kind != SqlTokenKind.Parameter && !IsText(_at + 1, "@@"))
            _kind = SqlStatementKind.Other; // the tail of an UPDATE whose head is elsewhere
        _takesNoParameters |= clause == Clause.Ddl;
        if (kw is Kw.Truncate or Kw.Copy or Kw.Lock)
            (Top.Slot, Top.Use) = (Slot.Table, kw == Kw.Copy ? SqlTableUse.Read : SqlTableUse.Write);
        return true;
    }

    private bool Target(Clause clause)
    {
        To(clause, Slot.Table);
        (Top.Use, _tablesBefore) = (SqlTableUse.Write, _tables.Count);
        return true;
    }

    /// <summary>SET @x = …, or a text that begins with the SET of an UPDATE (it has a WHERE).</summary>
    private bool AssignsVariable()
    {
        if (At(_at + 1).Kind == SqlTokenKind.Parameter || At(_at + 1).First == '@')
            return true;
        if (_statements.Count > 0 || !IsText(_at + 2, "="))
            return false;
        for (var i = _at + 1; i < _sigs.Length && !Is(i, ';') && _sigs[i].Kw is not (Kw.Update or Kw.Delete or Kw.Insert); i++)
        {
            if (_sigs[i].Kw == Kw.Where)
                return true;
        }
        return false;
    }

    /// <summary>One token of a statement that is no query. False when the common steps should take it.</summary>
    private bool StepDdl(Sig token)
    {
        ref var frame = ref Top;
        var (kw, before) = (token.Kw, KwAt(_at - 1));
        if (_routine)
        {
            if (kw == Kw.Case || (kw == Kw.Begin && KwAt(_at + 1) is not (Kw.Tran or Kw.Transaction)))
                _routineBlocks++;
            else if (kw == Kw.End && KwAt(_at + 1) is not (Kw.If or Kw.Loop or Kw.While or Kw.Repeat) && _routineBlocks > 0)
                _routineBlocks--;
        }
        else if (kw == Kw.Select && (before is Kw.As or Kw.For || _kind == SqlStatementKind.Create) || kw is Kw.With or Kw.Values && before == Kw.As)
        {
            StartsStatement(kw, KwAt(_at + 1));
            _at++;
            return true;
        }
        else if (kw is Kw.Table && _kind is SqlStatementKind.Create or SqlStatementKind.Alter or SqlStatementKind.Drop or SqlStatementKind.Truncate or SqlStatementKind.Lock && _tables.Count == 0
            || (kw == Kw.On && _onIsTable) || (Is(_at, ',') && _depth == 0 && _kind is SqlStatementKind.Drop or SqlStatementKind.Truncate or SqlStatementKind.Lock && _tables.Count > 0))
        {
            (frame.Slot, frame.Use, _onIsTable) = (Slot.Table, SqlTableUse.Write, false);
            _at++;
            return true;
        }
        else if (frame.Slot == Slot.Table && token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName or SqlTokenKind.Hole or SqlTokenKind.String)
        {
            if (kw is Kw.If or Kw.Not or Kw.Exists or Kw.Only || IsText(_at, "TABLES"))
                _at++;
            else
                Table();
            return true;
        }
        if (kw is Kw.Proc or Kw.Procedure or Kw.Function or Kw.Trigger && _kind is SqlStatementKind.Create or SqlStatementKind.Alter && _depth == 0)
            _routine = true;
        _onIsTable |= kw == Kw.Index && _kind is SqlStatementKind.Create or SqlStatementKind.Drop && _depth == 0 && _tables.Count == 0;
        if (kw == Kw.From && _kind == SqlStatementKind.Copy && _tables.Count > 0)
            _tables[_tables.Count - 1] = _tables[_tables.Count - 1] with { Use = SqlTableUse.Write };
        if (token.Kind == SqlTokenKind.Hole)
        {
            Place(DdlPlace(), null);
            _at++;
            return true;
        }
        if (token.Kind == SqlTokenKind.Punctuation)
        {
            if (token.First == '(' && KwAt(_at + 1) is not (Kw.Select or Kw.With or Kw.Values))
            {
                frame.Slot = Slot.Option;
                Push(FrameKind.Ddl, Clause.Ddl, Slot.Option);
                _at++;
                return true;
            }
            return false;
        }
        PlaceInside(token);
        if (token.Kind == SqlTokenKind.Parameter)
            Parameter(token);
        frame.Slot = Slot.Option;
        _at++;
        return true;
    }

    /// <summary>Words between the verb and its table: INSERT OR IGNORE INTO, UPDATE OR ROLLBACK.</summary>
    private bool SkipBeforeTable(Sig token)
    {
        var afterOr = KwAt(_at - 1) == Kw.Or;
        if (!afterOr && (token.Kw is not (Kw.Ignore or Kw.Overwrite) || Top.Use != SqlTableUse.Write || Is(_at + 1, '.')))
            return false;
        _ignoresConflict |= token.Kw == Kw.Ignore;
        _hasOnConflict |= token.Kw is Kw.Ignore or Kw.Replace;
        _at++;
        return true;
    }

    /// <summary>A table's name with its parts and alias; the cursor ends behind them.</summary>
    private void Table()
    {
        ref var frame = ref Top;
        var (first, last, schema, known) = (_at, _at, -1, true);
        while (true)
        {
            var part = _sigs[_at];
            known &= FirstHole(part.Start) is var hole && (hole >= _holes.Length || _holes[hole].Position >= part.End);
            if (part.Kind == SqlTokenKind.Hole)
                Place(Touches() ? SqlHolePlace.Fragment : SqlHolePlace.Identifier, null);
            else
                PlaceInside(part);
            last = _at++;
            if (At(_at) is { Kind: SqlTokenKind.Hole } glued && glued.Start == _sigs[last].End)
                continue;
            if (!Is(_at, '.') || At(_at + 1) is not { Kind: SqlTokenKind.Word or SqlTokenKind.QuotedName or SqlTokenKind.Hole or SqlTokenKind.Punctuation })
                break;
            schema = Is(_at + 1, '.') ? -1 : last;
            _at += Is(_at + 1, '.') ? 2 : 1;
            if (At(_at).Kind is not (SqlTokenKind.Word or SqlTokenKind.QuotedName or SqlTokenKind.Hole))
                break;
        }
        var use = frame.Use;
        frame.Slot = frame.Clause == Clause.Ddl ? Slot.Option : Slot.After;
        frame.Use = frame.Clause == Clause.Delete ? SqlTableUse.Write : SqlTableUse.Read;
        if (first == last && KwAt(_at) == Kw.Into)
        {
            (frame.Slot, frame.Use) = (Slot.Table, use); // INSERT LOW_PRIORITY INTO
            return;
        }
        if (frame.Clause is Clause.From or Clause.On && use == SqlTableUse.Read && Is(_at, '(') && Hint(_at + 1) == SqlLockClause.None)
            return; // a function
        var name = !known ? "" : schema < 0 ? NameAt(last) : NameAt(schema) + "." + NameAt(last);
        var isCommonTable = first == last && _withNames.Count > 0 && _withNames.Contains(name);
        string? alias = null;
        var aliasAt = KwAt(_at) == Kw.As ? _at + 1 : _at;
        if (frame.Clause != Clause.Ddl && At(aliasAt) is { Kind: SqlTokenKind.Word or SqlTokenKind.QuotedName } token && (IsName(token) || (aliasAt > _at && !IsReserved(token.Kw)))
            && (aliasAt > _at || !Is(aliasAt + 1, '(') || Hint(aliasAt + 2) != SqlLockClause.None))
        {
            frame.Slot = Slot.Name;
            _at = aliasAt;
            PlaceInside(token);
            _at++;
            (alias, frame.Slot) = (NameAt(aliasAt), Slot.After);
        }
        if (!isCommonTable && _sigs[first].Kind != SqlTokenKind.String)
            _tables.Add(new(name, alias, use, _sigs[first].Start, _sigs[last].End - _sigs[first].Start));
    }

    /// <summary>UPDATE u SET … FROM users u writes users.</summary>
    private void ResolveAliases()
    {
        if (_kind is not (SqlStatementKind.Update or SqlStatementKind.Delete) || _tables.Count is < 2 or > 64)
            return;
        for (var i = _tables.Count - 1; i >= 0; i--)
        {
            var target = _tables[i];
            var named = target is { Use: SqlTableUse.Write, Alias: null, Name.Length: > 0 }
                ? _tables.FindIndex(t => t.Start != target.Start && (t.Alias == target.Name || (t.Alias is null && t.Use == SqlTableUse.Read && t.Name == target.Name))) : -1;
            if (named < 0)
                continue;
            _tables[named] = _tables[named] with { Use = SqlTableUse.Read | SqlTableUse.Write };
            _tables.RemoveAt(i);
        }
    }

    /// <summary>Ends what a comma, a new clause or a parenthesis ends: an equality, an ORDER BY item.</summary>
    private void EndItem()
    {
        ref var frame = ref Top;
        if (frame.Equality >= 0)
            EndEquality(ref frame);
        if (_depth != 0 || frame.Clause != Clause.Order || frame.Slot == Slot.Item)
            return;
        var end = frame.Item;
        while (end < _at && _sigs[end].Kw is not (Kw.Asc or Kw.Desc or Kw.Nulls or Kw.Collate))
            end++;
        _orderBy.Add(ColumnBefore(end - 1) is >= 0 and var column && ChainStart(column) == frame.Item ? NameAt(column) : "");
    }

    private void EndEquality(ref Frame frame)
    {
        var (left, equals, right) = (frame.Item, frame.Equality, frame.Equality + 1);
        frame.Equality = -1;
        if (right >= _at)
            return;
        if (ColumnBefore(equals - 1) is >= 0 and var column && ChainStart(column) == left)
            AddKey(column, right, _at);
        else if (equals - 1 == left && At(left).Kind is SqlTokenKind.Parameter or SqlTokenKind.String or SqlTokenKind.Number && ColumnBefore(_at - 1) is >= 0 and var reversed && ChainStart(reversed) == right)
            AddKey(reversed, left, equals);
    }

    private void AddKey(int column, int from, int to)
    {
        if (At(from).Kind == SqlTokenKind.Parameter && IsText(from + 1, "::"))
            to = from + 1;
        var (operand, last) = (_sigs[from], _sigs[to - 1]);
        var hole = FirstHole(operand.Start);
        hole = hole < _holes.Length && _holes[hole].Position < last.End ? hole : -1;
        var kind = (to - from, operand) switch
        {
            (1, { Kind: SqlTokenKind.Parameter }) => SqlOperandKind.Parameter,
            (1, { Kind: SqlTokenKind.Hole }) => SqlOperandKind.Hole,
            (1, { Kind: SqlTokenKind.String }) when hole >= 0 => _holes[hole].Place == SqlHolePlace.String ? SqlOperandKind.Hole : SqlOperandKind.Expression,
            (1, { Kind: SqlTokenKind.String or SqlTokenKind.Number } or { Kw: Kw.Null }) => SqlOperandKind.Literal,
            (1, _) when IsText(from, "TRUE") || IsText(from, "FALSE") => SqlOperandKind.Literal,
            (2, { Kind: SqlTokenKind.Operator }) when last.Kind == SqlTokenKind.Number => SqlOperandKind.Literal,
            _ when hole < 0 && ColumnBefore(to - 1) is >= 0 and var other && ChainStart(other) == from => SqlOperandKind.Column,
            _ => SqlOperandKind.Expression,
        };
        _keys.Add(new(NameAt(column), kind, operand.Start, last.End - operand.Start, hole));
    }

    /// <summary>An OR, or a hole that may hold one: what was collected in this predicate need not hold.</summary>
    private void DropKeys()
    {
        ref var frame = ref Top;
        if (_keys.Count > frame.KeysFrom && frame.Keys)
            _keys.RemoveRange(frame.KeysFrom, _keys.Count - frame.KeysFrom);
        (frame.Keys, frame.Equality) = (false, -1);
    }

    private void ListInsertColumns()
    {
        _insertColumns.Clear();
        for (var i = _at + 1; i < _sigs.Length && !Is(i, ')'); i += 2)
        {
            var plain = _sigs[i].Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;
            _insertColumns.Add(plain && (Is(i + 1, ',') || Is(i + 1, ')')) ? i : -1);
            if (!plain || !Is(i + 1, ','))
                return;
        }
    }

    private bool IsComparison(int index) => At(index) is { Kind: SqlTokenKind.Operator, First: '=' or '<' or '>' or '!' } token
        && (token.End - token.Start == 1 ? token.First != '!' : _text[token.Start + 1] is '=' or '>' or '<' && !(token.First == _text[token.Start + 1] && token.First != '=') && !IsText(index, "=>"));

    /// <summary>The token of the column (its last part) that ends at <paramref name="index"/>, or -1 when no plain column does.</summary>
    private int ColumnBefore(int index)
    {
        if (!IsName(At(index)) || (FirstHole(At(index).Start) is var hole && hole < _holes.Length && _holes[hole].Position < At(index).End))
            return -1;
        var before = At(ChainStart(index) - 1);
        return before.Kind is SqlTokenKind.Operator && !IsComparison(ChainStart(index) - 1) || before.Kind is SqlTokenKind.Hole ? -1 : index;
    }

    /// <summary>The first token of the dotted name that ends at <paramref name="index"/>.</summary>
    private int ChainStart(int index)
    {
        while (Is(index - 1, '.') && At(index - 2).Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName or SqlTokenKind.Hole)
            index -= 2;
        return index;
    }

    private string NameAt(int index)
    {
        var token = _sigs[index];
        if (token.Kind == SqlTokenKind.Word || token.End - token.Start < 2)
            return _text.Substring(token.Start, token.End - token.Start).ToLowerInvariant();
        var close = token.First == '[' ? "]" : token.First.ToString();
        return _text.Substring(token.Start + 1, token.End - token.Start - 2).Replace(close + close, close).ToLowerInvariant();
    }

    private void Parameter(Sig token)
    {
        _parameters.Add(new(SqlTokenKind.Parameter, token.Start, token.End - token.Start));
        ref var frame = ref Top;
        var assigned = At(_at + 1) is { Kind: SqlTokenKind.Operator, First: '=' or ':' } && !IsText(_at + 1, "::");
        if (_routine || (frame.Clause == Clause.Declare && frame.Slot == Slot.Item) || (assigned && (frame.Clause is Clause.Set or Clause.Exec && frame.Slot is Slot.Item or Slot.Name || IsText(_at + 1, ":="))))
            (_locals ??= new(StringComparer.Ordinal)).Add(_text.Substring(token.Start, token.End - token.Start));
    }

    private ImmutableArray<SqlParameterName> Placeholders()
    {
        if (!_sigs.Any(static s => s.Kind == SqlTokenKind.Parameter))
            return ImmutableArray<SqlParameterName>.Empty;
        var byName = new Dictionary<string, ImmutableArray<int>.Builder>(StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var sig in _sigs)
        {
            if (sig.Kind != SqlTokenKind.Parameter)
                continue;
            var name = _text.Substring(sig.Start, sig.End - sig.Start);
            if (!byName.TryGetValue(name, out var positions))
            {
                byName.Add(name, positions = ImmutableArray.CreateBuilder<int>(1));
                names.Add(name);
            }
            positions.Add(sig.Start);
        }
        return names.Select(name => new SqlParameterName(
            name.Substring(name.StartsWith("{=", StringComparison.Ordinal) ? 2 : 1).TrimEnd('?', '}'),
            name[0] switch
            {
                '@' => SqlParameterStyle.At,
                ':' => SqlParameterStyle.Colon,
                '$' => name[1] is SqlText.HoleChar or >= '0' and <= '9' ? SqlParameterStyle.DollarNumber : SqlParameterStyle.DollarName,
                '?' => SqlParameterStyle.Question,
                _ => SqlParameterStyle.Brace,
            },
            byName[name].ToImmutable(),
            _locals?.Contains(name) == true)).ToImmutableArray();
    }
}
