using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>Who calls a method that nobody outside of its type can call.</summary>
internal static class CallsInFile
{
    /// <summary>The calls of a private method or local function in its file; none for any other, whose callers are not known.</summary>
    /// <param name="at">An operation of the file.</param>
    public static IEnumerable<IInvocationOperation> To(ISymbol method, IOperation at)
    {
        if (method is not IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, DeclaredAccessibility: Accessibility.Private or Accessibility.NotApplicable }
            || at.SemanticModel is not { } semantics)
        {
            yield break;
        }
        foreach (var name in at.Syntax.SyntaxTree.GetRoot().DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == method.Name))
        {
            var call = name.AncestorsAndSelf().TakeWhile(n => n is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax).OfType<InvocationExpressionSyntax>().FirstOrDefault();
            if (call is not null && semantics.GetOperation(call) is IInvocationOperation invocation && SymbolEqualityComparer.Default.Equals(invocation.TargetMethod.OriginalDefinition, method))
            {
                yield return invocation;
            }
        }
    }
}
