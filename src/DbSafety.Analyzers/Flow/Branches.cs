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
            var isBranch = parent is IConditionalOperation conditional && child != conditional.Condition
                || parent is ILoopOperation or ISwitchCaseOperation or ISwitchExpressionArmOperation or ICatchClauseOperation or ICoalesceOperation or IConditionalAccessOperation;
            if (isBranch && !(other is not null && child.Syntax.Span.Contains(other.Syntax.Span)))
            {
                return true;
            }
        }
        return false;
    }
}
