using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>Whether code puts two keys in order before it uses them: compares them, swaps them, takes the smaller first.</summary>
internal static class KeyOrder
{
    private static readonly string[] Comparisons = ["CompareTo", "Compare", "CompareOrdinal", "Min", "Max", "OrderBy", "OrderByDescending", "Order", "OrderDescending", "Sort"];

    /// <summary>Two of these values are compared by size somewhere in a body, or are handed to Min, Max or Compare together.</summary>
    public static bool IsCompared(IEnumerable<IOperation> values, IOperation body)
    {
        var keys = values.Select(KeyOf).OfType<string>().ToList();
        return body.Descendants().Any(operation => operation switch
        {
            IBinaryOperation
            {
                OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual,
            } comparison => keys.Contains(KeyOf(comparison.LeftOperand)!) && keys.Contains(KeyOf(comparison.RightOperand)!),
            IInvocationOperation { TargetMethod.Name: var name } call when Comparisons.Contains(name) =>
                call.Descendants().Count(o => KeyOf(o) is { } key && keys.Contains(key)) > 1,
            _ => false,
        });
    }

    /// <summary>What a plain value is known by: <c>from</c>, <c>transfer.DebitAccount</c>; null for what is computed.</summary>
    public static string? KeyOf(IOperation value) => CommandUses.Unwrap(value) switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation, Member: IFieldSymbol or IPropertySymbol } member => member.Member.Name,
        IMemberReferenceOperation { Instance: { } instance, Member: IFieldSymbol or IPropertySymbol { IsIndexer: false } } member => KeyOf(instance) is { } owner ? owner + "." + member.Member.Name : null,
        _ => null,
    };
}
