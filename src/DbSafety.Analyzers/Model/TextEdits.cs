using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Model;

/// <summary>
/// Text changes within a file that a rule has tried by binding. They travel to the fix as one property, so that it makes exactly the change
/// that was tried.
/// </summary>
internal sealed record TextEdits(ImmutableArray<(TextSpan Span, string Text)> Changes)
{
    public const string Property = "edits";

    public static TextEdits None { get; } = new(ImmutableArray<(TextSpan, string)>.Empty);

    public TextEdits Replace(TextSpan span, string text) => new(Changes.Add((span, text)));

    public TextEdits Insert(int position, string text) => Replace(new TextSpan(position, 0), text);

    public TextEdits And(TextEdits others) => new(Changes.AddRange(others.Changes));

    /// <summary>The text of <paramref name="node"/> after the changes, all of which lie in it.</summary>
    public string ApplyTo(SyntaxNode node)
    {
        var text = new StringBuilder(node.ToString());
        foreach (var (span, change) in Changes.Select((c, i) => (c, i)).OrderByDescending(c => c.c.Span.Start).ThenByDescending(c => c.c.Span.Length).ThenByDescending(c => c.i).Select(c => c.c))
        {
            text.Remove(span.Start - node.SpanStart, span.Length).Insert(span.Start - node.SpanStart, change);
        }
        return text.ToString();
    }

    public string Encode() => string.Join("\u0001", Changes.Select(c => FormattableString.Invariant($"{c.Span.Start},{c.Span.Length},{c.Text}")));

    public static TextEdits Decode(string text) => text.Length == 0 ? None : new(text.Split('\u0001').Select(part =>
    {
        var fields = part.Split([','], 3);
        return (new TextSpan(int.Parse(fields[0], CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture)), fields[2]);
    }).ToImmutableArray());
}
