using System.Data;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>What a provider does with an isolation level. Facts: providers.md §3, held by tests/DbSafety.Incidents.</summary>
/// <param name="Error">The exception it throws; null where it takes the level.</param>
/// <param name="Runs">The level that runs in its place; null where the one asked for runs, or none does.</param>
internal readonly record struct IsolationOutcome(string? Error, IsolationLevel? Runs);

/// <summary>A transaction that is begun with a constant isolation level on a known provider.</summary>
internal sealed record IsolationRequest(Provider Provider, IArgumentOperation Argument, IsolationLevel Level)
{
    private const string NotSupported = "NotSupportedException", BadArgument = "ArgumentException", OutOfRange = "ArgumentOutOfRangeException";

    /// <summary>The level as the code would name it; a number where the enum has none of that value.</summary>
    public string Name => Level.ToString();

    public IsolationOutcome Outcome => OutcomeOf(Provider, Level);

    /// <summary>The level to use where the provider rejects the one asked for: the strictest on SQLite, which has no other.</summary>
    public IsolationLevel Instead =>
        Provider == Provider.MicrosoftSqlite || Provider == Provider.SystemSqlite || Provider == Provider.Spanner ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted;

    /// <summary>
    /// The request an invocation is: BeginTransaction of a provider's own connection class, or of EF Core's Database where its only
    /// provider is known. Null where the level is not constant or the provider not certain.
    /// </summary>
    public static IsolationRequest? Of(IInvocationOperation invocation, Provider? efProvider)
    {
        var method = invocation.TargetMethod;
        if (method.Name is not ("BeginTransaction" or "BeginTransactionAsync")
            || invocation.Arguments.FirstOrDefault(a => IsLevel(a.Parameter?.Type) && a.ArgumentKind == ArgumentKind.Explicit) is not { } argument
            || argument.Value.ConstantValue is not { HasValue: true, Value: int level })
        {
            return null;
        }
        var provider = method.ContainingType.Name is "RelationalDatabaseFacadeExtensions"
            ? efProvider
            : invocation.Instance?.Type is { } connection && method.ContainingType.TypeKind == TypeKind.Class ? Own(connection) : null;
        return provider is null ? null : new(provider, argument, (IsolationLevel)level);
    }

    /// <summary>The provider whose own class this is; null for a class derived from it, which may do otherwise.</summary>
    private static Provider? Own(ITypeSymbol connection) =>
        Provider.OfType(connection) is var provider && provider != Provider.Unknown && connection.ContainingNamespace.ToDisplayString() == provider.Namespace ? provider : null;

    private static bool IsLevel(ITypeSymbol? type) =>
        type is { Name: "IsolationLevel", TypeKind: TypeKind.Enum } && type.ContainingNamespace.ToDisplayString() == "System.Data";

    private static IsolationOutcome OutcomeOf(Provider provider, IsolationLevel level)
    {
        if (provider == Provider.Npgsql)
        {
            return level switch
            {
                IsolationLevel.ReadUncommitted => Becomes(IsolationLevel.ReadCommitted),
                IsolationLevel.Snapshot => Becomes(IsolationLevel.RepeatableRead),
                _ => TakesAllBut(level, NotSupported, IsolationLevel.Chaos),
            };
        }
        if (provider == Provider.MySqlConnector)
        {
            return level == IsolationLevel.Snapshot ? Becomes(IsolationLevel.RepeatableRead) : TakesAllBut(level, NotSupported, IsolationLevel.Chaos);
        }
        if (provider == Provider.MicrosoftSqlite)
        {
            // ReadUncommitted depends on the cache mode and on `deferred`.
            return level is IsolationLevel.ReadCommitted or IsolationLevel.RepeatableRead
                ? Becomes(IsolationLevel.Serializable)
                : TakesAllBut(level, BadArgument, IsolationLevel.Chaos, IsolationLevel.Snapshot);
        }
        if (provider == Provider.SystemSqlite)
        {
            return TakesAllBut(level, BadArgument, IsolationLevel.Chaos, IsolationLevel.ReadUncommitted, IsolationLevel.RepeatableRead, IsolationLevel.Snapshot);
        }
        if (provider == Provider.SqlClient || provider == Provider.SystemSqlClient)
        {
            return TakesAllBut(level, OutOfRange, IsolationLevel.Chaos);
        }
        if (provider == Provider.Spanner)
        {
            // RepeatableRead and Snapshot are taken from version 5.2 on.
            return TakesAllBut(level, NotSupported, IsolationLevel.Chaos, IsolationLevel.ReadUncommitted, IsolationLevel.ReadCommitted);
        }
        return default;
    }

    private static IsolationOutcome Becomes(IsolationLevel level) => new(null, level);

    private static IsolationOutcome TakesAllBut(IsolationLevel level, string error, params IsolationLevel[] rejected) =>
        rejected.Contains(level) || !Enum.IsDefined(typeof(IsolationLevel), level) ? new(error, null) : default;
}
