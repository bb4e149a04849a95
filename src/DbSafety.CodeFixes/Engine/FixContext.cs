using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Engine;

/// <summary>What the fix of one diagnostic works with: the file as it was before any fix, and what the rule knew.</summary>
internal sealed class FixContext(FixFile file, Diagnostic diagnostic)
{
    public Diagnostic Diagnostic => diagnostic;
    public Document Document => file.Document;
    public SemanticModel Model => file.Model;
    public SyntaxNode Root => file.Root;
    public SourceText Text => file.Text;
    public CancellationToken CancellationToken => file.CancellationToken;

    /// <summary>The innermost node with exactly the reported span, or the smallest around it.</summary>
    public SyntaxNode Node => NodeAt(diagnostic.Location)!;

    /// <summary>The node of an additional location; null when it lies in another file.</summary>
    public SyntaxNode? NodeAt(Location location) =>
        location.SourceTree == Root.SyntaxTree
            ? Root.FindNode(location.SourceSpan, findInsideTrivia: false, getInnermostNodeForTie: true)
            : null;

    /// <summary>What the rule put into <c>Diagnostic.Properties</c>; null when it did not.</summary>
    public string? Property(string key) => diagnostic.Properties.TryGetValue(key, out var value) ? value : null;

    /// <summary>The changes that the rule worked out (<see cref="TextEdits"/>); null where it found none it can be sure of.</summary>
    public Edits? Planned()
    {
        if (Property(TextEdits.Property) is not { } encoded)
        {
            return null;
        }
        var edits = Edit();
        foreach (var (span, text) in TextEdits.Decode(encoded).Changes)
        {
            edits = span.IsEmpty ? edits.Insert(span.Start, text) : edits.Replace(span, text);
        }
        return edits;
    }

    /// <summary>An empty edit of this file.</summary>
    public Edits Edit() => new(file);

    /// <summary>
    /// A name for a new local or parameter that no identifier of the enclosing member or accessible symbol has:
    /// <paramref name="wanted"/>, or that with a number.
    /// </summary>
    public string UniqueName(SyntaxNode place, string wanted)
    {
        var member = place.AncestorsAndSelf().FirstOrDefault(n => n is MemberDeclarationSyntax and not BaseNamespaceDeclarationSyntax and not GlobalStatementSyntax) ?? Root;
        var taken = new HashSet<string>(
            member.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText), StringComparer.Ordinal);
        var name = wanted;
        for (var n = 2; taken.Contains(name) || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || file.Names.Contains((member.Span, name)) || IsVisible(name); n++)
        {
            name = wanted + n;
        }
        file.Names.Add((member.Span, name));
        return name;

        bool IsVisible(string candidate) =>
            Model.LookupSymbols(place.SpanStart, name: candidate).Any(s => s is not (INamespaceSymbol or ITypeSymbol));
    }
}
