namespace DbSafety.Sql;

/// <summary>The place of each hole, from the slot it falls into and its neighbours.</summary>
internal sealed partial class SqlReading
{
    private int FirstHole(int position) => _source.FirstHole(position);

    private void Place(SqlHolePlace place, string? column) => Place(FirstHole(_sigs[_at].Start), place, column);

    private void Place(int hole, SqlHolePlace place, string? column, bool typed = false)
    {
        if (IsBroken(_holes[hole].Token.Start))
            place = SqlHolePlace.Unknown;
        _holes[hole] = _holes[hole] with { Place = place, Column = column, IsTyped = typed };
    }

    private void StepHole()
    {
        ref var frame = ref Top;
        var (slot, place) = (frame.Slot, PlaceOf(ref frame));
        Place(place, place is SqlHolePlace.Value or SqlHolePlace.InList ? ComparedColumn() : null);
        if (place == SqlHolePlace.Fragment && slot is Slot.Predicate or Slot.After)
        {
            EndItem();
            DropKeys();
        }
        if (slot == Slot.Start && place is SqlHolePlace.Statement or SqlHolePlace.Fragment)
            return;
        if (slot == Slot.After && place == SqlHolePlace.Keyword && frame.Clause != Clause.Order)
        {
            DropKeys(); // it may be OR
            frame.Slot = Slot.Operand;
            return;
        }
        AfterName(slot);
    }

    /// <summary>An operand, unless it was the procedure of an EXEC, whose arguments come next.</summary>
    private void AfterName(Slot slot)
    {
        Operand();
        if (Top.Clause == Clause.Exec && slot == Slot.Name && !Is(_at + 1, '.'))
            Top.Slot = Slot.Item;
    }

    private bool Touches() => (At(_at - 1) is { Kind: SqlTokenKind.Hole, End: var end } && end == _sigs[_at].Start)
        || (At(_at + 1) is { Kind: SqlTokenKind.Hole, Start: var start } && start == _sigs[_at].End);

    private SqlHolePlace PlaceOf(ref Frame frame)
    {
        var next = At(_at + 1);
        if (frame.Slot == Slot.Start)
        {
            return Compares(_at + 1) || Is(_at + 1, '.') ? SqlHolePlace.Identifier
                : _depth == 0 || _frames[_depth - 1].Clause == Clause.Exec ? SqlHolePlace.Statement
                : SqlHolePlace.Fragment;
        }
        if (Touches())
            return SqlHolePlace.Fragment;
        if (Is(_at - 1, '.') || Is(_at + 1, '.'))
            return SqlHolePlace.Identifier;
        switch (frame.Slot)
        {
            case Slot.Name:
                return SqlHolePlace.Identifier;
            case Slot.Option:
                return SqlHolePlace.Keyword;
            case Slot.Number:
                return SqlHolePlace.Number;
            case Slot.Operand:
                return KwAt(_at - 1) == Kw.In ? SqlHolePlace.Fragment : Is(_at + 1, '(') ? SqlHolePlace.Identifier : SqlHolePlace.Value;
            case Slot.Predicate:
                return Compares(_at + 1) || next.Kind == SqlTokenKind.Operator || Is(_at + 1, '(') || (next.Kind == SqlTokenKind.Hole && IsOperand(_at + 2))
                    ? SqlHolePlace.Identifier : SqlHolePlace.Fragment;
            case Slot.Item:
                return ItemPlace(ref frame, next);
            default:
                if (frame is { Clause: Clause.Order, Compared: false } || next.Kw == Kw.Join)
                    return SqlHolePlace.Keyword;
                var inExpression = frame.Kind is not (FrameKind.Query or FrameKind.Window) || frame.Clause is Clause.Where or Clause.On or Clause.Set or Clause.Select or Clause.Returning or Clause.Group;
                return inExpression && IsOperand(_at + 1) && !(next.Kind == SqlTokenKind.Hole && (frame.Compared || frame.Clause == Clause.Set)) ? SqlHolePlace.Keyword : SqlHolePlace.Fragment;
        }
    }

