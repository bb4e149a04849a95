using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>The casts and calls of a body that the rules on numbers look at, found by their syntax, and what is done with their result.</summary>
internal static class Casts
{
    private static readonly Mentions Numeric = new("(int", "(long", "(short", "(double", "(float", "(decimal", "(bool", "(byte", "(uint", "(ulong", "(Int", "(UInt");

    /// <summary>The conversions of a body that has casts to a numeric type or <c>bool</c>, nullable or not; see <see cref="IsWritten"/>.</summary>
    public static List<IOperation> In(OperationPlace body) => Operations(body, Numeric, OperationKind.Conversion);

    /// <summary>The conversion is a cast that somebody wrote, and not a method of its author's.</summary>
    public static bool IsWritten(IConversionOperation conversion) =>
        conversion is { IsImplicit: false, OperatorMethod: null or { ContainingType.SpecialType: SpecialType.System_Decimal }, Syntax: CastExpressionSyntax };

    /// <summary>The calls of a body; none where the file does not have the words, which are names of the methods wanted.</summary>
    public static List<IOperation> CallsIn(OperationPlace body, Mentions words) => Operations(body, words, OperationKind.Invocation);

    private static List<IOperation> Operations(OperationPlace body, Mentions words, OperationKind kind) =>
        words.AreIn(body.Operation.Syntax.SyntaxTree) ? BodyOperations.Of(body.Operation)[kind] : [];

    private static string? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };

    /// <summary>The type without <c>Nullable</c>.</summary>
    public static SpecialType Plain(ITypeSymbol? type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] } ? inner.SpecialType : type?.SpecialType ?? SpecialType.None;

    /// <summary>In a <c>checked</c> or <c>unchecked</c> that somebody wrote.</summary>
    public static bool IsDecided(SyntaxNode node)
    {
        for (var n = node.Parent; n is not null and not MemberDeclarationSyntax; n = n.Parent)
        {
            if (n is CheckedExpressionSyntax or CheckedStatementSyntax)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>In an expression tree, which is not run but translated.</summary>
    public static bool IsTranslated(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IConversionOperation { Type.Name: "Expression", Operand: IAnonymousFunctionOperation } or IDelegateCreationOperation { Type.Name: "Expression" })
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The result is only masked, hashed, compared with 0 or 1, or made an enum of: upper bits do not matter, or there are none.</summary>
    public static bool IsFlagOrBits(IOperation value)
    {
        var child = value;
        for (var parent = value.Parent; ; (child, parent) = (parent, parent.Parent))
        {
            switch (parent)
            {
                case IParenthesizedOperation:
                case IConversionOperation { IsImplicit: true }:
                    continue;
                case IConversionOperation { Type: { } type }:
                    return type.TypeKind == TypeKind.Enum || type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [{ TypeKind: TypeKind.Enum }] };
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr or BinaryOperatorKind.Remainder or BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift }:
                    return true;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual } comparison:
                    return (comparison.LeftOperand == child ? comparison.RightOperand : comparison.LeftOperand).ConstantValue is { HasValue: true, Value: 0 or 1 or 0L or 1L or -1 };
                case IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation } }:
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>The value was compared with a bound before: <c>n &lt;= int.MaxValue</c>, <c>n is &lt; 100</c>, <c>ThrowIfGreaterThan(n, …)</c>.</summary>
    /// <remarks>A comparison with 0 or 1 bounds nothing from above.</remarks>
    public static bool IsBounded(ExpressionSyntax value)
    {
        value = Stripped(value);
        SyntaxNode? scope = value;
        while (scope.Parent is { } parent and not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or TypeDeclarationSyntax))
        {
            scope = parent;
        }
        return scope.DescendantNodesAndSelf().Any(n => n.SpanStart < value.SpanStart && n switch
        {
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LessThanExpression or (int)SyntaxKind.LessThanOrEqualExpression or (int)SyntaxKind.GreaterThanExpression or (int)SyntaxKind.GreaterThanOrEqualExpression } b =>
                IsSame(b.Left) && IsBound(b.Right) || IsSame(b.Right) && IsBound(b.Left),
            IsPatternExpressionSyntax match => IsSame(match.Expression) && match.Pattern.DescendantNodesAndSelf().OfType<RelationalPatternSyntax>().Any(p => IsBound(p.Expression)),
            InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } call =>
                NameOf(call) is { } name && name.StartsWith("ThrowIf", StringComparison.Ordinal) && name is not "ThrowIfNull" && IsSame(arguments[0].Expression),
            _ => false,
        });

        bool IsSame(ExpressionSyntax other) => SyntaxFactory.AreEquivalent(Stripped(other), value);

        static bool IsBound(ExpressionSyntax other) => Stripped(other) is not LiteralExpressionSyntax { Token.Value: 0 or 1 or 0L or 1L };
    }

    /// <summary>Without parentheses, casts and <c>!</c>.</summary>
    private static ExpressionSyntax Stripped(ExpressionSyntax expression) => Bare(expression) is CastExpressionSyntax cast ? Stripped(cast.Expression) : Bare(expression);

    /// <summary>Without parentheses and <c>!</c>.</summary>
    public static ExpressionSyntax Bare(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => Bare(inner.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } forgiven => Bare(forgiven.Operand),
        _ => expression,
    };

    /// <summary>What is read, as a person would name it: the column, the function, else the method that reads it.</summary>
    public static string NameOf(DatabaseRead read) => read.Item switch
    {
        { Function: { } function, Argument: { } argument } => $"{function.ToUpperInvariant()}({argument.Column})",
        { Function: "count" } => "COUNT(*)",
        { Function: { } function } => function.ToUpperInvariant() + "()",
        _ => IntegerRanges.NameOf(read) ?? ((read.Helper ?? read.Operation) switch
        {
            IInvocationOperation call => call.TargetMethod.Name,
            IPropertyReferenceOperation { Property: { IsIndexer: false, Name: var name } } => name,
            _ => "the value",
        }),
    };
}
