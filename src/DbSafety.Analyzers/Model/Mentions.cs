using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Model;

/// <summary>
/// Words that a file must contain before a rule looks into it: a search of the text, done once for each file, so that nothing is bound or
/// walked where the words are not. Kept as a static field of what asks.
/// </summary>
internal sealed class Mentions
{
    private readonly ConditionalWeakTable<SyntaxTree, StrongBox<bool>> _known = new();
    private readonly ConditionalWeakTable<SyntaxTree, StrongBox<bool>>.CreateValueCallback _find;
    private readonly string[] _words;

    public Mentions(params string[] words)
    {
        _words = words;
        _find = tree => new(Contains(tree.GetText().ToString(), new TextSpan(0, tree.Length)));
    }

    /// <summary>The file's text contains one of the words, as code, in a string or in a comment.</summary>
    public bool AreIn(SyntaxTree tree) => _known.GetValue(tree, _find).Value;

    /// <summary>The text of a body does. Asked before the operations of the body, which are made when they are first looked at.</summary>
    public bool AreIn(SyntaxNode body) => AreIn(body.SyntaxTree) && Contains(body.SyntaxTree.GetText().ToString(), body.Span);

    /// <summary>Some file of the compilation does.</summary>
    public bool AreIn(Compilation compilation) => compilation.SyntaxTrees.Any(AreIn);

    private bool Contains(string text, TextSpan span)
    {
        foreach (var word in _words)
        {
            if (text.IndexOf(word, span.Start, span.Length, StringComparison.Ordinal) >= 0)
            {
                return true;
            }
        }
        return false;
    }
}
