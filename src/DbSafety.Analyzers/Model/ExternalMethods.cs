using System.Collections.Concurrent;
using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>
/// Methods of the compilation that always call something outside of the program and wait for it: by themselves, or by a method that
/// does. Not those that do so on some paths only, or have several targets. Each is read once, whoever calls it.
/// </summary>
internal sealed class ExternalMethods(DbModel model)
{
    /// <summary>How many methods deep a call is followed: <c>PayAsync</c> that only calls <c>ChargeAsync</c>.</summary>
    private const int MaxDepth = 2;

    private readonly ConcurrentDictionary<(ISymbol Method, int Depth), IInvocationOperation?> _known = new();
    private readonly ConcurrentDictionary<ISymbol, bool> _mayCall = new(SymbolEqualityComparer.Default);

    /// <summary>The method may be such a one, by its syntax alone.</summary>
    public bool MayCall(IMethodSymbol method) =>
        Target(method) is { DeclaringSyntaxReferences.Length: 1, MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } target && TextFlow.HasOneTarget(target)
        && _mayCall.GetOrAdd(target, m => MayCall(((IMethodSymbol)m).DeclaringSyntaxReferences[0].GetSyntax()));

    /// <summary>The call that leaves the program when the method is called; null where there is none for certain.</summary>
    public IInvocationOperation? CallIn(IMethodSymbol method) => CallIn(method, 1);

    /// <summary>The caller goes on when the call has done its work: it is awaited or blocked on, and not because something failed.</summary>
    /// <param name="orReturned">The task may be the result of the method, too.</param>
    public static bool IsWaitedFor(IInvocationOperation call, bool orReturned)
    {
        var waits = call.TargetMethod.ReturnType.Name is not ("Task" or "ValueTask");
        for (IOperation? parent = call.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case ICatchClauseOperation:
                    return false;
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return waits;
                case IAwaitOperation awaits when IsChain(awaits.Operation, call):
                case IInvocationOperation { TargetMethod.Name: "Wait" or "GetResult", Instance: { } task } when IsChain(task, call):
                case IPropertyReferenceOperation { Property.Name: "Result", Instance: { } result } when IsChain(result, call):
                case IReturnOperation { ReturnedValue: { } returned } when orReturned && IsChain(CommandUses.Unwrap(returned), call):
                    waits = true;
                    break;
            }
        }
        return waits;
    }

    private IInvocationOperation? CallIn(IMethodSymbol method, int depth) =>
        MayCall(method) ? _known.GetOrAdd((Target(method), depth), key => Find((IMethodSymbol)key.Method, key.Depth)) : null;

    private IInvocationOperation? Find(IMethodSymbol method, int depth)
    {
        if (model.Flow.BodyOf(method) is not { } block)
        {
            return null;
        }
        var body = block.Parent is null ? block : LifetimeGraphs.BodyAround(block);
        foreach (var call in body.Descendants().OfType<IInvocationOperation>())
        {
            var found = ExternalCalls.Of(call) is { } kind ? kind == ExternalKind.Wait ? null : call
                : depth < MaxDepth ? CallIn(call.TargetMethod, depth + 1)
                : null;
            if (found is not null && LifetimeGraphs.BodyAround(call) == body && IsWaitedFor(call, orReturned: true) && Branches.AlwaysRuns(call))
            {
                return found;
            }
        }
        return null;
    }

    /// <summary>It calls something by one of the names, or does little else than call.</summary>
    private static bool MayCall(SyntaxNode declaration)
    {
        var (arrow, block) = declaration switch
        {
            MethodDeclarationSyntax method => (method.ExpressionBody, method.Body),
            LocalFunctionStatementSyntax function => (function.ExpressionBody, function.Body),
            _ => default,
        };
        return arrow is not null || block is { Statements.Count: 1 }
            || block is not null && block.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => ExternalCalls.IsName(call.Expression switch
            {
                MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
                MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
                _ => "",
            }));
    }

    /// <summary>The call itself, or its <c>ConfigureAwait</c> or awaiter.</summary>
    private static bool IsChain(IOperation task, IOperation call) =>
        task == call || task is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter", Instance: { } inner } && IsChain(inner, call);

    private static IMethodSymbol Target(IMethodSymbol method) => (method.ReducedFrom ?? method).OriginalDefinition;
}
