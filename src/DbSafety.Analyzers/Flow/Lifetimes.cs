using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>How the work of a resource ended, so far.</summary>
internal enum Ending { Open, Committed, RolledBack }

/// <summary>Whether a resource was given back, and by whom: by itself, or because what it was made from was.</summary>
internal enum Release { None, Disposed, WithOwner }

/// <summary>What became of a resource on one path.</summary>
/// <param name="IsUsed">The conventions said that something used it: <see cref="ILifetimeConventions.Uses"/>.</param>
/// <param name="IsFaulted">An exception of something that used it was caught: <see cref="ILifetimeConventions.Faults"/>.</param>
internal readonly record struct Lifetime(Ending Ending, Release Release, bool IsUsed, bool IsFaulted)
{
    public bool IsOpen => Ending == Ending.Open && Release == Release.None;
}

/// <summary>What can have become of a resource, over all paths to a place; a set.</summary>
internal readonly record struct Lifetimes
{
    private const ulong AbsentBit = 1, EscapedBit = 2;
    private const int First = 2, Count = 36;
    private static readonly Lifetime[] All = [.. Enumerable.Range(0, Count).Select(i => new Lifetime((Ending)(i % 3), (Release)(i / 3 % 3), i / 9 % 2 == 1, i / 18 == 1))];

    private readonly ulong _bits;

    private Lifetimes(ulong bits) => _bits = bits;

    /// <summary>No path comes here.</summary>
    public static Lifetimes None => default;

    /// <summary>Not created, or known to be null.</summary>
    public static Lifetimes Absent => new(AbsentBit);

    /// <summary>Somebody else has it, or the flow does not know: say nothing.</summary>
    public static Lifetimes Escaped => new(EscapedBit);

    public static Lifetimes Created => Of(default);

    public bool CanBeAbsent => (_bits & AbsentBit) != 0;
    public bool CanBeEscaped => (_bits & EscapedBit) != 0;

    /// <summary>The fates on the paths where it exists and is followed.</summary>
    public IEnumerable<Lifetime> Known
    {
        get
        {
            var bits = _bits;
            return All.Where((_, i) => (bits >> (First + i) & 1) != 0);
        }
    }

    /// <summary>It is open on some path.</summary>
    public bool CanBeOpen => Known.Any(l => l.IsOpen);

    /// <summary>It is open on every path.</summary>
    public bool IsOpen => _bits > EscapedBit && (_bits & (AbsentBit | EscapedBit)) == 0 && Known.All(l => l.IsOpen);

    public Lifetimes Or(Lifetimes other) => new(_bits | other._bits);

    /// <summary>Each known fate turned into another.</summary>
    public Lifetimes Select(Func<Lifetime, Lifetime> change) =>
        Known.Aggregate(new Lifetimes(_bits & (AbsentBit | EscapedBit)), (all, one) => all.Or(Of(change(one))));

    /// <summary>Fates that satisfy <paramref name="forgotten"/> become <see cref="Escaped"/>.</summary>
    public Lifetimes Escape(Func<Lifetime, bool> forgotten) =>
        Known.Aggregate(new Lifetimes(_bits & (AbsentBit | EscapedBit)), (all, one) => all.Or(forgotten(one) ? Escaped : Of(one)));

    private static Lifetimes Of(Lifetime one) =>
        new(1UL << (First + (int)one.Ending + 3 * (int)one.Release + (one.IsUsed ? 9 : 0) + (one.IsFaulted ? 18 : 0)));
}

/// <summary>Something that has to be given back, by the operation that makes it; the conventions derive their own class.</summary>
/// <param name="creation">The invocation or object creation.</param>
/// <param name="owner">The operand it is made from and ends with: the connection of a transaction. Null where there is none.</param>
internal abstract class Resource(IOperation creation, IOperation? owner)
{
    public IOperation Creation => creation;

