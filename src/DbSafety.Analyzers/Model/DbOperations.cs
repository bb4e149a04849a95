using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>One method that talks to a database: opens, begins, executes, reads, saves, commits.</summary>
/// <param name="Method">As it is declared: not reduced, not constructed.</param>
/// <param name="IsAsync">Returns a task or an async sequence.</param>
/// <param name="IsCleanup">Undoes: it must run where the caller has given up, so it takes no token of the caller.</param>
/// <param name="TakesToken">It, or a method of the same name beside it, takes a CancellationToken or Dapper's CommandDefinition.</param>
/// <param name="Twin">For a synchronous method the name of the asynchronous one; null where there is none.</param>
/// <param name="IsInterface">Declared by IDbConnection, IDbCommand, IDataReader or IDbTransaction, which have no asynchronous methods.</param>
internal sealed record DbOperation(IMethodSymbol Method, bool IsAsync, bool IsCleanup, bool TakesToken, string? Twin, bool IsInterface);

/// <summary>
/// Which methods of a compilation are database operations. Found by symbol: members of the types that derive from or implement the
/// ADO.NET types, members of the providers and ORMs, and extension methods on any of those (facts/api §1–4).
/// </summary>
internal sealed class DbOperations(Compilation compilation)
{
    private static readonly string[] AdoNetNames =
    [
        "System.Data.Common.DbConnection", "System.Data.Common.DbCommand", "System.Data.Common.DbDataReader", "System.Data.Common.DbTransaction",
        "System.Data.Common.DbBatch", "System.Data.Common.DbDataSource",
        "System.Data.IDbConnection", "System.Data.IDbCommand", "System.Data.IDataReader", "System.Data.IDbTransaction",
    ];

    private static readonly string[] EfNames =
    [
        "Microsoft.EntityFrameworkCore.DbContext", "Microsoft.EntityFrameworkCore.DbSet`1",
        "Microsoft.EntityFrameworkCore.Infrastructure.DatabaseFacade", "Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction",
        "Microsoft.EntityFrameworkCore.ChangeTracking.EntityEntry", "Microsoft.EntityFrameworkCore.ChangeTracking.NavigationEntry",
    ];

    /// <summary>Namespaces of libraries whose asynchronous methods all talk to the database.</summary>
    private static readonly string[] Libraries =
        ["LinqToDB", "Marten", "NHibernate", "RepoDb", "System.Data.Entity", "ServiceStack.OrmLite", "PetaPoco", "NPoco", "SqlSugar", "FreeSql"];

    private static readonly HashSet<string> EfQueries = new(StringComparer.Ordinal)
    {
        "EntityFrameworkQueryableExtensions", "RelationalQueryableExtensions", "RelationalDatabaseFacadeExtensions", "CosmosQueryableExtensions",
    };

    /// <summary>No I/O, or of one's own resources; what EF adds to its change tracker; what only fills a buffer.</summary>
    private static readonly string[] NoOperation =
        ["Dispose", "Close", "Cancel", "CreateDbContext", "CreateExecutionStrategy", "CreateCommand", "CreateBatch", "Configure", "AsAsync"];

    /// <summary>The same of the libraries' own types; an extension method that is called so may well ask the database.</summary>
    private static readonly string[] NoOwnOperation = ["Add", "Attach", "Get", "Use", "Unlisten"];

    private static readonly HashSet<string> Buffered = new(StringComparer.Ordinal)
    {
        "IsDBNull", "GetFieldValue", "Write", "WriteNull", "WriteRow", "StartRow", "Skip", "Prepare", "ChangeDatabase",
    };

    private static readonly HashSet<string> InterfaceCalls = new(StringComparer.Ordinal)
    {
        "Open", "BeginTransaction", "ExecuteNonQuery", "ExecuteScalar", "ExecuteReader", "Read", "NextResult", "Commit", "Rollback",
    };

    private readonly ConcurrentDictionary<IMethodSymbol, DbOperation?> _known = new(SymbolEqualityComparer.Default);
    private readonly ConditionalWeakTable<IOperation, List<(IInvocationOperation, DbOperation)>> _in = new();
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _types = new(SymbolEqualityComparer.Default);
    private readonly Lazy<ImmutableArray<INamedTypeSymbol>> _roots = new(() =>
        AdoNetNames.Concat(EfNames).Select(compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>().ToImmutableArray());

    /// <summary>What a method does with a database; null when nothing. Asked for every invocation, so answered from memory.</summary>
    public DbOperation? Of(IMethodSymbol method)
    {
        var declared = (method.ReducedFrom ?? method).OriginalDefinition;
        return _known.TryGetValue(declared, out var known) ? known : _known.GetOrAdd(declared, Find(declared));
    }

    /// <summary>The database operations that a body calls, in the order of the source; looked for once for all rules.</summary>
    /// <param name="root">An operation without parent.</param>
    public List<(IInvocationOperation Call, DbOperation Operation)> In(IOperation root) => _in.TryGetValue(root, out var known) ? known : _in.GetValue(root, FindIn);

    /// <summary>True for connections, commands, readers, transactions, batches and data sources of ADO.NET, and what EF Core puts over them.</summary>
    public bool IsDatabaseType(ITypeSymbol? type) => type switch
    {
        INamedTypeSymbol named => _types.GetOrAdd(named.OriginalDefinition, IsDatabaseObject),
        ITypeParameterSymbol parameter => parameter.ConstraintTypes.Any(IsDatabaseType),
        _ => false,
    };

    /// <summary>The value an awaited call gives, <c>void</c>'s absence included; false where the type is no task.</summary>
    public static bool IsTask(ITypeSymbol type, out ITypeSymbol? result)
    {
        result = (type as INamedTypeSymbol)?.TypeArguments.FirstOrDefault();
        return type is { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } };
    }

