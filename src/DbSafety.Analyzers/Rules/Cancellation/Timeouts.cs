using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Cancellation;

internal enum TimeoutUnit
{
    /// <summary>The time a statement may take.</summary>
    Seconds,
    /// <summary>The time to connect, or for a bulk copy, which may take any.</summary>
    OtherSeconds,
}

/// <summary>A constant given as a timeout in seconds.</summary>
/// <param name="Value">The constant.</param>
/// <param name="Name">The property or parameter it is given to.</param>
/// <param name="Provider">Unknown where the static type does not say.</param>
internal readonly record struct TimeoutSetting(IOperation Value, int Seconds, string Name, TimeoutUnit Unit, Provider Provider);

/// <summary>The places that take a timeout in seconds (facts/providers §2.3, §4).</summary>
internal static class Timeouts
{
    private static readonly HashSet<string> ConnectionProperties = new(StringComparer.Ordinal)
    {
        "ConnectTimeout", "ConnectionTimeout", "Timeout", "DefaultTimeout", "ConnectionIdleTimeout",
    };

    /// <summary>Calls <paramref name="action"/> for each constant that is set as a timeout in seconds.</summary>
    public static void OnConstant(RuleContext context, Action<TimeoutSetting, OperationPlace> action)
    {
        context.OnOperation(o =>
        {
            var assignment = (ISimpleAssignmentOperation)o.Operation;
            if (assignment.Target is IPropertyReferenceOperation { Property: { Name: var name } property } target && name.EndsWith("Timeout", StringComparison.Ordinal)
                && UnitOf(context.Model, property) is { } unit && Constant(assignment.Value) is { } seconds)
            {
                action(new(assignment.Value, seconds, name, unit, Provider.OfType(target.Instance?.Type ?? property.ContainingType)), o);
            }
        }, OperationKind.SimpleAssignment);
        context.OnOperation(o =>
        {
            var call = (IInvocationOperation)o.Operation;
            if (!MayTakeSeconds(call.TargetMethod))
            {
                return;
            }
            foreach (var argument in call.Arguments)
            {
                if (argument is { ArgumentKind: ArgumentKind.Explicit, Parameter: { } parameter } && TakesSeconds(call.TargetMethod, parameter) && Constant(argument.Value) is { } seconds)
                {
                    var receiver = call.Instance ?? call.Arguments[0].Value;
                    action(new(argument.Value, seconds, Named(call.TargetMethod, parameter), TimeoutUnit.Seconds, Provider.OfType(DatabaseCalls.Unconverted(receiver).Type)), o);
                }
            }
        }, OperationKind.Invocation);
        context.OnOperation(o =>
        {
            var creation = (IObjectCreationOperation)o.Operation;
            if (creation.Type is { } type && DbOperations.IsCommandDefinition(type)
                && creation.Arguments.FirstOrDefault(a => a.ArgumentKind == ArgumentKind.Explicit && a.Parameter?.Name == "commandTimeout") is { } argument
                && Constant(argument.Value) is { } seconds)
            {
                action(new(argument.Value, seconds, "commandTimeout", TimeoutUnit.Seconds, Provider.Unknown), o);
            }
        }, OperationKind.ObjectCreation);
    }

    private static TimeoutUnit? UnitOf(DbModel model, IPropertySymbol property)
    {
        var type = property.ContainingType;
        if (property.Type.SpecialType is not (SpecialType.System_Int32 or SpecialType.System_UInt32))
        {
            return null;
        }
        return property.Name switch
        {
            "CommandTimeout" when model.Shapes.IsCommand(type) => TimeoutUnit.Seconds,
            "Timeout" when Inherits(type, "DbBatch") => TimeoutUnit.Seconds,
            "BulkCopyTimeout" => TimeoutUnit.OtherSeconds,
            "CommandTimeout" or "DefaultCommandTimeout" when Inherits(type, "DbConnectionStringBuilder") => TimeoutUnit.Seconds,
            var name when ConnectionProperties.Contains(name) && Inherits(type, "DbConnectionStringBuilder") => TimeoutUnit.OtherSeconds,
            _ => null,
        };
    }

    private static bool MayTakeSeconds(IMethodSymbol method) => method.Name is "SetCommandTimeout" or "CommandTimeout" || method.ContainingType is { Name: "SqlMapper" };

    /// <summary>Dapper's <c>commandTimeout</c>, EF Core's <c>SetCommandTimeout(int)</c> and <c>CommandTimeout(int)</c>.</summary>
    private static bool TakesSeconds(IMethodSymbol method, IParameterSymbol parameter) =>
        IsInt(parameter.Type) && parameter.Name switch
        {
            "commandTimeout" => method.ContainingType is { Name: "SqlMapper" } || method.Name == "CommandTimeout" && IsEf(method),
            "timeout" => method.Name == "SetCommandTimeout" && IsEf(method),
            _ => false,
        };

    private static string Named(IMethodSymbol method, IParameterSymbol parameter) =>
        method.Name is "SetCommandTimeout" or "CommandTimeout" ? method.Name : parameter.Name;

    private static bool IsEf(IMethodSymbol method) => method.ContainingNamespace.ToDisplayString().Contains("EntityFrameworkCore");

    private static bool IsInt(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_Int32
        || type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: var arguments } && arguments[0].SpecialType == SpecialType.System_Int32;

    /// <summary>The number; null where it is not known, or is null itself.</summary>
    private static int? Constant(IOperation value) => DatabaseCalls.Unconverted(value).ConstantValue is { HasValue: true, Value: { } number }
        ? number switch { int i => i, uint u and <= int.MaxValue => (int)u, _ => null }
        : null;

    private static bool Inherits(INamedTypeSymbol? type, string name)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.Name == name && t.ContainingNamespace.ToDisplayString() == "System.Data.Common")
            {
                return true;
            }
        }
        return false;
    }
}