    private SqlHolePlace ItemPlace(ref Frame frame, Sig next)
    {
        var alone = Is(_at - 1, '(') && Is(_at + 1, ')');
        switch (frame.Kind)
        {
            case FrameKind.InList:
                return alone ? SqlHolePlace.InList : SqlHolePlace.Value;
            case FrameKind.Row:
                return alone && !(_insertColumns.Count == 1 && _insertColumns[0] >= 0) ? SqlHolePlace.InList : SqlHolePlace.Value;
            case FrameKind.Call:
                return IsAggregate(frame.Open - 1) && Is(_at + 1, ')') || (alone && Compares(_at + 2) && IsValue(_at + 3) && IsPredicateStart(frame.Open - 2)) ? SqlHolePlace.Identifier : SqlHolePlace.Value;
            case FrameKind.Columns:
                return SqlHolePlace.Identifier;
            case FrameKind.Case:
                return SqlHolePlace.Value;
            case FrameKind.Group:
                return next.Kind == SqlTokenKind.Operator ? SqlHolePlace.Value : SqlHolePlace.Fragment;
        }
        switch (frame.Clause)
        {
            case Clause.Select or Clause.Returning:
                if (next is { Kind: SqlTokenKind.Operator, First: '*' } && (KwAt(_at + 2) == Kw.From || Is(_at + 2, ',')))
                    return SqlHolePlace.Fragment; // SELECT {top} * FROM
                return next.Kind == SqlTokenKind.Operator && !IsText(_at + 1, "=") ? SqlHolePlace.Value : SqlHolePlace.Identifier;
            case Clause.Set:
                return IsText(_at + 1, "=") ? SqlHolePlace.Identifier : SqlHolePlace.Fragment;
            case Clause.Group or Clause.Order or Clause.Declare:
                return SqlHolePlace.Identifier;
            case Clause.Exec:
                return IsText(_at - 1, "IMMEDIATE") ? SqlHolePlace.Statement : SqlHolePlace.Value;
            default:
                return SqlHolePlace.Fragment;
        }
    }

    private bool IsAggregate(int index) => IsText(index, "COUNT") || IsText(index, "SUM") || IsText(index, "MIN") || IsText(index, "MAX") || IsText(index, "AVG");

    private bool IsPredicateStart(int index) => KwAt(index) is Kw.Where or Kw.And or Kw.Or or Kw.Not or Kw.On or Kw.Having or Kw.When || Is(index, '(');

    private bool IsValue(int index) => At(index).Kind is SqlTokenKind.Parameter or SqlTokenKind.String or SqlTokenKind.Number or SqlTokenKind.Hole;

    private bool IsOperand(int index) => IsValue(index) || IsName(At(index)) || Is(index, '(') || KwAt(index) is Kw.Null or Kw.Case or Kw.Exists;

    /// <summary>Whether what stands at <paramref name="index"/> compares the operand before it.</summary>
    private bool Compares(int index) => IsComparison(index)
        || KwAt(KwAt(index) == Kw.Not ? index + 1 : index) is Kw.Like or Kw.Ilike or Kw.Glob or Kw.In or Kw.Is or Kw.Between or Kw.Regexp or Kw.Rlike or Kw.Similar or Kw.Match;

    /// <summary>The column that the operand at the cursor is compared with or assigned to; null when that is not plain.</summary>
    private string? ComparedColumn()
    {
        ref var frame = ref Top;
        var before = _at - 1;
        var column = KwAt(before) switch
        {
            Kw.Like or Kw.Ilike or Kw.Glob or Kw.Between or Kw.Regexp or Kw.Rlike => ColumnBefore(KwAt(before - 1) == Kw.Not ? before - 2 : before - 1),
            Kw.And => frame is { Slot: Slot.Operand, Column: >= 0 } ? frame.Column : -1,
            _ when IsComparison(before) => ColumnBefore(before - 1),
            _ when Is(before, '(') || Is(before, ',') => frame.Kind switch
            {
                FrameKind.InList => frame.Column,
                FrameKind.Call when Is(before, '(') => frame.Column,
                FrameKind.Row when frame.Items < _insertColumns.Count => _insertColumns[frame.Items],
                _ => -1,
            },
            _ => -1,
        };
        if (column < 0 && IsComparison(_at + 1) && !IsComparison(before) && ColumnAfter(_at + 2) is >= 0 and var reversed)
            column = reversed;
        return column < 0 ? null : NameAt(column);
    }

    private int ColumnAfter(int index)
    {
        while (IsName(At(index)) && Is(index + 1, '.'))
            index += 2;
        return IsName(At(index)) && !Is(index + 1, '(') && At(index + 1).Kind != SqlTokenKind.Operator ? index : -1;
    }

