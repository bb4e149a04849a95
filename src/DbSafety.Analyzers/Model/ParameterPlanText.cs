using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Model;

/// <summary>A part of a SQL expression, as it is written.</summary>
internal abstract record TextPart;

/// <param name="Sources">For each character its position in the file; -1 where it is written as an escape.</param>
internal sealed record LiteralPart(string Text, int[] Sources, TextContainer Container) : TextPart;

/// <summary>A constant that is not written here: known, but not editable.</summary>
/// <param name="Hole">Where it stands in a string.Format.</param>
internal sealed record ConstantPart(string Text, OperandPart? Hole = null) : TextPart;

/// <param name="Span">What a placeholder replaces: <c>{x:D}</c>, or the operand of a <c>+</c>.</param>
/// <param name="Container">The string it stands in; null for an operand of a <c>+</c>.</param>
/// <param name="Provider">The format provider it is formatted with; null for the current culture.</param>
internal sealed record OperandPart(
    ExpressionSyntax Expression, TextSpan Span, TextContainer? Container, string? Format = null, bool IsAligned = false, ExpressionSyntax? Provider = null) : TextPart;

/// <summary>One string of the source: a literal, an interpolated string, or the format of a string.Format.</summary>
/// <param name="Content">Between its quotes.</param>
/// <param name="Format">The string.Format it is the format of.</param>
internal sealed record TextContainer(ExpressionSyntax Node, TextSpan Content, bool IsMultiLineRaw, InvocationExpressionSyntax? Format = null)
{
    public bool IsInterpolated => Node is InterpolatedStringExpressionSyntax;

    /// <summary>A placeholder can be written at either end of it.</summary>
    public bool CanGrow => !IsMultiLineRaw && Format is null;

    public string Opening => Node.SyntaxTree.GetText().ToString(TextSpan.FromBounds(Node.SpanStart, Content.Start));
    public string Closing => Node.SyntaxTree.GetText().ToString(TextSpan.FromBounds(Content.End, Node.Span.End));
}

/// <summary>
/// A SQL expression taken apart as far as it is written in one place: literals, interpolated strings, <c>+</c> and string.Format.
/// </summary>
internal sealed class EditableText
{
    private readonly SemanticModel _model;
    private readonly List<TextPart> _parts = [];
    private readonly List<Leaf> _leaves = [];

    private EditableText(SemanticModel model, ExpressionSyntax expression) => (_model, Expression) = (model, expression);

    public ExpressionSyntax Expression { get; }
    public IReadOnlyList<TextPart> Parts => _parts;

    /// <summary>The <c>+</c> operands, or the one string.</summary>
    public IReadOnlyList<Leaf> Leaves => _leaves;

    /// <param name="Container">Null for an operand.</param>
    internal sealed record Leaf(TextSpan Span, TextContainer? Container);

    public static EditableText Of(SemanticModel model, ExpressionSyntax expression)
    {
        var text = new EditableText(model, expression);
        text.Add(expression, expression.Span);
        return text;
    }

