using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DbSafety.Flow;
using DbSafety.Model.Catalog;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>The database facts of one compilation: made once, shared by all rules, thread-safe.</summary>
internal sealed class DbModel : ITextConventions
{
    private static readonly ConditionalWeakTable<Compilation, DbModel> Models = new();

    private readonly Dictionary<string, List<Api>> _apis = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ISymbol, Api?> _apiOf = new(SymbolEqualityComparer.Default);
    private readonly Func<ISymbol, Api?> _lookup;
    private readonly ConditionalWeakTable<IOperation, DbCall> _calls = new();
    private readonly ConditionalWeakTable<IOperation, Dictionary<IOperation, DbExecution>> _executions = new();
    private readonly ConditionalWeakTable<IOperation, List<RowLock>> _rowLocks = new();
    private readonly ConcurrentDictionary<IParameterSymbol, Origin> _callerOrigins = new(SymbolEqualityComparer.Default);
    private readonly Wrappers _wrappers;
    private readonly IAssemblySymbol _assembly;
    private readonly ImmutableArray<AdditionalText> _files;
    private readonly Func<SyntaxTree, SqlDialect> _dialect;
    private readonly Lazy<Schema> _schema;
    private readonly bool _locksRows;
    private readonly Lazy<EfModel> _ef;

    private DbModel(Compilation compilation, ImmutableArray<AdditionalText> files, Func<SyntaxTree, SqlDialect> dialect)
    {
        _files = files;
        _dialect = dialect;
        _lookup = Lookup;
        _assembly = compilation.Assembly;
        Shapes = new AdoNetShapes(compilation);
        Operations = new DbOperations(compilation);
        Flow = new TextFlow(compilation, this);
        _wrappers = new Wrappers(this, compilation);
        _schema = new(() => Schema.Of(compilation, files));
        _ef = new(() => EfModel.Of(compilation));
        EfProvider = EfProviders.Only(compilation) ?? Provider.Unknown;
        UsesEf = compilation.ReferencedAssemblyNames.Any(a => a.Name is "Microsoft.EntityFrameworkCore" or "EntityFramework");
        Retries = new EfRetries(compilation, Flow);
        Strategies = new EfStrategies(compilation, Flow);
        Resources = new DbResources(this);
        LockingMethods = new LockingMethods(this);
        _locksRows = Provider.All.Any(p => p.Dialect.LocksRows() && p.IsReachable(compilation));
        var referenced = new HashSet<string>(compilation.ReferencedAssemblyNames.Select(a => a.Name), StringComparer.OrdinalIgnoreCase);
        var reachable = Libraries.All.Where(l => l.IsReachable(referenced, compilation.Assembly));
        foreach (var api in reachable.SelectMany(l => l.Entries).Concat(UserApis.Read(files)))
        {
            if (!_apis.TryGetValue(api.Member, out var list))
            {
                _apis.Add(api.Member, list = []);
            }
            list.Add(api);
        }
        Bodies = new Bodies(new CodeOfInterest(_apis.Keys, UsesEf, DbOperations.HasOrm(compilation)), this);
    }

    /// <summary>The code of the members that may touch a database.</summary>
    public Bodies Bodies { get; }

    public AdoNetShapes Shapes { get; }

    /// <summary>Which methods talk to a database.</summary>
    public DbOperations Operations { get; }
    public TextFlow Flow { get; }

    /// <summary>The lifetimes of connections, commands, readers and transactions.</summary>
    public DbResources Resources { get; }

    /// <summary>What methods lock for their callers.</summary>
    public LockingMethods LockingMethods { get; }

    /// <summary>The tables and columns that texts of the compilation declare; read when first asked for.</summary>
    public Schema Schema => _schema.Value;

    /// <summary>What EF persists; read when first asked for. Ask <see cref="UsesEf"/> before.</summary>
    public EfModel Ef => _ef.Value;

    /// <summary>The compilation references EF Core or EF6.</summary>
    public bool UsesEf { get; }

    /// <summary>The provider under every EF context; Unknown where the references do not tell.</summary>
    public Provider EfProvider { get; }

    /// <summary>Which EF Core contexts retry.</summary>
    public EfRetries Retries { get; }

    /// <summary>What EF Core's strategies run.</summary>
    public EfStrategies Strategies { get; }

    /// <summary>The names of members that take SQL, for a quick look at syntax before anything is bound.</summary>
    public bool IsSinkName(string name) =>
        name == "CommandText" || _apis.ContainsKey(name)
        || name.EndsWith("Command", StringComparison.Ordinal) || name.EndsWith("Adapter", StringComparison.Ordinal);

    /// <summary>The model of a compilation; null where no database library can be reached, so that nothing need be registered.</summary>
    /// <param name="files">May hold <c>DbSafety.Apis.txt</c>.</param>
    /// <param name="dialect">The dialect set for a file, which the code there does not show.</param>
    public static DbModel? For(Compilation compilation, ImmutableArray<AdditionalText> files, Func<SyntaxTree, SqlDialect> dialect)
    {
        if (Models.TryGetValue(compilation, out var known) && known._files == files)
        {
            return known;
        }
        if (!DatabaseGate.IsOpen(compilation))
        {
            return null;
        }
        var model = new DbModel(compilation, files, dialect);
        Models.Remove(compilation);
        return Models.GetValue(compilation, _ => model);
    }

