using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>Hashes that are another number in the next process (facts/time-and-numbers, Fingerprints).</summary>
internal sealed class UnstableHash(DbModel model, Compilation compilation)
{
    /// <summary>In every file that makes one.</summary>
    public static readonly Mentions Words = new("HashCode");

    private const int MaxDepth = 3;

    /// <summary>.NET Framework gives every process the same hash of a text, unless it is configured otherwise.</summary>
    private readonly bool _isSeeded = compilation.ObjectType.ContainingAssembly.Name != "mscorlib";

    /// <summary>Where the hash that a value is, or is worked out from, is made; null where it is none, or one that stays the same.</summary>
    public TracedValue? In(IOperation value) => In(value, 0);

    private TracedValue? In(IOperation value, int depth)
    {
        foreach (var traced in ValueTrace.Of(value, model, Through))
        {
            if (traced.Operation is ICompoundAssignmentOperation { Value: var added } && depth < MaxDepth ? In(added, depth + 1) is not null : IsUnstable(traced.Operation, depth))
            {
                return traced;
            }
        }
        return null;
    }

    private bool IsUnstable(IOperation operation, int depth)
    {
        if (operation is not IInvocationOperation { TargetMethod: var method } call)
        {
            return false;
        }
        var type = method.ContainingType;
        return method.Name switch
        {
            "Combine" or "ToHashCode" => type is { Name: "HashCode", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } },
            "GetHashCode" when type is { Name: "RuntimeHelpers", ContainingNamespace.Name: "CompilerServices" } => true,
            "GetHashCode" when type.SpecialType == SpecialType.System_String => _isSeeded,
            "GetHashCode" when CommandUses.Unwrap(call.Instance ?? call).Type is { Name: "StringComparer", ContainingNamespace.Name: "System" } => _isSeeded,
            "GetHashCode" when call is { Instance: IPropertyReferenceOperation { Property: { Name: "Default", ContainingType: { Name: "EqualityComparer", TypeArguments: [var compared] } } } } => HasUnstableHash(compared, depth),
            "GetHashCode" when call is { Instance.Type: { } instance, Arguments.IsEmpty: true } => HasUnstableHash(instance, depth),
            _ => false,
        };
    }

    private bool HasUnstableHash(ITypeSymbol type, int depth)
    {
        if (depth > MaxDepth)
        {
            return false;
        }
        switch (type)
        {
            case { SpecialType: SpecialType.System_String }:
                return _isSeeded;
            case IArrayTypeSymbol:
                return true;
            case INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var underlying] }:
                return HasUnstableHash(underlying, depth + 1);
            case INamedTypeSymbol { IsTupleType: true }:
                return true;
            case { SpecialType: not SpecialType.None } or { TypeKind: not (TypeKind.Class or TypeKind.Struct) }:
                return false;
            case { Name: "Uri" or "BigInteger" or "Int128" or "UInt128" or "IPAddress", ContainingNamespace: { } ns } when ns.ToDisplayString() is "System" or "System.Numerics" or "System.Net":
                return true;
            case INamedTypeSymbol named:
                return OwnHash(named) is { } own ? own.DeclaringSyntaxReferences.Length == 1 && Returns(own, depth)
                    : !named.Locations.Any(l => l.IsInSource) ? false
                    : named.IsRecord || named.IsAnonymousType || named.IsValueType ? Fields(named).Any(f => HasUnstableHash(f, depth + 1))
                    // The hash of an object that does not say what it is equal to is about where it is, not what is in it.
                    : !named.IsAbstract;
            default:
                return false;
        }
    }

    /// <summary>The GetHashCode that somebody wrote, for the type or what it inherits from.</summary>
    private static IMethodSymbol? OwnHash(INamedTypeSymbol type)
    {
        for (var t = type; t is not null and { SpecialType: SpecialType.None }; t = t.BaseType)
        {
            if (t.GetMembers("GetHashCode").OfType<IMethodSymbol>().FirstOrDefault(m => m is { Parameters.IsEmpty: true, IsStatic: false, IsImplicitlyDeclared: false }) is { } own)
            {
                return own;
            }
        }
        return null;
    }

    private bool Returns(IMethodSymbol method, int depth) =>
        model.Flow.BodyOf(method.OriginalDefinition) is { } body
        && body.Descendants().OfType<IReturnOperation>().Any(r => r is { Kind: OperationKind.Return, ReturnedValue: { } value } && In(value, depth + 1) is not null);

    private static IEnumerable<ITypeSymbol> Fields(INamedTypeSymbol type) =>
        type.IsAnonymousType
            ? type.GetMembers().OfType<IPropertySymbol>().Select(p => p.Type)
            : type.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic).Select(f => f.Type);

    /// <summary>What a number, or text, is worked out from.</summary>
    private static IOperation? Through(IOperation operation) => operation switch
    {
        IBinaryOperation { OperatorKind: not (>= BinaryOperatorKind.ConditionalAnd and <= BinaryOperatorKind.GreaterThan), OperatorMethod: null } binary => Either(binary.LeftOperand, binary.RightOperand),
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus or UnaryOperatorKind.BitwiseNegation } unary => unary.Operand,
        IInterpolatedStringOperation text => text.Parts.OfType<IInterpolationOperation>().Select(p => p.Expression).Aggregate((IOperation?)null, (a, b) => a is null ? b : Either(a, b)),
        IInvocationOperation { TargetMethod: { Name: "ToString", ContainingType.SpecialType: not SpecialType.None }, Instance: { } number } => number,
        IInvocationOperation { TargetMethod: { Name: "Abs" or "ToString" or "ToInt64" or "ToInt32" or "ToHexString" or "GetBytes", ContainingType: { Name: "Math" or "Convert" or "BitConverter", ContainingNamespace.Name: "System" } }, Arguments: [{ Value: var value }, ..] } => value,
        _ => null,
    };

    /// <summary>Of two operands the one that looks like the hash.</summary>
    private static IOperation Either(IOperation left, IOperation right) =>
        IsNamed(left) ? left : IsNamed(right) || left.ConstantValue.HasValue ? right : left;

    private static bool IsNamed(IOperation operation) => operation.Syntax.ToString().IndexOf("hash", StringComparison.OrdinalIgnoreCase) >= 0;
}
