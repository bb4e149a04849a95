using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>The EF Core form of DBS305: a query by a key that finds none, <c>Add</c> of an entity with that key, and <c>SaveChanges</c>.</summary>
internal static class EfCheckThenInsert
{
    private static readonly string[] Questions = ["Any", "FirstOrDefault", "SingleOrDefault", "Count", "LongCount", "Find"];

    /// <summary>An entity is handed to a context to be inserted.</summary>
    public static bool IsAdd(IInvocationOperation call) =>
        call.TargetMethod is { Name: "Add" or "AddAsync", ContainingType: { Name: "DbSet" or "DbContext" } type } && IsEf(type);

    public static CheckedInsert? Of(IInvocationOperation add, Provider provider, DbModel model)
    {
        if (add.Arguments.FirstOrDefault()?.Value is not { } argument || CommandUses.Unwrap(argument) is not { Type: INamedTypeSymbol type } entity)
        {
            return null;
        }
        foreach (var (check, _) in AbsenceTests.EmptyBefore(add))
        {
            if (IsQuestion(check) && KeysOf(check, type) is { Count: > 0 } keys && keys.All(k => IsGiven(entity, k.Property, k.Value))
                && SaveAfter(add) is { } save && !RaceGuards.ExpectsDuplicate(save) && !RaceGuards.ExpectsDuplicate(add)
                && !RaceGuards.IsIsolated(add, provider, model) && !RaceGuards.IsLocked(add, model))
            {
                return new(add.Syntax.GetLocation(), keys[0].Property ?? keys[0].Value, type.Name, check, false, true, "give it a unique key and handle the DbUpdateException of the second insert");
            }
        }
        return null;
    }

    private static bool IsQuestion(IInvocationOperation call) =>
        Array.Exists(Questions, q => call.TargetMethod.Name == q || call.TargetMethod.Name == q + "Async")
        && (IsEf(call.TargetMethod.ContainingType) || call.TargetMethod.ContainingType is { Name: "Queryable", ContainingNamespace.Name: "Linq" });

    /// <summary>What the query asks for: properties of the entity and the values they are compared with; null where that is not all, or the query is of another entity.</summary>
    private static List<(string? Property, string Value)>? KeysOf(IInvocationOperation question, ITypeSymbol entity)
    {
        if (question.TargetMethod.Name.StartsWith("Find", StringComparison.Ordinal))
        {
            return IsSetOf(question.Instance?.Type, entity) && question.Arguments.FirstOrDefault()?.Value is { } given
                && CommandUses.ElementsOf(given) is { IsDefault: false, Length: 1 } elements && ComparedValue.TextOf(elements[0]) is { } key
                    ? [(null, key)]
                    : null;
        }
        var keys = new List<(string?, string)>();
        for (IOperation? query = question; query is not null;)
        {
            query = CommandUses.Unwrap(query);
            if (query is not IInvocationOperation { TargetMethod: { IsExtensionMethod: true, Name: var name }, Arguments: { Length: > 0 } arguments })
            {
                return IsSetOf(query.Type, entity) ? keys : null;
            }
            if (query == question || name == "Where")
            {
                foreach (var lambda in arguments.Skip(1).Select(a => CommandUses.Unwrap(a.Value)).Select(v => v is IDelegateCreationOperation created ? created.Target : v).OfType<IAnonymousFunctionOperation>())
                {
                    if (lambda.Symbol.Parameters.Length != 1 || lambda.Body.Operations.FirstOrDefault() is not IReturnOperation { ReturnedValue: { } condition } || !AddKeys(condition, lambda.Symbol.Parameters[0], keys))
                    {
                        return null;
                    }
                }
            }
            else if (name is "Select" or "GroupBy" or "SelectMany" or "Join")
            {
                return null;
            }
            query = arguments[0].Value;
        }
        return null;
    }

    /// <summary>The equalities of a condition that is nothing but equalities.</summary>
    private static bool AddKeys(IOperation condition, IParameterSymbol row, List<(string?, string)> keys)
    {
        condition = CommandUses.Unwrap(condition);
        if (condition is IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both)
        {
            return AddKeys(both.LeftOperand, row, keys) && AddKeys(both.RightOperand, row, keys);
        }
        if (condition is not IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } equality)
        {
            return false;
        }
        var (property, value) = PropertyOf(equality.LeftOperand, row) is { } left ? (left, equality.RightOperand) : (PropertyOf(equality.RightOperand, row), equality.LeftOperand);
        if (property is null || ComparedValue.TextOf(value) is not { } text)
        {
            return false;
        }
        keys.Add((property, text));
        return true;
    }

    private static string? PropertyOf(IOperation operand, IParameterSymbol row) =>
        CommandUses.Unwrap(operand) is IPropertyReferenceOperation { Instance: IParameterReferenceOperation { Parameter: var parameter }, Property.Name: var name }
        && SymbolEqualityComparer.Default.Equals(parameter, row)
            ? name
            : null;

    /// <summary>The entity is given the value: in its initializer, in its constructor, or because the value is its own.</summary>
    private static bool IsGiven(IOperation entity, string? property, string value)
    {
        if (property is not null && LifetimeSymbols.Of(entity) is { Name: var name } && value == name + "." + property)
        {
            return true;
        }
        var creation = entity is ILocalReferenceOperation { Local: var local } ? AbsenceTests.ValueOf(local, entity) : entity;
        return creation is not null && CommandUses.Unwrap(creation) is IObjectCreationOperation made
            && (made.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>().Any(a =>
                    a.Target is IPropertyReferenceOperation { Property.Name: var set } && (property is null || set == property) && ComparedValue.TextOf(a.Value) == value) == true
                || made.Arguments.Any(a => ComparedValue.TextOf(a.Value) == value));
    }

    private static IInvocationOperation? SaveAfter(IInvocationOperation add) =>
        LifetimeGraphs.BodyAround(add).Descendants().OfType<IInvocationOperation>().FirstOrDefault(c =>
            c.TargetMethod.Name is "SaveChanges" or "SaveChangesAsync" && c.Syntax.SpanStart > add.Syntax.SpanStart);

    private static bool IsSetOf(ITypeSymbol? type, ITypeSymbol entity) =>
        type is INamedTypeSymbol { Name: "DbSet" or "IQueryable", TypeArguments.Length: 1 } set && SymbolEqualityComparer.Default.Equals(set.TypeArguments[0], entity);

    private static bool IsEf(ITypeSymbol type) => type.ContainingNamespace?.ToDisplayString() == "Microsoft.EntityFrameworkCore";
}