    /// <summary>The database call that <paramref name="operation"/> is; null when it is none or passes no SQL.</summary>
    /// <param name="operation">An invocation, an object creation, or an assignment.</param>
    public DbCall? CallOf(IOperation operation)
    {
        if (_calls.TryGetValue(operation, out var known))
        {
            return known;
        }
        var call = operation switch
        {
            IInvocationOperation invocation => CallOf(invocation, invocation.TargetMethod, invocation.Arguments),
            IObjectCreationOperation { Constructor: { } constructor } creation => CallOf(creation, constructor, creation.Arguments),
            IAssignmentOperation { Target: IPropertyReferenceOperation target } assignment
                when assignment.Kind is OperationKind.SimpleAssignment or OperationKind.CompoundAssignment
                    && ApiOf(target.Property) is { } api => new DbCall(this, assignment, api, assignment.Value),
            _ => null,
        };
        return call is null ? null : Kept(operation, call);
    }

    /// <summary>The execution that an invocation is: see <see cref="DbExecution"/>; null when it runs no statement.</summary>
    public DbExecution? ExecutionOf(IOperation operation)
    {
        if (operation is not IInvocationOperation)
        {
            return null;
        }
        var root = CommandUses.Root(operation);
        return (_executions.TryGetValue(root, out var known) ? known : _executions.GetValue(root, ExecutionsIn)).TryGetValue(operation, out var execution) ? execution : null;
    }

    /// <summary>A database with row locks can be behind the code of a file: the compilation sees its provider, or a user has set it.</summary>
    public bool MayLockRows(SyntaxTree tree) => _locksRows || _dialect(tree).LocksRows();

    /// <summary>All rows that the body around a call locks by keys, in the order of the source.</summary>
    public IReadOnlyList<RowLock> RowLocksAround(IOperation operation)
    {
        var around = LifetimeGraphs.BodyAround(operation);
        return _rowLocks.TryGetValue(around, out var known) ? known : _rowLocks.GetValue(around, body =>
            BodyOperations.Around(body)[OperationKind.Invocation].Where(call => LifetimeGraphs.BodyAround(call) == body)
                .SelectMany(call => RowLock.Of((IInvocationOperation)call, this)).OrderBy(rows => rows.Run.Syntax.Span.End).ToList());
    }

    /// <summary>The catalogue entry of a method, constructor or property; null when it is no database API.</summary>
    public Api? ApiOf(ISymbol symbol) => _apiOf.GetOrAdd(symbol.OriginalDefinition, _lookup);

    private Dictionary<IOperation, DbExecution> ExecutionsIn(IOperation root)
    {
        var executions = new Dictionary<IOperation, DbExecution>();
        foreach (var operation in BodyOperations.Of(root)[OperationKind.Invocation])
        {
            if (DbExecution.Of((IInvocationOperation)operation, this) is { } execution)
            {
                executions.Add(operation, execution);
            }
        }
        return executions;
    }

    /// <summary>The first that was made of an operation, where several threads made one.</summary>
    private DbCall Kept(IOperation operation, DbCall call) => _calls.GetValue(operation, _ => call);

    private DbCall? CallOf(IOperation operation, IMethodSymbol method, ImmutableArray<IArgumentOperation> arguments)
    {
        var api = ApiOf(method) ?? _wrappers.ApiOf(method);
        if (api is not { Sql: { } name } || api.Role == ApiRole.Quotes)
        {
            return null;
        }
        foreach (var argument in arguments)
        {
            if (argument.Parameter?.Name == name)
            {
                return argument.ArgumentKind == ArgumentKind.DefaultValue ? null : new DbCall(this, operation, api, argument.Value);
            }
        }
        return null;
    }

    private Api? Lookup(ISymbol symbol)
    {
        switch (symbol)
        {
            case IPropertySymbol property:
                return Shapes.IsCommandText(property) || IsDeclaredSql(property)
                    ? new Api(property.ContainingType.ToDisplayString(), property.Name, null, ApiRole.Execute)
                    : Listed(property);
            case IMethodSymbol { MethodKind: MethodKind.Constructor } constructor:
                return Listed(constructor) ?? Declared(constructor) ?? (Shapes.SqlParameterOf(constructor) is { } sql
                    ? new Api(constructor.ContainingType.ToDisplayString(), ".ctor", sql.Name, ApiRole.Execute)
                    : null);
            case IMethodSymbol method:
                for (var m = method.ReducedFrom ?? method; m is not null; m = m.OverriddenMethod)
                {
                    if ((Listed(m) ?? Declared(m)) is { } api)
                    {
                        return api;
                    }
                }
                var own = method.ReducedFrom ?? method;
                return !SymbolEqualityComparer.Default.Equals(own.ContainingAssembly, _assembly) && Shapes.SqlParameterOfExtension(own) is { } text
                    ? new Api(TypeName(own.ContainingType), own.Name, text.Name, ApiRole.Execute, IsWrapper: true)
                    : null;
            default:
                return null;
        }
    }

