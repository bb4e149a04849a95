using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>The control-flow graphs of one compilation's bodies, each made once: methods, lambdas, local functions.</summary>
internal sealed class LifetimeGraphs
{
    private readonly ConditionalWeakTable<IOperation, Box> _graphs = new();

    /// <summary>The innermost body around an operation: a lambda, a local function, or the whole tree.</summary>
    public static IOperation BodyAround(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
            if (operation is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                break;
            }
        }
        return operation;
    }

    /// <summary>The graph of a body as <see cref="BodyAround"/> gives it; null where there is none.</summary>
    public ControlFlowGraph? Of(IOperation body) => _graphs.GetValue(body, _ => new Box(MakeOrNull(body))).Graph;

    private ControlFlowGraph? MakeOrNull(IOperation body)
    {
        try
        {
            return Make(body);
        }
        catch (InsufficientExecutionStackException)
        {
            return null; // An expression nested thousands deep.
        }
    }

    private ControlFlowGraph? Make(IOperation body)
    {
        switch (body)
        {
            case IAnonymousFunctionOperation lambda:
                var found = Of(BodyAround(lambda)) is { } outer
                    ? outer.Blocks.SelectMany(b => b.Operations.Concat(b.BranchValue is { } value ? [value] : [])).SelectMany(o => o.DescendantsAndSelf())
                        .OfType<IFlowAnonymousFunctionOperation>().Select(f => (outer, f)).FirstOrDefault(f => f.f.Syntax == lambda.Syntax)
                    : default;
                return found.f is null ? null : found.outer.GetAnonymousFunctionControlFlowGraph(found.f);
            case ILocalFunctionOperation function:
                return Of(BodyAround(function)) is { } around && around.LocalFunctions.Contains(function.Symbol, SymbolEqualityComparer.Default)
                    ? around.GetLocalFunctionControlFlowGraph(function.Symbol)
                    : null;
            case IMethodBodyOperation method:
                return ControlFlowGraph.Create(method);
            case IConstructorBodyOperation constructor:
                return ControlFlowGraph.Create(constructor);
            case IBlockOperation { Parent: null } block:
                return ControlFlowGraph.Create(block);
            case IFieldInitializerOperation field:
                return ControlFlowGraph.Create(field);
            case IPropertyInitializerOperation property:
                return ControlFlowGraph.Create(property);
            default:
                return null;
        }
    }

    private sealed class Box(ControlFlowGraph? graph)
    {
        public ControlFlowGraph? Graph => graph;
    }
}
