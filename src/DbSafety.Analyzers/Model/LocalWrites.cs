using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>One write of a local.</summary>
/// <param name="Operation">What writes it: a declarator, an assignment, a pattern, a <c>foreach</c>, an <c>out</c> argument.</param>
/// <param name="Value">What it is given; null where that is not an expression.</param>
internal readonly record struct LocalWrite(ILocalSymbol Local, IOperation Operation, IOperation? Value);

/// <summary>The writes of all locals of a body, and which of them can reach a use, as far as order and nesting tell.</summary>
internal sealed class LocalWrites
{
    private readonly ILookup<ISymbol, LocalWrite> _writes;

    /// <param name="root">The root of an operation tree.</param>
    public LocalWrites(IOperation root) =>
        _writes = root.DescendantsAndSelf().SelectMany(WritesOf).ToLookup(w => (ISymbol)w.Local, (IEqualityComparer<ISymbol>)SymbolEqualityComparer.Default);

    /// <summary>
    /// The writes whose value a use can see: the last one before it that is always made, and those after that which are made on some path.
    /// All writes, where the use is in another function than a write, or a loop goes from the write back to the use. Not those of
    /// another branch of an <c>if</c> or <c>switch</c>, nor those of a branch that is left by <c>return</c> or <c>throw</c>.
    /// </summary>
    public IEnumerable<LocalWrite> Reaching(ILocalReferenceOperation use)
    {
        var position = use.Syntax.SpanStart;
        var function = FunctionAround(use);
        foreach (var write in _writes[use.Local].OrderByDescending(w => w.Operation.Syntax.SpanStart))
        {
            var isBefore = write.Operation.Syntax.SpanStart < position && !(write.Value is { } value && value.Syntax.Span.Contains(use.Syntax.Span));
            if (FunctionAround(write.Operation) != function || LoopsBack(write.Operation, use))
            {
                yield return write;
                continue;
            }
            if (!isBefore)
            {
                continue;
            }
            var (isOpen, isAlways) = Reaches(write.Operation, use);
            if (isOpen)
            {
                yield return write;
            }
            if (isAlways)
            {
                yield break;
            }
        }
    }

    private static IEnumerable<LocalWrite> WritesOf(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer() is { } initializer:
                yield return new(declarator.Symbol, declarator, initializer.Value);
                break;
            case IVariableDeclaratorOperation { Parent: IForEachLoopOperation loop } item:
                yield return new(item.Symbol, loop, null);
                break;
            case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } assignment:
                yield return new(local, assignment, assignment.Value);
                break;
            case ICoalesceAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } assignment:
                yield return new(local, assignment, assignment.Value);
                break;
            case IAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } assignment:
                yield return new(local, assignment, null);
                break;
            case IDeconstructionAssignmentOperation deconstruction:
                foreach (var target in deconstruction.Target.DescendantsAndSelf().OfType<ILocalReferenceOperation>())
                {
                    yield return new(target.Local, deconstruction, null);
                }
                break;
            case IDeclarationPatternOperation { DeclaredSymbol: ILocalSymbol local } pattern:
                yield return new(local, pattern, Matched(pattern));
                break;
            case IRecursivePatternOperation { DeclaredSymbol: ILocalSymbol local } pattern:
                yield return new(local, pattern, Matched(pattern));
                break;
            case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } argument when LocalOf(argument.Value) is { } local:
                yield return new(local, argument, null);
                break;
        }
    }

    private static ILocalSymbol? LocalOf(IOperation value) => value switch
    {
        ILocalReferenceOperation reference => reference.Local,
        IDeclarationExpressionOperation { Expression: ILocalReferenceOperation reference } => reference.Local,
        _ => null,
    };

    /// <summary>The value a pattern is matched with, where the pattern is about all of it.</summary>
    private static IOperation? Matched(IOperation pattern)
    {
        for (var parent = pattern.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IBinaryPatternOperation or INegatedPatternOperation or IPatternCaseClauseOperation or ISwitchCaseOperation or ISwitchExpressionArmOperation:
                    continue;
                case IIsPatternOperation match:
                    return match.Value;
                case ISwitchOperation choice:
                    return choice.Value;
                case ISwitchExpressionOperation choice:
                    return choice.Value;
                default:
                    return null;
            }
        }
        return null;
    }

    /// <summary>Whether control can come from a write to a later use, and whether it cannot come to the use without the write.</summary>
    private static (bool IsOpen, bool IsAlways) Reaches(IOperation write, IOperation use)
    {
        var isAlways = true;
        var child = write;
        for (var parent = write.Parent; parent is not null; (child, parent) = (parent, parent.Parent))
        {
            if (parent.Syntax.Span.Contains(use.Syntax.Span))
            {
                var isElsewhere = parent switch
                {
                    IConditionalOperation conditional => child != conditional.Condition,
                    ISwitchOperation => child is ISwitchCaseOperation && !child.Syntax.Span.Contains(use.Syntax.Span),
                    ISwitchExpressionOperation => child is ISwitchExpressionArmOperation && !child.Syntax.Span.Contains(use.Syntax.Span),
                    _ => false,
                };
                return (!isElsewhere, isAlways && !isElsewhere);
            }
            switch (parent)
            {
                case IBlockOperation { Operations: { Length: > 0 } operations } when !isAlways || parent.Parent is not (IBlockOperation or null):
                    if (operations[operations.Length - 1] is IReturnOperation { IsImplicit: false } or IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation })
                    {
                        return (false, false);
                    }
                    break;
                case IConditionalOperation conditional when child != conditional.Condition:
                case ICoalesceOperation coalesce when child == coalesce.WhenNull:
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } binary when child == binary.RightOperand:
                case ILoopOperation or ISwitchCaseOperation or ISwitchExpressionArmOperation or ICatchClauseOperation or IConditionalAccessOperation:
                    isAlways = false;
                    break;
            }
        }
        return (true, isAlways && write is not ICoalesceAssignmentOperation);
    }

    /// <summary>A loop holds both, and the write comes later in it.</summary>
    private static bool LoopsBack(IOperation write, IOperation use)
    {
        if (write.Syntax.SpanStart < use.Syntax.SpanStart)
        {
            return false;
        }
        for (var parent = write.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILoopOperation && parent.Syntax.Span.Contains(use.Syntax.Span))
            {
                // A variable of the loop's body is new in each turn.
                return write is not IVariableDeclaratorOperation && !IsDeclaredIn(parent, use);
            }
        }
        return false;
    }

    private static bool IsDeclaredIn(IOperation loop, IOperation use) =>
        use is ILocalReferenceOperation { Local: var local } && local.DeclaringSyntaxReferences.Any(r => loop.Syntax.Span.Contains(r.Span));

    private static IOperation? FunctionAround(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return parent;
            }
        }
        return null;
    }
}