    /// <summary>The variable, parameter, field or property that holds what it is made from; null where that is not one.</summary>
    public ISymbol? Owner { get; set; } = LifetimeSymbols.Of(owner);

    public IOperation? OwnerOperand => owner;

    /// <summary>The local that first holds it; null where none does.</summary>
    public ILocalSymbol? Local { get; set; }

    /// <summary>Giving it back gives its owner back: <c>CommandBehavior.CloseConnection</c>.</summary>
    public bool TakesOwner { get; init; }

    /// <summary>Position among the resources of its body.</summary>
    public int Index { get; set; }
}

/// <summary>What an operation does to a resource it is given.</summary>
internal enum Handling
{
    /// <summary>Uses it and gives it back.</summary>
    Borrows,
    /// <summary>Yields the same resource: <c>ConfigureAwait</c>, <c>AsTask</c>.</summary>
    Yields,
    Commits,
    RollsBack,
    /// <summary>What failed so far is undone, the rest stays open: a savepoint.</summary>
    Mends,
    Disposes,
    /// <summary>Keeps it, or may.</summary>
    Escapes,
}

/// <summary>What the flow has to be told about the resources it follows. Operations are those of a control-flow graph.</summary>
internal interface ILifetimeConventions
{
    /// <summary>The resource that an invocation or object creation makes; null where it makes none.</summary>
    Resource? CreatedBy(IOperation operation);

    /// <summary>What an invocation, object creation or assignment does to a resource.</summary>
    /// <param name="operand">What holds <paramref name="resource"/>: the <see cref="IArgumentOperation"/>, else the receiver or the assigned value.</param>
    Handling HandlingOf(IOperation operation, IOperation operand, Resource resource);

    /// <summary>An invocation that gives its receiver back, whatever was made from it included.</summary>
    bool Releases(IOperation invocation);

    /// <summary>What an invocation on the owner does to what was made from it: <c>context.Database.CommitTransaction()</c>.</summary>
    Handling HandlingOfOwned(IOperation invocation, Resource resource);

    /// <summary>The operand that an owner is known by: of a facade, what it is the facade of (<c>context.Database</c>); itself for others.</summary>
    IOperation OwnerBehind(IOperation operand);

    /// <summary>A property through which a resource gets its owner: the connection of a command.</summary>
    bool IsOwner(IPropertySymbol property);

    /// <summary>The operation can end in an exception that its author has to reckon with.</summary>
    bool CanFail(IOperation operation);

    /// <summary>The operation makes the end of an open resource matter: it writes in the transaction, it opens the connection.</summary>
    /// <param name="original">The operation in the tree of the body; the one of the graph where there is none.</param>
    bool Uses(IOperation original, Resource resource);

    /// <summary>When the operation fails, the resource is spoiled unless it is mended.</summary>
    bool Faults(IOperation original, Resource resource);
}

internal static class LifetimeSymbols
{
    /// <summary>
    /// The symbol by which an operand can be known again: a variable, or a member of this object. Null for anything else, such as
    /// a member of a variable.
    /// </summary>
    public static ISymbol? Of(IOperation? operand) => operand switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IConversionOperation conversion => Of(conversion.Operand),
        IAwaitOperation awaited => Of(awaited.Operation),
        IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } member => member.Member,
        _ => null,
    };

    /// <summary>The variable may hold another value by then: it is assigned somewhere in the tree around <paramref name="place"/>.</summary>
    public static bool IsAssigned(ISymbol variable, IOperation place)
    {
        while (place.Parent is { } parent)
        {
            place = parent;
        }
        return place.Descendants().Any(o =>
            o is IAssignmentOperation { Target: var target } && SymbolEqualityComparer.Default.Equals(Of(target), variable)
            || o is IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out, Value: var value } && SymbolEqualityComparer.Default.Equals(Of(value), variable));
    }

    /// <summary>The type of a variable or member; null for any other symbol.</summary>
    public static ITypeSymbol? TypeOf(ISymbol? symbol) => symbol switch
    {
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };
}
