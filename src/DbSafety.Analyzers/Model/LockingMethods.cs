using System.Collections.Concurrent;
using System.Collections.Immutable;
using DbSafety.Flow;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>
/// Methods of the compilation that lock a row for their caller: by a key that he gives, on his connection or context and in his transaction.
/// Each is read once, whoever calls it.
/// </summary>
internal sealed class LockingMethods(DbModel model)
{
    /// <summary>How many methods deep a key is followed: <c>DebitAsync</c> that only calls <c>ChangeAsync</c>.</summary>
    private const int MaxDepth = 2;

    private static readonly Mentions Scopes = new("TransactionScope");

    private readonly ConcurrentDictionary<(ISymbol Method, int Depth), RowLock?> _known = new();
    private readonly ConcurrentDictionary<ISymbol, bool> _mayLock = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, bool> _hasDatabase = new(SymbolEqualityComparer.Default);

    /// <summary>
    /// The method may run such a statement in a transaction of the caller: it gets one, or its object has a connection, and its body holds a
    /// statement or a call that leads to one. By symbols and syntax alone.
    /// </summary>
    public bool MayLock(IInvocationOperation call) =>
        Target(call.TargetMethod) is { DeclaringSyntaxReferences.Length: 1, MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, Parameters: { IsEmpty: false } parameters } target
        && !target.IsAbstract && (!(target.IsVirtual || target.IsOverride) || target.IsSealed || target.ContainingType.IsSealed)
        && (target.MethodKind == MethodKind.LocalFunction || parameters.Any(p => model.Operations.IsDatabaseType(p.Type))
            || call.Instance is null or IInstanceReferenceOperation && _hasDatabase.GetOrAdd(target.ContainingType, t => HasDatabase((INamedTypeSymbol)t))
            || Scopes.AreIn(call.Syntax.SyntaxTree))
        && _mayLock.GetOrAdd(target, m => MayLock(((IMethodSymbol)m).DeclaringSyntaxReferences[0].GetSyntax()));

    /// <summary>The first row that a call locks through the method it calls, in terms of the caller; null where that is not certain.</summary>
    public RowLock? Of(IInvocationOperation call) => Of(call, 1);

    private RowLock? Of(IInvocationOperation call, int depth) =>
        MayLock(call) && Target(call.TargetMethod) is var method && _known.GetOrAdd((method, depth), key => In((IMethodSymbol)key.Method, key.Depth)) is { } own
            ? Given(own, method, call) is { } given && (depth > 1 || given.Dialect.LocksRows()) ? given : null
            : null;

    /// <summary>An object of the type keeps a connection, transaction or context, or is one.</summary>
    private bool HasDatabase(INamedTypeSymbol? type)
    {
        for (; type is { SpecialType: SpecialType.None }; type = type.BaseType)
        {
            var kept = type.GetMembers().Select(LifetimeSymbols.TypeOf).Concat(type.InstanceConstructors.SelectMany(c => c.Parameters).Select(p => p.Type));
            if (model.Operations.IsDatabaseType(type) || kept.Any(model.Operations.IsDatabaseType))
            {
                return true;
            }
        }
        return false;
    }

    private static IMethodSymbol Target(IMethodSymbol method) => (method.ReducedFrom ?? method).OriginalDefinition;

    private static bool MayLock(SyntaxNode declaration)
    {
        var (arrow, block) = declaration switch
        {
            MethodDeclarationSyntax method => (method.ExpressionBody, method.Body),
            LocalFunctionStatementSyntax function => (function.ExpressionBody, function.Body),
            _ => default,
        };
        return arrow is not null || block is { Statements.Count: 1 }
            || block is not null && block.DescendantNodes().OfType<SimpleNameSyntax>().Any(name => RowLock.IsName(name.Identifier.ValueText));
    }

