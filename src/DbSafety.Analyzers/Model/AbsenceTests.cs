using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>A call that has found nothing where an operation runs.</summary>
/// <param name="Guard">The condition that says so: around the operation, or left before it.</param>
internal readonly record struct AbsenceTest(IInvocationOperation Call, IOperation Guard);

/// <summary>Which calls have found nothing wherever an operation runs: <c>if (await Find() is null)</c> around it, <c>if (count &gt; 0) return</c> before it.</summary>
internal static class AbsenceTests
{
    private const int MaxDepth = 8;

    /// <summary>The calls whose empty result leads to <paramref name="operation"/>: null, 0, false, no row.</summary>
    public static IEnumerable<AbsenceTest> EmptyBefore(IOperation operation)
    {
        for (IOperation child = operation; child.Parent is { } parent && parent is not (IAnonymousFunctionOperation or ILocalFunctionOperation); child = parent)
        {
            var found = parent switch
            {
                IConditionalOperation choice when child == choice.WhenTrue => By(choice, Nothing(choice.Condition, true, 0)),
                IConditionalOperation choice when child == choice.WhenFalse => By(choice, Nothing(choice.Condition, false, 0)),
                ICoalesceOperation coalesce when child == coalesce.WhenNull => By(coalesce, Calls(coalesce.Value, 0)),
                IBlockOperation block => block.Operations.TakeWhile(statement => statement != child).SelectMany(LeftBy),
                _ => [],
            };
            foreach (var test in found)
            {
                yield return test;
            }
        }
    }

    /// <summary>The calls that have found nothing where a value is null, 0 or false.</summary>
    public static IEnumerable<IInvocationOperation> EmptyBehind(IOperation value) =>
        value.Type?.SpecialType == SpecialType.System_Boolean ? Nothing(value, false, 0) : Calls(value, 0);

    private static IEnumerable<AbsenceTest> By(IOperation guard, IEnumerable<IInvocationOperation> calls) => calls.Select(c => new AbsenceTest(c, guard));

    /// <summary>What is empty behind a statement, because it leaves where something is there.</summary>
    private static IEnumerable<AbsenceTest> LeftBy(IOperation statement) => statement switch
    {
        IConditionalOperation { WhenTrue: var then } choice when Leaves(then) => By(choice, Nothing(choice.Condition, false, 0)),
        IConditionalOperation { WhenFalse: { } otherwise } choice when Leaves(otherwise) => By(choice, Nothing(choice.Condition, true, 0)),
        IBlockOperation block => block.Operations.SelectMany(LeftBy),
        IUsingOperation { Body: { } body } => LeftBy(body),
        ITryOperation { Catches.IsEmpty: true } attempt => LeftBy(attempt.Body),
        _ => [],
    };

    /// <summary>A branch that runs to its end runs into no statement behind it.</summary>
    public static bool Leaves(IOperation statement) => statement switch
    {
        IBlockOperation block => !block.Operations.IsEmpty && Leaves(block.Operations[block.Operations.Length - 1]),
        IReturnOperation or IBranchOperation => true,
        IExpressionStatementOperation { Operation: IThrowOperation } or IThrowOperation => true,
        _ => false,
    };