    private void Add(ExpressionSyntax expression, TextSpan span)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax { Expression: var inner } when IsBuilt(inner):
                Add(inner, inner.Span);
                return;
            case ParenthesizedExpressionSyntax { Expression: var inner }:
                Add(inner, span);
                return;
            case LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal:
                AddLiteral(literal, null);
                return;
            case InterpolatedStringExpressionSyntax interpolated:
                AddInterpolated(interpolated);
                return;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum when IsConcatenation(sum):
                // Long sums nest to the left: unrolled, not recursed into.
                var terms = new Stack<ExpressionSyntax>();
                ExpressionSyntax left = sum;
                while (left is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } inner && IsConcatenation(inner))
                {
                    terms.Push(inner.Right);
                    left = inner.Left;
                }
                Add(left, left.Span);
                while (terms.Count > 0)
                {
                    var term = terms.Pop();
                    Add(term, term.Span);
                }
                return;
            case InvocationExpressionSyntax invocation when AddFormat(invocation):
                return;
        }
        _leaves.Add(new(span, null));
        _parts.Add((TextPart?)Constant(expression) ?? new OperandPart(expression, span, null));
    }

    private static bool IsBuilt(ExpressionSyntax expression) =>
        expression is ParenthesizedExpressionSyntax or InterpolatedStringExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression }
            or LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression };

    private bool IsConcatenation(BinaryExpressionSyntax sum) =>
        _model.GetOperation(sum) is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, OperatorMethod: null, Type.SpecialType: SpecialType.System_String };

    private ConstantPart? Constant(ExpressionSyntax expression) => _model.GetConstantValue(expression) switch
    {
        { HasValue: false } => null,
        { Value: string text } => new ConstantPart(text),
        { Value: char one } => new ConstantPart(one.ToString()),
        { Value: int or long } number when _model.GetTypeInfo(expression).Type is not { TypeKind: TypeKind.Enum } =>
            new ConstantPart(Convert.ToString(number.Value, System.Globalization.CultureInfo.InvariantCulture)),
        { Value: null } => new ConstantPart(""),
        _ => null,
    };

    private TextContainer AddLiteral(LiteralExpressionSyntax literal, InvocationExpressionSyntax? format)
    {
        var token = literal.Token;
        var source = token.Text;
        var quotes = Quotes(source, source.IndexOf('"'));
        var open = source.IndexOf('"') + quotes;
        var isMultiLine = token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken);
        var raw = isMultiLine || token.IsKind(SyntaxKind.SingleLineRawStringLiteralToken);
        var close = Math.Max(open, source.Length - (raw ? quotes : 1));
        if (!raw)
        {
            open = source.IndexOf('"') + 1;
        }
        var content = TextSpan.FromBounds(literal.SpanStart + open, literal.SpanStart + close);
        var container = new TextContainer(literal, content, isMultiLine, format);
        var style = raw ? Style.Raw : source[0] == '@' ? Style.Verbatim : Style.Regular;
        var (from, indent) = (open, "");
        if (isMultiLine)
        {
            var lastLine = source.LastIndexOf('\n', close - 1);
            indent = source.Substring(lastLine + 1, close - lastLine - 1);
            from = source.IndexOf('\n', open) + 1;
        }
        _leaves.Add(new(literal.Span, container));
        var map = Align(source.Substring(from, close - from), token.ValueText, literal.SpanStart + from, style, false, indent, true);
        if (format is null)
        {
            _parts.Add(new LiteralPart(token.ValueText, map, container));
        }
        else
        {
            _formatMap = map;
        }
        return container;
    }

    private int[] _formatMap = [];

    private static int Quotes(string text, int start)
    {
        var n = 0;
        while (start + n < text.Length && text[start + n] == '"')
        {
            n++;
        }
        return n;
    }

    private void AddInterpolated(InterpolatedStringExpressionSyntax interpolated)
    {
        var start = interpolated.StringStartToken;
        var end = interpolated.StringEndToken;
        var isMultiLine = start.IsKind(SyntaxKind.InterpolatedMultiLineRawStringStartToken);
        var raw = isMultiLine || start.IsKind(SyntaxKind.InterpolatedSingleLineRawStringStartToken);
        var style = raw ? Style.Raw : start.Text.IndexOf('@') >= 0 ? Style.Verbatim : Style.Regular;
        var container = new TextContainer(interpolated, TextSpan.FromBounds(start.Span.End, end.SpanStart), isMultiLine);
        _leaves.Add(new(interpolated.Span, container));
        var indent = "";
        if (isMultiLine)
        {
            var line = interpolated.SyntaxTree.GetText().Lines.GetLineFromPosition(end.Span.End - 1).ToString();
            indent = line.Substring(0, line.Length - line.TrimStart().Length);
        }
        var first = true;
        foreach (var content in interpolated.Contents)
        {
            if (content is InterpolatedStringTextSyntax { TextToken: var token })
            {
                var value = raw ? token.ValueText : SingleBraces(token);
                _parts.Add(new LiteralPart(value, Align(token.Text, value, token.SpanStart, style, !raw, indent, first && isMultiLine), container));
            }
            else if (content is InterpolationSyntax interpolation)
            {
                var plain = interpolation is { AlignmentClause: null, FormatClause: null };
                _parts.Add((TextPart?)(plain ? Constant(interpolation.Expression) : null)
                    ?? new OperandPart(Unparenthesized(interpolation.Expression), interpolation.Span, container,
                        interpolation.FormatClause?.FormatStringToken.ValueText, interpolation.AlignmentClause is not null));
            }
            first = false;
        }
    }

    /// <summary>The value of text in an interpolated string, where the compiler leaves doubled braces to the binder.</summary>
    private static string SingleBraces(SyntaxToken token)
    {
        var value = token.ValueText;
        return token.Text.Count(IsBrace) == value.Count(IsBrace) ? value.Replace("{{", "{").Replace("}}", "}") : value;

        static bool IsBrace(char c) => c is '{' or '}';
    }

    /// <summary>string.Format with a literal format and its arguments one by one.</summary>
    private bool AddFormat(InvocationExpressionSyntax invocation)
    {
        if (_model.GetSymbolInfo(invocation).Symbol is not IMethodSymbol { Name: "Format", ContainingType.SpecialType: SpecialType.System_String } method)
        {
            return false;
        }
        var arguments = invocation.ArgumentList.Arguments;
        var hasProvider = method.Parameters[0].Name == "provider";
        var at = hasProvider ? 1 : 0;
        if (arguments.Any(a => a.NameColon is not null) || arguments.Count <= at + 1
            || arguments[at].Expression is not LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal
            || (arguments.Count == at + 2 && method.Parameters[at + 1].IsParams)) // all arguments in one array
        {
            return false;
        }
        var (partsBefore, leavesBefore) = (_parts.Count, _leaves.Count);
        var container = AddLiteral(literal, invocation);
        _leaves[_leaves.Count - 1] = new(invocation.Span, container);
        var value = literal.Token.ValueText;
        var (chars, sources) = (new System.Text.StringBuilder(), new List<int>());
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] is '{' or '}' && i + 1 < value.Length && value[i + 1] == value[i])
            {
                chars.Append(value[i++]);
                sources.Add(-1);
            }
            else if (value[i] == '{')
            {
                var close = value.IndexOf('}', i);
                var match = System.Text.RegularExpressions.Regex.Match(close < 0 ? "" : value.Substring(i, close - i + 1), @"^\{(\d{1,4})(,-?\d+)?(?::([^{}]*))?\}$");
                var index = match.Success ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) + at + 1 : int.MaxValue;
                if (index >= arguments.Count
                    || _formatMap[i] < 0 || _formatMap[close] < 0 || _formatMap[close] - _formatMap[i] != close - i)
                {
                    _parts.RemoveRange(partsBefore, _parts.Count - partsBefore);
                    _leaves.RemoveRange(leavesBefore, _leaves.Count - leavesBefore);
                    return false;
                }
                Flush();
                var format = match.Groups[3].Success ? match.Groups[3].Value : null;
                var aligned = match.Groups[2].Success;
                var expression = arguments[index].Expression;
                var hole = new OperandPart(Unparenthesized(expression), TextSpan.FromBounds(_formatMap[i], _formatMap[close] + 1), container, format, aligned,
                    hasProvider ? arguments[0].Expression : null);
                _parts.Add(format is null && !aligned && Constant(expression) is { } constant ? constant with { Hole = hole } : hole);
                i = close;
            }
            else
            {
                chars.Append(value[i]);
                sources.Add(_formatMap[i]);
            }
        }
        Flush();
        return true;

        void Flush()
        {
            _parts.Add(new LiteralPart(chars.ToString(), [.. sources], container));
            chars.Clear();
            sources.Clear();
        }
    }

    public static ExpressionSyntax Unparenthesized(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax { Expression: var inner })
        {
            expression = inner;
        }
        return expression;
    }

    private enum Style { Regular, Verbatim, Raw }

    /// <summary>Where each character of a string's value stands in the file.</summary>
    private static int[] Align(string source, string value, int start, Style style, bool hasBraces, string indent, bool atLineStart)
    {
        var map = new int[value.Length];
        var at = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (style == Style.Raw && atLineStart)
            {
                for (var skipped = 0; skipped < indent.Length && at < source.Length && source[at] is ' ' or '\t'; skipped++)
                {
                    at++;
                }
            }
            if (at >= source.Length)
            {
                return Nowhere(map);
            }
            var length = 1;
            if (hasBraces && source[at] is '{' or '}' || style == Style.Verbatim && source[at] == '"')
            {
                length = 2;
            }
            else if (style == Style.Regular && source[at] == '\\')
            {
                length = EscapeLength(source, at);
                if (length == 10 && i + 1 < value.Length && char.IsSurrogatePair(value[i], value[i + 1]))
                {
                    map[i++] = -1;
                }
            }
            if (length == 1 && source[at] != value[i])
            {
                return Nowhere(map);
            }
            map[i] = length == 1 ? start + at : -1;
            at += length;
            atLineStart = value[i] == '\n';
        }
        return map;
    }

    private static int[] Nowhere(int[] map)
    {
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = -1;
        }
        return map;
    }

    private static int EscapeLength(string source, int at)
    {
        if (at + 1 >= source.Length)
        {
            return 1;
        }
        switch (source[at + 1])
        {
            case 'u':
                return 6;
            case 'U':
                return 10;
            case 'x':
                var end = at + 2;
                while (end < source.Length && end < at + 6 && Uri.IsHexDigit(source[end]))
                {
                    end++;
                }
                return end - at;
            default:
                return 2;
        }
    }
}