    private Api? Listed(ISymbol member)
    {
        if (!_apis.TryGetValue(member.Name, out var candidates))
        {
            return null;
        }
        var type = TypeName(member.ContainingType.OriginalDefinition);
        return candidates.Where(api => api.Type == type && Fits(api, member)).OrderBy(api => Rank(api, member)).FirstOrDefault();
    }

    /// <summary>A method fits by a parameter of the name that takes text; FormattableString is not text, its holes become parameters.</summary>
    private static bool Fits(Api api, ISymbol member) => api.Sql is null
        ? member is IPropertySymbol
        : member is IMethodSymbol method && method.Parameters.Any(p => p.Name == api.Sql
            && (api.Role == ApiRole.Quotes || p.Type is { SpecialType: SpecialType.System_String } or { Name: "RawSqlString" }));

    /// <summary>Entries of one method may differ in where the SQL parameters go; the one this overload has is the best.</summary>
    private static int Rank(Api api, ISymbol member) =>
        api.Parameters is null ? 1 : member is IMethodSymbol method && method.Parameters.Any(p => p.Name == api.Parameters) ? 0 : 2;

    /// <summary>A parameter annotated as SQL: <c>[StringSyntax("Sql")]</c>, or Dapper's <c>[Sql]</c>.</summary>
    private static Api? Declared(IMethodSymbol method) =>
        method.Parameters.FirstOrDefault(IsDeclaredSql) is { } sql
            ? new Api(TypeName(method.ContainingType.OriginalDefinition), method.Name, sql.Name, ApiRole.Execute)
            : null;

    private static bool IsDeclaredSql(ISymbol symbol) => symbol.GetAttributes().Any(a => a.AttributeClass switch
    {
        { Name: "StringSyntaxAttribute" } => a.ConstructorArguments.FirstOrDefault().Value is string syntax && syntax.Equals("sql", StringComparison.OrdinalIgnoreCase),
        { Name: "SqlAttribute", ContainingNamespace.Name: "Dapper" } => true,
        _ => false,
    });

    /// <summary>Namespace and name, nested types with <c>+</c>, without arity: what catalogue lines write.</summary>
    private static string TypeName(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? TypeName(outer) + "+" + type.Name
        : type.ContainingNamespace is { IsGlobalNamespace: false } ns ? ns.ToDisplayString() + "." + type.Name
        : type.Name;

    IOperation? ITextConventions.WantedIn(IOperation operation) => CallOf(operation)?.Sql;

    bool ITextConventions.Quotes(IMethodSymbol method) => ApiOf(method)?.Role == ApiRole.Quotes || QuotingNames.Quotes(method);

    bool ITextConventions.Tracks(IPropertySymbol property) => Shapes.IsCommandText(property);

    IPropertySymbol? ITextConventions.TrackedOf(ITypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.GetMembers("CommandText").OfType<IPropertySymbol>().FirstOrDefault() is { } property)
            {
                return Shapes.IsCommandText(property) ? property : null;
            }
        }
        return null;
    }

    /// <summary>The dialect a user set for files whose provider the code does not show.</summary>
    public SqlDialect DefaultDialect(SyntaxTree tree) => _dialect(tree);

    /// <summary>What the contexts of EF Core speak: the dialect of the only provider that is referenced, or the one a user set.</summary>
    public SqlDialect EfDialect(SyntaxTree tree) =>
        EfProvider.Dialect is not SqlDialect.Unknown and var dialect ? dialect : _dialect(tree);

    /// <summary>The origin of a hole once the callers have been asked what they pass for a parameter.</summary>
    public Origin OriginOf(Hole hole) =>
        hole is { Origin: Origin.Parameter, Symbol: IParameterSymbol parameter } ? _callerOrigins.GetOrAdd(parameter, p => OriginOf(p, 0)) : hole.Origin;

    /// <summary>
    /// Whether what reaches a parameter of a public method comes from outside as far as the compilation shows: it has no callers
    /// here, or one of them passes text from outside.
    /// </summary>
    public bool IsPassedFromOutside(IParameterSymbol parameter) => OriginOf(parameter, 0, alsoVisible: true) >= Origin.Parameter;

    private Origin OriginOf(IParameterSymbol parameter, int depth, bool alsoVisible = false)
    {
        if (Flow.ArgumentsOf(parameter, depth, alsoVisible) is not { } passed)
        {
            return Origin.Parameter;
        }
        var origins =
            from text in passed.Alternatives
            from piece in text.Pieces
            where piece.Hole is not null
            select piece.Hole is { Origin: Origin.Parameter, Symbol: IParameterSymbol outer }
                ? OriginOf(outer, depth + 1, alsoVisible)
                : piece.Hole!.Origin;
        return origins.Where(o => o != Origin.Unknown).DefaultIfEmpty(passed.IsConstant ? Origin.Fixed : Origin.Unknown).Max();
    }
}
