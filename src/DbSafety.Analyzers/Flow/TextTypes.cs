using Microsoft.CodeAnalysis;

namespace DbSafety.Flow;

/// <summary>What types say about the text they turn into.</summary>
internal static class TextTypes
{
    /// <summary>Numbers, bool, enums, Guid, dates and times, and their nullable forms, and bytes: text without quotes or words of anybody's choosing.</summary>
    public static bool IsTyped(ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            type = nullable.TypeArguments[0];
        }
        return type switch
        {
            null => false,
            IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte } => true,
            { TypeKind: TypeKind.Enum } => true,
            ITypeParameterSymbol parameter => parameter.HasValueTypeConstraint,
            { SpecialType: >= SpecialType.System_Boolean and <= SpecialType.System_Double and not SpecialType.System_Char } => true,
            { SpecialType: SpecialType.System_DateTime or SpecialType.System_IntPtr or SpecialType.System_UIntPtr } => true,
            { Name: "Guid" or "DateTimeOffset" or "TimeSpan" or "DateOnly" or "TimeOnly" or "Half" or "Int128" or "UInt128", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } => true,
            { Name: "BigInteger", ContainingNamespace.Name: "Numerics" } => true,
            _ => false,
        };
    }

    public static bool IsBuilder(ITypeSymbol? type) =>
        type is { Name: "StringBuilder", ContainingNamespace: { Name: "Text", ContainingNamespace.Name: "System" } };

    /// <summary>Arrays, lists, sets, dictionaries, sequences: what can hold several texts.</summary>
    public static bool IsTextCarrier(ITypeSymbol? type) =>
        type is IArrayTypeSymbol
        || (type is { SpecialType: not SpecialType.System_String }
            && (type.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T
                || type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_Collections_IEnumerable)));

    /// <summary>The element type of an array or sequence; null where it has none.</summary>
    public static ITypeSymbol? ElementOf(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Collections_Generic_IEnumerable_T } sequence => sequence.TypeArguments[0],
        { } other => other.AllInterfaces.FirstOrDefault(i => i.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)?.TypeArguments[0],
        _ => null,
    };
}
