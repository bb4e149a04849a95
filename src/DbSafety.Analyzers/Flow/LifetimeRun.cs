using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>One run over a graph, to the fixed point. A <c>finally</c> is run anew for each way into it, so that the ways stay apart.</summary>
internal sealed class LifetimeRun(LifetimeBody body)
{
    /// <summary>Blocks visited before a body is given up; far above any body a person writes.</summary>
    private const int Budget = 20_000;

    private int _visits;

    public LifetimeState? Exit { get; private set; }
    public LifetimeState? Thrown { get; private set; }
    public Dictionary<(SyntaxNode, OperationKind), LifetimeState> Before { get; } = [];

    /// <summary>Runs; false where the body is too large.</summary>
    public bool Finish()
    {
        var start = LifetimeState.Start(body.Resources.Length, body.VariableCount);
        foreach (var parameter in body.Parameters)
        {
            start.Variables[parameter] = Held.Foreign;
        }
        if (body.Given is { } given)
        {
            start.Variables[0] = Held.Of(given.Resource);
            start.Resources[0] = Lifetimes.Created;
        }
        var pass = new Pass(body.Graph.Root, null);
        pass.Enter(body.Graph.Blocks[0], start);
        Drain(pass);
        return _visits <= Budget;
    }

    private void Drain(Pass pass)
    {
        while (pass.Work.Count > 0 && _visits <= Budget)
        {
            _visits++;
            var block = body.Graph.Blocks[pass.Work.Dequeue()];
            Visit(pass, block, pass.In[block.Ordinal].Copy());
        }
    }

    private void Visit(Pass pass, BasicBlock block, LifetimeState state)
    {
        var step = new LifetimeStep(body, state, !IsCleanUp(block.EnclosingRegion), Record);
        foreach (var operation in block.Operations)
        {
            step.Eval(operation);
        }
        var value = block.BranchValue is { } branch ? step.Eval(branch) : Held.Null;
        if (step.Failed is { } failed)
        {
            Throw(pass, block.EnclosingRegion, failed);
        }
        if (block.ConditionalSuccessor is { } conditional)
        {
            var jumpsWhenTrue = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
            if (When(block, conditional, jumpsWhenTrue, state.Copy()) is { } jumped)
            {
                Follow(pass, conditional, jumped, value);
            }
            if (block.FallThroughSuccessor is { } other && When(block, other, !jumpsWhenTrue, state) is { } fallen)
            {
                Follow(pass, other, fallen, value);
            }
        }
        else if (block.FallThroughSuccessor is { } next)
        {
            Follow(pass, next, state, value);
        }
    }

    private void Follow(Pass pass, ControlFlowBranch branch, LifetimeState? state, Held value)
    {
        switch (branch.Semantics)
        {
            case ControlFlowBranchSemantics.Return or ControlFlowBranchSemantics.Regular:
                if (branch.Semantics == ControlFlowBranchSemantics.Return)
                {
                    state!.Change(value, l => l.Escape(_ => true));
                }
                foreach (var region in branch.FinallyRegions)
                {
                    state = state is null ? null : RunFinally(pass, region, state);
                }
                if (state is not null && branch.Destination is { } destination)
                {
                    if (destination.Kind == BasicBlockKind.Exit)
                    {
                        Exit = Joined(Exit, state);
                    }
                    else
                    {
                        pass.Enter(destination, state);
                    }
                }
                break;
            case ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow:
                state!.Change(value, l => l.Escape(_ => true));
                Throw(pass, branch.Source.EnclosingRegion, state);
                break;
            case ControlFlowBranchSemantics.StructuredExceptionHandling when EnclosingFilter(branch.Source.EnclosingRegion) is { } handler && pass.Holds(handler):
                Throw(pass, handler.EnclosingRegion!, state!);
                break;
            case ControlFlowBranchSemantics.StructuredExceptionHandling:
                pass.End = Joined(pass.End, state!);
                break;
        }
    }

    /// <summary>The region around one, within this body: a lambda's regions lie in those of the method around it, whose blocks are not here.</summary>
    private ControlFlowRegion? Outer(ControlFlowRegion region) => region == body.Graph.Root ? null : region.EnclosingRegion;

    /// <summary>Where an exception goes: into each handler that can take it, through each <c>finally</c>, and out.</summary>
    private void Throw(Pass pass, ControlFlowRegion from, LifetimeState state)
    {
        for (var region = from; region is not null; region = Outer(region))
        {
            if (region == pass.Scope && pass.Outer is { } outer)
            {
                pass = outer;
            }
            else if (region is { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { Kind: ControlFlowRegionKind.TryAndFinally } guarded })
            {
                if (RunFinally(pass, guarded.NestedRegions[1], state) is not { } left)
                {
                    return;
                }
                state = left;
            }
            else if (region is { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { Kind: ControlFlowRegionKind.TryAndCatch } caught })
            {
                foreach (var handler in caught.NestedRegions.Skip(1))
                {
                    pass.Enter(body.Graph.Blocks[handler.FirstBlockOrdinal], state.Copy());
                    if (handler.Kind == ControlFlowRegionKind.Catch && CatchesAll(handler.ExceptionType))
                    {
                        return;
                    }
                }
            }
        }
        Thrown = Joined(Thrown, state);
    }

    /// <summary>What is left when a <c>finally</c> has run; null where it does not end.</summary>
    private LifetimeState? RunFinally(Pass outer, ControlFlowRegion region, LifetimeState state)
    {
        var pass = new Pass(region, outer);
        pass.Enter(body.Graph.Blocks[region.FirstBlockOrdinal], state.Copy());
        Drain(pass);
        return pass.End?.Copy();
    }