    public static bool IsToken(ITypeSymbol? type) =>
        type is { Name: "CancellationToken", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } };

    public static bool IsAsyncSequence(ITypeSymbol? type) =>
        type is { Name: "IAsyncEnumerable", ContainingNamespace: { Name: "Generic", ContainingNamespace.Name: "Collections" } };

    /// <summary>A library is referenced whose asynchronous methods all talk to the database, whatever their names.</summary>
    public static bool HasOrm(Compilation compilation) =>
        compilation.ReferencedAssemblyNames.Any(a => Array.Exists(Libraries, l => a.Name.StartsWith(l, StringComparison.OrdinalIgnoreCase)) || a.Name is "linq2db" or "EntityFramework" or "Microsoft.Azure.Cosmos.Client");

    private List<(IInvocationOperation, DbOperation)> FindIn(IOperation root)
    {
        var found = new List<(IInvocationOperation, DbOperation)>();
        foreach (var operation in BodyOperations.Of(root)[OperationKind.Invocation])
        {
            if (operation is IInvocationOperation call && Of(call.TargetMethod) is { } known)
            {
                found.Add((call, known));
            }
        }
        return found;
    }

    private DbOperation? Find(IMethodSymbol method)
    {
        if (method.MethodKind is not MethodKind.Ordinary || !IsOperation(method))
        {
            return null;
        }
        var isAsync = IsTask(method.ReturnType, out _) || IsAsyncSequence(method.ReturnType);
        var cleanup = method.Name.StartsWith("Rollback", StringComparison.Ordinal);
        if (isAsync)
        {
            return new(method, true, cleanup, !cleanup && Beside(method, method.Name).Any(m => m.Parameters.Any(p => IsToken(p.Type) || IsCommandDefinition(p.Type))), null, false);
        }
        if (Buffered.Contains(method.Name))
        {
            return null;
        }
        var twin = method.Name + "Async";
        if (Beside(method, twin).Any(m => IsTask(m.ReturnType, out _)))
        {
            return new(method, false, cleanup, false, twin, false);
        }
        return method.ContainingType is { TypeKind: TypeKind.Interface, ContainingNamespace: { Name: "Data", ContainingNamespace.Name: "System" } } && InterfaceCalls.Contains(method.Name)
            ? new(method, false, cleanup, false, null, true)
            : null;
    }

    private bool IsOperation(IMethodSymbol method)
    {
        var type = method.ContainingType;
        var space = type.ContainingNamespace;
        if (method.Name != "GetSchema" && method.Name != "GetSchemaAsync" && method.Name is not ("GetFieldValueAsync" or "GetColumnSchemaAsync" or "GetSchemaTableAsync")
            && (method.IsExtensionMethod ? NoOperation : NoOperation.Concat(NoOwnOperation)).Any(n => method.Name.StartsWith(n, StringComparison.Ordinal)))
        {
            return false;
        }
        if (method.IsExtensionMethod && IsDatabaseType(method.Parameters[0].Type))
        {
            return true;
        }
        if (EfQueries.Contains(type.Name) && IsIn(space, "Microsoft.EntityFrameworkCore"))
        {
            return true;
        }
        if (type is { Name: "GridReader", ContainingType.Name: "SqlMapper" })
        {
            return true;
        }
        if (IsDatabaseType(type))
        {
            // A context's own methods are its author's; what it inherits are the operations.
            return method.DeclaringSyntaxReferences.IsEmpty || method.IsOverride || !IsContext(type);
        }
        return Array.Exists(Libraries, l => IsIn(space, l)) || (method.DeclaringSyntaxReferences.IsEmpty && Provider.OfType(type) != Provider.Unknown);
    }

    private bool IsDatabaseObject(INamedTypeSymbol type)
    {
        if (type is { Name: "DataTableReader", ContainingNamespace: { Name: "Data", ContainingNamespace.Name: "System" } })
        {
            return false;
        }
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (_roots.Value.Contains(t.OriginalDefinition, SymbolEqualityComparer.Default))
            {
                return true;
            }
        }
        return type.AllInterfaces.Any(i => _roots.Value.Contains(i, SymbolEqualityComparer.Default));
    }

    private static bool IsContext(INamedTypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t is { Name: "DbContext", ContainingNamespace.Name: "EntityFrameworkCore" })
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Methods of a name that stand beside <paramref name="method"/>: on its type, the bases and interfaces of that, or in its extension class.</summary>
    public static IEnumerable<IMethodSymbol> Beside(IMethodSymbol method, string name)
    {
        for (var t = method.ContainingType; t is not null; t = t.BaseType)
        {
            foreach (var member in t.GetMembers(name).OfType<IMethodSymbol>())
            {
                yield return member;
            }
        }
        if (method.ContainingType.TypeKind == TypeKind.Interface)
        {
            foreach (var member in method.ContainingType.AllInterfaces.SelectMany(i => i.GetMembers(name)).OfType<IMethodSymbol>())
            {
                yield return member;
            }
        }
    }

    public static bool IsCommandDefinition(ITypeSymbol type) => type is { Name: "CommandDefinition", ContainingNamespace: { Name: "Dapper", ContainingNamespace.IsGlobalNamespace: true } };

    private static bool IsIn(INamespaceSymbol space, string root)
    {
        var name = space.ToDisplayString();
        return name == root || (name.StartsWith(root, StringComparison.Ordinal) && name[root.Length] == '.');
    }
}
