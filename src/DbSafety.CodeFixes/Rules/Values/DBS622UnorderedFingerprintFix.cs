using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Values;

/// <summary>Formats in the invariant culture, or sorts by what the elements are; text by its code units.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS622UnorderedFingerprintFix() : DbFix("DBS622", "Make the fingerprint the same everywhere")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Planned() is { } invariant)
        {
            return invariant.Using(context.Node is InterpolatedStringExpressionSyntax ? "System" : "System.Globalization");
        }
        if (context.Property("key") is not { } key || context.Node is not ExpressionSyntax collection || collection is not (IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax))
        {
            return null;
        }
        var name = context.UniqueName(collection, "x");
        var comparer = context.Property("text") is { Length: > 0 } ? ", StringComparer.Ordinal" : "";
        return context.Edit().Insert(collection.Span.End, $".OrderBy({name} => {name}{key}{comparer})").Using("System.Linq");
    }
}
