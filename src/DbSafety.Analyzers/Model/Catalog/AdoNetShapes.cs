using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace DbSafety.Model.Catalog;

/// <summary>The generic rules G1–G4 of facts/sinks: ADO.NET members known by the interface they implement, not by name.</summary>
internal sealed class AdoNetShapes
{
    private readonly ConcurrentDictionary<ITypeSymbol, Shapes> _known = new(SymbolEqualityComparer.Default);
    private readonly Func<ITypeSymbol, Shapes> _find;

    public AdoNetShapes(Compilation compilation)
    {
        var wanted = new (Shapes Shape, INamedTypeSymbol? Type)[]
        {
            (Shapes.Command, compilation.GetTypeByMetadataName("System.Data.IDbCommand")),
            (Shapes.Adapter, compilation.GetTypeByMetadataName("System.Data.IDataAdapter")),
            (Shapes.Record, compilation.GetTypeByMetadataName("System.Data.IDataRecord")),
            (Shapes.Connection, compilation.GetTypeByMetadataName("System.Data.IDbConnection")),
            (Shapes.BatchCommand, compilation.GetTypeByMetadataName("System.Data.Common.DbBatchCommand")),
        };
        _find = type => wanted.Where(w => w.Type is not null && Is(type, w.Type)).Aggregate(Shapes.None, (all, w) => all | w.Shape);
    }

    [Flags]
    private enum Shapes { None = 0, Command = 1, Adapter = 2, Record = 4, Connection = 8, BatchCommand = 16 }

    public bool IsCommand(ITypeSymbol? type) => Has(type, Shapes.Command);
    public bool IsRecord(ITypeSymbol? type) => Has(type, Shapes.Record);
    public bool IsConnection(ITypeSymbol? type) => Has(type, Shapes.Connection);
    public bool IsAdapter(ITypeSymbol? type) => Has(type, Shapes.Adapter);
    public bool IsBatchCommand(ITypeSymbol? type) => Has(type, Shapes.BatchCommand);

    /// <summary>G1, G2: <c>IDbCommand.CommandText</c>, the interface property itself included, and <c>DbBatchCommand.CommandText</c>.</summary>
    public bool IsCommandText(IPropertySymbol property) =>
        property is { Name: "CommandText", Type.SpecialType: SpecialType.System_String }
        && (IsCommand(property.ContainingType) || IsBatchCommand(property.ContainingType));

    /// <summary>G3, G4: the parameter of a constructor that takes the SQL text; null when it takes none.</summary>
    public IParameterSymbol? SqlParameterOf(IMethodSymbol constructor)
    {
        var type = constructor.ContainingType;
        if (IsCommand(type) || IsBatchCommand(type))
        {
            return Named(constructor, "cmdText", "commandText", "sql", "query") ?? OnlyString(constructor);
        }
        return IsAdapter(type) ? Named(constructor, "selectCommandText", "commandText") : null;
    }

    /// <summary>
    /// The parameter of an extension method on commands or connections that, by its name, takes SQL: helpers of other assemblies,
    /// which are not listed and whose bodies are not here. Null when it has none.
    /// </summary>
    public IParameterSymbol? SqlParameterOfExtension(IMethodSymbol method) =>
        method is { IsExtensionMethod: true, Parameters: { Length: > 1 } parameters } && (IsCommand(parameters[0].Type) || IsConnection(parameters[0].Type))
            ? parameters.FirstOrDefault(p => p.Type.SpecialType == SpecialType.System_String
                && new[] { "sql", "cmdText", "commandText", "query", "sqlText", "statement" }.Contains(p.Name, StringComparer.OrdinalIgnoreCase))
            : null;

    private static IParameterSymbol? Named(IMethodSymbol method, params string[] names) =>
        method.Parameters.FirstOrDefault(p => p.Type.SpecialType == SpecialType.System_String && names.Contains(p.Name));

    private static IParameterSymbol? OnlyString(IMethodSymbol method)
    {
        var strings = method.Parameters.Where(p => p.Type.SpecialType == SpecialType.System_String).ToList();
        return strings.Count == 1 && strings[0].Name.IndexOf("conn", StringComparison.OrdinalIgnoreCase) < 0 ? strings[0] : null;
    }

    private bool Has(ITypeSymbol? type, Shapes shape) => type is not null && (_known.GetOrAdd(type, _find) & shape) != 0;

    private static bool Is(ITypeSymbol type, INamedTypeSymbol wanted)
    {
        if (wanted.TypeKind == TypeKind.Interface)
        {
            return SymbolEqualityComparer.Default.Equals(type, wanted) || type.AllInterfaces.Contains(wanted, SymbolEqualityComparer.Default);
        }
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(t, wanted))
            {
                return true;
            }
        }
        return false;
    }
}
