using System.Collections.Immutable;

namespace DbSafety.Sql;

/// <summary>Reads SQL text into statements and says of each hole what its place is. Never throws.</summary>
internal static class SqlReader
{
    public static SqlScript Read(SqlText text, SqlDialect dialect) => new SqlReading(text, dialect).Run();
}

/// <summary>One reading: a single pass over the tokens with a stack of frames, one for each open parenthesis or CASE.
/// A frame knows its clause and the slot the next token falls into; that is all a hole's place depends on, besides
/// its neighbours. It is no parser: what it does not know it steps over.</summary>
internal sealed partial class SqlReading
{
    private enum FrameKind : byte { Query, Group, Call, InList, Row, Columns, Options, Number, Window, Case, Ddl }

    private enum Clause : byte { None, With, Select, From, On, Where, Set, Group, Order, Limit, Values, Insert, Update, Delete, Match, Returning, Exec, Declare, Ddl }

    /// <summary>What the next token is: the start of a statement, a table, an item of the clause's list, a predicate,
    /// an operand after an operator, what follows a complete operand, a name, a word of the grammar, a row count.</summary>
    private enum Slot : byte { Start, Table, Item, Predicate, Operand, After, Name, Option, Number }

    private struct Frame
    {
        public FrameKind Kind;
        public Clause Clause;
        public Slot Slot;
        public Slot Resume;     // the slot after a row count
        public SqlTableUse Use; // of the next table
        public bool Keys;       // its equalities hold for every row
        public bool Not;
        public bool Between;    // the next AND belongs to a BETWEEN
        public bool Compared;   // the predicate has its operator
        public int Open;        // the token that opened it
        public int Items;       // commas so far
        public int Item;        // the first token of the item or predicate
        public int Equality;   // the `=` of a possible key equality, or -1
        public int KeysFrom;    // how many equalities there were before its predicate
        public int Column;      // what the list is compared with, or -1
    }

    private struct Sig
    {
        public SqlTokenKind Kind;
        public Kw Kw;
        public char First;
        public int Start;
        public int End;
    }

    private readonly SqlText _source;
    private readonly string _text;
    private readonly SqlDialect _dialect;
    private readonly ImmutableArray<SqlToken> _tokens;
    private readonly Sig[] _sigs; // the tokens that mean something
    private readonly SqlHole[] _holes;
    private readonly int _broken;
    private readonly ImmutableArray<SqlStatement>.Builder _statements = ImmutableArray.CreateBuilder<SqlStatement>();
    private HashSet<string>? _locals;
    private Frame[] _frames = new Frame[4];
    private int _depth = -1;
    private bool _balanced = true;
    private int _at;
    private int _blocks;
    private bool _governed; // by an IF, ELSE or WHILE

    public SqlReading(SqlText source, SqlDialect dialect)
    {
        (_source, _text, _dialect) = (source, source.Text, dialect);
        _tokens = SqlScanner.Scan(source, dialect, out _broken);
        _holes = new SqlHole[source.Holes.Length];
        var (count, hole) = (0, 0);
        foreach (var token in _tokens)
            count += token.Kind is SqlTokenKind.Whitespace or SqlTokenKind.Comment ? 0 : 1;
        _sigs = new Sig[count];
        count = 0;
        foreach (var token in _tokens)
        {
            for (; hole < _holes.Length && source.Holes[hole] < token.End; hole++)
            {
                var place = token.Kind == SqlTokenKind.Comment && !IsBroken(token.Start) ? SqlHolePlace.Comment : SqlHolePlace.Unknown;
                _holes[hole] = new(hole, source.Holes[hole], place, token, -1, null, false);
            }
            if (token.Kind is SqlTokenKind.Whitespace or SqlTokenKind.Comment)
                continue;
            ref var sig = ref _sigs[count++];
            sig = new() { Kind = token.Kind, First = _text[token.Start], Start = token.Start, End = token.End };
            var afterDot = count > 1 && _sigs[count - 2].First == '.' && _sigs[count - 2].Kind == SqlTokenKind.Punctuation;
            if (sig.Kind == SqlTokenKind.Word && !afterDot)
                sig.Kw = SqlKeywords.Find(_text, sig.Start, token.Length);
            else if (sig.Kind == SqlTokenKind.Punctuation && sig.First == '.' && count > 1)
                _sigs[count - 2].Kw = Kw.None;
        }
    }

