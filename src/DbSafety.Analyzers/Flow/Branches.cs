using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>Which parts of a body are left out on some paths.</summary>
internal static class Branches
{
    /// <summary>An operation stands in a branch, a loop or a handler that does not hold the other: the other can run without it.</summary>
    /// <param name="other">Null for the end of the body: whether there is any such branch.</param>
    public static bool CanSkip(IOperation operation, IOperation? other)
    {
        var child = operation;
        for (var parent = operation.Parent; parent is not null; (child, parent) = (parent, parent.Parent))
        {
            if (IsBranch(parent, child) && !(other is not null && child.Syntax.Span.Contains(other.Syntax.Span)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whatever else happens, a body that does not fail comes to the operation: it stands in no branch, and nothing returns before it. A loop counts as entered.</summary>
    public static bool AlwaysRuns(IOperation operation)
    {
        var body = LifetimeGraphs.BodyAround(operation);
        for (IOperation child = operation; child != body && child.Parent is { } parent; child = parent)
        {
            if (IsBranch(parent, child) && parent is not ILoopOperation)
            {
                return false;
            }
        }
        return !body.Descendants().Any(o => o is IReturnOperation && o.Syntax.Span.End <= operation.Syntax.SpanStart && LifetimeGraphs.BodyAround(o) == body);
    }

    private static bool IsBranch(IOperation parent, IOperation child) => parent switch
    {
        IConditionalOperation conditional => child != conditional.Condition,
        ICoalesceOperation coalesce => child != coalesce.Value,
        ICoalesceAssignmentOperation assignment => child != assignment.Target,
        IConditionalAccessOperation access => child != access.Operation,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } both => child != both.LeftOperand,
        _ => parent is ILoopOperation or ISwitchCaseOperation or ISwitchExpressionArmOperation or ICatchClauseOperation,
    };
}