    /// <summary>The places of the holes inside one token.</summary>
    private void PlaceInside(Sig token)
    {
        var (first, slot) = (FirstHole(token.Start), Top.Slot);
        for (var hole = first; hole < _holes.Length && _holes[hole].Position < token.End; hole++)
        {
            switch (token.Kind)
            {
                case SqlTokenKind.Parameter:
                    Place(hole, SqlHolePlace.Parameter, null);
                    break;
                case SqlTokenKind.String when slot is not (Slot.Name or Slot.Table):
                    var like = KwAt(Is(_at - 1, '(') ? _at - 2 : _at - 1) is Kw.Like or Kw.Ilike or Kw.Glob || (KwAt(_at - 1) == Kw.To && KwAt(_at - 2) == Kw.Similar);
                    var typed = KwAt(_at - 1) == Kw.Interval || (slot == Slot.After && At(_at - 1) is { Kind: SqlTokenKind.Word, Kw: Kw.None } && !IsName(At(_at - 2)));
                    Place(hole, like ? SqlHolePlace.LikePattern : IsWhole(token) ? SqlHolePlace.String : SqlHolePlace.StringPart, ComparedColumn(), typed);
                    break;
                case SqlTokenKind.QuotedName or SqlTokenKind.String:
                    // "…" in a value's place: a string in MySQL, a name elsewhere.
                    var unsure = _dialect == SqlDialect.Unknown && token.First == '"' && (slot == Slot.Operand || (slot == Slot.Item && Top.Kind is FrameKind.InList or FrameKind.Row or FrameKind.Call));
                    Place(hole, unsure ? SqlHolePlace.Unknown : SqlHolePlace.QuotedIdentifier, null);
                    break;
                default:
                    Place(hole, SqlHolePlace.PartOfToken, null);
                    break;
            }
        }
    }

    /// <summary>A string literal that is one hole and nothing else. X'…' and B'…' are digits, not text.</summary>
    private bool IsWhole(Sig token)
    {
        var open = token.Start;
        while (open < token.End && _text[open] is not ('\'' or '"' or '$'))
            open++;
        if ((token.First | 0x20) is 'x' or 'b')
            return false;
        var close = token.End - 1;
        if (open < token.End && _text[open] == '$')
        {
            open = _text.IndexOf('$', open + 1);
            close = token.End - 1 - (open - token.Start);
        }
        else if (token.End - open >= 7 && _text[open + 1] == _text[open] && _text[open + 2] == _text[open])
        {
            (open, close) = (open + 2, close - 2);
        }
        return close - open == 2 && _source.HoleAt(open + 1) >= 0;
    }

    /// <summary>In a statement that takes no parameters: a name where names stand, a keyword elsewhere.</summary>
    private SqlHolePlace DdlPlace()
    {
        if (Touches())
            return SqlHolePlace.Fragment;
        if (_kind == SqlStatementKind.Pragma)
            return SqlHolePlace.Keyword;
        if (Is(_at - 1, '.') || Is(_at + 1, '.'))
            return SqlHolePlace.Identifier;
        if (_kind == SqlStatementKind.Set)
            return SqlHolePlace.Keyword;
        if ((Is(_at - 1, '(') || Is(_at - 1, ',')) && Top.Kind == FrameKind.Ddl)
        {
            if (KwAt(Top.Open - 1) is Kw.Key or Kw.Unique || KwAt(Top.Open - 2) == Kw.References)
                return SqlHolePlace.Identifier;
            if (_depth != 1 || _kind == SqlStatementKind.Alter)
                return SqlHolePlace.Keyword;
            var columns = _kind == SqlStatementKind.Create && Is(_at - 1, '(') && Is(_at + 1, ')') && KwAt(Top.Open - 2) == Kw.Table;
            return columns ? SqlHolePlace.Fragment : SqlHolePlace.Identifier;
        }
        return Is(_at - 1, ',') || KwAt(_at - 1) is Kw.Table or Kw.View or Kw.Index or Kw.Database or Kw.Schema or Kw.Column or Kw.Exists or Kw.On or Kw.To or Kw.Into or Kw.From
            or Kw.References or Kw.Sequence or Kw.Trigger or Kw.Function or Kw.Proc or Kw.Procedure or Kw.User or Kw.Role or Kw.Login or Kw.Extension or Kw.Publication
            or Kw.Subscription or Kw.Constraint or Kw.Add or Kw.Drop or Kw.Rename or Kw.Slot or Kw.Use or Kw.Listen or Kw.Unlisten or Kw.Notify or Kw.Savepoint or Kw.Release
            or Kw.Tran or Kw.Transaction or Kw.Only or Kw.Vacuum or Kw.Analyze or Kw.Reindex or Kw.Kill or Kw.Truncate or Kw.For or Kw.Open or Kw.Close or Kw.Deallocate
            ? SqlHolePlace.Identifier : SqlHolePlace.Keyword;
    }
}
