using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>The parameters of a Dapper call: the public properties of the object it is given.</summary>
/// <param name="Members">Each by its name; none where no object is given.</param>
/// <param name="Written">The anonymous object, where it is written at the call.</param>
/// <param name="IsAbsent">The argument is left out.</param>
internal sealed record ObjectParameters(ImmutableArray<GivenParameter> Members, AnonymousObjectCreationExpressionSyntax? Written, bool IsAbsent)
{
    private static readonly ConditionalWeakTable<Compilation, HashSet<INamedTypeSymbol>> Bases = new();

    public static bool AreOf(DbCall call) => call.Api is { Type: "Dapper.SqlMapper" or "Dapper.CommandDefinition", Parameters: not null, IsWrapper: false };

    /// <summary>Null where the object's members are not known at compile time: dynamic parameters, a dictionary, object, an interface.</summary>
    public static ObjectParameters? Of(DbCall call)
    {
        if (!AreOf(call))
        {
            return null;
        }
        if (call.Argument(call.Api.Parameters!) is not { } argument)
        {
            return new(ImmutableArray<GivenParameter>.Empty, null, true);
        }
        var value = CommandUses.Unwrap(argument.Value);
        if (value.ConstantValue is { HasValue: true, Value: null } || value is IDefaultValueOperation)
        {
            return new(ImmutableArray<GivenParameter>.Empty, null, false);
        }
        if (value is IAnonymousObjectCreationOperation { Syntax: AnonymousObjectCreationExpressionSyntax written } creation)
        {
            var members =
                from assignment in creation.Initializers.OfType<ISimpleAssignmentOperation>()
                let place = (assignment.Syntax as AnonymousObjectMemberDeclaratorSyntax) ?? assignment.Syntax.FirstAncestorOrSelf<AnonymousObjectMemberDeclaratorSyntax>()
                where place is not null && assignment.Target is IPropertyReferenceOperation
                select new GivenParameter(((IPropertyReferenceOperation)assignment.Target).Property.Name, place, assignment);
            return new(members.ToImmutableArray(), written, false);
        }
        return ElementOf(value) is INamedTypeSymbol type && IsKnown(type, value)
            ? new(PropertiesOf(type).Select(p => new GivenParameter(p.Name, value.Syntax, value)).ToImmutableArray(), null, false)
            : null;
    }

    /// <summary>The type whose members become parameters: that of the object, or of each object in a list.</summary>
    private static ITypeSymbol? ElementOf(IOperation value) =>
        value.Type is { SpecialType: SpecialType.None } type && Flow.TextTypes.IsTextCarrier(type) ? Flow.TextTypes.ElementOf(type) : value.Type;

    private static bool IsKnown(INamedTypeSymbol type, IOperation value)
    {
        if (type is not { TypeKind: TypeKind.Class or TypeKind.Struct, SpecialType: SpecialType.None, IsAbstract: false, IsTupleType: false, IsStatic: false })
        {
            return false;
        }
        if (type.IsAnonymousType)
        {
            return true;
        }
        return type.ContainingNamespace?.ToDisplayString() is { } ns && ns != "System" && !ns.StartsWith("System.", StringComparison.Ordinal) && ns != "Dapper"
            && !type.AllInterfaces.Any(i => i.Name is "IDynamicParameters" or "IEnumerable" or "IDynamicMetaObjectProvider" or "ICustomTypeDescriptor")
            && (type.IsSealed || type.IsValueType || value is IObjectCreationOperation || !IsBase(type, value.SemanticModel?.Compilation));
    }

    /// <summary>Dapper looks at the object itself, which may be of a type derived from the declared one.</summary>
    private static bool IsBase(INamedTypeSymbol type, Compilation? compilation) =>
        compilation is null || Bases.GetValue(compilation, FindBases).Contains(type.OriginalDefinition);

    private static HashSet<INamedTypeSymbol> FindBases(Compilation compilation)
    {
        var bases = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        var open = new Stack<INamespaceOrTypeSymbol>();
        open.Push(compilation.Assembly.GlobalNamespace);
        while (open.Count > 0)
        {
            foreach (var member in open.Pop().GetMembers())
            {
                if (member is INamedTypeSymbol { BaseType: { } parent })
                {
                    bases.Add(parent.OriginalDefinition);
                }
                if (member is INamespaceOrTypeSymbol inner)
                {
                    open.Push(inner);
                }
            }
        }
        return bases;
    }

    private static IEnumerable<IPropertySymbol> PropertiesOf(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? t = type; t is not null; t = t.BaseType)
        {
            foreach (var property in t.GetMembers().OfType<IPropertySymbol>().Where(p => p is { DeclaredAccessibility: Accessibility.Public, IsIndexer: false, GetMethod: not null }))
            {
                yield return property;
            }
        }
    }
}
