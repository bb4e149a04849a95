using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>Finds the values that go to a database (the sinks of facts/time-and-numbers).</summary>
internal sealed class PersistedValues(DbModel model, Func<IOperation, bool> isWanted)
{
    private static readonly HashSet<string> Predicates = new(StringComparer.Ordinal)
    {
        "Where", "Any", "All", "Count", "LongCount", "First", "FirstOrDefault", "Single", "SingleOrDefault", "Last", "LastOrDefault",
        "AnyAsync", "AllAsync", "CountAsync", "LongCountAsync", "FirstAsync", "FirstOrDefaultAsync", "SingleAsync", "SingleOrDefaultAsync", "LastAsync", "LastOrDefaultAsync",
        "SkipWhile", "TakeWhile",
    };

    /// <summary>
    /// The values of a body that go to a database and that <paramref name="isWanted"/> accepts. It is asked first, about each value that
    /// could be one, so that nothing else is looked up for the rest: have it follow the value (<see cref="ValueTrace"/>) to what the rule
    /// is about.
    /// </summary>
    /// <param name="body">The root of an operation tree: a body or an initialiser.</param>
    public static IEnumerable<PersistedValue> In(IOperation body, DbModel model, Func<IOperation, bool> isWanted)
    {
        var finder = new PersistedValues(model, isWanted);
        return body.DescendantsAndSelf().SelectMany(finder.Of);
    }

