using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Values;

/// <summary>The types for which a project calls Dapper's <c>RemoveTypeMap</c>: their handlers run on writes too. Read from syntax, when first asked.</summary>
internal sealed class DapperTypeMaps(Compilation compilation)
{
    private static readonly Mentions Words = new("RemoveTypeMap");

    // A null stands for a type that the syntax does not show, which may be any.
    private readonly Lazy<HashSet<string?>> _removed = new(() => new(
        from tree in compilation.SyntaxTrees
        where Words.AreIn(tree)
        from call in tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>()
        where (call.Expression as MemberAccessExpressionSyntax)?.Name.Identifier.ValueText == "RemoveTypeMap" || call.Expression is IdentifierNameSyntax { Identifier.ValueText: "RemoveTypeMap" }
        select (call.ArgumentList.Arguments.FirstOrDefault()?.Expression as TypeOfExpressionSyntax)?.Type.ToString().TrimEnd('?').Split('.').Last()));

    public bool AreRemoved(string type) => _removed.Value.Contains(type) || _removed.Value.Contains(null);
}
