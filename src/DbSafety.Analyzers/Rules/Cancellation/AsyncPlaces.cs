using System.Collections.Immutable;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Cancellation;

/// <summary>Where an <c>await</c> can stand, and how it is written there.</summary>
internal static class AsyncPlaces
{
    /// <summary>Properties: what to put before and after the node of the first additional location.</summary>
    public const string Before = "before", After = "after";

    private static readonly Mentions Scopes = new("TransactionScope");

    /// <summary>The place is in an async function, and neither the language nor a thread-bound scope forbids to await there.</summary>
    public static bool CanAwait(SyntaxNode place, SemanticModel model, CancellationToken cancel)
    {
        for (var node = place.Parent; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case LockStatementSyntax or CatchFilterClauseSyntax or UnsafeStatementSyntax or FixedStatementSyntax or QueryExpressionSyntax:
                    return false;
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or CompilationUnitSyntax or MemberDeclarationSyntax and not GlobalStatementSyntax:
                    return IsAsync(node, place, model, cancel) && !DatabaseCalls.IsInExpressionTree(place, model, cancel) && !IsInThreadBoundScope(place, node);
            }
        }
        return false;
    }

    private static bool IsAsync(SyntaxNode function, SyntaxNode place, SemanticModel model, CancellationToken cancel) => function switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        // The statements of a program are, where one of them awaits.
        CompilationUnitSyntax => model.GetEnclosingSymbol(place.SpanStart, cancel) is IMethodSymbol { IsAsync: true },
        _ => false,
    };

    /// <summary>What makes an awaited call of an expression.</summary>
    /// <param name="used">The expression that is a value now, and a task then.</param>
    /// <param name="now">Its type now; null or void where there is no value.</param>
    /// <param name="then">The type of the task's result.</param>
    /// <returns>Null where an <c>await</c> cannot be put: within <c>?.</c>.</returns>
    public static (string Before, string After)? Await(ExpressionSyntax used, ITypeSymbol? now, ITypeSymbol? then, SemanticModel model)
    {
        if (used.AncestorsAndSelf().OfType<ConditionalAccessExpressionSyntax>().Any(c => c.WhenNotNull.Span.Contains(used.Span)))
        {
            return null;
        }
        var cast = "";
        if (now is { SpecialType: not SpecialType.System_Void, TypeKind: not TypeKind.Dynamic } && then is not null && used.Parent is not ExpressionStatementSyntax
            && !SymbolEqualityComparer.Default.Equals(now, then) && !((CSharpCompilation)model.Compilation).ClassifyConversion(then, now).IsImplicit)
        {
            cast = $"({now.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToMinimalDisplayString(model, used.SpanStart)})";
        }
        var after = ContinuesAnywhere(used) ? ".ConfigureAwait(false)" : "";
        var inParentheses = used.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Expression == used,
            ElementAccessExpressionSyntax or ConditionalAccessExpressionSyntax or InvocationExpressionSyntax => true,
            PostfixUnaryExpressionSyntax => true,
            _ => false,
        };
        return inParentheses ? ("(" + cast + "await ", after + ")") : (cast + "await ", after);
    }

    /// <summary>What the fix needs for a call that is changed within and awaited.</summary>
    public static ImmutableDictionary<string, string?> Properties(TextEdits edits, (string Before, string After) wrap, string? import)
    {
        var properties = ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, edits.Encode()).Add(Before, wrap.Before).Add(After, wrap.After);
        return import is null ? properties : properties.Add("import", import);
    }

    /// <summary>The type's awaits mostly say ConfigureAwait(false), so one more does too.</summary>
    private static bool ContinuesAnywhere(SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
        {
            return false;
        }
        var awaits = type.DescendantNodes().OfType<AwaitExpressionSyntax>().Select(a => a.Expression.ToString()).ToList();
        return awaits.Count(a => a.EndsWith(".ConfigureAwait(false)", StringComparison.Ordinal)) * 2 > awaits.Count;
    }

    /// <summary>A TransactionScope without async flow belongs to its thread; what follows an await may run on another.</summary>
    private static bool IsInThreadBoundScope(SyntaxNode place, SyntaxNode function) =>
        Scopes.AreIn(place.SyntaxTree)
        && function.DescendantTokens(n => n.Span.Start <= place.SpanStart).Any(t => t.IsKind(SyntaxKind.IdentifierToken) && t.ValueText == "TransactionScope")
        && !function.DescendantTokens().Any(t => t.ValueText == "TransactionScopeAsyncFlowOption");
}
