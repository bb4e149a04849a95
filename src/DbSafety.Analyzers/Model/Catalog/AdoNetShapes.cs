using Microsoft.CodeAnalysis;

namespace DbSafety.Model.Catalog;

/// <summary>The generic rules G1–G4 of facts/sinks: ADO.NET members known by the interface they implement, not by name.</summary>
internal sealed class AdoNetShapes(Compilation compilation)
{
    private readonly INamedTypeSymbol? _command = compilation.GetTypeByMetadataName("System.Data.IDbCommand");
    private readonly INamedTypeSymbol? _adapter = compilation.GetTypeByMetadataName("System.Data.IDataAdapter");
    private readonly INamedTypeSymbol? _record = compilation.GetTypeByMetadataName("System.Data.IDataRecord");
    private readonly INamedTypeSymbol? _connection = compilation.GetTypeByMetadataName("System.Data.IDbConnection");
    private readonly INamedTypeSymbol? _batchCommand = compilation.GetTypeByMetadataName("System.Data.Common.DbBatchCommand");

    public bool IsCommand(ITypeSymbol? type) => Is(type, _command);
    public bool IsRecord(ITypeSymbol? type) => Is(type, _record);
    public bool IsConnection(ITypeSymbol? type) => Is(type, _connection);
    public bool IsAdapter(ITypeSymbol? type) => Is(type, _adapter);
    public bool IsBatchCommand(ITypeSymbol? type) => Is(type, _batchCommand);

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

    private static bool Is(ITypeSymbol? type, INamedTypeSymbol? wanted)
    {
        if (type is null || wanted is null)
        {
            return false;
        }
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
