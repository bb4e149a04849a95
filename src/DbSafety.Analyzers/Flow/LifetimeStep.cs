using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>Runs the operations of one block over a state, in the order in which they happen.</summary>
/// <param name="state">Changed on the way.</param>
/// <param name="canFail">False in <c>catch</c> and <c>finally</c>.</param>
/// <param name="record">Told the state before each operation that rules ask about.</param>
internal sealed class LifetimeStep(LifetimeBody body, LifetimeState state, bool canFail, Action<IOperation, LifetimeState> record)
{
    private ILifetimeConventions Conventions => body.Conventions;

    /// <summary>The state when something in the block failed; null where nothing can.</summary>
    public LifetimeState? Failed { get; private set; }

    /// <summary>What an operation yields.</summary>
    public Held Eval(IOperation operation)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (operation)
        {
            case { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation { Type.IsReferenceType: true }:
                return Held.Null;
            case ILocalReferenceOperation local:
                return body.IndexOf(local.Local) is { } l ? state.Variables[l] : Held.Foreign;
            case IParameterReferenceOperation parameter:
                return body.IndexOf(parameter.Parameter) is { } p ? state.Variables[p] : Held.Foreign;
            case IFlowCaptureReferenceOperation capture:
                return body.IndexOf(capture.Id) is { } c ? state.Variables[c] : Held.Foreign;
            case IFlowCaptureOperation capture:
                Assign(body.IndexOf(capture.Id), Eval(capture.Value));
                return Held.Null;
            case IExpressionStatementOperation statement:
                Eval(statement.Operation);
                return Held.Null;
            case ISimpleAssignmentOperation assignment:
                return Eval(assignment);
            case IInvocationOperation invocation:
                return Call(invocation, invocation.Instance, invocation.Arguments);
            case IObjectCreationOperation creation:
                return Call(creation, null, creation.Arguments);
            case IAwaitOperation awaited:
                var task = Eval(awaited.Operation);
                record(awaited, state);
                if (awaited.Operation is not IInvocationOperation)
                {
                    Fail(awaited); // A call has failed already, before it yielded anything.
                }
                return task;
            case IConversionOperation { OperatorMethod: null } conversion:
                return Eval(conversion.Operand);
            case IPropertyReferenceOperation { Property: { Name: "Result", ContainingType.Name: "Task" or "ValueTask" }, Instance: { } awaited }:
                return Eval(awaited);
            case IMemberReferenceOperation { Instance: not null } and not IMethodReferenceOperation:
                foreach (var child in operation.ChildOperations)
                {
                    Eval(child);
                }
                return Held.Foreign;
            case IIsPatternOperation pattern:
                var tested = Eval(pattern.Value);
                if (pattern.Pattern.DescendantsAndSelf().Any(p => p is IDeclarationPatternOperation { DeclaredSymbol: not null } or IRecursivePatternOperation { DeclaredSymbol: not null }))
                {
                    Escape(tested);
                }
                return Held.Foreign;
            case IBinaryOperation or IUnaryOperation or IIsNullOperation or IIsTypeOperation or IInterpolatedStringOperation or IInterpolationOperation:
                foreach (var child in operation.ChildOperations)
                {
                    Eval(child);
                }
                return Held.Foreign;
            case IArgumentOperation argument:
                return Eval(argument.Value);
            case IFlowAnonymousFunctionOperation:
                return Held.Foreign;
            default:
                foreach (var child in operation.ChildOperations)
                {
                    Escape(Eval(child));
                }
                Forget(operation);
                return Held.Foreign;
        }
    }

    private Held Eval(ISimpleAssignmentOperation assignment)
    {
        var target = assignment.Target;
        if (body.VariableOf(target) is { } variable)
        {
            var value = Eval(assignment.Value);
            record(assignment, state);
            if (body.IndexOf(variable) is not { } index)
            {
                Escape(value);
                return value;
            }
            if (variable is ILocalSymbol local && body.Resources.FirstOrDefault(r => value.Or(Held.Null) == Held.Of(r).Or(Held.Null)) is { Local: null } made)
            {
                made.Local = local;
            }
            Assign(index, value);
            return value;
        }
        var receivers = target is IPropertyReferenceOperation { Instance: { } instance } ? Eval(instance) : Held.Null;
        foreach (var child in target.ChildOperations)
        {
            Eval(child);
        }
        var held = Eval(assignment.Value);
        record(assignment, state);
        if (target is IPropertyReferenceOperation { Property: var property } && Conventions.IsOwner(property))
        {
            foreach (var resource in body.Resources.Where(receivers.Has))
            {
                resource.Owner ??= body.SymbolOf(assignment.Value);
            }
        }
        if (target is not IDiscardOperation)
        {
            foreach (var resource in body.Resources.Where(held.Has))
            {
                if (Conventions.HandlingOf(assignment, assignment.Value, resource) != Handling.Borrows)
                {
                    Escape(Held.Of(resource));
                }
            }
        }
        return held;
    }

