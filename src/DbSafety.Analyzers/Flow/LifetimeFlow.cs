using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace DbSafety.Flow;

/// <summary>
/// What becomes of the resources that one body makes: a forward analysis over its control-flow graph, with what exceptions,
/// <c>finally</c> and <c>catch</c> do. Where it does not know, a resource has escaped.
/// </summary>
/// <remarks>
/// Exceptions are reckoned with where the conventions say that something can fail, but not inside <c>catch</c> and
/// <c>finally</c>: nobody guards the clean-up against itself.
/// </remarks>
internal sealed class LifetimeFlow
{
    private readonly LifetimeBody _body;
    private readonly LifetimeState? _exit;
    private readonly LifetimeState? _thrown;
    private readonly Dictionary<(SyntaxNode, OperationKind), LifetimeState> _before;

    private LifetimeFlow(LifetimeBody body, LifetimeState? exit, LifetimeState? thrown, Dictionary<(SyntaxNode, OperationKind), LifetimeState> before) =>
        (_body, _exit, _thrown, _before) = (body, exit, thrown, before);

    /// <summary>All that the body creates, in source order.</summary>
    public ImmutableArray<Resource> Resources => _body.Resources;

    /// <summary>The flow of a body; null where it makes nothing that is followed, or is too large.</summary>
    public static LifetimeFlow? Of(ControlFlowGraph graph, ILifetimeConventions conventions) =>
        LifetimeBody.Of(graph, conventions, null) is { } body ? Run(body) : null;

    /// <summary>What a method does to the argument for one of its parameters: known only where all its paths do the same.</summary>
    public static Handling OfParameter(ControlFlowGraph graph, ILifetimeConventions conventions, IParameterSymbol parameter, Resource resource)
    {
        if (LifetimeBody.Of(graph, conventions, (parameter, resource)) is not { } body || Run(body) is not { } flow)
        {
            return Handling.Escapes;
        }
        var (exit, thrown) = (flow.AtExit(resource), flow.AtThrow(resource));
        return thrown.Known.Any(l => !l.IsOpen) || thrown.CanBeEscaped || exit.CanBeEscaped ? Handling.Escapes
            : exit.Known.All(l => l.IsOpen) ? Handling.Borrows
            : Handling.Escapes;
    }

    /// <summary>The resource that an operation of the body makes; null where it makes none that is followed.</summary>
    public Resource? CreatedBy(IOperation operation) =>
        Resources.FirstOrDefault(r => r.Creation.Syntax == operation.Syntax && r.Creation.Kind == operation.Kind);

    /// <summary>Where the body returns or runs off its end; <see cref="Lifetimes.None"/> where it never does.</summary>
    public Lifetimes AtExit(Resource resource) => _exit?.Resources[resource.Index] ?? Lifetimes.None;

    /// <summary>Where an exception leaves the body.</summary>
    public Lifetimes AtThrow(Resource resource) => _thrown?.Resources[resource.Index] ?? Lifetimes.None;

    /// <summary>Just before an invocation, object creation, assignment or await takes effect, its operands evaluated; <see cref="Lifetimes.None"/> where it is never reached.</summary>
    public Lifetimes Before(IOperation operation, Resource resource) =>
        StateBefore(operation)?.Resources[resource.Index] ?? Lifetimes.None;

    /// <summary>What is open before an operation on every path to it.</summary>
    public IEnumerable<Resource> OpenBefore(IOperation operation) =>
        StateBefore(operation) is { } state ? Resources.Where(r => state.Resources[r.Index].IsOpen) : [];

    /// <summary>The one resource a local or parameter holds before an operation; null where that is not certain.</summary>
    public Resource? HeldBy(ISymbol variable, IOperation before) =>
        StateBefore(before) is { } state && _body.IndexOf(variable) is { } index && state.Variables[index] is { IsForeign: false } held
            ? Resources.FirstOrDefault(r => held == Held.Of(r))
            : null;

    private LifetimeState? StateBefore(IOperation operation) =>
        _before.TryGetValue((operation.Syntax, operation.Kind), out var state) ? state : null;

    private static LifetimeFlow? Run(LifetimeBody body)
    {
        try
        {
            var run = new LifetimeRun(body);
            return run.Finish() ? new LifetimeFlow(body, run.Exit, run.Thrown, run.Before) : null;
        }
        catch (InsufficientExecutionStackException)
        {
            return null; // An expression nested thousands deep.
        }
    }
}
