using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>Which operation of a body can run after which: not those of the other arm of an <c>if</c>, nor behind a return.</summary>
internal sealed class BodyOrder
{
    private readonly ControlFlowGraph _graph;
    private readonly Dictionary<(SyntaxNode, OperationKind), int> _blocks = [];
    private readonly Dictionary<int, HashSet<int>> _after = [];
    private readonly int? _start;

    /// <param name="start">Nothing behind it is followed by what stands before it, though a loop leads there; null where there is no such thing.</param>
    public BodyOrder(ControlFlowGraph graph, IOperation? start)
    {
        _graph = graph;
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations.Concat(block.BranchValue is { } value ? [value] : []).SelectMany(o => o.DescendantsAndSelf()))
            {
                _blocks[(operation.Syntax, operation.Kind)] = block.Ordinal;
            }
        }
        _start = start is null ? null : Block(start);
    }

    /// <summary>The second stands behind the first and can run after it, without an exception between; false where one is not in the body.</summary>
    public bool CanFollow(IOperation first, IOperation second) =>
        first.Syntax.Span.End < second.Syntax.Span.End && Block(first) is { } from && Block(second) is { } to && (from == to || After(from).Contains(to));

    private int? Block(IOperation operation) => _blocks.TryGetValue((operation.Syntax, operation.Kind), out var block) ? block : null;

    private HashSet<int> After(int block)
    {
        if (!_after.TryGetValue(block, out var reached))
        {
            _after.Add(block, reached = []);
            var open = new Stack<BasicBlock>([_graph.Blocks[block]]);
            while (open.Count > 0)
            {
                var from = open.Pop();
                foreach (var next in new[] { from.FallThroughSuccessor?.Destination, from.ConditionalSuccessor?.Destination })
                {
                    if (next is not null && next.Ordinal != _start && reached.Add(next.Ordinal))
                    {
                        open.Push(next);
                    }
                }
            }
        }
        return reached;
    }
}
