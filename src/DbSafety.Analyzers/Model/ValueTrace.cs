using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>One place that a value can come from.</summary>
/// <param name="Operation">
/// The expression that makes it, in the body at hand or in a helper. For a local without a written value: the <c>foreach</c> it runs
/// through, the <c>out</c> argument that fills it, or the reference itself where neither is known.
/// </param>
/// <param name="Place">The same within the body at hand: <see cref="Operation"/>, or the call of the helper that it stands in.</param>
/// <param name="Steps">What the value went through on its way, the first step first: what the rule's function let pass, and explicit conversions.</param>
internal readonly record struct TracedValue(IOperation Operation, IOperation Place, ImmutableArray<IOperation> Steps);

/// <summary>
/// Follows a value backwards to where it comes from: through parentheses, conversions, <c>await</c>, <c>??</c>, <c>?:</c>, switch
/// expressions, <c>?.</c>, the writes of a local that can reach its use, pattern variables, and one private helper of the same type, whose
/// parameters lead back to the arguments. What else it may pass (<c>AddDays</c>, <c>% 16</c>) the asking rule says.
/// </summary>
/// <remarks>Syntax order and nesting decide which writes reach a use; no control-flow graph is built. Bounded: beyond the bound the rest is left out.</remarks>
internal sealed class ValueTrace
{
    private const int MaxValues = 16;
    private const int MaxSteps = 60;

    private static readonly ConditionalWeakTable<IOperation, LocalWrites> Writes = new();

    private readonly DbModel _model;
    private readonly Func<IOperation, IOperation?> _through;
    private readonly bool _entersPublic;
    private readonly List<TracedValue> _found = [];
    private readonly HashSet<(IOperation, IOperation?)> _seen = [];
    private int _steps;

    private ValueTrace(DbModel model, Func<IOperation, IOperation?> through, bool entersPublic) => (_model, _through, _entersPublic) = (model, through, entersPublic);

    /// <summary>The places a value can come from; at least one.</summary>
    /// <param name="value">An expression in some body.</param>
    /// <param name="through">
    /// For a call, member, operator, creation or user-defined conversion: the operand whose value it passes on (the instance of
    /// <c>AddDays</c>), or null where the value is made there.
    /// </param>
    /// <param name="entersPublic">The one helper may be any method of the program that touches a database, not only a private one.</param>
    public static IReadOnlyList<TracedValue> Of(IOperation value, DbModel model, Func<IOperation, IOperation?> through, bool entersPublic = false)
    {
        var trace = new ValueTrace(model, through, entersPublic);
        trace.Follow(value, ImmutableArray<IOperation>.Empty, null);
        return trace._found;
    }

    /// <param name="operation">What to follow.</param>
    /// <param name="steps">The way so far.</param>
    /// <param name="helper">The call or property of the helper that <paramref name="operation"/> stands in; null in the body at hand.</param>
    private void Follow(IOperation operation, ImmutableArray<IOperation> steps, IOperation? helper)
    {
        if (_found.Count == MaxValues || ++_steps > MaxSteps || !_seen.Add((operation, helper)))
        {
            return;
        }
        switch (operation)
        {
            case IConversionOperation { OperatorMethod: null } conversion:
                Follow(conversion.Operand, conversion.IsImplicit ? steps : steps.Insert(0, conversion), helper);
                return;
            case IParenthesizedOperation parenthesized:
                Follow(parenthesized.Operand, steps, helper);
                return;
            case IAwaitOperation awaited:
                Follow(awaited.Operation, steps, helper);
                return;
            case ISimpleAssignmentOperation assignment:
                Follow(assignment.Value, steps, helper);
                return;
            case ICoalesceOperation coalesce:
                Follow(coalesce.Value, steps, helper);
                Follow(coalesce.WhenNull, steps, helper);
                return;
            case ICoalesceAssignmentOperation coalesce:
                Follow(coalesce.Target, steps, helper);
                Follow(coalesce.Value, steps, helper);
                return;
            case IConditionalOperation { WhenFalse: { } whenFalse } conditional:
                Follow(conditional.WhenTrue, steps, helper);
                Follow(whenFalse, steps, helper);
                return;
            case ISwitchExpressionOperation choice:
                foreach (var arm in choice.Arms)
                {
                    Follow(arm.Value, steps, helper);
                }
                return;
            case IThrowOperation or IDefaultValueOperation:
            case { ConstantValue: { HasValue: true, Value: null } }:
                return;
            case IConditionalAccessOperation access:
                Follow(access.WhenNotNull, steps, helper);
                return;
            case IConditionalAccessInstanceOperation instance when AccessOf(instance) is { } access:
                Follow(access.Operation, steps, helper);
                return;
            case ILocalReferenceOperation reference:
                FollowLocal(reference, steps, helper);
                return;
            case IParameterReferenceOperation { Parameter: var parameter } when ArgumentOf(parameter, helper) is { } argument:
                Follow(argument, steps, null);
                return;
        }
        if (Passed(operation) is { } passed)
        {
            Follow(passed, steps, helper);
        }
        else if (_through(operation) is { } operand)
        {
            Follow(operand, steps.Insert(0, operation), helper);
        }
        else if (helper is not null || !FollowHelper(operation, steps))
        {
            _found.Add(new(operation, helper ?? operation, steps));
        }
    }

