using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Cancellation;

/// <summary>The functions that Polly runs, with the token that ends an attempt.</summary>
internal static class ResilienceCallbacks
{
    /// <summary>The token a callback of a pipeline or policy is given and does not use; null where there is none, or it uses it.</summary>
    public static (ParameterSyntax Parameter, LambdaExpressionSyntax Lambda)? UnusedToken(LambdaExpressionSyntax lambda, SemanticModel model, CancellationToken cancel)
    {
        if (lambda.Parent is not ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } call }
            || !name.StartsWith("Execute", StringComparison.Ordinal)
            || model.GetSymbolInfo(call, cancel).Symbol is not IMethodSymbol { ContainingType: { } type } || !IsPolly(type)
            || model.GetSymbolInfo(lambda, cancel).Symbol is not IMethodSymbol function)
        {
            return null;
        }
        var parameters = lambda switch
        {
            SimpleLambdaExpressionSyntax simple => [simple.Parameter],
            ParenthesizedLambdaExpressionSyntax several => several.ParameterList.Parameters.ToArray(),
            _ => Array.Empty<ParameterSyntax>(),
        };
        var index = function.Parameters.ToList().FindIndex(p => DbOperations.IsToken(p.Type));
        if (index < 0 || index >= parameters.Length)
        {
            return null;
        }
        var own = parameters[index].Identifier.ValueText;
        var isUsed = own != "_" && lambda.Body.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == own);
        return isUsed ? null : (parameters[index], lambda);
    }

    /// <summary>The place is in a callback whose token nobody uses; which other token it should take is not the question there.</summary>
    public static bool IgnoresItsToken(IOperation place, CancellationToken cancel) =>
        place.Syntax.Ancestors().TakeWhile(n => n is not MemberDeclarationSyntax).OfType<LambdaExpressionSyntax>()
            .Any(l => UnusedToken(l, place.SemanticModel!, cancel) is not null);

    private static bool IsPolly(INamedTypeSymbol type)
    {
        for (var space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            if (space is { Name: "Polly", ContainingNamespace.IsGlobalNamespace: true })
            {
                return true;
            }
        }
        return false;
    }
}