    /// <summary>What a method always locks first; null where it has a transaction of its own, or something before makes the order of rows harmless.</summary>
    private RowLock? In(IMethodSymbol method, int depth)
    {
        if (model.Flow.BodyOf(method) is not { } block)
        {
            return null;
        }
        var body = block.Parent is null ? block : LifetimeGraphs.BodyAround(block);
        var operations = body.Descendants().ToList();
        if (operations.Exists(o => DbResources.MayBegin(o) || Ends(o)))
        {
            return null;
        }
        foreach (var call in operations.OfType<IInvocationOperation>().Where(c => LifetimeGraphs.BodyAround(c) == body).OrderBy(c => c.Syntax.Span.End))
        {
            var locks = RowLock.OfStatement(call, model, isGiven: true).ToList();
            if (locks.Count == 0 && depth < MaxDepth && Of(call, depth + 1) is { } through)
            {
                locks.Add(through);
            }
            if (locks.Count > 0)
            {
                return locks.Count == 1 && !Branches.CanSkip(call, null) && !EarlierLocks.Guard(locks[0], call, model)
                    && OfParameters(locks[0], method) is { Keys.IsEmpty: false } own ? own : null;
            }
        }
        return null;
    }

    private static bool Ends(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod.Name: var name } && (name.StartsWith("Commit", StringComparison.Ordinal) || name.StartsWith("Rollback", StringComparison.Ordinal));

    /// <summary>The keys that are parameters, or properties of one, as the caller gives them.</summary>
    private static RowLock OfParameters(RowLock rows, IMethodSymbol method) => rows with
    {
        Keys = rows.Keys.Select(k => OfParameter(k, method)).OfType<RowKey>().ToImmutableArray(),
        OpensConnection = rows.OpensConnection
            || rows is { Transaction: null, Connection: ILocalSymbol own } && SymbolEqualityComparer.Default.Equals(own.ContainingSymbol, method) && IsOpened(own, rows.Execution),
    };

    private static bool IsOpened(ISymbol connection, IOperation at) =>
        LifetimeGraphs.BodyAround(at).Descendants().OfType<IVariableDeclaratorOperation>().FirstOrDefault(d => SymbolEqualityComparer.Default.Equals(d.Symbol, connection))?.GetVariableInitializer()?.Value is { } made
        && (made is IAwaitOperation awaited ? awaited.Operation : CommandUses.Unwrap(made)) is IObjectCreationOperation or IInvocationOperation { TargetMethod.Name: "OpenConnection" or "OpenConnectionAsync" };

    private static RowKey? OfParameter(RowKey key, IMethodSymbol method)
    {
        var (value, member) = (Renames.Resolve(key.Value.Operation), key.Value.Member);
        if (member is null && value is IPropertyReferenceOperation { Instance: { } instance, Property: { IsIndexer: false } property })
        {
            (value, member) = (Renames.Resolve(instance), property);
        }
        return value is IParameterReferenceOperation { Parameter: var parameter } && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, method)
            && !LifetimeSymbols.IsAssigned(parameter, value) && !(member is not null && TextTypes.IsTextCarrier(value.Type))
            ? new(key.Column, new(value, member, key.Value.Type))
            : null;
    }

    private static RowLock? Given(RowLock own, IMethodSymbol method, IInvocationOperation call)
    {
        var keys = own.Keys.Select(k => Argument(((IParameterReferenceOperation)k.Value.Operation).Parameter) is { } value
            ? new RowKey(k.Column, k.Value.Member is null ? ParameterValue.Of(value) : k.Value with { Operation = CommandUses.Unwrap(value) })
            : (RowKey?)null).ToList();
        var (connection, transaction) = (Known(own.Connection), Known(own.Transaction));
        var dialect = own.Dialect != SqlDialect.Unknown ? own.Dialect : Provider.OfType(LifetimeSymbols.TypeOf(connection ?? transaction)).Dialect;
        return keys.TrueForAll(k => k is not null)
            ? own with { Run = call, Keys = keys.Select(k => k!.Value).ToImmutableArray(), Dialect = dialect, Connection = connection, Transaction = transaction }
            : null;

        IOperation? Argument(IParameterSymbol parameter) => call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == parameter.Ordinal)?.Value;

        // By what the caller knows it: what he gives, a member or variable that both see.
        ISymbol? Known(ISymbol? symbol) => symbol switch
        {
            IParameterSymbol parameter when SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, method) => LifetimeSymbols.Of(Argument(parameter)),
            null => null,
            _ when method.MethodKind == MethodKind.LocalFunction => SymbolEqualityComparer.Default.Equals(symbol.ContainingSymbol, method) ? null : symbol,
            ILocalSymbol => null,
            _ => symbol.IsStatic || call.Instance is IInstanceReferenceOperation ? symbol : null,
        };
    }
}
