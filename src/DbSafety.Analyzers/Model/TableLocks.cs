using DbSafety.Flow;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>A lock on rows of a table, taken in a transaction.</summary>
/// <param name="Table">Lower-cased; null for a statement whose locks are not known, which may be the first that all transactions have in common.</param>
/// <param name="Name">The table as written.</param>
/// <param name="Waits">False with SKIP LOCKED and NOWAIT: it holds, but never waits.</param>
/// <param name="Step">Where in the body that begins the transaction: the statement, or the call that leads to it.</param>
internal sealed record TableLock(string? Table, string Name, bool Waits, SyntaxNode Step);

/// <summary>The locks of one transaction, and which of them are taken before which.</summary>
internal sealed class TableLocks
{
    /// <summary>How many calls deep a connection or transaction that is passed on is followed.</summary>
    private const int MaxDepth = 3;

    private const int MaxLocks = 100;

    private readonly DbModel _model;
    private readonly DbResource _transaction;
    private readonly List<TableLock> _locks = [];
    private readonly HashSet<(int, int)> _before = [];
    private readonly HashSet<string> _inserted = [];
    private readonly List<IMethodSymbol> _calls = [];
    private SyntaxNode? _step;
    private bool _isSpoken;

    private TableLocks(DbModel model, DbResource transaction) => (_model, _transaction) = (model, transaction);

    public IReadOnlyList<TableLock> Locks => _locks;

    /// <summary>The dialect of its statements; Unknown where it has several, or none is known.</summary>
    public SqlDialect Dialect { get; private set; }

