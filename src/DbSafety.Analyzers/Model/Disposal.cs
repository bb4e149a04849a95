using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>How a resource that is not disposed can be: what the fix has to know.</summary>
internal static class Disposal
{
    /// <summary>The property of a diagnostic that says <c>using</c> or <c>await using</c>; absent where a declaration cannot be given one.</summary>
    public const string Keyword = "using";

    /// <summary>
    /// <see cref="Keyword"/> for a resource whose creation is the only value of a local declared by itself, in a block; empty for any other.
    /// </summary>
    public static ImmutableDictionary<string, string?> Of(DbResource resource, IOperation creation)
    {
        var none = ImmutableDictionary<string, string?>.Empty;
        if (DeclarationOf(creation) is not { } declared || resource.Local is not { } local
            || !SymbolEqualityComparer.Default.Equals(declared.Symbol, local) || declared.Symbol.Type.TypeKind == TypeKind.Dynamic
            || declared.Syntax.Parent is not VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } statement }
            || !statement.UsingKeyword.IsKind(SyntaxKind.None)
            || statement.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < LanguageVersion.CSharp8 }
            || IsWritten(creation, local))
        {
            return none;
        }
        var function = statement.Ancestors().FirstOrDefault(n => n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax);
        var isAsync = function switch
        {
            AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
            LocalFunctionStatementSyntax inner => inner.Modifiers.Any(SyntaxKind.AsyncKeyword),
            GlobalStatementSyntax => creation.Syntax.SyntaxTree.GetRoot().DescendantNodes().OfType<AwaitExpressionSyntax>().Any(),
            MemberDeclarationSyntax member => member.Modifiers.Any(SyntaxKind.AsyncKeyword),
            _ => false,
        };
        return none.Add(Keyword, isAsync && resource.DisposesAsync ? "await using" : "using");
    }

    private static IVariableDeclaratorOperation? DeclarationOf(IOperation creation)
    {
        for (var parent = creation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IVariableDeclaratorOperation declarator:
                    return declarator;
                case IAwaitOperation or IConversionOperation or IVariableInitializerOperation:
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" }:
                    continue;
                default:
                    return null;
            }
        }
        return null;
    }

    /// <summary>A variable declared with <c>using</c> cannot be assigned or passed by reference.</summary>
    private static bool IsWritten(IOperation place, ILocalSymbol local)
    {
        var root = place;
        while (root.Parent is { } parent)
        {
            root = parent;
        }
        return root.Descendants().OfType<ILocalReferenceOperation>().Any(r => SymbolEqualityComparer.Default.Equals(r.Local, local)
            && r.Parent is IAssignmentOperation { Target: var target } && target == r
            || r.Parent is IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } && SymbolEqualityComparer.Default.Equals(r.Local, local));
    }
}
