using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>Which table a set of an EF Core context is.</summary>
internal static class EfTables
{
    /// <summary>
    /// What <c>[Table]</c> says, else the name of the context's property, which is EF's convention; a name given by <c>ToTable</c> is not seen, so the
    /// answer tells the tables of one context apart and no more. Null where the entity is not known.
    /// </summary>
    /// <param name="set"><c>context.Orders</c> or <c>context.Set&lt;Order&gt;()</c>: see <see cref="DbResources.SetBehind"/>.</param>
    public static string? Of(IOperation set, ITypeSymbol? context)
    {
        if (set.Type is not INamedTypeSymbol { TypeArguments: { Length: 1 } arguments } || arguments[0] is not INamedTypeSymbol entity)
        {
            return null;
        }
        return entity.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == "TableAttribute")?.ConstructorArguments.FirstOrDefault().Value as string
            ?? Property(entity, context) ?? entity.Name;
    }

    private static string? Property(INamedTypeSymbol entity, ITypeSymbol? context)
    {
        for (; context is not null; context = context.BaseType)
        {
            if (context.GetMembers().OfType<IPropertySymbol>().FirstOrDefault(p => p.Type is INamedTypeSymbol { Name: "DbSet", TypeArguments: { Length: 1 } of }
                && SymbolEqualityComparer.Default.Equals(of[0], entity)) is { } property)
            {
                return property.Name;
            }
        }
        return null;
    }
}
