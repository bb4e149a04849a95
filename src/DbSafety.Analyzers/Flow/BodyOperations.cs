using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>
/// The operations of one body that rules ask for, walked once for all of them. A rule is called once for a body, not once for each
/// operation: with dozens of rules the compiler's way from operation to rule would cost more than the rules.
/// </summary>
internal sealed class BodyOperations
{
    private static readonly OperationKind[] Kinds =
    [
        OperationKind.Invocation, OperationKind.ObjectCreation, OperationKind.SimpleAssignment, OperationKind.CompoundAssignment, OperationKind.Conversion,
        OperationKind.VariableDeclarator, OperationKind.LocalReference, OperationKind.ParameterReference, OperationKind.FieldReference, OperationKind.PropertyReference,
        OperationKind.AnonymousFunction, OperationKind.LocalFunction, OperationKind.CatchClause, OperationKind.Lock, OperationKind.Loop,
    ];

    private static readonly ConditionalWeakTable<IOperation, BodyOperations> Known = new();
    private static readonly List<IOperation> None = [];

    private readonly List<IOperation>?[] _byKind = new List<IOperation>?[Kinds.Length];

    private BodyOperations(IOperation root)
    {
        foreach (var operation in root.DescendantsAndSelf())
        {
            if (Array.IndexOf(Kinds, operation.Kind) is >= 0 and var kind)
            {
                (_byKind[kind] ??= []).Add(operation);
            }
        }
    }

    /// <param name="root">An operation without parent.</param>
    public static BodyOperations Of(IOperation root) => Known.GetValue(root, r => new BodyOperations(r));

    /// <summary>Those of the whole body that an operation stands in.</summary>
    public static BodyOperations Around(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }
        return Of(operation);
    }

    /// <summary>Whether a call or creation passes a test.</summary>
    public bool HasCall(Predicate<IOperation> test) => this[OperationKind.Invocation].Exists(test) || this[OperationKind.ObjectCreation].Exists(test);

    /// <summary>Those of a kind in the order of the source; lambdas and local functions included.</summary>
    public List<IOperation> this[OperationKind kind] => Array.IndexOf(Kinds, kind) is >= 0 and var index
        ? _byKind[index] ?? None
        : throw new ArgumentOutOfRangeException(nameof(kind), kind, "not kept: add it to the kinds");
}
