using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Flow;

/// <summary>A body made ready: its resources and variables numbered, and what can be seen of it without following paths.</summary>
internal sealed class LifetimeBody
{
    /// <summary>One bit each in <see cref="Held"/>.</summary>
    private const int MaxResources = 60;

    private readonly Dictionary<object, int> _variables = [];
    private readonly Dictionary<IOperation, Resource> _created = [];
    private readonly HashSet<ISymbol> _shared = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<CaptureId, ISymbol?> _captured = [];
    private readonly Dictionary<CaptureId, ISymbol?> _aliases = [];
    private readonly Dictionary<(SyntaxNode, OperationKind), IOperation> _originals = [];

    private LifetimeBody(ControlFlowGraph graph, ILifetimeConventions conventions) => (Graph, Conventions) = (graph, conventions);

    public ControlFlowGraph Graph { get; }
    public ILifetimeConventions Conventions { get; }
    public ImmutableArray<Resource> Resources { get; private set; }
    public int VariableCount => _variables.Count;

    /// <summary>The parameter whose argument is followed, with the resource that stands for it; null where none is.</summary>
    public (IParameterSymbol Parameter, Resource Resource)? Given { get; private set; }

    /// <summary>Conditions that decide whether a variable's resource is given back.</summary>
    public ImmutableArray<LifetimeGuard> Guards { get; private set; } = ImmutableArray<LifetimeGuard>.Empty;

    /// <summary>Null where there is nothing to follow, or too much.</summary>
    public static LifetimeBody? Of(ControlFlowGraph graph, ILifetimeConventions conventions, (IParameterSymbol Parameter, Resource Resource)? given)
    {
        var body = new LifetimeBody(graph, conventions) { Given = given };
        return body.Number() ? body : null;
    }

    public Resource? CreatedBy(IOperation operation) => _created.TryGetValue(operation, out var resource) ? resource : null;

    /// <summary>The number of a variable; null for one that is not followed, such as a local that a lambda uses too.</summary>
    public int? IndexOf(object variable) => _variables.TryGetValue(variable, out var index) ? index : null;

    public int? IndexOf(ISymbol variable) => _shared.Contains(variable) ? null : IndexOf((object)variable);

    /// <summary>The numbers of the parameters: they hold what the caller gave.</summary>
    public IEnumerable<int> Parameters => _variables.Where(v => v.Key is IParameterSymbol).Select(v => v.Value);