    /// <summary>What a condition says about the branch taken: a null is no resource, and a guard that lets one be is on purpose. Null where it cannot be.</summary>
    private LifetimeState? When(BasicBlock block, ControlFlowBranch branch, bool isTrue, LifetimeState state)
    {
        var condition = block.BranchValue!;
        if (NullTest.Of(condition) is { } test && test.IsNullWhen == isTrue)
        {
            foreach (var index in body.IndicesOf(test.Operand))
            {
                if (state.Variables[index].IsThere)
                {
                    return null;
                }
                state.Change(state.Variables[index], _ => Lifetimes.Absent);
                state.Variables[index] = Held.Null;
            }
            if (body.VariableOf(test.Operand is IConversionOperation { Operand: var converted } ? converted : test.Operand) is { } owner)
            {
                foreach (var made in body.Resources.Where(r => SymbolEqualityComparer.Default.Equals(r.Owner, owner)))
                {
                    state.Change(Held.Of(made), _ => Lifetimes.Absent); // Nothing is made from a null.
                }
            }
        }
        foreach (var guard in body.Guards.Where(g => g.Condition.Contains(condition.Syntax.Span)))
        {
            if (body.IndexOf(guard.Variable) is { } index && FirstSyntax(branch.Destination) is var first
                && (first is null || !guard.Arm.Contains(first.Span) && !guard.Condition.Contains(first.Span)))
            {
                state.Change(state.Variables[index], l => guard.IsSure || l.CanBeAbsent ? l.Escape(one => one.Release == Release.None) : l);
            }
        }
        return state;
    }

    private static SyntaxNode? FirstSyntax(BasicBlock? block)
    {
        for (var hops = 0; block is not null && hops < 8; hops++, block = block.FallThroughSuccessor?.Destination)
        {
            if ((block.Operations.FirstOrDefault() ?? block.BranchValue) is { } operation)
            {
                return operation.Syntax;
            }
        }
        return null;
    }

    private void Record(IOperation operation, LifetimeState state)
    {
        if (Before.TryGetValue((operation.Syntax, operation.Kind), out var known))
        {
            known.Add(state);
        }
        else
        {
            Before.Add((operation.Syntax, operation.Kind), state.Copy());
        }
    }

    private static LifetimeState Joined(LifetimeState? known, LifetimeState state)
    {
        if (known is null)
        {
            return state.Copy();
        }
        known.Add(state);
        return known;
    }

    private bool IsCleanUp(ControlFlowRegion? region)
    {
        for (; region is not null; region = Outer(region))
        {
            if (region.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler or ControlFlowRegionKind.Finally)
            {
                return true;
            }
        }
        return false;
    }

    private ControlFlowRegion? EnclosingFilter(ControlFlowRegion? region)
    {
        for (; region is not null; region = Outer(region))
        {
            switch (region.Kind)
            {
                case ControlFlowRegionKind.Filter:
                    return region.EnclosingRegion;
                case ControlFlowRegionKind.Finally:
                    return null;
            }
        }
        return null;
    }

    private static bool CatchesAll(ITypeSymbol? type) =>
        type is null or { SpecialType: SpecialType.System_Object } or { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>A fixed point over the blocks of one scope: the body, or a <c>finally</c>.</summary>
    private sealed class Pass(ControlFlowRegion scope, Pass? outer)
    {
        public ControlFlowRegion Scope => scope;
        public Pass? Outer => outer;
        public Dictionary<int, LifetimeState> In { get; } = [];
        public Queue<int> Work { get; } = new();
        public LifetimeState? End { get; set; }

        public bool Holds(ControlFlowRegion region) =>
            scope.FirstBlockOrdinal <= region.FirstBlockOrdinal && region.LastBlockOrdinal <= scope.LastBlockOrdinal;

        /// <summary>Comes to a block; <paramref name="state"/> is the pass's own from then on.</summary>
        public void Enter(BasicBlock block, LifetimeState state)
        {
            if (!In.TryGetValue(block.Ordinal, out var known))
            {
                In.Add(block.Ordinal, state);
            }
            else if (!known.Add(state))
            {
                return;
            }
            if (!Work.Contains(block.Ordinal))
            {
                Work.Enqueue(block.Ordinal);
            }
        }
    }
}

/// <summary>A condition that says whether an operand is null.</summary>
internal readonly record struct NullTest(IOperation Operand, bool IsNullWhen)
{
    public static NullTest? Of(IOperation condition) => condition switch
    {
        IIsNullOperation test => new(test.Operand, true),
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => Of(not.Operand) is { } inner ? inner with { IsNullWhen = !inner.IsNullWhen } : null,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison =>
            IsNull(comparison.RightOperand) ? new(comparison.LeftOperand, comparison.OperatorKind == BinaryOperatorKind.Equals)
            : IsNull(comparison.LeftOperand) ? new(comparison.RightOperand, comparison.OperatorKind == BinaryOperatorKind.Equals)
            : null,
        IIsPatternOperation pattern => OfPattern(pattern.Value, pattern.Pattern),
        IIsTypeOperation type => new(type.ValueOperand, false),
        _ => null,
    };

    private static NullTest? OfPattern(IOperation value, IPatternOperation pattern) => pattern switch
    {
        IConstantPatternOperation constant when IsNull(constant.Value) => new(value, true),
        INegatedPatternOperation not => OfPattern(value, not.Pattern) is { } inner ? inner with { IsNullWhen = !inner.IsNullWhen } : null,
        ITypePatternOperation or IDeclarationPatternOperation or IRecursivePatternOperation { DeconstructionSubpatterns.IsEmpty: true, PropertySubpatterns.IsEmpty: true } => new(value, false),
        _ => null,
    };

    private static bool IsNull(IOperation operation) => operation.ConstantValue is { HasValue: true, Value: null };
}
