using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Locks;

/// <summary>Sorts the source by the keys of the rows; text by its code units, which are the same on every machine.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS302RowsLockedInUnsortedLoopFix))]
internal sealed class DBS302RowsLockedInUnsortedLoopFix() : DbFix("DBS302", "Sort by the key of the rows")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Node is not ExpressionSyntax source || context.Property("keys") is not { } keys || context.Property("text") is not { } text)
        {
            return null;
        }
        var name = context.Property("variable") ?? context.UniqueName(source, Singular(source));
        var isText = text.Split(',');
        var comparer = context.Model.LookupNamespacesAndTypes(source.SpanStart, name: "StringComparer").Any() ? "StringComparer.Ordinal" : "System.StringComparer.Ordinal";
        var sort = string.Concat(keys.Split(',').Select((path, i) =>
            $".{(i == 0 ? "OrderBy" : "ThenBy")}({name} => {name}{path}{(isText[i].Length > 0 ? ", " + comparer : "")})"));
        var edits = IsPrimary(source) ? context.Edit().Insert(source.Span.End, sort) : context.Edit().Wrap(source, "(", ")" + sort);
        return edits.Using("System.Linq");
    }

    /// <summary>A name for one of them: <c>line</c> of <c>lines</c>.</summary>
    private static string Singular(ExpressionSyntax source)
    {
        var name = source is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var member } ? member : source is IdentifierNameSyntax { Identifier.ValueText: var own } ? own.TrimStart('_') : "";
        return name.Length > 2 && name.EndsWith("s", StringComparison.Ordinal) ? char.ToLowerInvariant(name[0]) + name.Substring(1, name.Length - 2) : "row";
    }

    private static bool IsPrimary(ExpressionSyntax source) =>
        source is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax or ParenthesizedExpressionSyntax or BaseObjectCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax;
}
