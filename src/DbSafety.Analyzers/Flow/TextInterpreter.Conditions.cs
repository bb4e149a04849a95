using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>What a condition says about the text of a variable: equal to a constant, a member of a set, checked by a validator.</summary>
internal sealed partial class TextInterpreter
{
    private TextState Narrow(TextState state, IOperation condition, bool sense)
    {
        switch (condition)
        {
            case IParenthesizedOperation parenthesized:
                return Narrow(state, parenthesized.Operand, sense);
            case IConversionOperation conversion:
                return Narrow(state, conversion.Operand, sense);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return Narrow(state, not.Operand, !sense);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } and:
                return sense
                    ? Narrow(Narrow(state, and.LeftOperand, true), and.RightOperand, true)
                    : Narrow(state, and.LeftOperand, false).Join(Narrow(Narrow(state, and.LeftOperand, true), and.RightOperand, false));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } or:
                return sense
                    ? Narrow(state, or.LeftOperand, true).Join(Narrow(Narrow(state, or.LeftOperand, false), or.RightOperand, true))
                    : Narrow(Narrow(state, or.LeftOperand, false), or.RightOperand, false);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } equality:
                return sense == (equality.OperatorKind == BinaryOperatorKind.Equals)
                    ? Equal(state, equality.LeftOperand, equality.RightOperand)
                    : state;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.LessThan } comparison
                when Unconverted(comparison.LeftOperand) is IInvocationOperation { TargetMethod.Name: "IndexOf" } indexOf:
                return sense == (comparison.OperatorKind != BinaryOperatorKind.LessThan) ? Membership(state, indexOf) : state;
            case IIsPatternOperation pattern:
                return Pattern(state, pattern, sense);
            case IInvocationOperation invocation:
                return Test(state, invocation, sense);
            default:
                return state;
        }
    }

    private TextState Equal(TextState state, IOperation left, IOperation right)
    {
        if (Constant(Unconverted(right)) is { } constant && Variable.Of(left, _conventions) is { } variable)
        {
            return state.With(variable, constant);
        }
        return Constant(Unconverted(left)) is { } other && Variable.Of(right, _conventions) is { } swapped ? state.With(swapped, other) : state;
    }

    private TextState Pattern(TextState state, IIsPatternOperation pattern, bool sense)
    {
        var matched = pattern.Pattern;
        while (matched is INegatedPatternOperation negated)
        {
            matched = negated.Pattern;
            sense = !sense;
        }
        return sense && Variable.Of(pattern.Value, _conventions) is { } variable && PatternText(matched) is { } text ? state.With(variable, text) : state;
    }

    /// <summary>The texts a pattern admits; null when it admits any.</summary>
    private static TextValue? PatternText(IPatternOperation pattern) => pattern switch
    {
        IConstantPatternOperation constant => Constant(Unconverted(constant.Value)),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } or =>
            PatternText(or.LeftPattern) is { } left && PatternText(or.RightPattern) is { } right ? left.Or(right) : null,
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } and => PatternText(and.LeftPattern) ?? PatternText(and.RightPattern),
        _ => null,
    };

    private TextState Test(TextState state, IInvocationOperation call, bool sense)
    {
        switch (call.TargetMethod.Name)
        {
            case "Equals":
                var operands = call.Instance is null
                    ? call.Arguments.Take(2).Select(a => a.Value).ToArray()
                    : [call.Instance, .. call.Arguments.Take(1).Select(a => a.Value)];
                return sense && operands.Length == 2 ? Equal(state, operands[0], operands[1]) : state;
            case "IsNullOrEmpty" or "IsNullOrWhiteSpace" when call.Arguments.Length == 1 && call.TargetMethod.ContainingType.SpecialType == SpecialType.System_String:
                return sense && Variable.Of(call.Arguments[0].Value, _conventions) is { } empty ? state.With(empty, TextValue.Empty) : state;
            case "Contains" or "ContainsKey" or "TryGetValue" or "Any" or "Exists":
                return sense ? Membership(state, call) : state;
            case "IsMatch" when call.TargetMethod.ContainingType.Name == "Regex":
                return sense && AdmitsNamesOnly(call) ? Checked(state, call.Arguments.FirstOrDefault()?.Value) : state;
            case "TryParse" or "IsDefined":
                return sense ? Checked(state, call.Arguments.Select(a => a.Value).FirstOrDefault(v => Unconverted(v).Type?.SpecialType == SpecialType.System_String)) : state;
            case "All" when call.Arguments.Length == 2 && sense:
                return Checked(state, call.Arguments[0].Value);
            case var name when TextChecks.IsPredicate(name):
                return sense ? call.Arguments.Aggregate(state, (s, argument) => Checked(s, argument.Value)) : state;
            default:
                return state;
        }
    }

    /// <summary><c>set.Contains(x)</c>: x is one of the set. A string's Contains says nothing.</summary>
    private TextState Membership(TextState state, IInvocationOperation call)
    {
        var container = call.Instance ?? call.Arguments.FirstOrDefault()?.Value;
        if (container is null || Unconverted(container).Type?.SpecialType == SpecialType.System_String)
        {
            return state;
        }
        var candidates = call.Instance is null ? call.Arguments.Skip(1) : call.Arguments;
        foreach (var argument in candidates)
        {
            if (argument.Parameter?.RefKind is RefKind.None)
            {
                var operand = argument.Value;
                // columns.Any(c => c.Equals(x, …)): the lambda's own comparisons name the variable.
                if (Unconverted(operand) is IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda })
                {
                    foreach (var reference in lambda.Body.Descendants())
                    {
                        if (reference is IParameterReferenceOperation { Parameter: var p } && !SymbolEqualityComparer.Default.Equals(p.ContainingSymbol, lambda.Symbol)
                            || reference is ILocalReferenceOperation)
                        {
                            state = Checked(state, reference);
                        }
                    }
                    continue;
                }
                state = Checked(state, operand);
            }
        }
        return state;
    }

    private TextState Checked(TextState state, IOperation? operand)
    {
        operand = operand is null ? null : Unconverted(operand);
        while (operand is IInvocationOperation { Instance: { } inner, TargetMethod.ContainingType.SpecialType: SpecialType.System_String })
        {
            operand = Unconverted(inner); // allowed.Contains(x.ToLowerInvariant())
        }
        return operand is not null && Variable.Of(operand, _conventions) is { } variable && !TextTypes.IsTyped(operand.Type)
            ? state.With(variable, TextValue.Of(new Hole(operand, Origin.Fixed, SymbolOf(operand))))
            : state;
    }

    /// <summary><c>ValidateColumn(x);</c> as a statement: it throws, or x is fine.</summary>
    private void CheckedByCallee(IInvocationOperation call)
    {
        if (call.Parent is IExpressionStatementOperation && TextChecks.IsAssertion(call.TargetMethod.Name))
        {
            _state = call.Arguments.Aggregate(_state, (state, argument) => Checked(state, argument.Value));
        }
    }

    /// <summary>A constant pattern, anchored at both ends, that lets no quote, space-free or other, through: <c>^[A-Za-z_]+$</c>.</summary>
    private static bool AdmitsNamesOnly(IInvocationOperation call)
    {
        var pattern = call.Arguments.Skip(1).Select(a => a.Value.ConstantValue).FirstOrDefault(v => v is { HasValue: true, Value: string }).Value as string;
        if (call.Instance is not null)
        {
            return true; // A Regex kept in a field: it was written to be a check.
        }
        return pattern is not null && pattern.StartsWith("^", StringComparison.Ordinal)
            && (pattern.EndsWith("$", StringComparison.Ordinal) || pattern.EndsWith(@"\z", StringComparison.OrdinalIgnoreCase))
            && pattern.IndexOf('\'') < 0 && pattern.IndexOf("[^", StringComparison.Ordinal) < 0
            && pattern.Replace(@"\.", "").IndexOf('.') < 0 && pattern.IndexOf(@"\S", StringComparison.Ordinal) < 0;
    }
}

