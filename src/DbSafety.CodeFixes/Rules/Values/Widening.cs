using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Values;

/// <summary>Keeps a value as wide as it was read, and with it the variable that holds it, where nothing else can tell.</summary>
internal static class Widening
{
    /// <summary>
    /// The edits; null where the value goes to anything but a local or private field of one file, or where what is done with that could
    /// mean something else with the new type: another overload, a box, an arithmetic result that goes on.
    /// </summary>
    /// <param name="old">The expression that reads.</param>
    /// <param name="wide">What is read instead, of the type <paramref name="type"/>.</param>
    /// <param name="type">Its keyword: <c>long</c> or <c>decimal</c>.</param>
    public static Edits? Of(FixContext context, ExpressionSyntax old, string wide, string type)
    {
        var special = type == "decimal" ? SpecialType.System_Decimal : SpecialType.System_Int64;
        if (context.Model.GetTypeInfo(old).Type?.IsValueType == true && context.Model.GetTypeInfo(old).ConvertedType?.SpecialType == special)
        {
            return context.Edit().Replace(old, wide);
        }
        var (symbol, declaration) = old.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } => Declared(context, declarator),
            AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax left, Parent: ExpressionStatementSyntax } => Assigned(context, left),
            _ => default,
        };
        var held = (symbol as ILocalSymbol)?.Type ?? (symbol as IFieldSymbol)?.Type;
        if (symbol is null || declaration is null || !SymbolEqualityComparer.Default.Equals(held, context.Model.GetTypeInfo(old).Type) || Scope(declaration) is not { } scope
            || !scope.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == symbol.Name && SymbolEqualityComparer.Default.Equals(context.Model.GetSymbolInfo(n).Symbol, symbol))
                .All(n => IsNeutral(n, special, context.Model)))
        {
            return null;
        }
        var edits = context.Edit().Replace(old, wide);
        var isOwn = declaration.Type.IsVar && old.Parent is EqualsValueClauseSyntax;
        return isOwn ? edits : edits.Replace(declaration.Type, type);
    }

    private static (ISymbol?, VariableDeclarationSyntax?) Declared(FixContext context, VariableDeclaratorSyntax declarator) =>
        declarator.Parent is VariableDeclarationSyntax { Variables.Count: 1 } declaration && (declaration.Type.IsVar || declaration.Type is PredefinedTypeSyntax)
        && declaration.Parent is LocalDeclarationStatementSyntax { IsConst: false } or FieldDeclarationSyntax
            ? (context.Model.GetDeclaredSymbol(declarator), declaration)
            : default;

    private static (ISymbol?, VariableDeclarationSyntax?) Assigned(FixContext context, IdentifierNameSyntax name) =>
        context.Model.GetSymbolInfo(name).Symbol is { } symbol && symbol is ILocalSymbol or IFieldSymbol { DeclaredAccessibility: Accessibility.Private }
        && symbol.DeclaringSyntaxReferences is [var reference] && reference.SyntaxTree == name.SyntaxTree && reference.GetSyntax(context.CancellationToken) is VariableDeclaratorSyntax declarator
            ? Declared(context, declarator)
            : default;

    /// <summary>Where the variable can be used; null for a field that others than this file see.</summary>
    private static SyntaxNode? Scope(VariableDeclarationSyntax declaration) => declaration.Parent switch
    {
        LocalDeclarationStatementSyntax local => local.Parent is GlobalStatementSyntax ? local.SyntaxTree.GetRoot() : local.Parent,
        FieldDeclarationSyntax { Parent: TypeDeclarationSyntax type } field when !type.Modifiers.Any(SyntaxKind.PartialKeyword)
            && !field.Modifiers.Any(m => m.IsKind(SyntaxKind.PublicKeyword) || m.IsKind(SyntaxKind.InternalKeyword) || m.IsKind(SyntaxKind.ProtectedKeyword)) => type,
        _ => null,
    };

    /// <summary>A use that takes the wider type as well: converted to it anyway, compared, shown as text, or assigned to.</summary>
    private static bool IsNeutral(IdentifierNameSyntax use, SpecialType wide, SemanticModel model)
    {
        SyntaxNode node = use;
        while (node.Parent is ParenthesizedExpressionSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax })
        {
            node = node.Parent;
        }
        return node.Parent switch
        {
            InterpolationSyntax => true,
            CastExpressionSyntax cast => model.GetTypeInfo(cast).Type?.SpecialType == wide,
            AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: ExpressionStatementSyntax } assignment when assignment.Left == node => true,
            BinaryExpressionSyntax binary when binary.Kind() is SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression or SyntaxKind.LessThanExpression
                or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression => true,
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum when model.GetTypeInfo(sum).Type?.SpecialType == SpecialType.System_String => true,
            _ => model.GetTypeInfo(use).ConvertedType?.SpecialType == wide,
        };
    }
}
