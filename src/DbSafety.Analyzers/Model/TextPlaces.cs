using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Model;

/// <summary>Where a piece of SQL text stands in the source.</summary>
internal static class TextPlaces
{
    /// <summary>
    /// The span of some words of a text within the literal they are written in; null where that is outside <paramref name="within"/>'s
    /// member, spans several literals, or is written with escapes.
    /// </summary>
    /// <param name="template">The text, each hole counting as one character.</param>
    /// <param name="position">Where the words begin in it.</param>
    /// <param name="words">The words, as they are in the text.</param>
    /// <param name="within">A node of the member in which the literal has to be.</param>
    public static TextSpan? Of(Template template, int position, string words, SyntaxNode within)
    {
        var start = 0;
        foreach (var piece in template.Pieces)
        {
            var length = piece.Hole is not null ? 1 : piece.Literal?.Length ?? 0;
            if (position < start + length)
            {
                return piece is { Literal: { } literal, Syntax: { } syntax } && MemberOf(syntax) is { } member && member == MemberOf(within)
                    ? InLiteral(syntax, literal, position - start, words)
                    : null;
            }
            start += length;
        }
        return null;
    }

    private static TextSpan? InLiteral(SyntaxNode syntax, string literal, int position, string words)
    {
        // The words may be there several times: the one with as many of them before it.
        var before = Places(literal, words).TakeWhile(p => p < position).Count();
        var written = (from token in syntax.DescendantTokens()
                       where token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.InterpolatedStringTextToken
                       from place in Places(token.Text, words)
                       select new TextSpan(token.SpanStart + place, words.Length)).ToList();
        return written.Count == Places(literal, words).Count() ? written[before] : null;
    }

    private static IEnumerable<int> Places(string text, string words)
    {
        for (var at = text.IndexOf(words, StringComparison.Ordinal); at >= 0; at = text.IndexOf(words, at + words.Length, StringComparison.Ordinal))
        {
            yield return at;
        }
    }

    private static SyntaxNode? MemberOf(SyntaxNode node) => node.FirstAncestorOrSelf<Microsoft.CodeAnalysis.CSharp.Syntax.MemberDeclarationSyntax>();
}