/// <summary>Which method names promise that their argument was checked.</summary>
internal static class TextChecks
{
    private static readonly string[] Verbs = ["Validate", "Ensure", "Assert", "Verify", "Check", "Require", "ThrowIf", "Guard"];
    private static readonly string[] Adjectives = ["Valid", "Allowed", "Safe", "Known", "Permitted", "Supported", "Whitelisted", "Legal"];

    public static bool IsPredicate(string name) =>
        Adjectives.Any(a => name.IndexOf(a, StringComparison.Ordinal) >= 0) && !IsNegative(name)
        || Verbs.Any(v => name.StartsWith(v, StringComparison.Ordinal)) && !IsAboutNull(name);

    public static bool IsAssertion(string name) => Verbs.Any(v => name.StartsWith(v, StringComparison.Ordinal)) && !IsAboutNull(name);

    private static bool IsNegative(string name) =>
        name.IndexOf("Invalid", StringComparison.Ordinal) >= 0 || name.IndexOf("Unsafe", StringComparison.Ordinal) >= 0
        || name.IndexOf("Unknown", StringComparison.Ordinal) >= 0 || name.IndexOf("Not", StringComparison.Ordinal) >= 0;

    private static bool IsAboutNull(string name) =>
        name.IndexOf("Null", StringComparison.Ordinal) >= 0 || name.IndexOf("Empty", StringComparison.Ordinal) >= 0
        || name.IndexOf("Disposed", StringComparison.Ordinal) >= 0 || name.IndexOf("Cancel", StringComparison.Ordinal) >= 0;
}
