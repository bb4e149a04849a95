using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>Locals that are only another name for a value.</summary>
internal static class Renames
{
    private const int MaxDepth = 3;

    /// <summary>The value that such a local stands for, or the value itself; null for a local that changes.</summary>
    public static IOperation? Resolve(IOperation value) => Resolve(value, 0);

    /// <summary>The operation gives a variable another value.</summary>
    public static bool IsWrite(IOperation operation, ISymbol variable) => operation switch
    {
        IAssignmentOperation { Target: ITupleOperation tuple } => tuple.Elements.Any(e => Is(LifetimeSymbols.Of(e), variable)),
        IAssignmentOperation { Target: var target } => Is(LifetimeSymbols.Of(target), variable),
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out, Value: var passed } => Is(LifetimeSymbols.Of(passed), variable),
        _ => false,
    };

    private static IOperation? Resolve(IOperation value, int depth)
    {
        value = CommandUses.Unwrap(value);
        return value is not ILocalReferenceOperation { Local: var local } ? value
            : depth < MaxDepth && OnlyValue(local, value) is { } initial ? Resolve(initial, depth + 1)
            : null;
    }

    private static IOperation? OnlyValue(ILocalSymbol local, IOperation at)
    {
        IOperation? only = null;
        foreach (var operation in LifetimeGraphs.BodyAround(at).Descendants())
        {
            if (operation is IVariableDeclaratorOperation declarator && SymbolEqualityComparer.Default.Equals(declarator.Symbol, local))
            {
                only = declarator.GetVariableInitializer()?.Value;
            }
            else if (IsWrite(operation, local))
            {
                return null;
            }
        }
        return only;
    }

    private static bool Is(ISymbol? a, ISymbol b) => a is not null && SymbolEqualityComparer.Default.Equals(a, b);
}