    public SqlScript Run()
    {
        while (_at < _sigs.Length)
        {
            if (IsGo())
            {
                EndStatement();
                (_blocks, _governed) = (0, false);
                _at++;
            }
            else if (Is(_at, ';') && _depth <= 0 && (_depth < 0 || !_routine || (_routineBlocks == 0 && _dialect != SqlDialect.TSql)))
            {
                EndStatement();
                _at++;
            }
            else
            {
                if (_depth == 0 && Splits())
                    EndStatement();
                if (_depth < 0 && SkipBlockWord())
                    continue;
                if (_depth < 0)
                    BeginStatement();
                Step();
            }
        }
        EndStatement();
        return new(_source, _dialect, _tokens, _statements.ToImmutable(), ImmutableArray.Create(_holes), Placeholders(), _balanced && _broken < 0);
    }

    private ref Frame Top => ref _frames[_depth];

    private Sig At(int index) => index >= 0 && index < _sigs.Length ? _sigs[index] : default;

    private Kw KwAt(int index) => At(index).Kw;

    private bool Is(int index, char punctuation) => At(index) is { Kind: SqlTokenKind.Punctuation, First: var c } && c == punctuation;

    private bool IsText(int index, string word) => At(index) is { Start: var start, End: var end } && end - start == word.Length
        && string.Compare(_text, start, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0;

    private bool IsBroken(int position) => _broken >= 0 && position >= _broken;

    private static bool IsName(Sig token) => token.Kind is SqlTokenKind.QuotedName || token is { Kind: SqlTokenKind.Word, Kw: Kw.None };

    /// <summary>GO on a line of its own separates batches; it is no SQL.</summary>
    private bool IsGo()
    {
        if (KwAt(_at) != Kw.Go || _dialect is not (SqlDialect.TSql or SqlDialect.Unknown))
            return false;
        var line = _at == 0 || _text.IndexOf('\n', _sigs[_at - 1].End, _sigs[_at].Start - _sigs[_at - 1].End) >= 0;
        return line && (_at + 1 == _sigs.Length || _text.IndexOf('\n', _sigs[_at].End, _sigs[_at + 1].Start - _sigs[_at].End) >= 0);
    }

    private void Push(FrameKind kind, Clause clause, Slot slot, bool keys = false, int column = -1)
    {
        if (++_depth == _frames.Length)
            Array.Resize(ref _frames, _depth * 2);
        Top = new() { Kind = kind, Clause = clause, Slot = slot, Use = SqlTableUse.Read, Keys = keys, Open = _at, Item = _at + 1, Equality = -1, KeysFrom = _keys.Count, Column = column };
    }

    private void Pop()
    {
        EndItem();
        _depth--;
    }

    private void To(Clause clause, Slot slot)
    {
        EndItem();
        ref var frame = ref Top;
        (frame.Clause, frame.Slot, frame.Keys, frame.Not, frame.Between, frame.Compared) = (clause, slot, false, false, false, false);
        frame.Item = _at + 1;
    }

    private void ToPredicate(Clause clause, bool keys)
    {
        To(clause, Slot.Predicate);
        (Top.Keys, Top.KeysFrom) = (keys, _keys.Count);
    }

    private void NextPredicate()
    {
        ref var frame = ref Top;
        (frame.Slot, frame.Not, frame.Compared, frame.Item) = (Slot.Predicate, false, false, _at + 1);
    }

    /// <summary>What follows an operand, whatever the operand was.</summary>
    private void Operand()
    {
        ref var frame = ref Top;
        if (frame is { Slot: Slot.Start, Clause: Clause.None })
            (frame.Clause, frame.Item) = (Clause.Where, _at); // a text that starts in the middle: a condition until a keyword says otherwise
        frame.Slot = frame.Slot == Slot.Number ? frame.Resume : Slot.After;
    }

    private void Step()
    {
        var token = _sigs[_at];
        if (Top.Kind == FrameKind.Options)
            _lock |= Hint(_at);
        if (_depth > 0 && _frames[_depth].Kind == FrameKind.Ddl || Top.Clause == Clause.Ddl)
        {
            if (StepDdl(token))
                return;
        }
        else if (Top.Slot == Slot.Table && (token.Kind is SqlTokenKind.QuotedName or SqlTokenKind.Hole or SqlTokenKind.String || (token.Kind == SqlTokenKind.Word && !IsReserved(token.Kw))) )
        {
            if (!SkipBeforeTable(token))
                Table();
            return;
        }
        else if (token.Kw != Kw.None)
        {
            if (Keyword(token.Kw))
            {
                _at++;
                return;
            }
            if (!IsReserved(token.Kw))
                _sigs[_at].Kw = token.Kw = Kw.None;
        }
        switch (token.Kind)
        {
            case SqlTokenKind.Hole:
                StepHole();
                break;
            case SqlTokenKind.Operator:
                StepOperator(token);
                break;
            case SqlTokenKind.Punctuation:
                StepPunctuation(token.First);
                break;
            case SqlTokenKind.Other:
                break;
            default:
                StepOperand(token);
                break;
        }
        _at++;
    }

    private void StepOperand(Sig token)
    {
        PlaceInside(token);
        ref var frame = ref Top;
        if (token.Kind == SqlTokenKind.Parameter)
        {
            Parameter(token);
            if (frame.Clause == Clause.Exec && frame.Slot == Slot.Name && IsText(_at + 1, "="))
            {
                _at++; // EXEC @result = p
                return;
            }
            if (frame is { Clause: Clause.Declare, Slot: Slot.Item })
            {
                frame.Slot = Slot.Option; // its type
                return;
            }
        }
        if (frame.Clause == Clause.With && frame.Slot == Slot.Name && IsName(token))
            _withNames.Add(NameAt(_at));
        AfterName(frame.Slot);
    }

    private void StepOperator(Sig token)
    {
        ref var frame = ref Top;
        if (token.First == '*' && frame.Slot is Slot.Item or Slot.Name or Slot.Start)
        {
            Operand();
            return;
        }
        if (frame.Slot == Slot.Number)
            return; // LIMIT -1
        if (frame is { Slot: Slot.Start, Clause: Clause.None })
            frame.Clause = Clause.Where;
        if (IsComparison(_at))
        {
            if (frame is { Keys: true, Not: false, Compared: false, Slot: Slot.After } && (IsText(_at, "=") || IsText(_at, "==") || IsText(_at, "<=>")))
                frame.Equality = _at;
            frame.Compared = true;
        }
        frame.Slot = IsText(_at, "::") ? Slot.Option : Slot.Operand;
    }

    private void StepPunctuation(char c)
    {
        ref var frame = ref Top;
        switch (c)
        {
            case '(':
                Open();
                break;
            case '[':
                frame.Slot = Slot.After;
                Push(FrameKind.Call, Clause.None, Slot.Item);
                break;
            case ')' or ']':
                while (_depth > 0 && Top.Kind == FrameKind.Case)
                    Pop();
                if (_depth > 0 && Is(Top.Open, c == ')' ? '(' : '['))
                    Pop();
                else
                    _balanced = false;
                break;
            case '.':
                frame.Slot = Slot.Name;
                break;
            case ',':
                Comma();
                break;
            case ';' when _routine || _depth > 0:
                frame.Slot = Slot.Option;
                break;
        }
    }

    private void Comma()
    {
        EndItem();
        ref var frame = ref Top;
        (frame.Item, frame.Compared) = (_at + 1, false);
        frame.Items++;
        frame.Slot = (frame.Kind, frame.Clause) switch
        {
            (FrameKind.Group, _) => Slot.Operand,
            (FrameKind.Options or FrameKind.Ddl, _) => Slot.Option,
            (FrameKind.Number, _) or (_, Clause.Limit) => Slot.Number,
            (FrameKind.Query, Clause.From or Clause.On or Clause.Update or Clause.Delete) => Slot.Table,
            (FrameKind.Query, Clause.With) => Slot.Name,
            (FrameKind.Query, Clause.None or Clause.Where) => Slot.Predicate,
            _ => Slot.Item,
        };
        if (frame is { Kind: FrameKind.Query, Clause: Clause.On })
            frame.Clause = Clause.From;
    }

    /// <summary>What a parenthesis opens, by what stands before it and just inside.</summary>
    private void Open()
    {
        ref var frame = ref Top;
        var (before, inside, slot, clause) = (KwAt(_at - 1), KwAt(_at + 1), frame.Slot, frame.Clause);
        var loneHole = At(_at + 1).Kind == SqlTokenKind.Hole && Is(_at + 2, ')');
        frame.Slot = slot == Slot.Number ? frame.Resume : Slot.After;
        if (inside == Kw.Select && slot == Slot.Start)
            KindIs(SqlStatementKind.Select);
        if (inside is Kw.Select or Kw.With || (inside is Kw.Insert or Kw.Update or Kw.Delete or Kw.Merge && clause == Clause.With) || (inside == Kw.Values && slot == Slot.Table))
            Push(FrameKind.Query, Clause.None, Slot.Start);
        else if (before == Kw.In)
            Push(FrameKind.InList, Clause.None, Slot.Item, column: ColumnBefore(KwAt(_at - 2) == Kw.Not ? _at - 3 : _at - 2));
        else if (slot == Slot.Number)
            Push(FrameKind.Number, Clause.None, Slot.Number);
        else if (before == Kw.Over || (before == Kw.As && clause == Clause.Match))
            Push(FrameKind.Window, Clause.None, Slot.Option);
        else if (clause == Clause.Values && slot == Slot.Item)
            Push(FrameKind.Row, Clause.None, Slot.Item);
        else if (clause == Clause.With && slot == Slot.After)
            Push(before == Kw.As || IsText(_at - 1, "MATERIALIZED") ? FrameKind.Query : FrameKind.Columns, Clause.None, before == Kw.As ? Slot.Start : Slot.Item);
        else if (before is Kw.Using or Kw.Conflict || (clause == Clause.Insert && slot == Slot.After) || (before == Kw.On && clause == Clause.Select))
        {
            if (clause == Clause.Insert)
                ListInsertColumns();
            if (clause == Clause.Select)
                frame.Slot = Slot.Item; // DISTINCT ON (…)
            Push(FrameKind.Columns, Clause.None, Slot.Item);
        }
        else if (before is Kw.With or Kw.Option || _kind == SqlStatementKind.Explain && slot == Slot.Start || (clause is Clause.From or Clause.Update && Hint(_at + 1) != SqlLockClause.None))
        {
            frame.Slot = slot == Slot.Start ? Slot.Start : Slot.After;
            Push(FrameKind.Options, Clause.None, Slot.Option);
        }
        else if (before == Kw.Filter)
            Push(FrameKind.Group, Clause.None, Slot.Option);
        else if (clause == Clause.Declare && slot == Slot.Option)
            Push(FrameKind.Ddl, Clause.Ddl, Slot.Option);
        else if (before == Kw.Exists || (loneHole && slot is Slot.Table or Slot.Start) || (clause == Clause.Exec && slot == Slot.Name))
            Push(FrameKind.Query, Clause.None, Slot.Start);
        else if (slot == Slot.Table)
            Push(FrameKind.Query, Clause.From, Slot.Table);
        else if (IsCallee(_at - 1) && slot is Slot.After or Slot.Item or Slot.Predicate or Slot.Operand)
            Push(FrameKind.Call, Clause.None, Slot.Item, column: before is Kw.Any or Kw.Some or Kw.All && IsComparison(_at - 2) ? ColumnBefore(_at - 3) : -1);
        else if (slot == Slot.Start)
            Push(FrameKind.Group, Clause.Where, Slot.Predicate);
        else
            Push(FrameKind.Group, clause, slot is Slot.Predicate or Slot.Operand ? slot : Slot.Item, keys: slot == Slot.Predicate && frame is { Keys: true, Not: false });
    }

    private bool IsCallee(int index) => At(index) switch
    {
        { Kind: SqlTokenKind.QuotedName or SqlTokenKind.Hole } => true,
        { Kind: SqlTokenKind.Word, Kw: var kw } => !IsReserved(kw) || kw is Kw.Values or Kw.Left or Kw.Right or Kw.Any or Kw.All or Kw.Some,
        _ => false,
    };

    private static bool IsReserved(Kw kw) => kw is Kw.All or Kw.And or Kw.Any or Kw.As or Kw.Between or Kw.By or Kw.Case or Kw.Create or Kw.Cross or Kw.Delete
        or Kw.Distinct or Kw.Else or Kw.Except or Kw.Exists or Kw.From or Kw.Full or Kw.Group or Kw.Having or Kw.In or Kw.Inner or Kw.Insert
        or Kw.Intersect or Kw.Into or Kw.Is or Kw.Join or Kw.Lateral or Kw.Left or Kw.Like or Kw.Natural or Kw.Not or Kw.Null or Kw.On or Kw.Only or Kw.Or
        or Kw.Order or Kw.Outer or Kw.Right or Kw.Select or Kw.Set or Kw.Some or Kw.Table or Kw.Then or Kw.Top or Kw.Union or Kw.Update or Kw.Using or Kw.Values or Kw.When
        or Kw.Where or Kw.With;
}
