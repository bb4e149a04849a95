using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Model;

/// <summary>The cancellation tokens a place in the code can name.</summary>
internal static class TokensInScope
{
    /// <summary>
    /// The tokens at the smallest distance, as expressions to write at <paramref name="place"/>: parameters, then locals, of each enclosing
    /// function from the inside out; then those of the primary constructor, fields and properties, and members of what those hold
    /// (<c>HttpContext.RequestAborted</c>). Empty where there is none; several where only the author can choose.
    /// </summary>
    public static ImmutableArray<string> At(SyntaxNode place, SemanticModel model, CancellationToken cancel)
    {
        var parameters = new List<IParameterSymbol>();
        var (isStatic, seesFunctions, inFunction) = (false, true, false);
        for (var node = place.Parent; node is not null; node = node.Parent)
        {
            if (FunctionOf(node, model, cancel) is { } function)
            {
                inFunction = true;
                if (seesFunctions)
                {
                    var own = Last(function.Parameters.Where(p => p.RefKind is RefKind.None or RefKind.In && DbOperations.IsToken(p.Type) && p.Name != "_")
                        .Select(p => (p.Name, "")).Concat(Locals(place, node, model, cancel)).ToList());
                    if (!own.IsEmpty)
                    {
                        return own;
                    }
                    parameters.AddRange(function.Parameters);
                }
                if (node is MemberDeclarationSyntax or AccessorDeclarationSyntax)
                {
                    isStatic = function.IsStatic;
                }
                else
                {
                    seesFunctions &= !function.IsStatic;
                }
            }
            if (node is CompilationUnitSyntax)
            {
                var locals = Last(Locals(place, node, model, cancel).ToList());
                return locals.IsEmpty ? First(parameters.Select(p => OneLevel(p, p.Type))) : locals;
            }
            if (node is TypeDeclarationSyntax type && model.GetDeclaredSymbol(type, cancel) is { } symbol)
            {
                return OfType(symbol, parameters, isStatic || !inFunction, model, place.SpanStart);
            }
        }
        return ImmutableArray<string>.Empty;
    }

    private static IMethodSymbol? FunctionOf(SyntaxNode node, SemanticModel model, CancellationToken cancel) => node switch
    {
        AnonymousFunctionExpressionSyntax => model.GetSymbolInfo(node, cancel).Symbol as IMethodSymbol,
        LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax => model.GetDeclaredSymbol(node, cancel) as IMethodSymbol,
        PropertyDeclarationSyntax { ExpressionBody: not null } property => (model.GetDeclaredSymbol(property, cancel) as IPropertySymbol)?.GetMethod,
        _ => null,
    };

