using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>A connection or context that a task uses while it runs.</summary>
/// <param name="Symbol">The variable or member of this object that holds it.</param>
/// <param name="Operation">What uses it.</param>
/// <param name="OnThread">On another thread, not only interleaved with others.</param>
internal sealed record SharedUse(ISymbol Symbol, ITypeSymbol Type, IOperation Operation, bool OnThread)
{
    /// <summary>What an expression that starts a task uses: a database call, a method that is given the connection, <c>Task.Run</c>.</summary>
    public static IEnumerable<SharedUse> Of(IOperation task, DbModel model)
    {
        task = CommandUses.Unwrap(task);
        if (task is not IInvocationOperation { TargetMethod: var method } call)
        {
            return [];
        }
        if (call.Instance is { } inner && method.Name is "ConfigureAwait" or "AsTask" or "ContinueWith" or "WaitAsync" or "Unwrap")
        {
            return Of(inner, model);
        }
        if (method is { Name: "Run" or "StartNew", ContainingType.Name: "Task" or "TaskFactory" })
        {
            return call.Arguments.Select(a => LambdaOf(a.Value)).OfType<IAnonymousFunctionOperation>().SelectMany(l => In(l, model, onThread: true));
        }
        return Direct(call, model);
    }

    /// <summary>What a lambda uses of what is declared outside of it; nothing where it takes a lock first.</summary>
    public static IEnumerable<SharedUse> In(IAnonymousFunctionOperation lambda, DbModel model, bool onThread)
    {
        var calls = lambda.Body.Descendants().OfType<IInvocationOperation>().ToList();
        if (lambda.Body.Descendants().Any(o => o is ILockOperation) || calls.Exists(c => c.TargetMethod.ContainingType.Name is var type && (type.Contains("Semaphore") || type.Contains("Lock") || type.Contains("Mutex") || type == "Monitor")))
        {
            return [];
        }
        return calls.SelectMany(c => Direct(c, model)).Where(u => !u.Symbol.DeclaringSyntaxReferences.Any(r => lambda.Syntax.Span.Contains(r.Span)))
            .Select(u => onThread ? u with { OnThread = true } : u);
    }

    public static IAnonymousFunctionOperation? LambdaOf(IOperation value) => CommandUses.Unwrap(value) switch
    {
        IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda } => lambda,
        IAnonymousFunctionOperation lambda => lambda,
        _ => null,
    };

    private static IEnumerable<SharedUse> Direct(IInvocationOperation call, DbModel model)
    {
        if (model.Operations.Of(call.TargetMethod) is not null)
        {
            var receiver = call.Instance ?? call.Arguments.FirstOrDefault()?.Value;
            if (receiver is not null && (model.ExecutionOf(call)?.Connection is { } connection && TypeOf(connection) is { } type && IsShared(type, model)
                    ? new SharedUse(connection, type, call, false)
                    : Root(receiver, call, model)) is { } use)
            {
                yield return use;
            }
            yield break;
        }
        // A method that is handed the connection and gives a task back.
        if (DbOperations.IsTask(call.TargetMethod.ReturnType, out _) && call.TargetMethod.Locations.Any(l => l.IsInSource))
        {
            foreach (var argument in call.Arguments)
            {
                if (LifetimeSymbols.Of(argument.Value) is { } given && TypeOf(given) is { } type && IsShared(type, model))
                {
                    yield return new SharedUse(given, type, call, false);
                }
            }
        }
    }

    /// <summary>The connection or context at the beginning of a chain: <c>db.Orders.Where(…)</c>.</summary>
    private static SharedUse? Root(IOperation receiver, IOperation call, DbModel model)
    {
        for (IOperation? operation = receiver; operation is not null;)
        {
            operation = CommandUses.Unwrap(operation);
            if (LifetimeSymbols.Of(operation) is { } symbol && operation is not IAwaitOperation && operation.Type is { } type && IsShared(type, model))
            {
                return new(symbol, type, call, false);
            }
            operation = operation switch
            {
                IInvocationOperation { Instance: { } instance } => instance,
                IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments: { Length: > 0 } arguments } => arguments[0].Value,
                IPropertyReferenceOperation { Instance: { } of } => of,
                _ => null,
            };
        }
        return null;
    }

    private static bool IsShared(ITypeSymbol type, DbModel model) => model.Shapes.IsConnection(type) || DbResources.IsDbContext(type);

    private static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };
}
