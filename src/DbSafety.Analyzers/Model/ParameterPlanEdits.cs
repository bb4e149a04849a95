using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Model;

/// <summary>A placeholder that takes the place of an operand.</summary>
/// <param name="Part">Index of the operand among the parts.</param>
/// <param name="CutBefore">How many characters before the operand go: the opening quote and an affix.</param>
/// <param name="CutAfter">How many characters behind it go.</param>
internal sealed record Placeholder(int Part, int CutBefore, int CutAfter, string Text);

/// <summary>Writes placeholders into a SQL expression with the least change to its source.</summary>
internal sealed class PlaceholderEdits
{
    private static readonly Regex SameLinePlus = new(@"^[ \t]*\+[ \t]*$");
    private static readonly Regex PlainPlus = new(@"^\s*\+\s*$");

    private readonly EditableText _text;
    private readonly SourceText _source;
    private readonly List<(TextSpan Span, string Text)> _edits = [];
    private readonly HashSet<int> _removedLeaves = [];

    private PlaceholderEdits(EditableText text) => (_text, _source) = (text, text.Expression.SyntaxTree.GetText());

    /// <param name="keepsHoles">The placeholders are holes of an interpolated string, which stays one.</param>
    /// <summary>The edits, in order, touching ones joined; null where a quote to cut is written as an escape, or not here at all.</summary>
    public static IReadOnlyList<(TextSpan Span, string Text)>? Of(EditableText text, IReadOnlyList<Placeholder> placeholders, bool keepsHoles)
    {
        var edits = new PlaceholderEdits(text);
        foreach (var placeholder in placeholders)
        {
            if (!edits.Cut(placeholder) || !edits.Write(placeholder))
            {
                return null;
            }
        }
        foreach (var container in keepsHoles ? [] : text.Parts.OfType<OperandPart>().Select(p => p.Container).Where(c => c is not null).Distinct())
        {
            var left = text.Parts.Select((part, i) => placeholders.Any(h => h.Part == i) ? null : part as OperandPart ?? (part as ConstantPart)?.Hole)
                .OfType<OperandPart>().Where(p => p.Container == container).ToList();
            if (placeholders.Any(h => ((OperandPart)text.Parts[h.Part]).Container == container)
                && !(container!.Format is null ? edits.Plain(container, left) : edits.Unformat(container, left)))
            {
                return null;
            }
        }
        return edits.Joined();
    }

    /// <summary>The source of a span with the edits made.</summary>
    public static string Apply(SourceText source, TextSpan span, IEnumerable<(TextSpan Span, string Text)> edits) =>
        source.GetSubText(span).WithChanges(edits.Select(e => new TextChange(new TextSpan(e.Span.Start - span.Start, e.Span.Length), e.Text))).ToString();

    private bool Cut(Placeholder placeholder)
    {
        return CutRun(placeholder.Part, -1, placeholder.CutBefore) && CutRun(placeholder.Part, 1, placeholder.CutAfter);

        bool CutRun(int part, int step, int count)
        {
            for (var i = part + step; count > 0; i += step)
            {
                if (i < 0 || i >= _text.Parts.Count || _text.Parts[i] is not LiteralPart literal)
                {
                    return false;
                }
                for (var n = 0; n < literal.Text.Length && count > 0; n++, count--)
                {
                    var position = literal.Sources[step > 0 ? n : literal.Text.Length - 1 - n];
                    if (position < 0)
                    {
                        return false;
                    }
                    _edits.Add((new TextSpan(position, 1), ""));
                }
            }
            return true;
        }
    }

    private bool Write(Placeholder placeholder)
    {
        var operand = (OperandPart)_text.Parts[placeholder.Part];
        if (operand.Container is not null)
        {
            _edits.Add((operand.Span, placeholder.Text));
            return true;
        }
        var at = _text.Leaves.ToList().FindIndex(l => l.Span == operand.Span);
        var left = at > 0 ? _text.Leaves[at - 1] : null;
        var right = at >= 0 && at + 1 < _text.Leaves.Count ? _text.Leaves[at + 1] : null;
        var joinsLeft = left?.Container is { CanGrow: true } && SameLinePlus.IsMatch(Between(left.Span, operand.Span)) && !_removedLeaves.Contains(at - 1);
        var joinsRight = right?.Container is { CanGrow: true, IsInterpolated: false } && SameLinePlus.IsMatch(Between(operand.Span, right.Span));
        var end = operand.Span.End;
        if (right is { Container: { IsInterpolated: false, Format: null } last } && at + 2 == _text.Leaves.Count && PlainPlus.IsMatch(Between(operand.Span, right.Span))
            && last.Content.Length == placeholder.CutAfter && _edits.Count(e => last.Content.Contains(e.Span)) == last.Content.Length)
        {
            // Nothing is left of the last literal.
            _removedLeaves.Add(at + 1);
            _edits.RemoveAll(e => last.Content.Contains(e.Span));
            (joinsRight, end) = (false, right.Span.End);
        }
        if (joinsLeft && joinsRight && left!.Container!.Opening == right!.Container!.Opening)
        {
            _edits.Add((TextSpan.FromBounds(left.Container.Content.End, right.Container.Content.Start), placeholder.Text));
        }
        else if (joinsLeft)
        {
            if (left!.Container!.IsInterpolated && placeholder.Text.IndexOf('{') >= 0)
            {
                return false;
            }
            _edits.Add((TextSpan.FromBounds(left.Container.Content.End, end), placeholder.Text + left.Container.Closing));
        }
        else if (joinsRight)
        {
            _edits.Add((TextSpan.FromBounds(operand.Span.Start, right!.Container!.Content.Start), right.Container.Opening + placeholder.Text));
        }
        else
        {
            _edits.Add((TextSpan.FromBounds(operand.Span.Start, end), "\"" + placeholder.Text + "\""));
        }
        return true;
    }