    /// <summary>The local or parameter that an operand is; null for anything else.</summary>
    public ISymbol? VariableOf(IOperation operand) => operand switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFlowCaptureReferenceOperation capture => _aliases.TryGetValue(capture.Id, out var alias) ? alias : null,
        IDeclarationExpressionOperation declaration => VariableOf(declaration.Expression),
        _ => null,
    };

    /// <summary>The numbers of all variables that an operand reads: a capture, and what it holds.</summary>
    public IEnumerable<int> IndicesOf(IOperation operand)
    {
        if (operand is IConversionOperation conversion)
        {
            return IndicesOf(conversion.Operand);
        }
        int?[] found = [operand is IFlowCaptureReferenceOperation capture ? IndexOf(capture.Id) : null, VariableOf(operand) is { } variable ? IndexOf(variable) : null];
        return found.OfType<int>();
    }

    /// <summary>The symbol an operand stands for, looked up through captures.</summary>
    public ISymbol? SymbolOf(IOperation? operand) => operand switch
    {
        IFlowCaptureReferenceOperation capture => _captured.TryGetValue(capture.Id, out var captured) ? captured : null,
        IConversionOperation conversion => SymbolOf(conversion.Operand),
        { } other when Conventions.OwnerBehind(other) is var behind && behind != other => SymbolOf(behind),
        _ => LifetimeSymbols.Of(operand),
    };

    /// <summary>The operation in the tree of the body that an operation of the graph stands for; itself where there is none.</summary>
    public IOperation Original(IOperation operation) =>
        _originals.TryGetValue((operation.Syntax, operation.Kind), out var original) ? original : operation;

    private bool Number()
    {
        var resources = ImmutableArray.CreateBuilder<Resource>();
        if (Given is { } given)
        {
            given.Resource.Index = 0;
            resources.Add(given.Resource);
            _variables.Add(given.Parameter, 0);
        }
        foreach (var operation in Graph.Blocks.SelectMany(Operations))
        {
            switch (operation)
            {
                case IInvocationOperation or IObjectCreationOperation when Conventions.CreatedBy(operation) is { } resource:
                    resource.Index = resources.Count;
                    _created.Add(operation, resource);
                    resources.Add(resource);
                    break;
                case IFlowCaptureOperation capture:
                    Number(capture.Id);
                    // A capture that is assigned twice is `a ?? b`: no variable's alias.
                    var isAgain = _captured.ContainsKey(capture.Id);
                    _captured[capture.Id] = isAgain ? null : SymbolOf(capture.Value);
                    _aliases[capture.Id] = isAgain ? null : VariableOf(capture.Value);
                    break;
                case ILocalReferenceOperation local:
                    Number(local.Local);
                    break;
                case IParameterReferenceOperation parameter:
                    Number(parameter.Parameter);
                    break;
                case IFlowAnonymousFunctionOperation lambda:
                    Share(lambda.Syntax);
                    break;
            }
        }
        if (resources.Count is 0 or > MaxResources)
        {
            return false;
        }
        Resources = resources.ToImmutable();
        foreach (var function in Graph.LocalFunctions)
        {
            Share(function.DeclaringSyntaxReferences[0].GetSyntax());
        }
        foreach (var original in Graph.OriginalOperation.DescendantsAndSelf())
        {
            _originals[(original.Syntax, original.Kind)] = original;
        }
        foreach (var resource in Resources)
        {
            resource.Owner ??= SymbolOf(resource.OwnerOperand);
        }
        Guards = LifetimeGuard.In(this).ToImmutableArray();
        return true;
    }

    private void Number(object variable)
    {
        if (!_variables.ContainsKey(variable))
        {
            _variables.Add(variable, _variables.Count);
        }
    }

    /// <summary>A nested function runs who knows when: the variables it names are not followed.</summary>
    private void Share(SyntaxNode function)
    {
        var names = new HashSet<string>(function.DescendantNodes().OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText));
        foreach (var variable in _variables.Keys.OfType<ISymbol>().Concat(Graph.Root.AllLocals()).Where(v => names.Contains(v.Name)))
        {
            _shared.Add(variable);
        }
    }

    private static IEnumerable<IOperation> Operations(BasicBlock block) =>
        block.Operations.Concat(block.BranchValue is { } value ? [value] : []).SelectMany(o => o.DescendantsAndSelf());
}

/// <summary>
/// <c>if (!committed) transaction.Rollback()</c>: a condition that decides whether a variable's resource is given back. Where it
/// decides otherwise, that is on purpose, and nothing is said.
/// </summary>
/// <param name="Arm">What is run when it is given back.</param>
/// <param name="IsSure">False where it counts only for a resource that was made under a condition, too.</param>
internal sealed record LifetimeGuard(TextSpan Condition, TextSpan Arm, ISymbol Variable, bool IsSure)
{
    public static IEnumerable<LifetimeGuard> In(LifetimeBody body)
    {
        foreach (var call in body.Graph.OriginalOperation.Descendants().OfType<IInvocationOperation>())
        {
            if (LifetimeSymbols.Of(Receiver(call)) is not { } variable || End(body, call) is not { } end)
            {
                continue;
            }
            var isSure = end == Handling.Disposes || call.Syntax.Ancestors().Any(n => n is CatchClauseSyntax or FinallyClauseSyntax);
            for (var node = call.Syntax; node is not null and not MemberDeclarationSyntax and not AnonymousFunctionExpressionSyntax; node = node.Parent)
            {
                if (node.Parent is IfStatementSyntax choice && choice.Statement == node)
                {
                    yield return new(choice.Condition.Span, node.Span, variable, isSure);
                }
                else if (node is ElseClauseSyntax { Parent: IfStatementSyntax other })
                {
                    yield return new(other.Condition.Span, node.Span, variable, isSure);
                }
            }
        }
    }

    private static Handling? End(LifetimeBody body, IInvocationOperation call) => body.Resources
        .Select(r => body.Conventions.HandlingOf(call, call, r))
        .Where(h => h is Handling.Commits or Handling.RollsBack or Handling.Disposes)
        .Select(h => (Handling?)h).FirstOrDefault();

    private static IOperation? Receiver(IInvocationOperation call) =>
        call.Instance is IConditionalAccessInstanceOperation ? Conditional(call) : call.Instance;

    private static IOperation? Conditional(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IConditionalAccessOperation access)
            {
                return access.Operation;
            }
        }
        return null;
    }
}

internal static class ControlFlowRegions
{
    public static IEnumerable<ILocalSymbol> AllLocals(this ControlFlowRegion region) =>
        region.Locals.Concat(region.NestedRegions.SelectMany(r => r.AllLocals()));
}