    private static ImmutableArray<string> OfType(INamedTypeSymbol type, List<IParameterSymbol> parameters, bool isStatic, SemanticModel model, int position)
    {
        var primary = type.InstanceConstructors.FirstOrDefault(c => c.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is TypeDeclarationSyntax));
        var captured = isStatic || primary is null ? ImmutableArray<IParameterSymbol>.Empty : primary.Parameters;
        var members = Members(type, isStatic, model, position);
        return First(
            captured.Where(p => DbOperations.IsToken(p.Type)).Select(p => p.Name),
            members.Where(m => DbOperations.IsToken(TypeOf(m))).Select(m => m.Name),
            parameters.Concat(captured).Select(p => OneLevel(p, p.Type)),
            members.Select(m => OneLevel(m, TypeOf(m))));
    }

    private static ImmutableArray<string> First(params IEnumerable<string?>[] sets) =>
        sets.Select(s => s.OfType<string>().Distinct().ToImmutableArray()).FirstOrDefault(s => !s.IsEmpty) is { IsDefault: false } found ? found : ImmutableArray<string>.Empty;

    private static List<ISymbol> Members(INamedTypeSymbol type, bool isStatic, SemanticModel model, int position)
    {
        var found = new List<ISymbol>();
        for (var t = type; t is not null && t.SpecialType == SpecialType.None; t = t.BaseType)
        {
            found.AddRange(t.GetMembers().Where(m => m is IFieldSymbol { IsImplicitlyDeclared: false } or IPropertySymbol { IsIndexer: false, GetMethod: not null }
                && (m.IsStatic || !isStatic)
                && m.CanBeReferencedByName
                && MayHoldToken(TypeOf(m))
                && (SymbolEqualityComparer.Default.Equals(t, type) || model.IsAccessible(position, m))));
        }
        return found;
    }

    private static bool MayHoldToken(ITypeSymbol? type) => DbOperations.IsToken(type) || TokenOf(type) is not null;

    private static string? OneLevel(ISymbol holder, ITypeSymbol? type) => TokenOf(type) is { } token ? holder.Name + "." + token : null;

    private static ITypeSymbol? TypeOf(ISymbol member) => (member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type;

    /// <summary>The one property of a type that is a token to stop by; null where there is none or several.</summary>
    private static string? TokenOf(ITypeSymbol? type)
    {
        if (type is null or { SpecialType: not SpecialType.None } or { TypeKind: not (TypeKind.Class or TypeKind.Interface) })
        {
            return null;
        }
        if (IsSource(type))
        {
            return "Token";
        }
        string? found = null;
        for (var t = type; t is not null && t.SpecialType == SpecialType.None; t = t.BaseType)
        {
            foreach (var property in t.GetMembers().OfType<IPropertySymbol>())
            {
                if (DbOperations.IsToken(property.Type) && property is { IsStatic: false, DeclaredAccessibility: Accessibility.Public, IsOverride: false })
                {
                    if (found is not null || !SaysStop(property.Name))
                    {
                        return null;
                    }
                    found = property.Name;
                }
            }
            if (t.Name == nameof(Exception))
            {
                return null;
            }
        }
        return found;
    }

    private static bool SaysStop(string name) =>
        name.IndexOf("Cancel", StringComparison.Ordinal) >= 0 || name.IndexOf("Abort", StringComparison.Ordinal) >= 0
        || name.IndexOf("Stopping", StringComparison.Ordinal) >= 0 || name.IndexOf("Shutdown", StringComparison.Ordinal) >= 0;

    private static bool IsSource(ITypeSymbol type) =>
        type is { Name: "CancellationTokenSource", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } };

    /// <summary>Without the tokens another one is made of: <c>ct</c> beside <c>CreateLinkedTokenSource(ct)</c>.</summary>
    private static ImmutableArray<string> Last(List<(string Token, string MadeOf)> tokens) =>
        tokens.Select(t => t.Token)
            .Where(token => !tokens.Exists(other => other.Token != token && Regex.IsMatch(other.MadeOf, $@"\b{Regex.Escape(token)}\b")))
            .ToImmutableArray();

    /// <summary>Locals of one function that are declared before the place, in a block around it.</summary>
    private static IEnumerable<(string Token, string MadeOf)> Locals(SyntaxNode place, SyntaxNode function, SemanticModel model, CancellationToken cancel)
    {
        for (SyntaxNode? node = place.Parent, from = place; node is not null && from is not null && from != function; from = node, node = node.Parent)
        {
            var declared = node switch
            {
                BlockSyntax block => Before(block.Statements, from),
                SwitchSectionSyntax section => Before(section.Statements, from),
                CompilationUnitSyntax unit => Before(unit.Members.OfType<GlobalStatementSyntax>().Select(g => g.Statement), from is GlobalStatementSyntax g ? g.Statement : from),
                UsingStatementSyntax { Declaration: { } declaration } when from != declaration => declaration.Variables,
                _ => [],
            };
            foreach (var variable in declared)
            {
                if (Named(variable) && model.GetDeclaredSymbol(variable, cancel) is ILocalSymbol local)
                {
                    if (DbOperations.IsToken(local.Type))
                    {
                        yield return (local.Name, variable.Initializer!.Value.ToString());
                    }
                    else if (IsSource(local.Type))
                    {
                        yield return (local.Name + ".Token", variable.Initializer!.Value.ToString());
                    }
                }
            }
        }
    }

    private static IEnumerable<VariableDeclaratorSyntax> Before(IEnumerable<StatementSyntax> statements, SyntaxNode place) =>
        statements.TakeWhile(s => s != place).OfType<LocalDeclarationStatementSyntax>().SelectMany(s => s.Declaration.Variables);

    /// <summary>A look at the text, so that few locals are bound; a token that is none cannot cancel anything.</summary>
    private static bool Named(VariableDeclaratorSyntax variable)
    {
        var value = variable.Initializer?.Value;
        if (value is LiteralExpressionSyntax or DefaultExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "None" } or null)
        {
            return false;
        }
        var text = variable.Parent is VariableDeclarationSyntax { Type: { IsVar: false } type } ? type.ToString() : value.ToString();
        return text.IndexOf("Cancel", StringComparison.OrdinalIgnoreCase) >= 0 || text.IndexOf("Token", StringComparison.OrdinalIgnoreCase) >= 0
            || text.IndexOf("Cts", StringComparison.OrdinalIgnoreCase) >= 0;
    }
}
