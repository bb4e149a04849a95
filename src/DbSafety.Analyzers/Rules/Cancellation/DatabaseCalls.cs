using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Cancellation;

/// <summary>What the rules of this area ask of a database call.</summary>
internal static class DatabaseCalls
{
    /// <summary>The called name, which is what a person would edit.</summary>
    public static Location NameOf(IInvocationOperation call) => call.Syntax is InvocationExpressionSyntax { Expression: var expression }
        ? (expression switch
        {
            MemberAccessExpressionSyntax access => access.Name.Identifier.GetLocation(),
            MemberBindingExpressionSyntax binding => binding.Name.Identifier.GetLocation(),
            SimpleNameSyntax name => name.Identifier.GetLocation(),
            _ => expression.GetLocation(),
        })
        : call.Syntax.GetLocation();

    /// <summary>A token is passed, <c>CancellationToken.None</c> included, or travels in another argument.</summary>
    public static bool HasToken(IInvocationOperation call) => call.Arguments.Any(a => a.ArgumentKind switch
    {
        ArgumentKind.DefaultValue => false,
        // EF recognises a token at the end of the keys; elsewhere it would become a SQL parameter.
        ArgumentKind.ParamArray => call.TargetMethod.Name == "FindAsync"
            && a.Value is IArrayCreationOperation { Initializer.ElementValues: var values } && values.Any(v => DbOperations.IsToken(Unconverted(v).Type)),
        _ => a.Parameter is { Type: var type, Ordinal: var ordinal } && (ordinal > 0 || !call.TargetMethod.IsExtensionMethod)
            && (DbOperations.IsToken(type) || DbOperations.IsCommandDefinition(type) || CarriesToken(Unconverted(a.Value).Type)),
    });

    public static bool IsInExpressionTree(SyntaxNode place, SemanticModel model, CancellationToken cancel) =>
        place.Ancestors().TakeWhile(n => n is not MemberDeclarationSyntax or GlobalStatementSyntax).OfType<LambdaExpressionSyntax>()
            .Any(l => model.GetTypeInfo(l, cancel).ConvertedType is { Name: "Expression", ContainingNamespace.Name: "Expressions" });

    /// <summary>A CommandDefinition would be right, but Dapper.AOT refuses it (DAP057).</summary>
    public static bool IsDapperAot(IInvocationOperation call, IMethodSymbol target, ISymbol? place)
    {
        if (!target.Parameters.Any(p => DbOperations.IsCommandDefinition(p.Type)))
        {
            return false;
        }
        for (var symbol = place; symbol is not null; symbol = symbol.ContainingSymbol)
        {
            if (symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == "DapperAotAttribute") is { } attribute)
            {
                return attribute.ConstructorArguments.FirstOrDefault().Value is not false;
            }
        }
        return call.SemanticModel!.Compilation.SourceModule.GetAttributes().Any(a => a.AttributeClass?.Name == "DapperAotAttribute");
    }

    public static bool IsEfQuery(IOperation? query) => EfQueries.IsEfQuery(query);

    public static IOperation Unconverted(IOperation operation) => EfQueries.Unconverted(operation);

    private static bool CarriesToken(ITypeSymbol? type) =>
        type is { TypeKind: TypeKind.Class or TypeKind.Struct, SpecialType: SpecialType.None }
        && type.GetMembers().Any(m => m is IPropertySymbol { IsStatic: false } property && DbOperations.IsToken(property.Type));
}
