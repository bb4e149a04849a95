using System.Collections.Immutable;
using System.Text.RegularExpressions;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.Cancellation;

/// <summary>A database call that takes a token, while one is at hand and none is passed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS401TokenNotForwarded() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS401", "Cancellation token not forwarded",
        "'{0}' is called without '{1}'; pass it, so that the database stops working when the caller has given up",
        Area.Cancellation, DiagnosticSeverity.Warning,
        "A call without the token runs to its end after the caller has left, and holds its connection and its locks until then.");

    protected override void Register(RuleContext context) => context.OnBody(body =>
    {
        foreach (var operation in Forwarding.Candidates(context.Model, body.Operation))
        {
            if (Forwarding.Of(context.Model, operation, body, TokensFor, out var tokens) is { } forwarding)
            {
                // Where several tokens are equally near, the author has to choose.
                var fix = tokens.Length > 1 || forwarding.Edits is null
                    ? null
                    : ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, forwarding.Edits.Encode());
                body.ReportDiagnostic(Diagnostic.Create(Descriptor, forwarding.Place, fix, forwarding.Name, string.Join("' or '", tokens)));
            }
        }
    });

    private static ImmutableArray<string> TokensFor(IOperation place, CancellationToken cancel) =>
        CleanupPlaces.Has(place.Syntax) || DatabaseCalls.IsInExpressionTree(place.Syntax, place.SemanticModel!, cancel) || ResilienceCallbacks.IgnoresItsToken(place, cancel)
        || TokensInScope.At(place.Syntax, place.SemanticModel!, cancel) is not { IsEmpty: false } tokens || IsDocumentedAsUnobserved(tokens[0], place.Syntax) || CleanupPlaces.IsCalledInThem(place)
            ? ImmutableArray<string>.Empty
            : tokens;

    /// <summary>The documentation of the parameter says that nothing looks at it. Read as text: without a documentation file there is no other.</summary>
    private static bool IsDocumentedAsUnobserved(string token, SyntaxNode place) =>
        place.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>()?.GetLeadingTrivia().ToFullString() is { } text && text.Contains("<param")
        && Regex.IsMatch(text, $@"<param name=""{Regex.Escape(token)}"">[^<]*\b(not (currently )?(observed|used)|unused|ignored)\b");
}