    /// <summary>
    /// Something is begun, and two calls behind it may lock something: statements that do not all lock one known table, or methods of
    /// the compilation. Asked before any path is followed.
    /// </summary>
    public static bool MayHold(IOperation begin, DbModel model)
    {
        if (!DbResources.MayBegin(begin))
        {
            return false;
        }
        HashSet<string> tables = [], locked = [];
        var (others, isOpen) = (0, false);
        foreach (var call in BodyOperations.Around(begin)[OperationKind.Invocation].OfType<IInvocationOperation>().Where(c => c.Syntax.Span.End > begin.Syntax.Span.End))
        {
            if (model.ExecutionOf(call) is { } execution)
            {
                if (execution.Calls.Length == 1 && execution.Calls[0] is { Text.Truncated: false, Templates: { Length: 1 } templates } && templates[0].IsExact)
                {
                    tables.UnionWith(templates[0].Script.Statements.SelectMany(s => s.Tables).Select(t => Key(t.Name)));
                    locked.UnionWith(LockedBy(templates[0].Script));
                }
                else
                {
                    others++;
                    isOpen |= execution.Calls.Length > 1;
                }
            }
            else
            {
                var isLocking = call.TargetMethod.Name.StartsWith("Execute", StringComparison.Ordinal) || call.TargetMethod.Name.StartsWith("FromSql", StringComparison.Ordinal) || call.TargetMethod.Locations.Any(l => l.IsInSource);
                others += isLocking ? 1 : 0;
                if (FormattedSql(call) is var (sql, _))
                {
                    locked.UnionWith(TemplateOf(sql, model) is { IsExact: true } template ? LockedBy(template.Script) : []);
                }
                else
                {
                    isOpen |= isLocking;
                }
            }
            if (tables.Count + others > 1 && (isOpen || locked.Count > 1))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The locks of a transaction; null where the body is not followed or takes locks in fewer than two tables.</summary>
    /// <param name="begin">Where it is begun, in the tree of its body.</param>
    public static TableLocks? Of(IOperation begin, DbResource transaction, DbModel model)
    {
        var locks = new TableLocks(model, transaction);
        return locks.Follow(LifetimeGraphs.BodyAround(begin), locks.RunsInside, locks.IsPassed)
            && locks._locks.Where(l => l.Table is not null).Select(l => l.Table).Distinct().Skip(1).Any()
                ? locks
                : null;
    }

    /// <summary>The first of two locks is held when the second is taken.</summary>
    public bool IsBefore(int first, int second) => _before.Contains((first, second));

    /// <summary>Adds what a body locks, in its order. False where it cannot be followed.</summary>
    /// <param name="isInside">An execution on a connection or context, with what transaction it is given, runs in the transaction.</param>
    /// <param name="passed">Null where a call has nothing to do with the transaction, else the symbols by which the called method knows it.</param>
    private bool Follow(IOperation body, Func<IOperation, ISymbol?, ISymbol?, bool> isInside, Func<IInvocationOperation, IReadOnlyCollection<ISymbol>?> passed)
    {
        if (_model.Resources.GraphOf(body) is not { } graph)
        {
            return false;
        }
        var isOutermost = _step is null;
        var order = new BodyOrder(graph, isOutermost ? _transaction.Creation : null);
        List<(IOperation Step, int Start, int End)> steps = [];
        foreach (var call in body.Descendants().OfType<IInvocationOperation>().OrderBy(c => c.Syntax.Span.End))
        {
            if (isOutermost && call.Syntax.SpanStart <= _transaction.Creation.Syntax.SpanStart || LifetimeGraphs.BodyAround(call) != body)
            {
                continue;
            }
            var start = _locks.Count;
            _step = isOutermost ? call.Syntax : _step;
            Take(call, isInside, passed);
            if (_locks.Count > MaxLocks)
            {
                return false;
            }
            foreach (var earlier in steps.Where(s => _locks.Count > start && order.CanFollow(s.Step, call)))
            {
                _before.UnionWith(from i in Enumerable.Range(earlier.Start, earlier.End - earlier.Start) from j in Enumerable.Range(start, _locks.Count - start) select (i, j));
            }
            steps.Add((call, start, _locks.Count));
        }
        return true;
    }

    private void Take(IInvocationOperation call, Func<IOperation, ISymbol?, ISymbol?, bool> isInside, Func<IInvocationOperation, IReadOnlyCollection<ISymbol>?> passed)
    {
        if (call.TargetMethod is { Name: "ExecuteUpdate" or "ExecuteUpdateAsync" or "ExecuteDelete" or "ExecuteDeleteAsync", IsExtensionMethod: true })
        {
            if (DbResources.SetBehind(DbExecution.ReceiverOf(call)) is var (context, set) && isInside(call, LifetimeSymbols.Of(context), null))
            {
                Speak(_model.EfDialect(call.Syntax.SyntaxTree));
                var table = EfTables.Of(set, context.Type, _model.Ef);
                Add(HasWhere(DbExecution.ReceiverOf(call)) ? table : null, table ?? "", true);
            }
        }
        else if (_model.ExecutionOf(call) is { } execution)
        {
            if (isInside(call, execution.Connection, execution.Transaction))
            {
                Take(execution);
            }
        }
        else if (FormattedSql(call) is var (sql, on))
        {
            if (isInside(call, LifetimeSymbols.Of(on), null))
            {
                Take(TemplateOf(sql, _model), _model.EfDialect(sql.Syntax.SyntaxTree));
            }
        }
        else if (_model.ApiOf(call.TargetMethod) is null && _model.Operations.Of(call.TargetMethod) is null && passed(call) is { } symbols)
        {
            Enter(call, symbols);
        }
    }

    /// <summary>The interpolated string whose SQL a call of EF Core runs, its holes as parameters, and the context; null for any other call.</summary>
    private static (IOperation Sql, IOperation Context)? FormattedSql(IInvocationOperation call) =>
        call.TargetMethod.Name is "ExecuteSql" or "ExecuteSqlAsync" or "ExecuteSqlInterpolated" or "ExecuteSqlInterpolatedAsync" or "FromSql" or "FromSqlInterpolated" or "SqlQuery"
        && call.Arguments.FirstOrDefault(a => a.Parameter?.Type.Name == "FormattableString")?.Value is { } sql && ContextOf(DbExecution.ReceiverOf(call)) is { } on
            ? (sql, on)
            : null;

    private static SqlTemplate? TemplateOf(IOperation formatted, DbModel model) =>
        model.Flow.At(formatted) is { Truncated: false, Alternatives: { Length: 1 } only } ? SqlTemplate.Of(only[0], model.EfDialect(formatted.Syntax.SyntaxTree)) : null;

    /// <summary>Of <c>context.Database</c> and <c>context.Orders</c>.</summary>
    private static IOperation? ContextOf(IOperation? receiver) =>
        receiver is { Type.Name: "DatabaseFacade" } facade ? DbResources.ContextOf(facade) : DbResources.SetBehind(receiver)?.Context;

    private void Take(DbExecution execution)
    {
        var call = Giving(execution);
        var dialect = call?.Dialect is { } own && own != SqlDialect.Unknown ? own
            : Provider.OfType(LifetimeSymbols.TypeOf(execution.Connection)).Dialect is var connected && connected != SqlDialect.Unknown ? connected
            : DbResources.IsDbContext(LifetimeSymbols.TypeOf(execution.Connection)) ? _model.EfDialect(execution.Operation.Syntax.SyntaxTree)
            : SqlDialect.Unknown;
        Take(call is { IsStatement: true, Text.Truncated: false, Templates: { Length: 1 } templates } ? templates[0] : null, dialect);
    }

    /// <summary>What gave the text of an execution: of a command that is used again, what set it last before, if that is certain.</summary>
    private static DbCall? Giving(DbExecution execution)
    {
        var operation = execution.Operation;
        var last = execution.Calls.Where(c => c.Operation.Syntax.SpanStart <= operation.Syntax.SpanStart).OrderBy(c => c.Operation.Syntax.SpanStart).LastOrDefault();
        if (last is null || execution.Calls.Length == 1)
        {
            return last;
        }
        var block = last.Operation;
        while (block.Parent is { } parent && block is not IBlockOperation)
        {
            block = parent;
        }
        return block.Syntax.Span.Contains(operation.Syntax.Span) ? last : null;
    }

    private void Take(SqlTemplate? template, SqlDialect dialect)
    {
        Speak(dialect);
        if (template is not { IsExact: true, Script: { IsBalanced: true } script } || EarlierLocks.IsAdvisory(script))
        {
            Add(null, "", true);
            return;
        }
        var start = _locks.Count;
        foreach (var statement in script.Statements)
        {
            var before = _locks.Count;
            Take(statement, script);
            _before.UnionWith(from i in Enumerable.Range(start, before - start) from j in Enumerable.Range(before, _locks.Count - before) select (i, j));
        }
    }

    private void Take(SqlStatement statement, SqlScript script)
    {
        if (TakesLocks(statement))
        {
            var table = LockedBy(statement);
            Add(table?.Name, table is { } known ? script.Text.Text.Substring(known.Start, known.Length) : "", (statement.Lock & (SqlLockClause.SkipLocked | SqlLockClause.NoWait)) == 0);
        }
        else if (statement.Kind == SqlStatementKind.Insert)
        {
            // Its rows are new, and the transaction's own.
            _inserted.UnionWith(Written(statement).Select(t => Key(t.Name)));
        }
    }

    private static IEnumerable<string> LockedBy(SqlScript script) => script.Statements.Where(TakesLocks).Select(LockedBy).Where(t => t is not null).Select(t => Key(t!.Value.Name));

    private static bool TakesLocks(SqlStatement statement) => statement.Kind switch
    {
        SqlStatementKind.Insert => statement.HasOnConflict && !statement.IgnoresConflict,
        SqlStatementKind.Select => Written(statement).Any()
            || (statement.Lock & (SqlLockClause.ForUpdate | SqlLockClause.ForNoKeyUpdate | SqlLockClause.UpdLock | SqlLockClause.XLock)) != 0,
        SqlStatementKind.Begin or SqlStatementKind.Commit or SqlStatementKind.Rollback or SqlStatementKind.Savepoint or SqlStatementKind.Release
            or SqlStatementKind.Declare or SqlStatementKind.Listen or SqlStatementKind.Notify => false,
        _ => true,
    };

    /// <summary>The one table whose rows a statement locks; null where it is not one, or not known.</summary>
    private static SqlTable? LockedBy(SqlStatement statement)
    {
        var written = Written(statement).ToList();
        var locked = statement.Kind == SqlStatementKind.Select && written.Count == 0 ? [.. statement.Tables] : written;
        return locked.Count == 1 && locked[0].Name.Length > 0 && !statement.IsInsideBlock
            && (statement.HasWhere && statement.Kind is SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.Select
                || statement.Kind is SqlStatementKind.Insert or SqlStatementKind.Merge or SqlStatementKind.Replace)
            ? locked[0]
            : null;
    }

    private static IEnumerable<SqlTable> Written(SqlStatement statement) => statement.Tables.Where(t => (t.Use & SqlTableUse.Write) != 0);

    private void Add(string? table, string name, bool waits)
    {
        var key = table is null || table.StartsWith("#", StringComparison.Ordinal) || table.StartsWith("@", StringComparison.Ordinal) ? null : Key(table);
        if (key is null || !_inserted.Contains(key))
        {
            _locks.Add(new(key, name, waits, _step!));
        }
    }

    private static string Key(string table) =>
        (table.StartsWith("dbo.", StringComparison.OrdinalIgnoreCase) ? table.Substring(4) : table.StartsWith("public.", StringComparison.OrdinalIgnoreCase) ? table.Substring(7) : table).ToLowerInvariant();

    private void Speak(SqlDialect dialect)
    {
        Dialect = !_isSpoken || Dialect == dialect ? dialect : SqlDialect.Unknown;
        _isSpoken = true;
    }

    private void Enter(IInvocationOperation call, IReadOnlyCollection<ISymbol> symbols)
    {
        var method = (call.TargetMethod.ReducedFrom ?? call.TargetMethod).OriginalDefinition;
        var hasOneTarget = !method.IsAbstract && !(method.IsVirtual || method.IsOverride && !method.ContainingType.IsSealed);
        if (!hasOneTarget || _calls.Count >= MaxDepth || _calls.Contains(method, SymbolEqualityComparer.Default) || _model.Flow.BodyOf(method) is not { } body)
        {
            Add(null, "", true);
            return;
        }
        _calls.Add(method);
        if (!Follow(body.Parent is null ? body : LifetimeGraphs.BodyAround(body), (_, connection, transaction) => Has(symbols, connection) || Has(symbols, transaction), inner => Passed(inner, a => Has(symbols, LifetimeSymbols.Of(a)), symbols)))
        {
            Add(null, "", true);
        }
        _calls.RemoveAt(_calls.Count - 1);
    }

    private bool RunsInside(IOperation at, ISymbol? connection, ISymbol? given) =>
        SurroundingTransaction.Of(at, connection, given, _model)?.Begun?.Syntax == _transaction.Creation.Syntax;

    private IReadOnlyCollection<ISymbol>? IsPassed(IInvocationOperation call) =>
        Passed(call, argument => LifetimeSymbols.Of(argument) is { } symbol && LifetimeSymbols.TypeOf(symbol) is { } type
            && (DbResources.IsTransaction(type) ? RunsInside(call, null, symbol)
                : (_model.Shapes.IsConnection(type) || DbResources.IsDbContext(type)) && RunsInside(call, symbol, null)),
            _transaction.Owner is { } owner and not ILocalSymbol && RunsInside(call, owner, null) ? [owner] : []);

    /// <summary>By which symbols a called method knows the transaction: parameters, and members that both see.</summary>
    private static IReadOnlyCollection<ISymbol>? Passed(IInvocationOperation call, Func<IOperation, bool> isInside, IReadOnlyCollection<ISymbol> shared)
    {
        var method = (call.TargetMethod.ReducedFrom ?? call.TargetMethod).OriginalDefinition;
        List<ISymbol> symbols = [.. call.Arguments.Where(a => a.Parameter is not null && isInside(a.Value)).Select(a => method.Parameters[a.Parameter!.Ordinal])];
        var isOwn = call.Instance is null or IInstanceReferenceOperation;
        symbols.AddRange(shared.Where(s => isOwn && SymbolEqualityComparer.Default.Equals(s.ContainingType, method.ContainingType)
            && s is IFieldSymbol or IPropertySymbol or IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } }));
        return symbols.Count > 0 && !(method.ContainingNamespace.ToDisplayString() is var ns && (ns.StartsWith("System", StringComparison.Ordinal) || ns.StartsWith("Microsoft", StringComparison.Ordinal))) ? symbols : null;
    }

    private static bool Has(IReadOnlyCollection<ISymbol> symbols, ISymbol? symbol) => symbol is not null && symbols.Contains(symbol, SymbolEqualityComparer.Default);

    private static bool HasWhere(IOperation? query) => query switch
    {
        IConversionOperation conversion => HasWhere(conversion.Operand),
        IInvocationOperation { TargetMethod.Name: "Where" } => true,
        IInvocationOperation call => HasWhere(DbExecution.ReceiverOf(call)),
        _ => false,
    };
}
