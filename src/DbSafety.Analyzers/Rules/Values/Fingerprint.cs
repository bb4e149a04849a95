using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>A hash over bytes (SHA256, HMAC, XxHash and the like), and what of its input is not the same everywhere.</summary>
internal sealed class Fingerprint(DbModel model)
{
    /// <summary>One of these is in every file that takes one.</summary>
    public static readonly Mentions Words = new("HashData", "ComputeHash", "AppendData", "HashToUInt", "System.IO.Hashing");

    private const int MaxDepth = 6;

    private static readonly HashSet<string> Unordered = new(StringComparer.Ordinal)
    {
        "HashSet", "ISet", "IReadOnlySet", "ImmutableHashSet", "IImmutableSet", "FrozenSet", "Dictionary", "IDictionary", "IReadOnlyDictionary", "ConcurrentDictionary", "ImmutableDictionary",
        "IImmutableDictionary", "FrozenDictionary", "Hashtable", "ConcurrentBag", "KeyCollection", "ValueCollection",
    };

    private static readonly string[] KeepOrder = ["Select", "Where", "ToList", "ToArray", "AsEnumerable", "Distinct", "Concat", "Cast", "OfType", "AsNoTracking", "ToListAsync", "ToArrayAsync"];

    /// <summary>The bytes that a call takes a hash of, or adds to one; null where it is no such call.</summary>
    public static IOperation? InputOf(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { Name: "HashData" or "ComputeHash" or "AppendData" or "Append" or "TransformBlock" or "TransformFinalBlock" or "Hash" or "HashToUInt32" or "HashToUInt64" or "HashToUInt128" } method } call
            && method.ContainingType.ContainingNamespace.ToDisplayString() is "System.Security.Cryptography" or "System.IO.Hashing"
            ? call.Arguments.FirstOrDefault(a => a.Parameter?.Name is "source" or "buffer" or "data" or "inputBuffer")?.Value
            : null;

    /// <summary>From a stored value back to the call that takes the hash.</summary>
    public IEnumerable<TracedValue> In(IOperation value) => ValueTrace.Of(value, model, Through).Where(t => InputOf(t.Operation) is not null);

    /// <summary>What of the input is not the same everywhere; each with the operations it stands for.</summary>
    public IEnumerable<Flaw> FlawsOf(IOperation call) =>
        InputOf(call) is { } input ? LoopsAround(call, (call as IInvocationOperation)?.Instance).Concat(FlawsIn(input, 0)) : [];

    private IEnumerable<Flaw> FlawsIn(IOperation text, int depth) =>
        depth > MaxDepth ? [] : ValueTrace.Of(text, model, Through).SelectMany(t => OfOrigin(t.Operation, depth));

