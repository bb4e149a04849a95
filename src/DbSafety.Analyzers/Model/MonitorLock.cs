using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Model;

/// <summary>A lock that threads take: a field of this object or of its type, by <c>lock</c>, Monitor, System.Threading.Lock or SemaphoreSlim.</summary>
/// <param name="Waits">False where a timeout gives up.</param>
/// <param name="Region">Where it is held.</param>
internal sealed record MonitorLock(IOperation Operation, IFieldSymbol Field, bool Waits, TextSpan Region)
{
    /// <summary>The lock an operation takes; null where it takes none, or where it is not certain which, or until when.</summary>
    /// <param name="operation">An <see cref="ILockOperation"/> or <see cref="IInvocationOperation"/>; asked for all, so names come first.</param>
    public static MonitorLock? Of(IOperation operation)
    {
        switch (operation)
        {
            case ILockOperation locked:
                return LifetimeSymbols.Of(locked.LockedValue) is IFieldSymbol field ? new(locked, field, true, locked.Body.Syntax.Span) : null;
            case IInvocationOperation { TargetMethod: { Name: "EnterScope", ContainingType.Name: "Lock" } } call:
                return LifetimeSymbols.Of(call.Instance) is IFieldSymbol scoped && Scope(call) is { } scope ? new(call, scoped, true, scope) : null;
            case IInvocationOperation { TargetMethod: { Name: "Enter", ContainingType.Name: "Lock" or "Monitor" } or { Name: "Wait" or "WaitAsync", ContainingType.Name: "SemaphoreSlim" } } call:
                return Locked(call) is { } entered && (call.TargetMethod.ContainingType.Name != "SemaphoreSlim" || LetsOneIn(entered)) && UntilReleased(call, entered) is { } held
                    ? new(call, entered, !call.TargetMethod.Parameters.Any(p => p.Type.SpecialType == SpecialType.System_Int32 || p.Type.Name == "TimeSpan"), held)
                    : null;
            default:
                return null;
        }
    }

    private static IFieldSymbol? Locked(IInvocationOperation call) =>
        LifetimeSymbols.Of(call.Instance ?? call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0)?.Value) as IFieldSymbol;

    /// <summary>The semaphore is made for one at a time.</summary>
    private static bool LetsOneIn(IFieldSymbol field) =>
        field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is VariableDeclaratorSyntax
        {
            Initializer.Value: BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments },
        }
        && arguments[0].Expression is LiteralExpressionSyntax { Token.Value: 1 };

    /// <summary>To the last release before it is taken again: earlier ones are in branches that leave.</summary>
    private static TextSpan? UntilReleased(IInvocationOperation call, IFieldSymbol field)
    {
        var after = LifetimeGraphs.BodyAround(call).Descendants().OfType<IInvocationOperation>()
            .Where(c => c.Syntax.SpanStart > call.Syntax.Span.End && SymbolEqualityComparer.Default.Equals(Locked(c), field))
            .OrderBy(c => c.Syntax.SpanStart)
            .TakeWhile(c => c.TargetMethod.Name is "Release" or "Exit");
        return after.LastOrDefault() is { } release ? TextSpan.FromBounds(call.Syntax.Span.End, release.Syntax.SpanStart) : null;
    }

    private static TextSpan? Scope(IOperation call)
    {
        for (var parent = call.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IUsingOperation block:
                    return block.Body.Syntax.Span;
                case IUsingDeclarationOperation { Parent.Syntax.Span.End: var end }:
                    return TextSpan.FromBounds(call.Syntax.Span.End, end);
                case IBlockOperation:
                    return null;
            }
        }
        return null;
    }
}
