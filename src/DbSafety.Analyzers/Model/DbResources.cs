using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

[Flags]
internal enum DbResourceKind { Connection = 1, Command = 2, Batch = 4, Reader = 8, Transaction = 16, Scope = 32, Any = 63 }

/// <summary>A connection, command, reader, transaction or the like that a body makes.</summary>
/// <param name="type">The static type of what is made.</param>
internal sealed class DbResource(DbResourceKind kind, ITypeSymbol type, IOperation creation, IOperation? owner) : Resource(creation, owner)
{
    public DbResourceKind Kind => kind;
    public ITypeSymbol Type => type;

    /// <summary><see cref="Provider.Unknown"/> where neither its type nor that of what it is made from says which.</summary>
    public Provider Provider { get; } =
        Provider.OfType(type) is var own && own != Provider.Unknown ? own : Provider.OfType(Unwrapped(owner)?.Type);

    /// <summary><c>await using</c> does more for it than <c>using</c>: its type, or one that may stand behind it, overrides DisposeAsync.</summary>
    public bool DisposesAsync
    {
        get
        {
            // Their DisposeAsync is the synchronous one, whatever the static type: api facts §1.
            if (Provider == Provider.MicrosoftSqlite || Provider == Provider.SystemSqlite || Provider == Provider.SqlClient || Provider == Provider.SystemSqlClient)
            {
                return false;
            }
            if (type.TypeKind == TypeKind.Interface)
            {
                return type.Name == "IAsyncDisposable" || type.AllInterfaces.Any(i => i.Name == "IAsyncDisposable");
            }
            for (var t = type; t is not null; t = t.BaseType)
            {
                if (t.GetMembers("DisposeAsync").OfType<IMethodSymbol>().Any(m => m.Parameters.IsEmpty))
                {
                    return t.ContainingNamespace.ToDisplayString() != "System.Data.Common" || SymbolEqualityComparer.Default.Equals(t, type);
                }
            }
            return false;
        }
    }

    private static IOperation? Unwrapped(IOperation? operation) => operation is IConversionOperation conversion ? Unwrapped(conversion.Operand) : operation;
}

/// <summary>What the lifetimes of database resources are: who makes them, ends them, borrows or keeps them. Facts: api.md §1, §5, §6.</summary>
internal sealed class DbResources(DbModel model) : ILifetimeConventions
{
    /// <summary>How many calls deep a resource that is passed on is followed.</summary>
    private const int MaxDepth = 2;

    private static readonly string[] Harmless =
        ["Add", "AddWithValue", "AddRange", "CreateParameter", "ToString", "Format", "Append", "AppendLine", "GetType", "Equals", "Dispose", "DisposeAsync", "Close", "CloseAsync", "ConfigureAwait", "GetDbTransaction", "Start", "Stop", "Restart", "ThrowIfNull", "ThrowIfCancellationRequested", "WriteLine"];

    private readonly LifetimeGraphs _graphs = new();
    private readonly ConditionalWeakTable<IOperation, Box> _flows = new();
    private readonly ConcurrentDictionary<IParameterSymbol, Handling> _passedOn = new(SymbolEqualityComparer.Default);

    [ThreadStatic]
    private static int s_depth;

    /// <summary>The lifetimes in the body around an operation; null where the body makes no resource, or is too large.</summary>
    public LifetimeFlow? FlowAround(IOperation operation)
    {
        var body = LifetimeGraphs.BodyAround(operation);
        return _flows.GetValue(body, _ => new Box(MakesAny(body) && _graphs.Of(body) is { } graph ? LifetimeFlow.Of(graph, this) : null)).Flow;
    }

    /// <summary>Whether there is anything to follow in a body or what is around it: asked first, as a graph is dear.</summary>
    private bool MakesAny(IOperation body)
    {
        var operations = BodyOperations.Around(body);
        return operations[OperationKind.Invocation].Exists(o => Creation(o) is not null) || operations[OperationKind.ObjectCreation].Exists(o => Creation(o) is not null);
    }

    /// <summary>The control-flow graph of a body as <see cref="LifetimeGraphs.BodyAround"/> gives it; null where there is none.</summary>
    public ControlFlowGraph? GraphOf(IOperation body) => _graphs.Of(body);

