using System.Collections.Immutable;
using System.Globalization;

namespace DbSafety.Sql;

/// <summary>Cuts SQL text into tokens that cover every character exactly once, in order. Linear; never throws.</summary>
internal static class SqlScanner
{
    public static ImmutableArray<SqlToken> Scan(SqlText text, SqlDialect dialect) => Scan(text, dialect, out _);

    /// <param name="broken">Start of the first token that is not closed, or that the possible dialects end at
    /// different places; -1 when there is none. Tokens from there on are one reading among several.</param>
    internal static ImmutableArray<SqlToken> Scan(SqlText text, SqlDialect dialect, out int broken)
    {
        var cursor = new Cursor(text, dialect);
        var tokens = ImmutableArray.CreateBuilder<SqlToken>(text.Text.Length / 2 + 4);
        while (cursor.Next() is { Length: > 0 } token)
            tokens.Add(token);
        broken = cursor.Broken;
        return tokens.ToImmutable();
    }

    internal static bool IsWordPart(char c) => c < 0x80
        ? c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_' or '$'
        : char.IsLetterOrDigit(c) || char.IsSurrogate(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsWordStart(char c) => IsWordPart(c) && c != '$' && !char.IsDigit(c);

    private static bool IsDigit(char c) => c is >= '0' and <= '9';

    private struct Cursor(SqlText source, SqlDialect dialect)
    {
        private readonly string _text = source.Text;
        private int _at;
        private int _holesOnlyUntil;
        private SqlToken _previous; // the last one that is neither space nor comment

        public int Broken { get; private set; } = -1;

        public SqlToken Next()
        {
            if (_at >= _text.Length)
                return default;
            var start = _at;
            var kind = Read();
            var token = new SqlToken(kind, start, _at - start);
            if (kind is not (SqlTokenKind.Whitespace or SqlTokenKind.Comment))
                _previous = token;
            return token;
        }

        private readonly char Peek(int ahead = 1) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

        private readonly bool IsHole(int position) =>
            (uint)position < (uint)_text.Length && _text[position] == SqlText.HoleChar && source.HoleAt(position) >= 0;

        /// <summary>A word character or a hole: what can go on a name.</summary>
        private readonly bool Glues(int position) => position < _text.Length && (IsWordPart(_text[position]) || IsHole(position));

        private readonly bool Is(SqlDialect one) => dialect == one;

        private readonly bool MayBe(SqlDialect one) => dialect == one || dialect == SqlDialect.Unknown;

        private SqlTokenKind Take(SqlTokenKind kind, int length)
        {
            _at += length;
            return kind;
        }

        private void Break(int at) => Broken = Broken < 0 ? at : Broken;

        private SqlTokenKind Read()
        {
            var c = _text[_at];
            var next = Peek();
            if (c == SqlText.HoleChar)
                return IsHole(_at) ? HoleOrWord() : Take(SqlTokenKind.Other, 1);
            if (IsSpace(c))
                return Spaces();
            if (IsWordStart(c) || (c == '#' && (Is(SqlDialect.TSql) || (Is(SqlDialect.Unknown) && (IsWordStart(next) || next == '#' || IsHole(_at + 1))))))
                return Word();
            if (IsDigit(c) || (c == '.' && IsDigit(next) && !(_previous.End == _at && _previous.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName or SqlTokenKind.Hole)))
                return Number();
            switch (c)
            {
                case '\'' or '"':
                    return Text(_at, _at);
                case '`' when dialect is not (SqlDialect.TSql or SqlDialect.PostgreSql or SqlDialect.Oracle):
                    return Until(Close(_at + 1, '`', doubled: !Is(SqlDialect.GoogleSql), backslash: Is(SqlDialect.GoogleSql)), SqlTokenKind.QuotedName);
                case '[' when dialect is SqlDialect.TSql or SqlDialect.Sqlite:
                    return Until(Close(_at + 1, ']', doubled: Is(SqlDialect.TSql), backslash: false), SqlTokenKind.QuotedName);
                case '[' when Is(SqlDialect.Unknown) && BracketedName() is > 0 and var length:
                    return Take(SqlTokenKind.QuotedName, length);
                case '-' when next == '-' && (!Is(SqlDialect.MySql) || Peek(2) <= ' '):
                case '#' when dialect is SqlDialect.MySql or SqlDialect.GoogleSql:
                    return LineComment();
                case '#' when Is(SqlDialect.Unknown) && next is not ('>' or '-'):
                    Break(_at); // a comment in MySQL, an operator in PostgreSQL
                    return Take(SqlTokenKind.Other, 1);
                case '/' when next == '*':
                    return BlockComment();
                case '$':
                    return Dollar(next);
                case '@':
                    return At(next);
                case ':' when next != ':' && next != '=' && !Is(SqlDialect.GoogleSql) && !(_at > 0 && (Glues(_at - 1) || _text[_at - 1] is ')' or ']'))
                              && (IsWordStart(next) || IsHole(_at + 1) || (IsDigit(next) && dialect is not (SqlDialect.TSql or SqlDialect.PostgreSql))):
                    return Named(1);
                case '?':
                    return Question(next);
                case '{' when Brace() is > 0 and var length:
                    return Take(SqlTokenKind.Parameter, length);
                case '(' or ')' or ',' or ';' or '.' or '[' or ']' or '{' or '}':
                    return Take(SqlTokenKind.Punctuation, 1);
                default:
                    return Symbol(c, next, Peek(2));
            }
        }

        private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is '\0' or '\uFEFF';

        private SqlTokenKind Spaces()
        {
            while (_at < _text.Length && IsSpace(_text[_at]))
                _at++;
            return SqlTokenKind.Whitespace;
        }

        private SqlTokenKind HoleOrWord()
        {
            if (_at >= _holesOnlyUntil)
            {
                var end = _at;
                while (IsHole(end))
                    end++;
                if (Glues(end))
                    return Word();
                _holesOnlyUntil = end;
            }
            return Take(SqlTokenKind.Hole, 1);
        }

        private SqlTokenKind Word()
        {
            var start = _at;
            while (_at < _text.Length && (Glues(_at) || (_text[_at] is '#' or '@' && Is(SqlDialect.TSql) && !IsHole(_at - 1)) || (_text[_at] == '#' && _text[start] == '#' && _at - start < 2)))
                _at++;
            if (_at >= _text.Length)
                return SqlTokenKind.Word;
            if (_text[_at] == '&' && _at - start == 1 && _text[start] is 'u' or 'U' && Peek() is '\'' or '"' && MayBe(SqlDialect.PostgreSql))
            {
                _at++;
                return Text(start, _at);
            }
            return _text[_at] is '\'' or '"' && IsPrefix(start, _at - start) ? Text(start, _at) : SqlTokenKind.Word;
        }

        /// <summary>N'…', E'…', X'…', r"…" and so on: the letters that a dialect lets a literal begin with.</summary>
        private readonly bool IsPrefix(int start, int length)
        {
            if (length > 2 || (_text[_at] == '"' && !Is(SqlDialect.GoogleSql)))
                return false;
            var (first, second) = ((char)(_text[start] | 0x20), length == 2 ? (char)(_text[start + 1] | 0x20) : ' ');
            return (first, second) switch
            {
                ('n', ' ') => dialect is not (SqlDialect.Sqlite or SqlDialect.GoogleSql),
                ('e', ' ') => MayBe(SqlDialect.PostgreSql),
                ('x', ' ') => dialect is not (SqlDialect.TSql or SqlDialect.GoogleSql or SqlDialect.Oracle),
                ('b', ' ') => dialect is not (SqlDialect.TSql or SqlDialect.Sqlite or SqlDialect.Oracle),
                ('r', ' ') or ('r', 'b') or ('b', 'r') => MayBe(SqlDialect.GoogleSql),
                ('q', ' ') or ('n', 'q') => MayBe(SqlDialect.Oracle),
                _ => false,
            };
        }

        /// <summary>A literal or name in ' or ", from its prefix on.</summary>
        private SqlTokenKind Text(int start, int quoteAt)
        {
            var quote = _text[quoteAt];
            var prefix = quoteAt == start ? '\0' : (char)(_text[quoteAt - 1] | 0x20);
            var kind = quote == '"' && dialect is not (SqlDialect.MySql or SqlDialect.GoogleSql) ? SqlTokenKind.QuotedName : SqlTokenKind.String;
            _at = quoteAt;
            if (prefix == 'q' && quoteAt + 1 < _text.Length)
                return Until(After(quoteAt + 2, _text[quoteAt + 1] switch { '[' => "]'", '{' => "}'", '(' => ")'", '<' => ">'", var c => c + "'" }), kind, start);
            if (Is(SqlDialect.GoogleSql))
                return Until(Peek() == quote && Peek(2) == quote ? CloseTriple(quoteAt + 3, quote) : Close(quoteAt + 1, quote, doubled: false, backslash: true), kind, start);
            var backslash = Is(SqlDialect.MySql) || (prefix == 'e' && quote == '\'');
            var end = Close(quoteAt + 1, quote, doubled: true, backslash);
            // 'C:\' is closed in one dialect and open in another.
            if (Is(SqlDialect.Unknown) && !backslash && Broken < 0 && end > 0 && Close(quoteAt + 1, quote, doubled: true, backslash: true) != end)
                Break(start);
            return Until(end, kind, start);
        }

        private SqlTokenKind Until(int end, SqlTokenKind kind, int start = -1)
        {
            if (end < 0)
                Break(start < 0 ? _at : start);
            _at = end < 0 ? _text.Length : end;
            return kind;
        }

        /// <summary>The position after the closing quote, or -1.</summary>
        private readonly int Close(int from, char quote, bool doubled, bool backslash)
        {
            for (var i = from; i < _text.Length; i++)
            {
                if (backslash && _text[i] == '\\')
                    i++;
                else if (_text[i] != quote)
                    continue;
                else if (doubled && i + 1 < _text.Length && _text[i + 1] == quote)
                    i++;
                else
                    return i + 1;
            }
            return -1;
        }

        private readonly int CloseTriple(int from, char quote)
        {
            for (var i = from; i + 2 < _text.Length; i++)
            {
                if (_text[i] == '\\')
                    i++;
                else if (_text[i] == quote && _text[i + 1] == quote && _text[i + 2] == quote)
                    return i + 3;
            }
            return -1;
        }

        private readonly int After(int from, string end) =>
            from <= _text.Length && _text.IndexOf(end, from, StringComparison.Ordinal) is >= 0 and var at ? at + end.Length : -1;

        /// <summary>Where it is not known whether [ quotes a name or subscripts an array: the length of what can only
        /// sensibly be a name, or 0.</summary>
        private readonly int BracketedName()
        {
            if (_at > 0 && (Glues(_at - 1) || _text[_at - 1] is ']' or ')'))
                return 0;
            var i = _at + 1;
            if (i >= _text.Length || !(IsWordStart(_text[i]) || IsHole(i)))
                return 0;
            while (Glues(i) || (i < _text.Length && _text[i] is ' ' or '-' or '/' or '#'))
                i++;
            return i < _text.Length && _text[i] == ']' ? i + 1 - _at : 0;
        }

        private SqlTokenKind LineComment()
        {
            while (_at < _text.Length && _text[_at] is not ('\n' or '\r'))
                _at++;
            return SqlTokenKind.Comment;
        }

        private SqlTokenKind BlockComment()
        {
            var (start, depth, flatEnd) = (_at, 0, -1);
            var nests = dialect is SqlDialect.TSql or SqlDialect.PostgreSql or SqlDialect.Unknown;
            for (var i = start; i + 1 < _text.Length; i++)
            {
                if (_text[i] == '/' && _text[i + 1] == '*')
                {
                    depth += nests || depth == 0 ? 1 : 0;
                    i++;
                }
                else if (_text[i] == '*' && _text[i + 1] == '/')
                {
                    flatEnd = flatEnd < 0 ? i + 2 : flatEnd;
                    i++;
                    if (--depth > 0)
                        continue;
                    if (Is(SqlDialect.Unknown) && flatEnd != i + 1)
                        Break(start);
                    return Take(SqlTokenKind.Comment, i + 1 - start);
                }
            }
            return Until(-1, SqlTokenKind.Comment);
        }

        private SqlTokenKind Number()
        {
            if (_text[_at] == '0' && Peek() is 'x' or 'X')
            {
                _at += 2;
                while (_at < _text.Length && (IsDigit(_text[_at]) || (_text[_at] | 0x20) is >= 'a' and <= 'f'))
                    _at++;
            }
            else
            {
                Digits();
                if (_at < _text.Length && _text[_at] == '.' && Peek() != '.')
                {
                    _at++;
                    Digits();
                }
                if (_at < _text.Length && (_text[_at] | 0x20) == 'e' && (IsDigit(Peek()) || (Peek() is '+' or '-' && IsDigit(Peek(2)))))
                {
                    _at += 2;
                    Digits();
                }
            }
            return IsHole(_at) || (Is(SqlDialect.MySql) && Glues(_at)) ? Word() : SqlTokenKind.Number;
        }

        private void Digits()
        {
            while (_at < _text.Length && (IsDigit(_text[_at]) || (_text[_at] == '_' && IsDigit(Peek()))))
                _at++;
        }

        private SqlTokenKind Named(int sigil)
        {
            _at += sigil;
            while (Glues(_at) || (Is(SqlDialect.TSql) && _at < _text.Length && _text[_at] is '#' or '@' && !IsHole(_at - 1)))
                _at++;
            return SqlTokenKind.Parameter;
        }

        private SqlTokenKind Dollar(char next)
        {
            if (Is(SqlDialect.TSql))
            {
                _at++;
                if (IsWordStart(next))
                    return Word(); // $action
                return IsDigit(next) || next == '.' ? Number() : SqlTokenKind.Number; // money
            }
            if (Is(SqlDialect.MySql))
                return Glues(_at + 1) ? Word() : Take(SqlTokenKind.Other, 1);
            if (MayBe(SqlDialect.PostgreSql) && (next == '$' || IsWordStart(next)))
            {
                var end = _at + 1;
                while (end < _text.Length && _text[end] != '$' && IsWordPart(_text[end]))
                    end++;
                if (end < _text.Length && _text[end] == '$')
                    return Until(After(end + 1, _text.Substring(_at, end + 1 - _at)), SqlTokenKind.String);
            }
            return IsDigit(next) || IsHole(_at + 1) || (IsWordStart(next) && !Is(SqlDialect.PostgreSql)) ? Named(1) : Take(SqlTokenKind.Other, 1);
        }

        private SqlTokenKind At(char next)
        {
            if (next == '@' && !Is(SqlDialect.PostgreSql) && Glues(_at + 2))
            {
                Named(2);
                return SqlTokenKind.Word; // @@rowcount
            }
            if (next != '$' && Glues(_at + 1) && !(Is(SqlDialect.Oracle) && _at > 0 && Glues(_at - 1)))
                return Named(1);
            return Symbol('@', next, Peek(2));
        }

        private SqlTokenKind Question(char next)
        {
            var json = MayBe(SqlDialect.PostgreSql);
            if (json && next is '|' or '&' && Peek(2) != next)
                return Take(SqlTokenKind.Operator, 2);
            if (json && FollowsOperand() && (Is(SqlDialect.PostgreSql) || OperandFollows()))
                return Take(SqlTokenKind.Operator, 1);
            if (Is(SqlDialect.PostgreSql))
                return Take(SqlTokenKind.Parameter, 1);
            Named(1);
            if (_at < _text.Length && _text[_at] == '?' && _text[_at - 1] != '?')
                _at++; // Dapper's ?p?
            return SqlTokenKind.Parameter;
        }

        private readonly bool FollowsOperand() => _previous.Kind switch
        {
            SqlTokenKind.Word => SqlKeywords.Find(_text, _previous.Start, _previous.Length) == Kw.None,
            SqlTokenKind.Punctuation => _text[_previous.Start] is ')' or ']',
            SqlTokenKind.Operator => false,
            _ => _previous.Length > 0,
        };

        private readonly bool OperandFollows()
        {
            var i = _at + 1;
            while (i < _text.Length && _text[i] == ' ')
                i++;
            return i < _text.Length && (_text[i] is '\'' or '@' or '$' or '(' || (i > _at + 1 && IsHole(i)));
        }

        /// <summary>The length of Dapper's {=name} or EF's {0}, or 0.</summary>
        private readonly int Brace()
        {
            var named = Peek() == '=';
            var from = _at + (named ? 2 : 1);
            var i = from;
            while (i < _text.Length && (named ? Glues(i) : IsDigit(_text[i])))
                i++;
            return i > from && i < _text.Length && _text[i] == '}' ? i + 1 - _at : 0;
        }

        private SqlTokenKind Symbol(char c, char next, char third)
        {
            var length = (c, next, third) switch
            {
                ('<', '=', '>') or ('-', '>', '>') or ('#', '>', '>') or ('!', '~', '*') or ('<', '-', '>') or ('<', '#', '>') => 3,
                ('<', '@', _) => MayBe(SqlDialect.PostgreSql) && !Glues(_at + 2) ? 2 : 1, // a<@p compares with a parameter
                ('@', '>' or '@' or '?', _) => MayBe(SqlDialect.PostgreSql) ? 2 : 1,
                ('#', '>' or '-', _) or ('~', '*', _) or ('!', '~', _) or ('-', '>', _) => 2,
                ('<', '=' or '>' or '<', _) or ('>', '=' or '>', _) or ('!', '=' or '<' or '>', _) or ('=', '=' or '>', _) => 2,
                ('|', '|' or '=', _) or ('&', '&' or '=', _) or (':', ':' or '=', _) => 2,
                ('+' or '-' or '*' or '/' or '%' or '^', '=', _) => 2,
                _ => 1,
            };
            return Take(c switch
            {
                ':' when length == 1 => SqlTokenKind.Punctuation,
                '+' or '-' or '*' or '/' or '%' or '<' or '>' or '=' or '!' or '~' or '^' or '&' or '|' or '@' or '#' or ':' => SqlTokenKind.Operator,
                _ => SqlTokenKind.Other,
            }, length);
        }
    }
}
