using System.Text;
using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>Which table a set of an EF Core context is.</summary>
internal static class EfTables
{
    /// <summary>
    /// What <c>[Table]</c> or <c>ToTable</c> say, else EF's convention: the name of the context's property, or of the entity where it has none, in snake case
    /// where <c>UseSnakeCaseNamingConvention</c> is called. An entity that inherits from another of the context is in its table. Null where the entity is not known.
    /// </summary>
    /// <param name="set"><c>context.Orders</c> or <c>context.Set&lt;Order&gt;()</c>: see <see cref="DbResources.SetBehind"/>.</param>
    public static string? Of(IOperation set, ITypeSymbol? context, EfModel model)
    {
        if (set.Type is not INamedTypeSymbol { TypeArguments: { Length: 1 } arguments } || arguments[0] is not INamedTypeSymbol entity)
        {
            return null;
        }
        var name = entity.Name;
        for (var type = entity; type is { SpecialType: SpecialType.None }; type = type.BaseType)
        {
            if ((Declared(type) ?? model.TableOf(type)) is { } given)
            {
                return given;
            }
            name = Property(type, context) ?? name;
        }
        return model.IsSnakeCase ? SnakeCase(name) : name;
    }

    private static string? Declared(INamedTypeSymbol entity) =>
        entity.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == "TableAttribute") is { ConstructorArguments: [{ Value: string table }, ..] } attribute
            ? attribute.NamedArguments.FirstOrDefault(a => a.Key == "Schema").Value.Value is string schema ? schema + "." + table : table
            : null;

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

    /// <summary><c>order_lines</c> of <c>OrderLines</c>, <c>xml_files</c> of <c>XMLFiles</c>.</summary>
    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var isStart = i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || i + 1 < name.Length && char.IsLower(name[i + 1])) && name[i - 1] != '_';
            text.Append(isStart ? "_" : "").Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