    private IEnumerable<PersistedValue> Of(IOperation operation) => operation switch
    {
        IInvocationOperation call => OfCall(call).Concat(OfText(call)),
        IObjectCreationOperation creation => OfCreation(creation).Concat(OfText(creation)),
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation target } assignment => OfAssignment(assignment, target).Concat(OfText(assignment)),
        IPropertyInitializerOperation { InitializedProperties: [var property] } initializer when IsEntityProperty(property, property.ContainingType, initializer.Value) =>
            [Entity(initializer, initializer.Value, property)],
        _ => [],
    };

    private IEnumerable<PersistedValue> OfCall(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var type = method.ContainingType;
        switch (method.Name)
        {
            case "Add" or "AddWithValue" when call.Instance is { } parameters && IsParameterCollection(parameters.Type):
                return Argument(call.Arguments, "value") is { } value && !CommandUses.IsParameter(CommandUses.Unwrap(value).Type) && isWanted(value)
                    ? [Parameter(call, value, Provider.OfType(parameters.Type), NameOf(call.Arguments), TypeOf(call.Arguments), call)]
                    : [];
            case "Add" when type is { Name: "DynamicParameters", ContainingNamespace.Name: "Dapper" }:
                return Argument(call.Arguments, "value") is { } given && isWanted(given)
                    ? [Parameter(call, given, Provider.Unknown, NameOf(call.Arguments), TypeOf(call.Arguments), null) with { By = PersistedBy.DapperParameter }]
                    : [];
            case "AddDynamicParams" when type is { Name: "DynamicParameters", ContainingNamespace.Name: "Dapper" }:
                return OfObject(call, call.Arguments[0].Value, null);
            case "SetProperty" when type.Name is "SetPropertyCalls" or "UpdateSettersBuilder":
                return OfSetProperty(call);
            case "HasDefaultValue" when method.ContainingNamespace.ToDisplayString() == "Microsoft.EntityFrameworkCore":
                return Argument(call.Arguments, "value") is { } fallback && isWanted(fallback)
                    ? [new(model, PersistedBy.EntityDefault, fallback, call, model.EfProvider, null)]
                    : [];
        }
        if (Predicates.Contains(method.Name) && model.UsesEf && EfQueries.IsLambdaCall(call))
        {
            return call.Arguments.SelectMany(a => OfPredicate(call, a.Value));
        }
        return method.ContainingNamespace is { Name: "EntityFrameworkCore" } && call.Arguments.FirstOrDefault(a => a.Parameter?.Type.Name == "FormattableString") is { } text
            ? OfInterpolation(call, text.Value)
            : [];
    }

    private IEnumerable<PersistedValue> OfCreation(IObjectCreationOperation creation)
    {
        if (CommandUses.IsParameter(creation.Type))
        {
            return (Argument(creation.Arguments, "value") ?? Argument(creation.Arguments, "typedValue")) is { } value && isWanted(value)
                ? [Parameter(creation, value, Provider.OfType(creation.Type), NameOf(creation), TypeOf(creation), AddedBy(creation))]
                : [];
        }
        return creation is { Type: { Name: "DynamicParameters", ContainingNamespace.Name: "Dapper" }, Arguments: [{ Value: var template }] } ? OfObject(creation, template, null) : [];
    }

    private IEnumerable<PersistedValue> OfAssignment(ISimpleAssignmentOperation assignment, IPropertyReferenceOperation target)
    {
        switch (target.Property.Name)
        {
            case "Value" or "TypedValue" or "NpgsqlValue" or "SqlValue" when CommandUses.IsParameter(target.Instance?.Type ?? target.Property.ContainingType):
                return isWanted(assignment.Value) ? [OfParameterValue(assignment, target)] : [];
            case "CurrentValue" when target.Property.ContainingType.Name is "PropertyEntry" or "MemberEntry":
                return isWanted(assignment.Value)
                    ? [new(model, PersistedBy.EntityProperty, assignment.Value, assignment, model.EfProvider, null)]
                    : [];
            default:
                return IsEntityProperty(target.Property, target.Instance?.Type, assignment.Value) ? [Entity(assignment, assignment.Value, target.Property)] : [];
        }
    }

    private bool IsEntityProperty(IPropertySymbol property, ITypeSymbol? instance, IOperation value) =>
        model.UsesEf && property.ContainingType is { TypeKind: TypeKind.Class or TypeKind.Interface, IsAnonymousType: false, SpecialType: SpecialType.None }
        && isWanted(value) && model.Ef.IsPersisted(property, instance);

    private PersistedValue Entity(IOperation operation, IOperation value, IPropertySymbol property) =>
        new(model, PersistedBy.EntityProperty, value, operation, model.EfProvider, property.Name) { Property = property };

    private PersistedValue Parameter(IOperation operation, IOperation value, Provider provider, string? name, string? type, IOperation? adds) =>
        new(model, PersistedBy.Parameter, value, operation, provider, name) { DeclaredType = type, Adds = adds };

    /// <summary><c>p.Value = x</c>: the name and type are where the parameter is made.</summary>
    private PersistedValue OfParameterValue(ISimpleAssignmentOperation assignment, IPropertyReferenceOperation target)
    {
        var instance = target.Instance is IInstanceReferenceOperation && assignment.Parent?.Parent is IObjectCreationOperation own ? own : target.Instance;
        var made = instance is null ? null
            : ValueTrace.Of(instance, model, _ => null) is [var only] ? only.Operation
            : null;
        var provider = Provider.OfType(target.Instance?.Type ?? target.Property.ContainingType);
        var (name, type, adds) = made switch
        {
            IObjectCreationOperation creation => (NameOf(creation), TypeOf(creation), AddedBy(creation)),
            IInvocationOperation add => (NameOf(add.Arguments), TypeOf(add.Arguments), add),
            IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: [{ Value.ConstantValue.Value: string key }] } => (Unprefixed(key), null, null),
            _ => (null, null, (IOperation?)null),
        };
        if (instance is ILocalReferenceOperation { Local: var local })
        {
            foreach (var set in SetsOf(local, instance))
            {
                (name, type) = set.Target is IPropertyReferenceOperation { Property.Name: "ParameterName" } ? (Unprefixed(set.Value.ConstantValue.Value as string), type)
                    : TypeName(set.Value) is { } declared ? (name, declared)
                    : (name, type);
            }
        }
        return Parameter(assignment, assignment.Value, provider, name, type, adds);
    }

    /// <summary>What the body assigns to the members of a variable.</summary>
    private static IEnumerable<ISimpleAssignmentOperation> SetsOf(ILocalSymbol local, IOperation within)
    {
        while (within.Parent is { } parent)
        {
            within = parent;
        }
        return within.Descendants().OfType<ISimpleAssignmentOperation>().Where(a =>
            a.Target is IPropertyReferenceOperation { Instance: ILocalReferenceOperation { Local: var owner } } && SymbolEqualityComparer.Default.Equals(owner, local));
    }

    /// <summary>The call that adds a parameter where it is made, or the variable that holds it.</summary>
    private static IOperation? AddedBy(IOperation parameter)
    {
        for (var parent = parameter.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IInvocationOperation { TargetMethod.Name: "Add" or "AddRange" } add:
                    return add;
                case IVariableDeclaratorOperation { Symbol: var local }:
                    return AddOf(local, parent);
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } }:
                    return AddOf(local, parent);
                case IConversionOperation or IArgumentOperation or IVariableInitializerOperation or IArrayInitializerOperation or IArrayCreationOperation:
                    continue;
                default:
                    return null;
            }
        }
        return null;
    }

    private static IOperation? AddOf(ILocalSymbol local, IOperation within)
    {
        while (within.Parent is { } parent)
        {
            within = parent;
        }
        return within.Descendants().OfType<IInvocationOperation>().FirstOrDefault(i => i is { TargetMethod.Name: "Add", Arguments: [{ Value: var added }] }
            && CommandUses.Unwrap(added) is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, local));
    }

    /// <summary>What a call with SQL text takes besides: Dapper's object, EF's raw parameters, the holes of the text.</summary>
    private IEnumerable<PersistedValue> OfText(IOperation operation)
    {
        if (model.CallOf(operation) is not { } call)
        {
            yield break;
        }
        if (ObjectParameters.AreOf(call) && call.Argument(call.Api.Parameters!) is { } parameters)
        {
            foreach (var value in OfObject(operation, parameters.Value, call))
            {
                yield return value;
            }
        }
        else if (call.Api is { CompositeFormat: true, Parameters: { } name } && call.Argument(name) is { } list && CommandUses.ElementsOf(list.Value) is { IsDefault: false } elements)
        {
            foreach (var element in elements.Where(e => !CommandUses.IsParameter(CommandUses.Unwrap(e).Type) && isWanted(e)))
            {
                yield return new(model, PersistedBy.Parameter, element, operation, model.EfProvider, null) { Call = call };
            }
        }
        if (call.Sql.ConstantValue.HasValue || call.Sql is ILiteralOperation || !call.IsStatement)
        {
            yield break;
        }
        foreach (var template in call.Templates)
        {
            for (var i = 0; i < template.Holes.Length; i++)
            {
                var place = template.Script.Holes[i];
                if (place is { Place: SqlHolePlace.Value or SqlHolePlace.String or SqlHolePlace.StringPart, InDdl: false } && isWanted(template.Holes[i].Value))
                {
                    yield return new(model, PersistedBy.SqlText, template.Holes[i].Value, operation, call.Provider, place.Column) { Call = call };
                }
            }
        }
    }

    /// <summary>The members of the object that parameters are taken from, where it is written out in the body, a list of such included.</summary>
    private IEnumerable<PersistedValue> OfObject(IOperation operation, IOperation parameters, DbCall? call)
    {
        foreach (var traced in ValueTrace.Of(parameters, model, ThroughList))
        {
            switch (traced.Operation)
            {
                case IAnonymousObjectCreationOperation anonymous:
                    foreach (var member in anonymous.Initializers.OfType<ISimpleAssignmentOperation>())
                    {
                        if (member.Target is IPropertyReferenceOperation { Property.Name: var name } && IsUsed(call, name) && isWanted(member.Value))
                        {
                            yield return Dapper(member.Value, name);
                        }
                    }
                    break;
                case IObjectCreationOperation { Type: { } type } creation when call is not null && !CommandUses.IsParameter(type) && type.Name != "DynamicParameters":
                    foreach (var member in SetsIn(creation).Concat(Later(parameters)))
                    {
                        if (member.Target is IPropertyReferenceOperation { Property.Name: var name } && call.Text.IsConstant && IsUsed(call, name) && isWanted(member.Value))
                        {
                            yield return Dapper(member.Value, name);
                        }
                    }
                    break;
            }
        }

        PersistedValue Dapper(IOperation value, string name) =>
            new(model, PersistedBy.DapperParameter, value, operation, call?.Provider ?? Provider.Unknown, name) { Call = call };

        static IEnumerable<ISimpleAssignmentOperation> Later(IOperation parameters) =>
            CommandUses.Unwrap(parameters) is ILocalReferenceOperation { Local: var local } reference ? SetsOf(local, reference) : [];
    }

    /// <summary>Where the text is known, only what it asks for is sent.</summary>
    private static bool IsUsed(DbCall? call, string name) =>
        call is null || !call.Text.IsConstant || !call.IsStatement
        || call.Templates.Any(t => t.Script.Parameters.Any(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>From a list to one of its elements: written out, or made by Select.</summary>
    private static IOperation? ThroughList(IOperation list) => list switch
    {
        IInvocationOperation { TargetMethod: { Name: "ToList" or "ToArray", IsExtensionMethod: true }, Arguments: [{ Value: var source }] } => source,
        IInvocationOperation { TargetMethod: { Name: "Select", IsExtensionMethod: true }, Arguments: [_, { Value: var selector }] } => ResultOf(selector),
        IArrayCreationOperation { Initializer.ElementValues: [var first, ..] } => first,
        _ => null,
    };

    /// <summary>The value of a lambda that is one expression; null for any other.</summary>
    private static IOperation? ResultOf(IOperation lambda) => CommandUses.Unwrap(lambda) switch
    {
        IAnonymousFunctionOperation { Body.Operations: [IReturnOperation { ReturnedValue: { } value }] } => value,
        IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Body.Operations: [IReturnOperation { ReturnedValue: { } value }] } } => value,
        _ => null,
    };

    private IEnumerable<PersistedValue> OfSetProperty(IInvocationOperation call)
    {
        if (call.Arguments is not [{ Value: var selector }, { Value: var given }])
        {
            return [];
        }
        var value = ResultOf(given) ?? given;
        var property = ResultOf(selector) is { } member ? (CommandUses.Unwrap(member) as IPropertyReferenceOperation)?.Property : null;
        return isWanted(value)
            ? [new(model, PersistedBy.EntityProperty, value, call, model.EfProvider, property?.Name) { Property = property }]
            : [];
    }

    private IEnumerable<PersistedValue> OfPredicate(IInvocationOperation call, IOperation lambda)
    {
        if (CommandUses.Unwrap(lambda) is not (IAnonymousFunctionOperation or IDelegateCreationOperation { Target: IAnonymousFunctionOperation }))
        {
            yield break;
        }
        foreach (var comparison in lambda.Descendants().OfType<IBinaryOperation>().Where(b => b.OperatorKind is >= BinaryOperatorKind.Equals and <= BinaryOperatorKind.GreaterThan))
        {
            foreach (var (value, other) in new[] { (comparison.LeftOperand, comparison.RightOperand), (comparison.RightOperand, comparison.LeftOperand) })
            {
                if (isWanted(value) && EfQueries.IsEfQuery(call))
                {
                    var property = (CommandUses.Unwrap(other) as IPropertyReferenceOperation)?.Property;
                    yield return new(model, PersistedBy.Query, value, call, model.EfProvider, property?.Name) { Property = property };
                }
            }
        }
    }

    private IEnumerable<PersistedValue> OfInterpolation(IOperation call, IOperation text) =>
        from hole in text.DescendantsAndSelf().OfType<IInterpolationOperation>()
        where isWanted(hole.Expression)
        select new PersistedValue(model, PersistedBy.SqlText, hole.Expression, call, model.EfProvider, null);

    private static bool IsParameterCollection(ITypeSymbol? type) =>
        type is { Name: "IDataParameterCollection" } || type?.AllInterfaces.Any(i => i is { Name: "IDataParameterCollection", ContainingNamespace.Name: "Data" }) == true;

    private static IOperation? Argument(IEnumerable<IArgumentOperation> arguments, string parameter) =>
        arguments.FirstOrDefault(a => a.Parameter?.Name == parameter && a.ArgumentKind == ArgumentKind.Explicit)?.Value;

    private static string? NameOf(IEnumerable<IArgumentOperation> arguments) =>
        Unprefixed(arguments.FirstOrDefault(a => a.Parameter is { Type.SpecialType: SpecialType.System_String, Name: "parameterName" or "name" })?.Value.ConstantValue.Value as string);

    private static string? NameOf(IObjectCreationOperation creation) =>
        Unprefixed(SetsIn(creation).FirstOrDefault(s => s.Target is IPropertyReferenceOperation { Property.Name: "ParameterName" })?.Value.ConstantValue.Value as string) ?? NameOf(creation.Arguments);

    private static string? Unprefixed(string? name) => name?.TrimStart('@', ':', '$', '?');

    private static string? TypeOf(IEnumerable<IArgumentOperation> arguments) => arguments.Select(a => TypeName(a.Value)).FirstOrDefault(t => t is not null);

    private static string? TypeOf(IObjectCreationOperation creation) => SetsIn(creation).Select(s => TypeName(s.Value)).FirstOrDefault(t => t is not null) ?? TypeOf(creation.Arguments);

    private static IEnumerable<ISimpleAssignmentOperation> SetsIn(IObjectCreationOperation creation) => creation.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>() ?? [];

    /// <summary>The name of a constant of an enum whose own name ends in DbType; null for any other value.</summary>
    private static string? TypeName(IOperation value) =>
        CommandUses.Unwrap(value) is IFieldReferenceOperation { Field: { HasConstantValue: true, ContainingType: { TypeKind: TypeKind.Enum, Name: var type } } field }
            && (type.EndsWith("DbType", StringComparison.Ordinal) || type == "SqliteType")
            ? type + "." + field.Name
            : null;
}