    private static string Braced(string text) => text.Replace("{", "{{").Replace("}", "}}");

    private string Between(TextSpan first, TextSpan second) => _source.ToString(TextSpan.FromBounds(first.End, second.Start));

    /// <summary>An interpolated string without holes is a plain one.</summary>
    private bool Plain(TextContainer container, List<OperandPart> left)
    {
        var interpolated = (InterpolatedStringExpressionSyntax)container.Node;
        if (left.Count > 0 || interpolated.Contents.OfType<InterpolationSyntax>().Any(i => _edits.All(e => e.Span != i.Span)))
        {
            // Constants stay as holes; a placeholder with braces must not be one.
            for (var i = 0; i < _edits.Count; i++)
            {
                if (_edits[i].Span.Length > 0 && interpolated.Contents.Any(c => c.Span == _edits[i].Span) && !container.Opening.Contains("\"\"\""))
                {
                    _edits[i] = (_edits[i].Span, Braced(_edits[i].Text));
                }
            }
            return !(container.Opening.Contains("\"\"\"") && _edits.Any(e => container.Content.Contains(e.Span) && e.Text.IndexOf('{') >= 0));
        }
        var start = interpolated.StringStartToken;
        for (var i = 0; i < start.Text.Length && start.Text[i] is '$' or '@'; i++)
        {
            if (start.Text[i] == '$')
            {
                _edits.Add((new TextSpan(start.SpanStart + i, 1), ""));
            }
        }
        if (start.IsKind(SyntaxKind.InterpolatedStringStartToken) || start.IsKind(SyntaxKind.InterpolatedVerbatimStringStartToken))
        {
            foreach (var token in interpolated.Contents.OfType<InterpolatedStringTextSyntax>().Select(t => t.TextToken))
            {
                for (var i = 0; i + 1 < token.Text.Length; i++)
                {
                    if (token.Text[i] is '{' or '}' && token.Text[i + 1] == token.Text[i])
                    {
                        _edits.Add((new TextSpan(token.SpanStart + i++, 1), ""));
                    }
                }
            }
        }
        return true;
    }

    /// <summary>string.Format without its arguments is its format; with some left, those keep their order and get new numbers.</summary>
    private bool Unformat(TextContainer container, List<OperandPart> left)
    {
        var invocation = container.Format!;
        var literal = (LiteralExpressionSyntax)container.Node;
        if (left.Count > 0)
        {
            return Renumber(container, left);
        }
        var source = literal.Token.Text;
        _edits.Add((TextSpan.FromBounds(invocation.SpanStart, literal.SpanStart), ""));
        _edits.Add((TextSpan.FromBounds(literal.Span.End, invocation.Span.End), ""));
        for (var i = 0; i + 1 < source.Length; i++)
        {
            if (source[i] is '{' or '}' && source[i + 1] == source[i])
            {
                _edits.Add((new TextSpan(literal.SpanStart + i++, 1), ""));
            }
        }
        return true;
    }

    private bool Renumber(TextContainer container, List<OperandPart> left)
    {
        var arguments = container.Format!.ArgumentList.Arguments;
        if (_edits.Any(e => container.Content.Contains(e.Span) && e.Text.IndexOf('{') >= 0))
        {
            return false;
        }
        var first = arguments.ToList().FindIndex(a => a.Expression == container.Node) + 1;
        var kept = Enumerable.Range(first, arguments.Count - first).Where(i => left.Any(o => EditableText.Unparenthesized(arguments[i].Expression) == o.Expression)).ToList();
        for (var i = first; i < arguments.Count; i++)
        {
            if (!kept.Contains(i))
            {
                _edits.Add((TextSpan.FromBounds(arguments[i - 1].Span.End, arguments[i].Span.End), ""));
            }
        }
        foreach (var operand in left)
        {
            var number = Regex.Match(_source.ToString(operand.Span), @"\d+");
            var index = kept.FindIndex(i => EditableText.Unparenthesized(arguments[i].Expression) == operand.Expression);
            var text = index.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (number.Value != text)
            {
                _edits.Add((new TextSpan(operand.Span.Start + number.Index, number.Length), text));
            }
        }
        return true;
    }

    private IReadOnlyList<(TextSpan Span, string Text)> Joined()
    {
        var joined = new List<(TextSpan Span, string Text)>();
        foreach (var edit in _edits.OrderBy(e => e.Span.Start).ThenBy(e => e.Span.Length))
        {
            if (joined.Count > 0 && joined[joined.Count - 1] is var last && last.Span.End >= edit.Span.Start)
            {
                joined[joined.Count - 1] = (TextSpan.FromBounds(last.Span.Start, Math.Max(last.Span.End, edit.Span.End)), last.Text + edit.Text);
            }
            else
            {
                joined.Add(edit);
            }
        }
        return joined;
    }
}
