using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>
/// The operations of one body, walked once for all rules. A rule is called once for a body, not once for each operation: with dozens
/// of rules the compiler's way from operation to rule would cost more than the rules.
/// </summary>
internal sealed class BodyOperations
{
    private static readonly ConditionalWeakTable<IOperation, BodyOperations> Known = new();
    private static readonly List<IOperation> None = [];

    /// <summary>The most of all, and asked for by nobody.</summary>
    private static readonly HashSet<OperationKind> LeftOut =
    [
        OperationKind.Literal, OperationKind.Argument, OperationKind.ExpressionStatement, OperationKind.Block, OperationKind.LocalReference, OperationKind.InstanceReference,
        OperationKind.Interpolation, OperationKind.InterpolatedStringText, OperationKind.VariableDeclaration, OperationKind.VariableDeclarationGroup,
        OperationKind.VariableInitializer, OperationKind.Binary,
    ];

    private readonly Dictionary<OperationKind, List<IOperation>> _byKind = [];
    private ConcurrentDictionary<Func<IOperation, bool>, bool>? _calls;

    private BodyOperations(IOperation root)
    {
        foreach (var operation in root.DescendantsAndSelf())
        {
            if (LeftOut.Contains(operation.Kind))
            {
                continue;
            }
            if (!_byKind.TryGetValue(operation.Kind, out var alike))
            {
                _byKind.Add(operation.Kind, alike = []);
            }
            alike.Add(operation);
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

    /// <summary>Whether a call or creation passes a test, which is run once for the body: keep to static methods.</summary>
    public bool HasCall(Func<IOperation, bool> test) =>
        LazyInitializer.EnsureInitialized(ref _calls)!.GetOrAdd(test, t => this[OperationKind.Invocation].Exists(o => t(o)) || this[OperationKind.ObjectCreation].Exists(o => t(o)));

    /// <summary>Those of a kind in the order of the source; lambdas and local functions included.</summary>
    public List<IOperation> this[OperationKind kind] =>
        LeftOut.Contains(kind) ? throw new ArgumentOutOfRangeException(nameof(kind)) : _byKind.TryGetValue(kind, out var alike) ? alike : None;
}
