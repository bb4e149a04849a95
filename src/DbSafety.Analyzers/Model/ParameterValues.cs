using System.Collections.Immutable;
using System.Globalization;
using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>What a parameter of a statement holds when the statement is run.</summary>
/// <param name="Operation">The value, or the object that has it.</param>
/// <param name="Member">The property of the object that is the value: Dapper is given the whole object. Null where the operation is the value.</param>
/// <param name="Type">The type of the value as the code knows it, not the <c>object</c> that a parameter takes.</param>
internal sealed record ParameterValue(IOperation Operation, IPropertySymbol? Member, ITypeSymbol? Type)
{
    /// <summary>
    /// The value of the parameter that <paramref name="placeholder"/> (<c>@id</c>, <c>$1</c>, <c>{0}</c>) stands for when
    /// <paramref name="run"/> runs the text of <paramref name="call"/>; null where that is not certain.
    /// </summary>
    public static ParameterValue? Of(DbCall call, string placeholder, IOperation run)
    {
        var name = placeholder.TrimStart('@', ':', '$', '{').TrimEnd('}');
        int? position = placeholder[0] is '{' or '$' && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (call.Api is { CompositeFormat: true, Parameters: { } list })
        {
            var elements = call.Argument(list) is { } argument ? CommandUses.ElementsOf(argument.Value) : default;
            return placeholder[0] == '{' && !elements.IsDefault && position < elements.Length ? Of(elements[position.Value]) : null;
        }
        if (ObjectParameters.AreOf(call))
        {
            return OfObject(call, name);
        }
        if (CommandUses.Of(call) is not { } uses)
        {
            return null;
        }
        var given = position is { } n && placeholder[0] == '$'
            ? uses.Parameters.Where((p, i) => i == n - 1 && p.Name is null)
            : uses.Parameters.Where(p => p.Name is { } own && own.TrimStart('@', ':', '$').Equals(name, StringComparison.OrdinalIgnoreCase));
        var sets = given.SelectMany(SetsOf).Concat(uses.Local is { } command ? SetsByName(command, name, run) : [])
            .Where(s => s.Syntax.SpanStart < run.Syntax.Span.End).OrderBy(s => s.Syntax.SpanStart).ToList();
        // The last one before the statement counts, unless it is made on some paths only.
        return sets.Count > 0 && Holds(BranchAround(sets[sets.Count - 1]), run) ? Of(sets[sets.Count - 1]) : null;
    }

    public static ParameterValue Of(IOperation value)
    {
        value = CommandUses.Unwrap(value);
        return new(value, null, value.Type);
    }

    private static ParameterValue? OfObject(DbCall call, string name)
    {
        if (call.Argument(call.Api.Parameters!) is not { } argument || ObjectParameters.Of(call) is not { } parameters
            || parameters.Members.FirstOrDefault(m => m.Name!.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } member)
        {
            return null;
        }
        if (parameters.Written is not null)
        {
            return member.Adds is ISimpleAssignmentOperation assignment ? Of(assignment.Value) : null;
        }
        var value = CommandUses.Unwrap(argument.Value);
        var type = TextTypes.IsTextCarrier(value.Type) ? TextTypes.ElementOf(value.Type) : value.Type;
        for (; type is not null; type = type.BaseType)
        {
            if (type.GetMembers(member.Name!).OfType<IPropertySymbol>().FirstOrDefault() is { } property)
            {
                return new(value, property, property.Type);
            }
        }
        return null;
    }

