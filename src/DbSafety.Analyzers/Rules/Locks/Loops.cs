using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>What the body of a loop does that matters to the locks it takes, and to their order.</summary>
internal static class Loops
{
    private static readonly string[] Collects = ["Add", "Append", "Enqueue", "Push", "Insert", "Write"];

    /// <summary>Each pass commits, so none keeps its locks for the next.</summary>
    public static bool EndsTransaction(IOperation loop) => loop.Descendants().Any(IsCommit);

    /// <summary>The locks that are held go with it.</summary>
    public static bool IsCommit(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: var method }
        && (method.Name.StartsWith("Commit", StringComparison.Ordinal) || method is { Name: "Complete", ContainingType.Name: "TransactionScope" });

    /// <summary>It looks for one element: the first that works ends the loop.</summary>
    public static bool EndsEarly(IOperation loop) =>
        loop is ILoopOperation { ExitLabel: var exit } && loop.Descendants().OfType<IBranchOperation>().Any(b => b.BranchKind == BranchKind.Break && SymbolEqualityComparer.Default.Equals(b.Target, exit));

    /// <summary>
    /// In another order the loop could have other results: it yields, returns or collects what it finds, numbers the elements,
    /// or lets one pass see what the pass before left.
    /// </summary>
    public static bool DependsOnOrder(IForEachLoopOperation loop)
    {
        var inside = loop.Body.Descendants().ToList();
        return inside.Exists(operation => operation switch
        {
            IReturnOperation { Kind: OperationKind.YieldReturn } => true,
            IReturnOperation { ReturnedValue: { ConstantValue.HasValue: false } } => true,
            IInvocationOperation { Instance: { } instance, TargetMethod.Name: var name } => Collects.Any(c => name.StartsWith(c, StringComparison.Ordinal)) && IsOutside(instance, loop) && instance.Type?.Name.EndsWith("ParameterCollection", StringComparison.Ordinal) != true,
            IIncrementOrDecrementOperation count => IsSeen(count, count.Target, loop, inside),
            ICompoundAssignmentOperation sum => IsSeen(sum, sum.Target, loop, inside),
            IDeconstructionAssignmentOperation { Target: ITupleOperation tuple } => tuple.Elements.Any(e => Keeps(e, loop)),
            ISimpleAssignmentOperation assignment => !assignment.Value.ConstantValue.HasValue && Keeps(assignment.Target, loop),
            _ => false,
        });
    }

    /// <summary>
    /// The row of the object whose parts the loop goes through, so that who has it is alone with them: <c>invoice</c> of <c>invoice.Positions</c>. Not where
    /// the key is that of something the parts refer to: <c>line.ProductId</c>.
    /// </summary>
    public static bool IsOwner(RowLock earlier, LoopKeys keys) =>
        CommandUses.Unwrap(keys.Collection) is IMemberReferenceOperation { Instance: { } instance } && KeyOrder.KeyOf(instance) is { } owner
        && keys.Paths is [(".Id", _)] && LoopKeys.Of(earlier) is null
        && earlier.Keys.Any(k => k.Value.Member is not null ? KeyOrder.KeyOf(k.Value.Operation) == owner : k.Value.Operation is IMemberReferenceOperation { Instance: { } of } && KeyOrder.KeyOf(of) == owner);

    /// <summary>A collection in words: what it is called, where that is short.</summary>
    public static string Named(IOperation collection) =>
        collection.Syntax.ToString() is { Length: <= 40 } text && text.IndexOf('\n') < 0 ? $"'{text}'" : "its source";

    /// <summary>The database sorts, which takes no comparer.</summary>
    public static bool IsQuery(IOperation collection) =>
        CommandUses.Unwrap(collection).Type is { } type && (type.Name == "IQueryable" || type.AllInterfaces.Any(i => i.Name == "IQueryable"));

    /// <summary>Assigned where a later pass can see it. What the parameters of a command are given is only seen by the command.</summary>
    private static bool Keeps(IOperation target, IForEachLoopOperation loop) =>
        IsOutside(target, loop) && !(target is IPropertyReferenceOperation { Instance.Type: { } type } && CommandUses.IsParameter(type));

    /// <summary>A count or sum is the same in any order, unless the loop looks at it on the way.</summary>
    private static bool IsSeen(IOperation change, IOperation target, IForEachLoopOperation loop, List<IOperation> inside) =>
        IsOutside(target, loop)
        && (change.Parent is not IExpressionStatementOperation || KeyOrder.KeyOf(target) is not { } name || inside.Count(o => KeyOrder.KeyOf(o) == name) > 1);

    /// <summary>It lives longer than one pass of the loop.</summary>
    private static bool IsOutside(IOperation operand, IForEachLoopOperation loop) => operand switch
    {
        IConversionOperation conversion => IsOutside(conversion.Operand, loop),
        ILocalReferenceOperation { Local: var local } => !local.DeclaringSyntaxReferences.Any(r => loop.Syntax.Span.Contains(r.Span)),
        IArrayElementReferenceOperation { ArrayReference: var array } => IsOutside(array, loop),
        IMemberReferenceOperation { Instance: { } instance } => IsOutside(instance, loop),
        IMemberReferenceOperation or IParameterReferenceOperation or IInstanceReferenceOperation { ReferenceKind: not InstanceReferenceKind.ImplicitReceiver } => true,
        _ => false,
    };
}