    /// <summary>The resource an operation makes, with the lifetimes of its body; null where it makes none or the body is not followed.</summary>
    /// <param name="kinds">Those asked for; the body is not followed for others.</param>
    public (DbResource Resource, LifetimeFlow Flow)? MadeBy(IOperation operation, DbResourceKind kinds = DbResourceKind.Any) =>
        Makes(operation, kinds) ? Followed(operation) : null;

    /// <summary>As <see cref="MadeBy"/>; null also where the operations alone show that it is disposed of on every path, or the caller's.</summary>
    public (DbResource Resource, LifetimeFlow Flow)? MaybeLeftBy(IOperation operation, DbResourceKind kinds) =>
        !Disposal.IsInUsing(operation) && Makes(operation, kinds) && !Disposal.IsInLocalThatEnds(operation) ? Followed(operation) : null;

    /// <summary>By its name it may begin a transaction or a scope: asked of every operation, before anything that costs more.</summary>
    public static bool MayBegin(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod.Name: var name } => name.StartsWith("Begin", StringComparison.Ordinal),
        IObjectCreationOperation { Type.Name: var name } => name == "TransactionScope",
        _ => false,
    };

    /// <summary>A scope that has no transaction, or may have none: <c>TransactionScopeOption.Suppress</c>.</summary>
    public static bool MaySuppress(IOperation scope) =>
        scope is IObjectCreationOperation { Type.Name: "TransactionScope", Arguments: var arguments }
        && arguments.Any(a => a.Parameter?.Type.Name == "TransactionScopeOption" && a.Value.ConstantValue is not { HasValue: true, Value: 0 or 1 });

    public Resource? CreatedBy(IOperation operation) => Creation(operation);

    private bool Makes(IOperation operation, DbResourceKind kinds) => Creation(operation) is { Kind: var kind } && (kind & kinds) != 0;

    private (DbResource, LifetimeFlow)? Followed(IOperation operation) =>
        FlowAround(operation) is { } flow && flow.CreatedBy(operation) is DbResource resource ? (resource, flow) : null;

    public Handling HandlingOf(IOperation operation, IOperation operand, Resource resource) => operation switch
    {
        IInvocationOperation call when operand is IArgumentOperation argument => OfArgument(call, argument, (DbResource)resource),
        IInvocationOperation call => OfReceiver(call.TargetMethod, ((DbResource)resource).Kind),
        IObjectCreationOperation { Type: { } type } => Borrows(type, ((DbResource)resource).Kind) ? Handling.Borrows : Handling.Escapes,
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property } } =>
            property.Name is "Connection" or "Transaction" && IsCommandLike(property.ContainingType) ? Handling.Borrows : Handling.Escapes,
        _ => Handling.Escapes,
    };

    public bool Releases(IOperation invocation) =>
        invocation is IInvocationOperation { TargetMethod: { Name: "Dispose" or "DisposeAsync" or "Close" or "CloseAsync", Parameters.Length: 0 }, Instance: not null };

    public Handling HandlingOfOwned(IOperation invocation, Resource resource) =>
        invocation is IInvocationOperation { TargetMethod: var method } && ((DbResource)resource).Kind == DbResourceKind.Transaction
            ? method.Name switch
            {
                "CommitTransaction" or "CommitTransactionAsync" => Handling.Commits,
                "RollbackTransaction" or "RollbackTransactionAsync" => Handling.RollsBack,
                _ => Handling.Borrows,
            }
            : Handling.Borrows;

    public IOperation OwnerBehind(IOperation operand) => ContextOf(operand);

    /// <summary>The context whose <c>Database</c> an operand is; the operand itself where it is none.</summary>
    public static IOperation ContextOf(IOperation operand) =>
        operand is IPropertyReferenceOperation { Property.Name: "Database", Instance: { } context and not IInstanceReferenceOperation } && IsContext(operand.Type) ? context : operand;

    /// <summary>The context that a query starts from: of <c>context.Orders.Where(…)</c>, of <c>context.Set&lt;Order&gt;()</c>. Null where that is not in sight.</summary>
    public static (IOperation Context, IOperation Set)? SetBehind(IOperation? query) => query switch
    {
        IConversionOperation conversion => SetBehind(conversion.Operand),
        IPropertyReferenceOperation { Type.Name: "DbSet", Instance: { } context } set => (context, set),
        IInvocationOperation { TargetMethod.Name: "Set", Type.Name: "DbSet", Instance: { } context } set => (context, set),
        IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments: { Length: > 0 } arguments } => SetBehind(arguments[0].Value),
        _ => null,
    };

    /// <summary>EF Core's DbContext, or derived from it.</summary>
    public static bool IsDbContext(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.Name == "DbContext")
            {
                return true;
            }
        }
        return false;
    }

    public bool IsOwner(IPropertySymbol property) => property.Name == "Connection" && IsCommandLike(property.ContainingType);

    public bool CanFail(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: var method } =>
            !Harmless.Contains(method.Name)
            && !(Creation(operation) is { Kind: DbResourceKind.Command or DbResourceKind.Batch or DbResourceKind.Connection } && !method.Name.StartsWith("Open", StringComparison.Ordinal))
            && method.ContainingType.SpecialType is not SpecialType.System_String
            && method.ContainingType.Name.IndexOf("Log", StringComparison.Ordinal) < 0,
        IAwaitOperation => true,
        _ => false,
    };

    public bool Uses(IOperation original, Resource resource) => ((DbResource)resource).Kind switch
    {
        DbResourceKind.Connection => original is IInvocationOperation { TargetMethod.Name: "Open" or "OpenAsync", Instance: { } instance }
            && IsSame(LifetimeSymbols.Of(instance), resource.Local),
        DbResourceKind.Transaction => model.ExecutionOf(original) is { IsWrite: true } execution && execution.RunsIn((DbResource)resource),
        DbResourceKind.Scope => model.ExecutionOf(original) is { IsWrite: true },
        _ => false,
    };

    public bool Faults(IOperation original, Resource resource) =>
        ((DbResource)resource).Kind == DbResourceKind.Transaction
        && (model.ExecutionOf(original) is { } execution ? !execution.IsSaveChanges && execution.RunsIn((DbResource)resource) : IsRunInside(original, resource));

    /// <summary>A method of the compilation is given the transaction, runs something in it, and makes no savepoint for that.</summary>
    private bool IsRunInside(IOperation original, Resource transaction) =>
        original is IInvocationOperation call && transaction.Local is { } local
        && call.Arguments.FirstOrDefault(a => IsSame(LifetimeSymbols.Of(a.Value), local))?.Parameter is { } given
        && (call.TargetMethod.ReducedFrom ?? call.TargetMethod).OriginalDefinition is var method && model.Flow.BodyOf(method) is { } body
        && method.Parameters[given.Ordinal] is var parameter
        && body.Descendants().OfType<IInvocationOperation>().ToList() is var calls
        && calls.Exists(c => model.ExecutionOf(c) is { Transaction: { } own } && IsSame(own, parameter))
        && !calls.Exists(c => c.TargetMethod.Name.StartsWith("Save", StringComparison.Ordinal) || c.TargetMethod.Name.StartsWith("Rollback", StringComparison.Ordinal));

    private DbResource? Creation(IOperation operation)
    {
        switch (operation)
        {
            case IObjectCreationOperation { Type: INamedTypeSymbol type } creation:
                var kind = type.Name == "TransactionScope" && type.ContainingNamespace.ToDisplayString() == "System.Transactions" ? DbResourceKind.Scope
                    : type.Locations.Any(l => l.IsInSource) ? (DbResourceKind?)null
                    : model.Shapes.IsConnection(type) ? DbResourceKind.Connection
                    : model.Shapes.IsCommand(type) ? DbResourceKind.Command
                    : IsBatch(type) ? DbResourceKind.Batch
                    : null;
                return kind is { } made
                    ? new DbResource(made, type, creation, creation.Arguments.FirstOrDefault(a => model.Shapes.IsConnection(a.Parameter?.Type))?.Value)
                    : null;
            case IInvocationOperation { TargetMethod: var method } call when MayMake(method.Name) && Awaited(method.ReturnType) is { } type
                && KindOf(method, type) is { } kindOfCall:
                return new DbResource(kindOfCall, type, call, call.Instance ?? (method.IsExtensionMethod ? call.Arguments.FirstOrDefault()?.Value : null))
                {
                    TakesOwner = kindOfCall == DbResourceKind.Reader && ClosesConnection(call),
                };
            default:
                return null;
        }
    }

    private static bool MayMake(string name) =>
        name.StartsWith("Begin", StringComparison.Ordinal) || name.StartsWith("Create", StringComparison.Ordinal)
        || name.StartsWith("ExecuteReader", StringComparison.Ordinal) || name.StartsWith("OpenConnection", StringComparison.Ordinal)
        || name.StartsWith("QueryMultiple", StringComparison.Ordinal);

    private DbResourceKind? KindOf(IMethodSymbol method, ITypeSymbol made)
    {
        var from = method.ReducedFrom?.Parameters[0].Type ?? (method.IsExtensionMethod ? method.Parameters.FirstOrDefault()?.Type : method.ContainingType);
        var name = method.Name;
        if (name.StartsWith("Begin", StringComparison.Ordinal) && name.Contains("Transaction"))
        {
            return IsTransaction(made) && (model.Shapes.IsConnection(from) || IsContext(from)) ? DbResourceKind.Transaction : null;
        }
        if (name.StartsWith("ExecuteReader", StringComparison.Ordinal))
        {
            return model.Shapes.IsRecord(made) && (model.Shapes.IsCommand(from) || IsBatch(from) || model.Shapes.IsConnection(from)) ? DbResourceKind.Reader : null;
        }
        if (name.StartsWith("QueryMultiple", StringComparison.Ordinal))
        {
            return made.Name == "GridReader" ? DbResourceKind.Reader : null;
        }
        if (name.StartsWith("OpenConnection", StringComparison.Ordinal) || name == "CreateConnection")
        {
            return model.Shapes.IsConnection(made) && IsSource(from) ? DbResourceKind.Connection : null;
        }
        if (name.EndsWith("Command", StringComparison.Ordinal))
        {
            return model.Shapes.IsCommand(made) && (model.Shapes.IsConnection(from) || IsSource(from)) ? DbResourceKind.Command : null;
        }
        return name == "CreateBatch" && IsBatch(made) && (model.Shapes.IsConnection(from) || IsSource(from)) ? DbResourceKind.Batch : null;
    }

    private static Handling OfReceiver(IMethodSymbol method, DbResourceKind kind) => method.Name switch
    {
        "Dispose" or "DisposeAsync" or "Close" or "CloseAsync" when method.Parameters.IsEmpty => Handling.Disposes,
        "Commit" or "CommitAsync" when kind == DbResourceKind.Transaction => Handling.Commits,
        "Complete" when kind == DbResourceKind.Scope => Handling.Commits,
        "Rollback" or "RollbackAsync" when kind == DbResourceKind.Transaction =>
            method.Parameters.Any(p => p.Type.SpecialType == SpecialType.System_String) ? Handling.Mends : Handling.RollsBack,
        "RollbackToSavepoint" or "RollbackToSavepointAsync" => Handling.Mends,
        "ConfigureAwait" or "AsTask" or "GetAwaiter" or "GetResult" => Handling.Yields,
        _ => Handling.Borrows,
    };

    private Handling OfArgument(IInvocationOperation call, IArgumentOperation argument, DbResource resource)
    {
        var method = call.TargetMethod;
        if (argument.Parameter is not { RefKind: RefKind.None or RefKind.In } parameter)
        {
            return Handling.Escapes;
        }
        if (method.Name is "ConfigureAwait" && method.ContainingNamespace.ToDisplayString() == "System.Threading.Tasks")
        {
            return Handling.Yields;
        }
        if (method.Name == "GetDbTransaction")
        {
            return Handling.Yields; // The same transaction, as ADO.NET knows it.
        }
        if (IsLibrary(method.ContainingType))
        {
            // UseNpgsql(connection) makes the context's connection of it; UseTransaction(transaction) lends it.
            return method.Name.StartsWith("Use", StringComparison.Ordinal) && resource.Kind == DbResourceKind.Connection ? Handling.Escapes : Handling.Borrows;
        }
        if (method.Name is "ThrowIfNull" or "ReferenceEquals" or "IsNull" or "NotNull")
        {
            return Handling.Borrows;
        }
        return PassedOn(method, parameter, resource);
    }

    /// <summary>What a method of the compilation does with what it is given; <see cref="Handling.Escapes"/> where that cannot be seen.</summary>
    private Handling PassedOn(IMethodSymbol method, IParameterSymbol parameter, DbResource resource)
    {
        if (method.ReducedFrom is { } unreduced)
        {
            method = unreduced;
        }
        method = method.OriginalDefinition;
        if (s_depth >= MaxDepth || parameter.IsParams || method.DeclaringSyntaxReferences.Length != 1 || method.IsAbstract || method.IsVirtual || method.IsOverride && !method.ContainingType.IsSealed)
        {
            return Handling.Escapes;
        }
        parameter = method.Parameters[parameter.Ordinal];
        if (_passedOn.TryGetValue(parameter, out var known))
        {
            return known;
        }
        s_depth++;
        try
        {
            var found = model.Flow.BodyOf(method) is { } body && _graphs.Of(body.Parent is null ? body : LifetimeGraphs.BodyAround(body)) is { } graph
                ? LifetimeFlow.OfParameter(graph, this, parameter, new DbResource(resource.Kind, resource.Type, body, null))
                : Handling.Escapes;
            // What is found near the bound is less, and must not depend on who asked first.
            return s_depth == 1 ? _passedOn.GetOrAdd(parameter, found) : found;
        }
        finally
        {
            s_depth--;
        }
    }

    private bool Borrows(ITypeSymbol made, DbResourceKind kind) =>
        model.Shapes.IsCommand(made) || IsBatch(made)
        || kind is DbResourceKind.Connection or DbResourceKind.Transaction && !model.Shapes.IsConnection(made) && Provider.OfType(made) != Provider.Unknown
        || made.Name == "CommandDefinition";

    /// <summary>A command or a batch.</summary>
    public bool IsCommandLike(ITypeSymbol? type) => model.Shapes.IsCommand(type) || IsBatch(type);

    private static bool IsLibrary(INamedTypeSymbol type) =>
        !type.Locations.Any(l => l.IsInSource) && type.ContainingNamespace.ToDisplayString() is var ns
        && (ns == "Dapper" || ns.StartsWith("System.Data", StringComparison.Ordinal) || ns.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal)
            || Provider.OfType(type) != Provider.Unknown);

    /// <summary>A transaction of ADO.NET or an object mapper, by its static type.</summary>
    public static bool IsTransaction(ITypeSymbol type) =>
        type.Name is "IDbTransaction" or "IDbContextTransaction" or "DbContextTransaction" or "DataConnectionTransaction"
        || type.AllInterfaces.Any(i => i.Name is "IDbTransaction" or "IDbContextTransaction");

    private static bool IsContext(ITypeSymbol? type) => type?.Name is "DatabaseFacade" or "Database" or "DataConnection";

    private static bool IsSource(ITypeSymbol? type) => Inherits(type, "DbDataSource") || Inherits(type, "DbProviderFactory");

    private static bool IsBatch(ITypeSymbol? type) => Inherits(type, "DbBatch");

    private static bool Inherits(ITypeSymbol? type, string name)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.Name == name && type.ContainingNamespace?.ToDisplayString() == "System.Data.Common")
            {
                return true;
            }
        }
        return false;
    }

    private static bool ClosesConnection(IInvocationOperation call) => call.Arguments.Any(a =>
        a.Parameter?.Type.Name == "CommandBehavior" && (a.Value.ConstantValue.Value is not int behavior || (behavior & 32) != 0));

    private static ITypeSymbol Awaited(ITypeSymbol type) =>
        type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: { Length: 1 } arguments } ? arguments[0] : type;

    private static bool IsSame(ISymbol? a, ISymbol? b) => a is not null && SymbolEqualityComparer.Default.Equals(a, b);

    private sealed class Box(LifetimeFlow? flow)
    {
        public LifetimeFlow? Flow => flow;
    }
}