    private IEnumerable<Flaw> OfOrigin(IOperation origin, int depth)
    {
        switch (origin)
        {
            case IInterpolatedStringOperation interpolated:
                var holes = interpolated.Parts.SelectMany(HoleOf).ToList();
                return (holes.Find(h => IsCultural(EfQueries.Unconverted(h.Value).Type, h.Format)) is { Value: { } hole } ? [new Flaw(interpolated, hole)] : Array.Empty<Flaw>())
                    .Concat(holes.Where(h => IsText(h.Value.Type)).SelectMany(h => FlawsIn(h.Value, depth + 1)));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } sum:
                return new[] { sum.LeftOperand, sum.RightOperand }.SelectMany(o =>
                    EfQueries.Unconverted(o) is var operand && IsCultural(operand.Type, null) ? [new Flaw(operand, operand)] : FlawsIn(o, depth + 1));
            case IInvocationOperation { TargetMethod: { Name: "ToString", ContainingType: { Name: "StringBuilder" } }, Instance: { } builder }:
                return OfBuilder(builder, depth);
            case IInvocationOperation call:
                return OfCall(call, depth);
            default:
                return [];
        }
    }

    private IEnumerable<Flaw> OfCall(IInvocationOperation call, int depth)
    {
        var method = call.TargetMethod;
        var isText = method.ContainingType.SpecialType == SpecialType.System_String;
        var last = call.Arguments.LastOrDefault()?.Value;
        return method.Name switch
        {
            "ToLower" or "ToUpper" when isText && call.Arguments.IsEmpty => [new(call, call)],
            "ToString" when call.Instance is { } value && !TakesProvider(call) && IsCultural(value.Type, call.Arguments.FirstOrDefault()?.Value) => [new(call, value)],
            "ToString" when method.ContainingType is { Name: "Convert", ContainingNamespace.Name: "System" } && !TakesProvider(call) && IsCultural(call.Arguments[0].Value.Type, null) => [new(call, call.Arguments[0].Value)],
            "Format" when isText && !TakesProvider(call) => Given(call).Select(EfQueries.Unconverted).FirstOrDefault(a => IsCultural(a.Type, null)) is { } given ? [new(call, given)] : [],
            "Join" or "Concat" when isText && last is not null && OfCollection(last) is { } flaw => [flaw],
            "Join" or "Concat" when isText => Given(call).SelectMany(a => FlawsIn(a, depth + 1)),
            "Serialize" or "SerializeToUtf8Bytes" or "SerializeObject" when method.ContainingType.Name is "JsonSerializer" or "JsonConvert" && OfCollection(call.Arguments[0].Value) is { } flaw => [flaw],
            _ => [],
        };
    }

    /// <summary>What is appended to a builder in the same body.</summary>
    private IEnumerable<Flaw> OfBuilder(IOperation builder, int depth)
    {
        if (CommandUses.Unwrap(builder) is not ILocalReferenceOperation { Local: var local })
        {
            yield break;
        }
        foreach (var call in CommandUses.Root(builder).Descendants().OfType<IInvocationOperation>())
        {
            if (call.TargetMethod is { Name: "Append" or "AppendLine" } && BuilderOf(call) is { } to && SymbolEqualityComparer.Default.Equals(to, local) && call.Arguments is [{ Value: var value }, ..])
            {
                foreach (var flaw in LoopsAround(call, call.Instance).Concat(
                    value is IInterpolatedStringHandlerCreationOperation { Content: var content } ? OfOrigin(content, depth + 1)
                    : IsCultural(EfQueries.Unconverted(value).Type, null) ? [new(value, value)]
                    : FlawsIn(value, depth + 1)))
                {
                    yield return flaw;
                }
            }
        }
    }

    /// <summary><c>b.Append(x).Append(y)</c> is about b.</summary>
    private static ILocalSymbol? BuilderOf(IInvocationOperation call) => CommandUses.Unwrap(call.Instance ?? call) switch
    {
        ILocalReferenceOperation { Local: var local } => local,
        IInvocationOperation { TargetMethod.Name: "Append" or "AppendLine" } inner => BuilderOf(inner),
        _ => null,
    };

    /// <summary>The loops in which something is added to a hash or text that was there before them.</summary>
    private IEnumerable<Flaw> LoopsAround(IOperation call, IOperation? target)
    {
        if (target is null || (target is IInvocationOperation chained ? BuilderOf(chained) : (CommandUses.Unwrap(target) as ILocalReferenceOperation)?.Local) is not { } local)
        {
            yield break;
        }
        for (var parent = call.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is not ILoopOperation loop || local.DeclaringSyntaxReferences.Any(r => loop.Syntax.Span.Contains(r.Span)))
            {
                continue;
            }
            if (loop is IForEachLoopOperation { Collection: var collection } ? OfCollection(collection) is { } flaw : RowsOf(call) is { } rows && (flaw = new(rows.Sql, null) { IsRows = true }) is not null)
            {
                yield return flaw;
            }
        }
    }

    /// <summary>The SELECT without ORDER BY whose rows are read in an argument.</summary>
    private DbCall? RowsOf(IOperation call) =>
        call.Descendants().Select(d => DatabaseRead.Of(d, model)).FirstOrDefault(r => r is not null)?.Statement is { } statement && IsUnorderedQuery(statement) ? statement : null;

    private Flaw? OfCollection(IOperation collection)
    {
        foreach (var traced in ValueTrace.Of(collection, model, ThroughCollection))
        {
            var origin = traced.Operation;
            if (origin is IInvocationOperation query && model.CallOf(query) is { IsStatement: true } call)
            {
                if (IsUnorderedQuery(call))
                {
                    return new(collection, null) { IsRows = true };
                }
            }
            else if (origin.Type is INamedTypeSymbol { Name: "DbSet", ContainingNamespace.Name: "EntityFrameworkCore" })
            {
                return new(collection, null) { IsRows = true };
            }
            else if (origin.Type is INamedTypeSymbol type && Unordered.Contains(type.Name) && IsCollection(type))
            {
                return new(collection, null);
            }
        }
        return null;
    }

    private static bool IsCollection(INamedTypeSymbol type)
    {
        var ns = (type.ContainingType ?? type).ContainingNamespace;
        return ns.ToDisplayString().StartsWith("System.Collections", StringComparison.Ordinal) && type.ContainingType?.Name.StartsWith("Sorted", StringComparison.Ordinal) != true;
    }

    private static bool IsUnorderedQuery(DbCall call) =>
        call is { Text.Truncated: false, Templates: [{ IsExact: true, Script: { IsBalanced: true, Statements: [{ Kind: Sql.SqlStatementKind.Select, HasOrderBy: false, Tables.Length: > 0 } select] } }] }
        && !select.KeyEqualities.Any();

    private static IOperation? ThroughCollection(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { IsExtensionMethod: true, Name: var name }, Arguments: [{ Value: var source }, ..] } => KeepOrder.Contains(name) ? source : null,
        // The keys of a dictionary have its order; those of a SortedDictionary, too.
        IPropertyReferenceOperation { Property.Name: "Keys" or "Values", Instance: { } owner } => owner,
        _ => null,
    };

    /// <summary>Bytes of a text, text of bytes, and what does not depend on the culture.</summary>
    private static IOperation? Through(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { Name: "GetBytes", ContainingType.Name: "Encoding" or "UTF8Encoding" }, Arguments: [{ Value: var text }] } => text,
        IInvocationOperation { TargetMethod: { Name: "ToHexString" or "ToHexStringLower" or "ToBase64String" or "ToInt64" or "ToInt32" or "ToUInt64" or "ToString", ContainingType: { Name: "Convert" or "BitConverter", ContainingNamespace.Name: "System" } }, Arguments: [{ Value: var bytes }, ..] } =>
            bytes.Type is IArrayTypeSymbol || InputOf(EfQueries.Unconverted(bytes)) is not null ? bytes : null,
        IInvocationOperation { TargetMethod: { Name: "Trim" or "Normalize" or "Replace" or "Substring" or "ToLowerInvariant" or "ToUpperInvariant", ContainingType.SpecialType: SpecialType.System_String }, Instance: { } text } => text,
        IInvocationOperation { TargetMethod: { Name: "ToLower" or "ToUpper", ContainingType.SpecialType: SpecialType.System_String }, Instance: { } text } when IsHex(text) => text,
        IConversionOperation { Operand: { Type: IArrayTypeSymbol } array } => array,
        _ => null,
    };

    /// <summary>Sixteen letters, which no culture changes but by their case.</summary>
    private static bool IsHex(IOperation text) => text is IInvocationOperation { TargetMethod: { Name: "ToHexString" or "Replace" or "ToString" } };

    /// <summary>The arguments; those of a <c>params</c> parameter, which can be an array or a span, one by one.</summary>
    private static IEnumerable<IOperation> Given(IInvocationOperation call) => call.Arguments.SelectMany(a =>
        a.Value is IArrayCreationOperation { Initializer.ElementValues: var elements } ? elements
        : a.ArgumentKind is ArgumentKind.Explicit or ArgumentKind.DefaultValue ? [a.Value]
        : (IEnumerable<IOperation>)a.Value.ChildOperations);

    /// <summary>What is written in a hole, whether the text is made at once or by a handler.</summary>
    private static IEnumerable<(IOperation Value, IOperation? Format)> HoleOf(IInterpolatedStringContentOperation part) => part switch
    {
        IInterpolationOperation hole => [(hole.Expression, hole.FormatString)],
        IInterpolatedStringAppendOperation { AppendCall: IInvocationOperation { TargetMethod.Name: "AppendFormatted", Arguments: [{ Value: var value }, ..] arguments } } =>
            [(value, arguments.FirstOrDefault(a => a is { Parameter.Name: "format", ArgumentKind: ArgumentKind.Explicit })?.Value)],
        _ => [],
    };

    private static bool TakesProvider(IInvocationOperation call) => call.Arguments.Any(a => a.Parameter?.Type.Name == "IFormatProvider");

    /// <summary>Numbers with a fraction and times: the culture decides how they look, unless the format is one of the fixed ones.</summary>
    private static bool IsCultural(ITypeSymbol? type, IOperation? format)
    {
        type = type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var underlying] } ? underlying : type;
        var isTime = type is { SpecialType: SpecialType.System_DateTime } or { Name: "DateTimeOffset" or "DateOnly" or "TimeOnly", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };
        return (isTime || type is { SpecialType: SpecialType.System_Double or SpecialType.System_Single or SpecialType.System_Decimal })
            && (format is null || format.ConstantValue is { HasValue: true, Value: string text } && !(isTime && text is "o" or "O" or "s" or "u" or "r" or "R"));
    }

    private static bool IsText(ITypeSymbol? type) => type?.SpecialType == SpecialType.System_String;
}

/// <summary>A part of what is hashed that is not the same everywhere.</summary>
/// <param name="Operation">The text that is formatted, or the collection that is gone through.</param>
/// <param name="Formatted">The value whose format the culture decides; null where it is about an order.</param>
internal sealed record Flaw(IOperation Operation, IOperation? Formatted)
{
    /// <summary>The rows of a query.</summary>
    public bool IsRows { get; init; }
}
