using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>Readings of the system's clock, and times of the server that are known to be UTC.</summary>
internal static class WallClock
{
    private static readonly Mentions LegacySwitch = new("EnableLegacyTimestampBehavior");

    /// <summary><c>DateTime.Now</c>, <c>UtcNow</c>, their DateTimeOffset twins, <c>GetUtcNow()</c>: the clock itself, right here.</summary>
    public static bool IsReading(IOperation operation) => EfQueries.Unconverted(operation) switch
    {
        IPropertyReferenceOperation { Property: { Name: "Now" or "UtcNow", ContainingType: { Name: "DateTime" or "DateTimeOffset", ContainingNamespace.Name: "System" } } } => true,
        IPropertyReferenceOperation { Property.Name: "UtcDateTime" or "DateTime" or "LocalDateTime", Instance: { } instance } => IsReading(instance),
        IInvocationOperation { TargetMethod: { Name: "GetUtcNow" or "GetLocalNow", ContainingType: { Name: "TimeProvider", ContainingNamespace.Name: "System" } } } => true,
        _ => false,
    };

    /// <summary>A DateTime that a local clock gives, through <c>AddMinutes</c> and the like: <c>DateTime.Now</c>.</summary>
    public static IPropertyReferenceOperation? LocalReading(IOperation operation) => EfQueries.Unconverted(operation) switch
    {
        IPropertyReferenceOperation { Property: { Name: "Now", ContainingType.SpecialType: SpecialType.System_DateTime } } now => now,
        IInvocationOperation { TargetMethod: { Name: var name, ContainingType.SpecialType: SpecialType.System_DateTime }, Instance: { } instance } => name.StartsWith("Add", StringComparison.Ordinal) ? LocalReading(instance) : null,
        IBinaryOperation { Type.SpecialType: SpecialType.System_DateTime } sum => LocalReading(sum.LeftOperand),
        _ => null,
    };

    /// <summary>A time of the database that is certainly UTC: of Npgsql's replication, or of a <c>timestamptz</c>.</summary>
    public static bool IsServerUtc(IOperation value, DbModel model, Compilation compilation) => ValueTrace.Of(value, model, Through).Any(t => t.Operation switch
    {
        IPropertyReferenceOperation { Property: { Name: "TransactionCommitTimestamp" or "ServerClock" or "TransactionPrepareTimestamp" or "TransactionStreamCommitTimestamp", ContainingType.ContainingNamespace: { } ns } } =>
            ns.ToDisplayString().StartsWith("Npgsql.Replication", StringComparison.Ordinal),
        var operation => DatabaseRead.Of(operation, model) is { By: ReadBy.Getter } read && read.Provider == Provider.Npgsql && read.Type.SpecialType == SpecialType.System_DateTime
            && read.ColumnType is "timestamptz" or "timestamp with time zone" && !LegacySwitch.AreIn(compilation),
    });

    private static IOperation? Through(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { Name: var name, ContainingType.SpecialType: SpecialType.System_DateTime }, Instance: { } instance } => name.StartsWith("Add", StringComparison.Ordinal) || name == "ToUniversalTime" ? instance : null,
        IBinaryOperation { Type.SpecialType: SpecialType.System_DateTime } sum => sum.LeftOperand,
        _ => null,
    };
}