    /// <summary>What hands a value on without touching it: <c>Nullable.Value</c>, <c>ConfigureAwait</c>, a task's result.</summary>
    private static IOperation? Passed(IOperation operation) => operation switch
    {
        IPropertyReferenceOperation { Property: { Name: "Value", ContainingType.OriginalDefinition.SpecialType: SpecialType.System_Nullable_T }, Instance: { } nullable } => nullable,
        IPropertyReferenceOperation { Property: { Name: "Result", ContainingType.Name: "Task" or "ValueTask" }, Instance: { } task } => task,
        IInvocationOperation { TargetMethod: { Name: "GetValueOrDefault", ContainingType.OriginalDefinition.SpecialType: SpecialType.System_Nullable_T }, Instance: { } nullable } => nullable,
        IInvocationOperation { TargetMethod: { Name: "ConfigureAwait" or "AsTask" or "GetAwaiter" or "GetResult", ContainingNamespace: { Name: "Tasks" or "CompilerServices" } }, Instance: { } task } => task,
        _ => null,
    };

    private void FollowLocal(ILocalReferenceOperation reference, ImmutableArray<IOperation> steps, IOperation? helper)
    {
        var root = CommandUses.Root(reference);
        var any = false;
        foreach (var write in Writes.GetValue(root, r => new LocalWrites(r)).Reaching(reference))
        {
            any = true;
            if (write.Value is { } value)
            {
                Follow(value, steps, helper);
            }
            else
            {
                _found.Add(new(write.Operation, helper ?? write.Operation, steps));
            }
        }
        if (!any)
        {
            _found.Add(new(reference, helper ?? reference, steps));
        }
    }

    private bool FollowHelper(IOperation operation, ImmutableArray<IOperation> steps)
    {
        var method = operation switch
        {
            IInvocationOperation { TargetMethod: var target, IsVirtual: false } => target,
            IPropertyReferenceOperation { Property: { GetMethod: { } getter, IsVirtual: false, IsOverride: false, IsAbstract: false } } => getter,
            _ => null,
        };
        if (method is not { DeclaringSyntaxReferences: [var declaration], IsAbstract: false }
            || method.MethodKind != MethodKind.LocalFunction && method.DeclaredAccessibility != Accessibility.Private && !(_entersPublic && _model.Bodies.Include(declaration.GetSyntax()))
            || _model.Flow.BodyOf(method.OriginalDefinition) is not { } body)
        {
            return false;
        }
        var before = _found.Count;
        foreach (var returned in body.Descendants().OfType<IReturnOperation>())
        {
            if (returned is { Kind: OperationKind.Return, ReturnedValue: { } value } && FunctionAround(returned, body) == body)
            {
                Follow(value, steps, operation);
            }
        }
        return _found.Count > before;
    }

    /// <summary>What the call of the helper passes for a parameter of it.</summary>
    private static IOperation? ArgumentOf(IParameterSymbol parameter, IOperation? helper) =>
        helper is IInvocationOperation call && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol.OriginalDefinition, call.TargetMethod.OriginalDefinition)
            ? call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == parameter.Ordinal)?.Value
            : null;

    private static IOperation FunctionAround(IOperation operation, IOperation body)
    {
        while (operation.Parent is { } parent && operation != body)
        {
            operation = parent;
            if (operation is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                break;
            }
        }
        return operation;
    }

    private static IConditionalAccessOperation? AccessOf(IConditionalAccessInstanceOperation instance)
    {
        IOperation child = instance;
        for (var parent = instance.Parent; parent is not null; (child, parent) = (parent, parent.Parent))
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == child)
            {
                return access;
            }
        }
        return null;
    }
}
