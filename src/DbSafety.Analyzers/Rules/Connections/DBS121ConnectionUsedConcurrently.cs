using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Connections;

/// <summary>
/// One connection or DbContext that several tasks use at once: Task.WhenAll, Parallel, tasks that are started before the one before is
/// awaited. Not what each task makes for itself, nor where a lock lets one in at a time, nor what the provider runs one by one.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("To await them in turn gives up what was to be gained; a connection for each needs a factory, and takes them out of a common transaction.")]
internal sealed class DBS121ConnectionUsedConcurrently() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS121", "Connection used concurrently",
        "'{0}' is used by several operations at once, {1}; await one before the next starts, or give each {2}",
        Area.Connections, DiagnosticSeverity.Warning,
        "A connection runs one statement at a time. The second one throws, or reads what was meant for the first.");

    protected override void Register(RuleContext context)
    {
        var efProvider = EfProviders.Only(context.Compilation);
        context.OnOperation(operation =>
        {
            var call = (IInvocationOperation)operation.Operation;
            var found = call.TargetMethod switch
            {
                { Name: "WhenAll", ContainingType: { Name: "Task", ContainingNamespace.Name: "Tasks" } } => AtOnce(call, context.Model),
                { Name: "ForEach" or "ForEachAsync" or "For" or "ForAsync", ContainingType: { Name: "Parallel", ContainingNamespace.Name: "Tasks" } } =>
                    call.Arguments.Select(a => SharedUse.LambdaOf(a.Value)).OfType<IAnonymousFunctionOperation>().SelectMany(l => SharedUse.In(l, context.Model, onThread: true)).FirstOrDefault(CanOverlap),
                { Name: "Invoke", ContainingType: { Name: "Parallel", ContainingNamespace.Name: "Tasks" } } => Second(
                    call.Arguments.SelectMany(a => Elements(a.Value)).Select(e => SharedUse.LambdaOf(e) is { } lambda ? SharedUse.In(lambda, context.Model, onThread: true) : [])),
                _ => null,
            };
            Report(operation, found);
        }, OperationKind.Invocation);
        context.OnOperation(operation =>
        {
            var declarator = (IVariableDeclaratorOperation)operation.Operation;
            if (DbOperations.IsTask(declarator.Symbol.Type, out _) && declarator.GetVariableInitializer() is { } initializer
                && SharedUse.Of(initializer.Value, context.Model).Where(CanOverlap).ToList() is { Count: > 0 } uses)
            {
                Report(operation, BeforeAwaited(declarator, uses, context.Model));
            }
        }, OperationKind.VariableDeclarator);

        // Only Npgsql, the drivers of MySQL and EF Core are known to throw at two calls of one thread; no connection is made for two threads.
        // SQLite's asynchronous calls have run when they return.
        bool CanOverlap(SharedUse use) => use.OnThread
            || (DbResources.IsDbContext(use.Type) ? efProvider != Provider.MicrosoftSqlite : Provider.OfType(use.Type) is var provider && (provider == Provider.Npgsql || provider == Provider.MySqlConnector || provider == Provider.MySqlData));

        SharedUse? AtOnce(IInvocationOperation whenAll, DbModel model)
        {
            if (whenAll.Arguments.Length != 1)
            {
                return null;
            }
            var tasks = Elements(whenAll.Arguments[0].Value).ToList();
            return tasks.Count == 1 && EachOf(tasks[0]) is { } lambda
                ? SharedUse.In(lambda, model, onThread: false).Concat(OfTask(lambda, model)).FirstOrDefault(CanOverlap)
                : Second(tasks.Select(t => SharedUse.Of(t, model)));
        }

        SharedUse? Second(IEnumerable<IEnumerable<SharedUse>> tasks)
        {
            var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
            foreach (var task in tasks)
            {
                var uses = task.Where(CanOverlap).ToList();
                if (uses.Find(u => seen.Contains(u.Symbol)) is { } second)
                {
                    return second;
                }
                seen.UnionWith(uses.Select(u => u.Symbol));
            }
            return null;
        }
    }

    private static void Report(OperationPlace operation, SharedUse? use)
    {
        if (use is null || Surroundings.IsTest(operation.ContainingSymbol))
        {
            return;
        }
        var isContext = DbResources.IsDbContext(use.Type);
        operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, use.Operation.Syntax.GetLocation(), use.Symbol.Name,
            use.OnThread ? "on several threads" : "and the second one throws", isContext ? "a context of its own from a factory" : "a connection of its own"));
    }

    /// <summary>The next operation with the same connection, in the block of a task's variable, before that is mentioned again.</summary>
    private static SharedUse? BeforeAwaited(IVariableDeclaratorOperation task, List<SharedUse> uses, DbModel model)
    {
        IOperation statement = task;
        while (statement.Parent is { } parent && parent is not IBlockOperation)
        {
            statement = parent;
        }
        if (statement.Parent is not IBlockOperation block)
        {
            return null;
        }
        foreach (var next in block.Operations.SkipWhile(s => s != statement).Skip(1))
        {
            var operations = next.DescendantsAndSelf().ToList();
            if (operations.Exists(o => o is ILocalReferenceOperation { Local: var local } && SymbolEqualityComparer.Default.Equals(local, task.Symbol))
                || next is IReturnOperation or IConditionalOperation or ILoopOperation or ISwitchOperation or ITryOperation)
            {
                return null;
            }
            var same = operations.OfType<IInvocationOperation>().Where(c => LifetimeGraphs.BodyAround(c) == LifetimeGraphs.BodyAround(task)).SelectMany(c => SharedUse.Of(c, model))
                .FirstOrDefault(u => uses.Exists(f => SymbolEqualityComparer.Default.Equals(f.Symbol, u.Symbol)));
            if (same is not null)
            {
                return same;
            }
        }
        return null;
    }

    /// <summary>The elements of a list that is written out, those of a <c>params</c> span included, which Roslyn 4.8 has no operation for.</summary>
    private static IEnumerable<IOperation> Elements(IOperation argument) =>
        CommandUses.ElementsOf(argument) is { IsDefault: false } elements ? elements
        : CommandUses.Unwrap(argument) is { IsImplicit: true, ChildOperations.Count: > 1 } list and not IInvocationOperation ? list.ChildOperations
        : ImmutableArray.Create(argument);

    /// <summary>The lambda that starts a task for each element of a list: <c>ids.Select(id =&gt; …)</c>, also by way of a local; null for anything else.</summary>
    private static IAnonymousFunctionOperation? EachOf(IOperation tasks)
    {
        for (var depth = 0; depth < 4; depth++)
        {
            tasks = CommandUses.Unwrap(tasks);
            switch (tasks)
            {
                case IInvocationOperation { TargetMethod: { Name: "ToList" or "ToArray", ContainingType.Name: "Enumerable" }, Arguments: { Length: 1 } listed }:
                    tasks = listed[0].Value;
                    break;
                case ILocalReferenceOperation { Local: var local } when AbsenceTests.ValueOf(local, tasks) is { } value:
                    tasks = value;
                    break;
                case IInvocationOperation { TargetMethod: { Name: "Select", ContainingType.Name: "Enumerable" }, Arguments: { Length: 2 } selected }:
                    return SharedUse.LambdaOf(selected[1].Value);
                default:
                    return null;
            }
        }
        return null;
    }

    /// <summary><c>id =&gt; Task.Run(() =&gt; …)</c></summary>
    private static IEnumerable<SharedUse> OfTask(IAnonymousFunctionOperation lambda, DbModel model) =>
        lambda.Body.Operations.OfType<IReturnOperation>().SelectMany(r => r.ReturnedValue is { } task ? SharedUse.Of(task, model) : []);
}
