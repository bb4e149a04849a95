using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

internal enum LocalTimeKind
{
    /// <summary>A DateTime, or text, in the machine's zone.</summary>
    Time,
    /// <summary>A day of the machine's zone.</summary>
    Day,
    /// <summary>A DateTimeOffset with the machine's offset: a point in time, which some databases take and some do not.</summary>
    Offset,
    /// <summary>A DateTime of which nothing says what zone it is in: parsed, or made of numbers.</summary>
    Kindless,
}

/// <summary>A value that is the machine's local time (facts/time-and-numbers).</summary>
/// <param name="Source">The expression that reads the clock or turns a time into a local one.</param>
/// <param name="Place">The same in the body at hand: <paramref name="Source"/>, or the call of the helper it stands in.</param>
/// <param name="Steps">What was done with it since.</param>
internal readonly record struct LocalTime(LocalTimeKind Kind, IOperation Source, IOperation Place, IReadOnlyList<IOperation> Steps)
{
    /// <summary>One of these is in every file with a source other than a kindless one.</summary>
    public static readonly Mentions Words = new(
        ".Now", ".Today", "static System.DateTime", "ToLocalTime", "LocalDateTime", "GetLocalNow", "LastWriteTime", "CreationTime", "LastAccessTime", "FromFileTime");

    public static readonly Mentions KindlessWords = new("DateTime.Parse", "ToDateTime", "new DateTime");

    private static readonly string[] FileTimes = ["LastWriteTime", "CreationTime", "LastAccessTime"];

    /// <summary>The local times that a value can be.</summary>
    public static IEnumerable<LocalTime> In(IOperation value, DbModel model)
    {
        foreach (var traced in ValueTrace.Of(value, model, Through))
        {
            if (KindOf(traced.Operation) is { } kind && After(kind, traced.Steps) is { } result)
            {
                yield return new(result, traced.Operation, traced.Place, traced.Steps);
            }
        }
    }

    /// <summary>The kind of time an expression makes; null where it makes none, or one in UTC.</summary>
    private static LocalTimeKind? KindOf(IOperation operation) => operation switch
    {
        IPropertyReferenceOperation { Property: { Name: "Now", ContainingType: var type } } => IsTime(type) ? IsOffset(type) ? LocalTimeKind.Offset : LocalTimeKind.Time : null,
        IPropertyReferenceOperation { Property: { Name: "Today", ContainingType: var type } } => IsTime(type) ? LocalTimeKind.Day : null,
        IPropertyReferenceOperation { Property: { Name: "LocalDateTime", ContainingType: var type } } => IsTime(type) ? LocalTimeKind.Time : null,
        IPropertyReferenceOperation { Property: { Name: var name, ContainingType: { Name: "FileSystemInfo", ContainingNamespace.Name: "IO" } } } => FileTimes.Contains(name) ? LocalTimeKind.Time : null,
        IInvocationOperation { TargetMethod: { Name: "ToLocalTime", ContainingType: var type } } => IsTime(type) ? IsOffset(type) ? LocalTimeKind.Offset : LocalTimeKind.Time : null,
        IInvocationOperation { TargetMethod: { Name: "FromFileTime", ContainingType: var type } } => IsTime(type) ? IsOffset(type) ? LocalTimeKind.Offset : LocalTimeKind.Time : null,
        IInvocationOperation { TargetMethod: { Name: "GetLocalNow", ContainingType: { Name: "TimeProvider", ContainingNamespace.Name: "System" } } } => LocalTimeKind.Offset,
        IInvocationOperation { TargetMethod: { Name: var name, ContainingType: { Name: "File" or "Directory", ContainingNamespace.Name: "IO" } } } =>
            name.StartsWith("Get", StringComparison.Ordinal) && FileTimes.Contains(name.Substring(3)) ? LocalTimeKind.Time : null,
        IInvocationOperation { TargetMethod: { Name: "Parse" or "ParseExact", ContainingType: var type } } parse =>
            IsDateTime(type) && !parse.Arguments[0].Value.ConstantValue.HasValue && !HasStyles(parse) ? LocalTimeKind.Kindless : null,
        IInvocationOperation { TargetMethod: { Name: "ToDateTime", ContainingType: { Name: "Convert", ContainingNamespace.Name: "System" } }, Arguments: [{ Value.Type.SpecialType: SpecialType.System_String }, ..] } => LocalTimeKind.Kindless,
        IObjectCreationOperation { Type: { } type, Arguments.Length: > 0 } creation => IsDateTime(type) && !creation.Arguments.Any(a => a.Parameter?.Type.Name == "DateTimeKind") ? LocalTimeKind.Kindless : null,
        _ => null,
    };

    /// <summary>What hands a time on as it is, or as a part or text of it.</summary>
    private static IOperation? Through(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { Name: var name, ContainingType: var type }, Instance: { } instance } call =>
            IsTime(type) && (name.StartsWith("Add", StringComparison.Ordinal) || name is "ToString" or "ToShortDateString" or "ToLongDateString" || name == "Subtract" && IsTime(call.Type)) ? instance : null,
        IInvocationOperation { TargetMethod: { Name: "FromDateTime", ContainingType.Name: "DateOnly" }, Arguments: [{ Value: var time }] } => time,
        IInvocationOperation { TargetMethod: { Name: "SpecifyKind", ContainingType: var type }, Arguments: [{ Value: var time }, _] } => IsDateTime(type) ? time : null,
        IPropertyReferenceOperation { Property: { Name: "Date" or "Ticks" or "DateTime", ContainingType: var type }, Instance: { } instance } => IsTime(type) ? instance : null,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum => IsTime(sum.Type) ? sum.LeftOperand : null,
        IConversionOperation { OperatorMethod: not null } conversion => IsTime(conversion.Type) ? conversion.Operand : null,
        IObjectCreationOperation { Arguments: [{ Value: var time }] } creation => IsOffset(creation.Type) && IsDateTime(time.Type) ? time : null,
        IInterpolatedStringOperation { Parts: [IInterpolationOperation { Expression: var time }] } => IsTime(time.Type) ? time : null,
        _ => null,
    };

    /// <summary>What a time has become; null where it is a text that says its offset, or that is a name rather than a time.</summary>
    private static LocalTimeKind? After(LocalTimeKind kind, IEnumerable<IOperation> steps)
    {
        foreach (var step in steps)
        {
            LocalTimeKind? next = step switch
            {
                IPropertyReferenceOperation { Property.Name: "Date" } or IInvocationOperation { TargetMethod.Name: "FromDateTime" or "ToShortDateString" or "ToLongDateString" } =>
                    kind == LocalTimeKind.Kindless ? kind : LocalTimeKind.Day,
                IPropertyReferenceOperation { Property.Name: "DateTime" or "Ticks" } => kind == LocalTimeKind.Offset ? LocalTimeKind.Time : kind,
                IConversionOperation { OperatorMethod: not null } or IObjectCreationOperation => kind == LocalTimeKind.Kindless ? kind : LocalTimeKind.Offset,
                IInvocationOperation { TargetMethod.Name: "ToString" } text => AsText(kind, text.Arguments.FirstOrDefault(a => a.Parameter?.Name == "format")?.Value),
                IInterpolatedStringOperation { Parts: [IInterpolationOperation { FormatString: var format }] } => AsText(kind, format),
                _ => kind,
            };
            if (next is null)
            {
                return null;
            }
            kind = next.Value;
        }
        return kind;
    }

    private static LocalTimeKind? AsText(LocalTimeKind kind, IOperation? format)
    {
        if (format is not null && format.ConstantValue is not { HasValue: true, Value: string or null })
        {
            return null;
        }
        var text = (format?.ConstantValue.Value as string) is { Length: > 0 } given ? given : "G";
        var says = text.Length == 1
            ? text[0] switch { 'd' or 'D' => LocalTimeKind.Day, 'f' or 'F' or 'g' or 'G' or 's' or 'u' => LocalTimeKind.Time, 'R' or 'r' when kind != LocalTimeKind.Offset => LocalTimeKind.Time, _ => (LocalTimeKind?)null }
            : text.IndexOfAny(['z', 'K']) >= 0 ? null
            // 20260131070000 is a number to tell things apart by.
            : text.All(char.IsLetter) ? null
            : text.IndexOfAny(['H', 'h', 'm', 's']) >= 0 ? LocalTimeKind.Time
            : LocalTimeKind.Day;
        // Without a format a DateTimeOffset prints its offset.
        return kind == LocalTimeKind.Kindless || kind == LocalTimeKind.Offset && format is null ? null
            : kind == LocalTimeKind.Day && says is not null ? kind
            : says;
    }

    private static bool HasStyles(IInvocationOperation parse) => parse.Arguments.Any(a => a.Parameter?.Type.Name == "DateTimeStyles" && a.ArgumentKind == ArgumentKind.Explicit && a.Value.ConstantValue.Value is not 0);

    private static bool IsTime(ITypeSymbol? type) => IsDateTime(type) || IsOffset(type);

    private static bool IsDateTime(ITypeSymbol? type) => type?.SpecialType == SpecialType.System_DateTime;

    private static bool IsOffset(ITypeSymbol? type) => type is { Name: "DateTimeOffset", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };
}