    /// <summary>All the values that an added parameter is ever given.</summary>
    private static IEnumerable<IOperation> SetsOf(GivenParameter parameter)
    {
        var add = parameter.Adds;
        var made = add.DescendantsAndSelf().OfType<IObjectCreationOperation>()
            .FirstOrDefault(c => CommandUses.IsParameter(c.Type) && c.Syntax.Span.Contains(parameter.Place.Span));
        if (made is not null)
        {
            return InCreation(made);
        }
        if (add is not IInvocationOperation call)
        {
            return [];
        }
        var own = call.Arguments.Where(IsValue).Select(a => a.Value).Concat(Assigned(call));
        var local = call.Arguments.Length == 1 && CommandUses.Unwrap(call.Arguments[0].Value) is ILocalReferenceOperation { Local: var added } ? added
            : call.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var kept } } ? kept
            : call.Parent is IConversionOperation { Parent: IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var converted } } } ? converted
            : null;
        return local is null ? own : own.Concat(InVariable(local, call));
    }

    /// <summary><c>command.Parameters["id"].Value = …</c></summary>
    private static IEnumerable<IOperation> SetsByName(ILocalSymbol command, string name, IOperation run) =>
        from reference in LifetimeGraphs.BodyAround(run).Descendants().OfType<IPropertyReferenceOperation>()
        where reference is { Property.IsIndexer: true, Arguments.Length: 1, Instance: IPropertyReferenceOperation { Property.Name: "Parameters", Instance: ILocalReferenceOperation of } }
            && SymbolEqualityComparer.Default.Equals(of.Local, command)
            && reference.Arguments[0].Value.ConstantValue.Value is string key && key.TrimStart('@', ':', '$').Equals(name, StringComparison.OrdinalIgnoreCase)
        from value in Assigned(reference)
        select value;

    private static IEnumerable<IOperation> InCreation(IObjectCreationOperation made) =>
        made.Arguments.Where(IsValue).Select(a => a.Value)
            .Concat((made.Initializer?.Initializers ?? ImmutableArray<IOperation>.Empty).OfType<ISimpleAssignmentOperation>()
                .Where(a => a.Target is IPropertyReferenceOperation { Property.Name: "Value" or "TypedValue" }).Select(a => a.Value));

    private static IEnumerable<IOperation> InVariable(ILocalSymbol parameter, IOperation at)
    {
        foreach (var operation in LifetimeGraphs.BodyAround(at).Descendants())
        {
            if (operation is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, parameter))
            {
                foreach (var value in Assigned(reference))
                {
                    yield return value;
                }
            }
            else if (operation is IObjectCreationOperation { Parent: IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } } made
                && SymbolEqualityComparer.Default.Equals(declarator.Symbol, parameter))
            {
                foreach (var value in InCreation(made))
                {
                    yield return value;
                }
            }
        }
    }

    /// <summary>What the Value of a parameter object is set to where the object stands: <c>p.Value = x</c>, <c>(p.Value, q.Value) = (x, y)</c>.</summary>
    private static IEnumerable<IOperation> Assigned(IOperation parameter)
    {
        while (parameter.Parent is IConversionOperation)
        {
            parameter = parameter.Parent;
        }
        if (parameter.Parent is not IPropertyReferenceOperation { Property.Name: "Value" or "TypedValue" or "NpgsqlValue" or "SqlValue" } property || property.Instance != parameter)
        {
            yield break;
        }
        if (property.Parent is ISimpleAssignmentOperation assignment && assignment.Target == property)
        {
            yield return assignment.Value;
        }
        else if (property.Parent is ITupleOperation { Parent: IDeconstructionAssignmentOperation { Value: var right } deconstruction } tuple && deconstruction.Target == tuple
            && CommandUses.Unwrap(right) is ITupleOperation values && values.Elements.Length == tuple.Elements.Length)
        {
            yield return values.Elements[tuple.Elements.IndexOf(property)];
        }
    }

    private static bool IsValue(IArgumentOperation argument) =>
        argument is { ArgumentKind: ArgumentKind.Explicit, Parameter.Name: "value" or "objValue" or "typedValue" or "obj" } && !CommandUses.IsParameter(argument.Parameter.Type);

    private static IOperation? BranchAround(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IConditionalOperation or ILoopOperation or ISwitchCaseOperation or ISwitchExpressionArmOperation or ICatchClauseOperation or IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return parent;
            }
        }
        return null;
    }

    private static bool Holds(IOperation? branch, IOperation operation) => branch is null || branch.Syntax.Span.Contains(operation.Syntax.Span);
}