    private Held Call(IOperation call, IOperation? instance, ImmutableArray<IArgumentOperation> arguments)
    {
        var operands = new List<(IOperation Operand, Held Held)>();
        if (instance is not null)
        {
            operands.Add((instance, Eval(instance)));
        }
        operands.AddRange(arguments.Select(a => ((IOperation)a, Eval(a))));
        record(call, state);

        var yields = default(Held);
        var mended = new List<Resource>();
        foreach (var (operand, held) in operands)
        {
            foreach (var resource in body.Resources.Where(held.Has))
            {
                Handle(resource, Conventions.HandlingOf(call, operand, resource));
            }
        }
        if (body.SymbolOf((operands.Count > 0 ? operands[0].Operand : null) is IArgumentOperation first ? first.Value : instance) is { } owner)
        {
            foreach (var resource in body.Resources.Where(r => SymbolEqualityComparer.Default.Equals(r.Owner, owner)))
            {
                Handle(resource, Conventions.HandlingOfOwned(call, resource));
            }
        }
        if (Conventions.Releases(call))
        {
            ReleaseWith(instance, operands[0].Held);
        }
        foreach (var argument in arguments.Where(a => a.Parameter?.RefKind is RefKind.Ref or RefKind.Out))
        {
            Escape(Eval(argument.Value));
            if (body.VariableOf(argument.Value) is { } variable)
            {
                Assign(body.IndexOf(variable), Held.Foreign);
            }
        }
        Fail(call);
        foreach (var resource in mended)
        {
            Change(resource, l => l with { IsFaulted = false });
        }
        Use(call);
        if (body.CreatedBy(call) is not { } made)
        {
            return yields == default ? Held.Foreign : yields;
        }
        if (made.TakesOwner)
        {
            EscapeOwners(made);
        }
        state.Resources[made.Index] = Lifetimes.Created;
        return Held.Of(made);

        void Handle(Resource resource, Handling handling)
        {
            switch (handling)
            {
                case Handling.Yields:
                    yields = yields.Or(Held.Of(resource));
                    break;
                case Handling.Escapes:
                    Escape(Held.Of(resource));
                    break;
                case Handling.Disposes:
                    Change(resource, l => l with { Release = Release.Disposed });
                    break;
                case Handling.RollsBack:
                    Change(resource, l => l.Ending == Ending.Open ? l with { Ending = Ending.RolledBack, IsFaulted = false } : l);
                    break;
                case Handling.Commits:
                    Change(resource, l => l.Ending == Ending.Open ? l with { Ending = Ending.Committed } : l);
                    break;
                case Handling.Mends:
                    mended.Add(resource);
                    break;
            }
        }
    }

    private void Use(IOperation call)
    {
        IOperation? original = null;
        foreach (var resource in body.Resources)
        {
            if (state.Resources[resource.Index].CanBeOpen && Conventions.Uses(original ??= body.Original(call), resource))
            {
                Change(resource, l => l.IsOpen ? l with { IsUsed = true } : l);
            }
        }
    }

    /// <summary>
    /// The operation failed: nothing is made. What it gave back, ended or committed counts as such, for a clean-up that fails cannot
    /// be cleaned up after, and of a commit that fails nobody knows the outcome.
    /// </summary>
    private void Fail(IOperation operation)
    {
        if (!canFail || !Conventions.CanFail(operation))
        {
            return;
        }
        var failed = state.Copy();
        IOperation? original = null;
        foreach (var resource in body.Resources)
        {
            if (failed.Resources[resource.Index].CanBeOpen && Conventions.Faults(original ??= body.Original(operation), resource))
            {
                failed.Change(Held.Of(resource), lifetimes => lifetimes.Select(l => l.IsOpen ? l with { IsFaulted = true } : l));
            }
        }
        if (Failed is null)
        {
            Failed = failed;
        }
        else
        {
            Failed.Add(failed);
        }
    }

    /// <summary>What was made from the receiver ends with it, and what was made from that.</summary>
    private void ReleaseWith(IOperation? receiver, Held held)
    {
        var owners = new HashSet<ISymbol>(body.Resources.Where(held.Has).Select(r => r.Local).OfType<ISymbol>(), SymbolEqualityComparer.Default);
        if (body.SymbolOf(receiver) is { } symbol)
        {
            owners.Add(symbol);
        }
        for (var more = true; more;)
        {
            more = false;
            foreach (var resource in body.Resources)
            {
                if (resource.Owner is { } owner && owners.Contains(owner) && !held.Has(resource))
                {
                    Change(resource, l => l.Release == Release.None ? l with { Release = Release.WithOwner } : l);
                    more |= resource.Local is { } local && owners.Add(local);
                }
            }
        }
    }

    private void EscapeOwners(Resource made)
    {
        var owner = made.Owner;
        for (var hops = 0; owner is not null && hops < 4; hops++)
        {
            var resource = body.Resources.FirstOrDefault(r => SymbolEqualityComparer.Default.Equals(r.Local, owner));
            if (resource is not null)
            {
                Escape(Held.Of(resource));
            }
            owner = resource?.Owner;
        }
    }

    /// <summary>An operation that is not understood has written to these variables.</summary>
    private void Forget(IOperation operation)
    {
        if (operation is IAssignmentOperation assignment)
        {
            foreach (var target in assignment.Target.DescendantsAndSelf())
            {
                if (body.VariableOf(target) is { } variable)
                {
                    Assign(body.IndexOf(variable), Held.Foreign);
                }
            }
        }
    }

    private void Change(Resource resource, Func<Lifetime, Lifetime> change) =>
        state.Resources[resource.Index] = state.Resources[resource.Index].Select(change);

    private void Escape(Held held) => state.Change(held, l => l.Escape(_ => true));

    private void Assign(int? variable, Held value)
    {
        if (variable is { } index)
        {
            state.Variables[index] = value;
        }
    }
}