    /// <summary>The calls that are empty where a condition has a value.</summary>
    private static IEnumerable<IInvocationOperation> Nothing(IOperation condition, bool value, int depth)
    {
        condition = CommandUses.Unwrap(condition);
        switch (condition)
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return Nothing(not.Operand, !value, depth);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both:
                return value ? Nothing(both.LeftOperand, true, depth).Concat(Nothing(both.RightOperand, true, depth)) : [];
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either:
                return value ? [] : Nothing(either.LeftOperand, false, depth).Concat(Nothing(either.RightOperand, false, depth));
            case IBinaryOperation compared:
                var (operand, constant, reversed) = IsConstant(compared.RightOperand) ? (compared.LeftOperand, compared.RightOperand, false) : (compared.RightOperand, compared.LeftOperand, true);
                return IsConstant(constant) && IsEmpty(compared.OperatorKind, constant, reversed) == value ? Calls(operand, depth) : [];
            case IIsPatternOperation test:
                return IsEmpty(test.Pattern) == value ? Calls(test.Value, depth) : [];
            case IIsTypeOperation { TypeOperand.Name: var type } test:
                return type == "DBNull" == value ? Calls(test.ValueOperand, depth) : [];
            case IInvocationOperation { TargetMethod: { Name: "IsNullOrEmpty" or "IsNullOrWhiteSpace" or "IsDBNull" or "Equals", IsStatic: true } } test when test.Arguments.Length > 0:
                return value && test.TargetMethod.Name != "Equals" ? Calls(test.Arguments[0].Value, depth) : [];
            case ILocalReferenceOperation { Local: var local } when depth < MaxDepth && ValueOf(local, condition) is { } set && set.Type?.SpecialType == SpecialType.System_Boolean && set is not IInvocationOperation:
                return Nothing(set, value, depth + 1);
            default:
                return value ? [] : Calls(condition, depth);
        }
    }

    /// <summary>Whether a comparison holds only of an empty result (true), only of one that is there (false); null for any other.</summary>
    private static bool? IsEmpty(BinaryOperatorKind kind, IOperation constant, bool reversed)
    {
        if (reversed)
        {
            kind = kind switch
            {
                BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
                BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
                BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
                BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
                _ => kind,
            };
        }
        var isOne = Unconverted(constant).ConstantValue is { HasValue: true, Value: 1 or 1L or true };
        return (kind, IsNothing(constant), isOne) switch
        {
            (BinaryOperatorKind.Equals or BinaryOperatorKind.LessThanOrEqual, true, _) => true,
            (BinaryOperatorKind.NotEquals or BinaryOperatorKind.GreaterThan, true, _) => false,
            (BinaryOperatorKind.LessThan, _, true) => true,
            (BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.Equals, _, true) => false,
            (BinaryOperatorKind.NotEquals, _, true) => true,
            _ => null,
        };
    }

    private static bool? IsEmpty(IPatternOperation pattern) => pattern switch
    {
        INegatedPatternOperation not => !IsEmpty(not.Pattern),
        IConstantPatternOperation { Value: var value } => IsNothing(value) ? true : Unconverted(value).ConstantValue is { HasValue: true, Value: 1 or 1L or true } ? false : null,
        ITypePatternOperation { MatchedType.Name: var type } => type == "DBNull",
        IDeclarationPatternOperation { MatchesNull: false } or IRecursivePatternOperation { PropertySubpatterns.IsEmpty: true, DeconstructionSubpatterns.IsEmpty: true } => false,
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either => IsEmpty(either.LeftPattern) is { } left && left == IsEmpty(either.RightPattern) ? left : null,
        IBinaryPatternOperation both => IsEmpty(both.LeftPattern) ?? IsEmpty(both.RightPattern),
        IRelationalPatternOperation { Value: var value } relation => IsEmpty(relation.OperatorKind, value, false),
        _ => null,
    };

    private static bool IsConstant(IOperation value) => IsNothing(value) || Unconverted(value).ConstantValue.HasValue;

    private static bool IsNothing(IOperation value) => Unconverted(value) switch
    {
        { ConstantValue: { HasValue: true, Value: null or 0 or 0L or 0u or 0ul or false or "" } } => true,
        IDefaultValueOperation => true,
        IFieldReferenceOperation { Field: { Name: "Value", ContainingType.Name: "DBNull" } or { Name: "Empty", ContainingType.Name: "Guid" } } => true,
        _ => false,
    };

    private static IOperation Unconverted(IOperation value) => value is IConversionOperation { ConstantValue.HasValue: false } conversion ? Unconverted(conversion.Operand) : value;

    /// <summary>The call that a value comes from, through its conversions, <c>await</c>, and a local that is set once.</summary>
    private static IEnumerable<IInvocationOperation> Calls(IOperation value, int depth)
    {
        for (; depth < MaxDepth * 2; depth++)
        {
            switch (value)
            {
                case IConversionOperation conversion:
                    value = conversion.Operand;
                    break;
                case IAwaitOperation awaits:
                    value = awaits.Operation;
                    break;
                case ICoalesceOperation coalesce when IsNothing(coalesce.WhenNull):
                    value = coalesce.Value;
                    break;
                case ISimpleAssignmentOperation assignment:
                    value = assignment.Value;
                    break;
                case IPropertyReferenceOperation { Property.Name: "HasRows" or "HasValue" or "Value" or "Count" or "Length" or "Result", Instance: { } instance }:
                    value = instance;
                    break;
                case IInvocationOperation { Instance: { } instance, TargetMethod: { Name: "ConfigureAwait" or "GetAwaiter" or "GetResult" or "Read" or "ReadAsync" or "AsTask", Parameters.Length: <= 1 } }:
                    value = instance;
                    break;
                case IInvocationOperation { TargetMethod.ContainingType: { Name: "Convert", ContainingNamespace.Name: "System" }, Arguments: { Length: > 0 } converted }:
                    value = converted[0].Value;
                    break;
                case IInvocationOperation { TargetMethod: { Name: "Any" or "FirstOrDefault" or "SingleOrDefault" or "Count" or "ToList" or "ToArray" or "AsList", ContainingType.Name: "Enumerable" or "SqlMapper" }, Arguments: { Length: 1 } listed }:
                    value = listed[0].Value;
                    break;
                case ILocalReferenceOperation { Local: var local } when ValueOf(local, value) is { } set:
                    value = set;
                    break;
                case IInvocationOperation call:
                    return [call];
                default:
                    return [];
            }
        }
        return [];
    }

    /// <summary>The value that a local was last given before a place, on every path to it; null where that cannot be said.</summary>
    public static IOperation? ValueOf(ILocalSymbol local, IOperation place)
    {
        var root = place;
        while (root.Parent is { } parent)
        {
            root = parent;
        }
        var last = root.Descendants().LastOrDefault(o => o.Syntax.SpanStart < place.Syntax.SpanStart && o switch
        {
            IVariableDeclaratorOperation declarator => Is(declarator.Symbol) && declarator.GetVariableInitializer() is not null,
            IAssignmentOperation { Target: ILocalReferenceOperation target } => Is(target.Local),
            IArgumentOperation { Parameter.RefKind: not RefKind.None, Value: ILocalReferenceOperation passed } => Is(passed.Local),
            _ => false,
        });
        var value = last switch
        {
            IVariableDeclaratorOperation declarator => declarator.GetVariableInitializer()!.Value,
            ISimpleAssignmentOperation assignment => assignment.Value,
            _ => null,
        };
        return value is not null && IsAlwaysBefore(last!, place) ? value : null;

        bool Is(ISymbol other) => SymbolEqualityComparer.Default.Equals(other, local);
    }

    /// <summary>Between an operation and what it shares with a later place there is nothing but blocks that always run.</summary>
    private static bool IsAlwaysBefore(IOperation operation, IOperation place)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent.Syntax.Span.Contains(place.Syntax.Span))
            {
                return true;
            }
            if (parent is IConditionalOperation or ILoopOperation or ISwitchOperation or ISwitchExpressionOperation or ICatchClauseOperation or IConditionalAccessOperation
                or ICoalesceOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or ITryOperation { Catches.IsEmpty: false }
                or IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr })
            {
                return false;
            }
        }
        return false;
    }
}
