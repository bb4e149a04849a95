using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Flow;

/// <summary>Where names stand in the files of a compilation. Found in their text: no tree is walked, and no node kept, for a name that nobody asks for.</summary>
internal sealed class NameIndex(Compilation compilation)
{
    private static readonly ConditionalWeakTable<SyntaxTree, HashSet<uint>> Hashes = new();

    private readonly ConcurrentDictionary<(string Name, SyntaxTree Tree), List<int>> _places = new();

    /// <summary>The nodes that are a name, with type arguments or without, in the order of the files.</summary>
    public IEnumerable<SimpleNameSyntax> this[string name] => In(name, compilation.SyntaxTrees);

    /// <summary>Those of some files.</summary>
    public IEnumerable<SimpleNameSyntax> In(string name, IEnumerable<SyntaxTree> files)
    {
        var hash = NameHash.Of(name);
        return from tree in files
               where Hashes.GetValue(tree, HashesIn).Contains(hash)
               from node in In(name, tree)
               select node;
    }

    private IEnumerable<SimpleNameSyntax> In(string name, SyntaxTree tree)
    {
        foreach (var position in _places.GetOrAdd((name, tree), static key => Find(key.Name, key.Tree.GetText().ToString())))
        {
            if (tree.GetRoot().FindToken(position) is { Parent: SimpleNameSyntax node } token && token.Span.Contains(position) && node.Identifier == token && token.ValueText == name)
            {
                yield return node;
            }
        }
    }

    private static List<int> Find(string name, string text)
    {
        var found = new List<int>();
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + name.Length, StringComparison.Ordinal))
        {
            if ((at == 0 || !NameHash.IsPart(text[at - 1])) && (at + name.Length == text.Length || !NameHash.IsPart(text[at + name.Length])))
            {
                found.Add(at);
            }
        }
        return found;
    }

    private static HashSet<uint> HashesIn(SyntaxTree tree)
    {
        var hashes = new HashSet<uint>();
        var hash = NameHash.Empty;
        var isName = false;
        foreach (var c in tree.GetText().ToString())
        {
            if (NameHash.IsPart(c))
            {
                hash = NameHash.Add(hash, c);
                isName = true;
            }
            else if (isName)
            {
                hashes.Add(hash);
                (hash, isName) = (NameHash.Empty, false);
            }
        }
        hashes.Add(hash);
        return hashes;
    }
}
