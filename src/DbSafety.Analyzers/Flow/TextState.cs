using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>Something that holds text: a local, parameter or own field, or a tracked property of one (<c>command.CommandText</c>).</summary>
internal readonly record struct Variable(ISymbol Root, ISymbol? Member)
{
    public bool Equals(Variable other) =>
        SymbolEqualityComparer.Default.Equals(Root, other.Root) && SymbolEqualityComparer.Default.Equals(Member, other.Member);

    public override int GetHashCode() =>
        SymbolEqualityComparer.Default.GetHashCode(Root) * 31 + SymbolEqualityComparer.Default.GetHashCode(Member);

    /// <summary>The variable an expression names; null when it is none that the flow follows.</summary>
    public static Variable? Of(IOperation? operation, ITextConventions conventions) => operation switch
    {
        ILocalReferenceOperation local => new(local.Local, null),
        IParameterReferenceOperation parameter => new(parameter.Parameter, null),
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => new(field.Field, null),
        IPropertyReferenceOperation { Arguments.IsEmpty: true } property => OfProperty(property, conventions),
        IConversionOperation { OperatorMethod: null } conversion => Of(conversion.Operand, conventions),
        IParenthesizedOperation parenthesized => Of(parenthesized.Operand, conventions),
        IDeclarationExpressionOperation declaration => Of(declaration.Expression, conventions),
        IConditionalAccessInstanceOperation instance => Of(ConditionalReceiver(instance), conventions),
        _ => null,
    };

    /// <summary>What stands before the <c>?.</c> that this placeholder belongs to.</summary>
    public static IOperation? ConditionalReceiver(IConditionalAccessInstanceOperation instance)
    {
        for (IOperation child = instance, parent = instance.Parent!; parent is not null; child = parent, parent = parent.Parent!)
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == child)
            {
                return access.Operation;
            }
        }
        return null;
    }

    private static Variable? OfProperty(IPropertyReferenceOperation property, ITextConventions conventions) =>
        property.Instance switch
        {
            null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } => new(property.Property, null),
            var instance when conventions.Tracks(property.Property) && Of(instance, conventions) is { Member: null } owner =>
                new(owner.Root, property.Property),
            _ => null,
        };
}

/// <summary>What each variable holds at one point of a body.</summary>
internal readonly record struct TextState(ImmutableDictionary<Variable, TextValue> Values, bool IsDead)
{
    public static readonly TextState Start = new(ImmutableDictionary<Variable, TextValue>.Empty, false);

    public TextState With(Variable variable, TextValue value) => this with { Values = Values.SetItem(variable, value) };

    public TextState Dead() => this with { IsDead = true };

    public TextState Join(TextState other)
    {
        if (IsDead)
        {
            return other;
        }
        if (other.IsDead || ReferenceEquals(Values, other.Values))
        {
            return this;
        }
        if (Holds(other.Values))
        {
            return other;
        }
        var joined = Values;
        foreach (var pair in Values)
        {
            if (!other.Values.TryGetValue(pair.Key, out var theirs))
            {
                joined = joined.Remove(pair.Key); // Not known on one path: a reader falls back to what the symbol itself says.
            }
            else if (!ReferenceEquals(pair.Value, theirs))
            {
                joined = joined.SetItem(pair.Key, pair.Value.Or(theirs));
            }
        }
        return this with { Values = joined };
    }

    /// <summary>Everything that is known there is known here too, and is the same.</summary>
    private bool Holds(ImmutableDictionary<Variable, TextValue> values)
    {
        foreach (var pair in values)
        {
            if (!Values.TryGetValue(pair.Key, out var ours) || !ReferenceEquals(ours, pair.Value))
            {
                return false;
            }
        }
        return true;
    }
}

/// <summary>What the flow must be told, as it knows no database: which expressions to keep, what quotes, which properties hold text.</summary>
internal interface ITextConventions
{
    /// <summary>The operand of <paramref name="operation"/> whose text is asked for; null for most operations.</summary>
    IOperation? WantedIn(IOperation operation);

    /// <summary>The method returns its argument made safe as a name or literal.</summary>
    bool Quotes(IMethodSymbol method);

    /// <summary>The property is a text that statements build up, as a command's text is.</summary>
    bool Tracks(IPropertySymbol property);

    /// <summary>The tracked property of a type; null when it has none.</summary>
    IPropertySymbol? TrackedOf(ITypeSymbol type);
}
