using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Engine;

/// <summary>
/// The text changes of one fix, in terms of the original file. Being text, they touch nothing else: comments, indentation and line
/// endings around them stay. Made by <see cref="FixContext.Edit"/>.
/// </summary>
internal sealed class Edits(FixFile file)
{
    private const int Opening = int.MaxValue, Closing = int.MinValue;

    private readonly List<Change> _changes = [];

    public FixFile File => file;
    public bool IsEmpty => _changes.Count == 0;

    /// <summary>Replaces a node or token; the trivia around it stays.</summary>
    public Edits Replace(SyntaxNodeOrToken old, string text) => Replace(old.Span, text);

    public Edits Replace(SyntaxNode old, SyntaxNode @new) => Replace(old.Span, @new.ToString());

    public Edits Replace(TextSpan span, string text) => Add(new Change(span, text, 0));

    /// <summary>Inserts text. Two fixes that insert the same text at the same position share one insertion.</summary>
    /// <param name="order">Among insertions at one position the lower order comes first; a closing brace has a high one.</param>
    public Edits Insert(int position, string text, int order = 0) => Add(new Change(new TextSpan(position, 0), text, order));

    public Edits Delete(TextSpan span) => Replace(span, "");

    /// <summary>Puts text before and after a node; fixes may wrap nodes inside each other.</summary>
    public Edits Wrap(SyntaxNode node, string before, string after) =>
        // What closes comes before what opens. Of two nodes that start together the longer one opens first; of two that end
        // together the shorter one closes first.
        Add(new Change(new TextSpan(node.SpanStart, 0), before, Opening - node.Span.Length, node.Span))
            .Add(new Change(new TextSpan(node.Span.End, 0), after, Closing + node.Span.Length, node.Span));

    /// <summary>True when some change of each touches the same text in different ways, so that both cannot be made.</summary>
    public bool Collides(Edits other) =>
        _changes.Exists(mine => other._changes.Exists(theirs => mine != theirs && mine.Overlaps(theirs)));

    /// <summary>All changes in the order <see cref="SourceText.WithChanges(IEnumerable{TextChange})"/> wants; shared ones once.</summary>
    public static IEnumerable<TextChange> Merge(IEnumerable<Edits> edits) =>
        edits.SelectMany(e => e._changes).Distinct()
            .OrderBy(c => c.Span.Start).ThenBy(c => c.Span.Length).ThenBy(c => c.Order)
            .Select(c => new TextChange(c.Span, c.Text));

    private Edits Add(Change change)
    {
        _changes.Add(change);
        return this;
    }

    /// <param name="Owner">The wrapped node, which keeps two wraps with the same text apart.</param>
    private sealed record Change(TextSpan Span, string Text, int Order, TextSpan Owner = default)
    {
        public bool Overlaps(Change other) => Span.OverlapsWith(other.Span) || Inside(Span, other.Span) || Inside(other.Span, Span);

        private static bool Inside(TextSpan insertion, TextSpan span) =>
            insertion.IsEmpty && span.Start < insertion.Start && insertion.Start < span.End;
    }
}
