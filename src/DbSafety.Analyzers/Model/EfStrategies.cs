using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>What runs inside EF Core's execution strategies: what a compilation passes to their Execute methods, and what that calls.</summary>
internal sealed class EfStrategies(Compilation compilation, TextFlow flow)
{
    /// <summary>Beyond so many methods anything may be among them.</summary>
    private const int MaxMethods = 200;

    private static readonly string[] Executes = ["Execute", "ExecuteAsync", "ExecuteInTransaction", "ExecuteInTransactionAsync"];

    /// <summary>Libraries that do not call back into the program's own methods, by the root of their namespace.</summary>
    private static readonly string[] Closed = ["System", "Microsoft", "Npgsql", "MySqlConnector", "Dapper", "Polly"];

    private readonly Lazy<Reach> _reach = new(() => Reach.Of(compilation, flow));

    /// <summary>Whether a place runs in a strategy, or for all that can be seen may: it is in a function of which nobody knows who calls it.</summary>
    public bool MayRun(IOperation place)
    {
        for (var parent = place.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IAnonymousFunctionOperation when EfRetries.CallGiven(parent) is not { } given || !RunsOutside(given.TargetMethod):
                    return true;
                case ILocalFunctionOperation { Symbol: var function } when _reach.Value.Has(function.Name):
                    return true;
            }
        }
        return place.SemanticModel?.GetEnclosingSymbol(place.Syntax.SpanStart) is not { } around || _reach.Value.Has(MethodOf(around).Name);
    }

    /// <summary>It runs a function it is given by itself: a request handler, a task, a query.</summary>
    private static bool RunsOutside(IMethodSymbol method) =>
        method.ContainingNamespace.ToDisplayString() is var space
        && (space.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || space.StartsWith("System.Threading", StringComparison.Ordinal)
            || space.StartsWith("Microsoft.Extensions", StringComparison.Ordinal));

    private static ISymbol MethodOf(ISymbol symbol)
    {
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction, ContainingSymbol: { } outer })
        {
            symbol = outer;
        }
        return symbol;
    }

    private static bool IsExecute(IMethodSymbol method) =>
        method.ContainingType is { Name: "IExecutionStrategy" or "ExecutionStrategyExtensions" or "ExecutionStrategy" }
        || method.ContainingType.AllInterfaces.Any(i => i.Name == "IExecutionStrategy");

    /// <summary>The names of the methods that strategies run; by name, so that calls of interfaces are among them.</summary>
    private sealed class Reach
    {
        private readonly HashSet<string> _names = new(StringComparer.Ordinal);
        private readonly Queue<IOperation> _bodies = new();
        private bool _isAnything;

        public bool Has(string name) => _isAnything || _names.Contains(name);

        public static Reach Of(Compilation compilation, TextFlow flow)
        {
            var reach = new Reach();
            if (!flow.Names("CreateExecutionStrategy") && !flow.Names("IExecutionStrategy"))
            {
                return reach;
            }
            foreach (var argument in Executes.SelectMany(flow.CallsOf).Where(c => IsExecute(c.TargetMethod)).SelectMany(c => c.Arguments))
            {
                if (argument.Parameter?.Type.TypeKind == TypeKind.Delegate)
                {
                    reach.Run(argument.Value, compilation, flow);
                }
            }
            while (reach._bodies.Count > 0 && !reach._isAnything)
            {
                reach.Visit(reach._bodies.Dequeue(), compilation, flow);
            }
            return reach;
        }

        private void Run(IOperation function, Compilation compilation, TextFlow flow)
        {
            switch (function)
            {
                case IConversionOperation conversion:
                    Run(conversion.Operand, compilation, flow);
                    break;
                case IDelegateCreationOperation creation:
                    Run(creation.Target, compilation, flow);
                    break;
                case IAnonymousFunctionOperation lambda:
                    _bodies.Enqueue(lambda.Body);
                    break;
                case IMethodReferenceOperation { Method: var method }:
                    Add(method, compilation, flow);
                    break;
                case ILiteralOperation or IDefaultValueOperation:
                    break;
                default:
                    _isAnything = true;
                    break;
            }
        }

        private void Visit(IOperation body, Compilation compilation, TextFlow flow)
        {
            foreach (var operation in body.DescendantsAndSelf())
            {
                switch (operation)
                {
                    case IInvocationOperation { TargetMethod: var method }:
                        Add(method, compilation, flow);
                        break;
                    case IMethodReferenceOperation { Method: var method }:
                        Add(method, compilation, flow);
                        break;
                }
            }
        }

        private void Add(IMethodSymbol method, Compilation compilation, TextFlow flow)
        {
            if (method.Locations.All(l => !l.IsInSource))
            {
                _isAnything |= method.MethodKind == MethodKind.DelegateInvoke || !Closed.Contains(Root(method.ContainingNamespace));
            }
            else if (method.MethodKind == MethodKind.DelegateInvoke)
            {
                _isAnything = true;
            }
            else if (_names.Add(method.Name))
            {
                _isAnything |= _names.Count > MaxMethods;
                var namesakes = compilation.GetSymbolsWithName(method.Name, SymbolFilter.Member).OfType<IMethodSymbol>();
                foreach (var target in method.MethodKind == MethodKind.LocalFunction ? namesakes.Concat([method]) : namesakes)
                {
                    if (flow.BodyOf(target) is { } body)
                    {
                        _bodies.Enqueue(body);
                    }
                }
            }
        }

        private static string Root(INamespaceSymbol? space)
        {
            while (space is { ContainingNamespace: { IsGlobalNamespace: false } outer })
            {
                space = outer;
            }
            return space?.Name ?? "";
        }
    }
}
