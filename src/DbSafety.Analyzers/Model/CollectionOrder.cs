using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>Whether the order of a collection is one that its caller, a hash table or the plan of a query happens to give.</summary>
/// <param name="at">Where the collection is used: what sorts it behind this place comes too late.</param>
internal sealed class CollectionOrder(IOperation at, DbModel model)
{
    private const int MaxDepth = 4;

    /// <summary>Methods whose result has the order of what they are called on, or none of its own.</summary>
    private static readonly HashSet<string> KeepOrder = new(StringComparer.Ordinal)
    {
        "Where", "Select", "SelectMany", "Distinct", "DistinctBy", "ToList", "ToArray", "ToHashSet", "ToDictionary", "ToLookup", "GroupBy", "AsEnumerable", "AsReadOnly",
        "Cast", "OfType", "Take", "Skip", "TakeWhile", "SkipWhile", "Concat", "Union", "Except", "Intersect", "Reverse", "ToImmutableList", "ToImmutableArray", "ToImmutableHashSet",
        "ToImmutableDictionary", "ToFrozenSet", "ToFrozenDictionary", "ToListAsync", "ToArrayAsync", "ToDictionaryAsync", "ToHashSetAsync", "AsNoTracking", "Include", "ThenInclude",
        "AsAsyncEnumerable", "WithCancellation", "ConfigureAwait", "Split", "AsList",
    };

    private static readonly string[] Fills = ["Add", "AddRange", "Insert", "TryAdd", "Enqueue", "Push", "UnionWith"];

    private readonly IOperation _body = LifetimeGraphs.BodyAround(at);

    /// <summary>
    /// Nothing in sight gives it an order of its own. False for what is sorted, always the same, or not known: what other methods
    /// and files return.
    /// </summary>
    public bool IsUnordered(IOperation collection) => IsUnordered(collection, 0);

    private bool IsUnordered(IOperation collection, int depth)
    {
        collection = Unwrapped(collection);
        if (depth > MaxDepth || IsSorted(collection.Type))
        {
            return false;
        }
        switch (collection)
        {
            case IParameterReferenceOperation { Parameter: var parameter }:
                return IsUnordered(parameter, parameter.Name) && Values(parameter).All(v => IsUnordered(v, depth + 1)) && CallersDoNotSort(parameter, depth);
            case ILocalReferenceOperation { Local: var local }:
                return IsUnordered(local, local.Name) && OfLocal(local, depth);
            case IFieldReferenceOperation { Field: { IsConst: false } field } reference:
                return !(field is { IsStatic: true, IsReadOnly: true }) && IsUnordered(field, field.Name) && IsUnorderedOwner(reference.Instance, depth);
            case IPropertyReferenceOperation { Property: var property } reference:
                // What a getter computes may well be sorted.
                return !property.IsIndexer && IsUnordered(property, property.Name) && (property.DeclaringSyntaxReferences.IsEmpty || property.DeclaringSyntaxReferences.All(r => IsPlain(r.GetSyntax())))
                    && IsUnorderedOwner(reference.Instance, depth);
            case IInvocationOperation call:
                return OfCall(call, depth);
            // A copy: new List<long>(ids)
            case IObjectCreationOperation { Initializer: null, Arguments: [{ Value: var source }], Type.ContainingNamespace.Name: "Generic" } when TextTypes.IsTextCarrier(source.Type):
                return IsUnordered(source, depth + 1);
            case IArrayCreationOperation { Initializer.ElementValues: { Length: > 1 } elements }:
                return elements.All(e => CommandUses.Unwrap(e) is IParameterReferenceOperation or IPropertyReferenceOperation) && !KeyOrder.IsCompared(elements.Select(CommandUses.Unwrap), _body);
            default:
                return false;
        }
    }

    /// <summary>Neither its name nor what the body does with it says that it is sorted.</summary>
    private bool IsUnordered(ISymbol symbol, string name) =>
        name.IndexOf("sorted", StringComparison.OrdinalIgnoreCase) < 0 && name.IndexOf("ordered", StringComparison.OrdinalIgnoreCase) < 0
        && !_body.Descendants().OfType<IInvocationOperation>().Any(call => call.TargetMethod.Name == "Sort" && call.Syntax.SpanStart < at.Syntax.SpanStart
            && call.DescendantsAndSelf().Any(o => Is(LifetimeSymbols.Of(o), symbol)));

    /// <summary>What a dictionary's keys or an object's lists are members of.</summary>
    private bool IsUnorderedOwner(IOperation? owner, int depth) =>
        owner is null or IInstanceReferenceOperation || !IsSorted(owner.Type) && (!TextTypes.IsTextCarrier(owner.Type) || IsUnordered(owner, depth + 1));

    private bool OfLocal(ILocalSymbol local, int depth)
    {
        var values = Values(local).ToList();
        var fills = _body.Descendants().Where(o => IsFill(o, local)).ToList();
        if (values.Count == 0 || values.Exists(v => !IsEmpty(v) && !IsUnordered(v, depth + 1)))
        {
            return false;
        }
        // Filled here: in the order of the loops around, of which each has to be known.
        return fills.TrueForAll(fill => LoopAround(fill) switch
            {
                IForEachLoopOperation loop => IsUnordered(loop.Collection, depth + 1),
                IWhileLoopOperation loop => ReadBy(loop) is { } query && IsUnordered(query),
                _ => false,
            })
            && (fills.Count > 0 || values.Exists(v => !IsEmpty(v)));
    }

    private bool OfCall(IInvocationOperation call, int depth)
    {
        if (model.CallOf(call) is { IsStatement: true } query)
        {
            return IsUnordered(query);
        }
        return KeepOrder.Contains(call.TargetMethod.Name) && call.TargetMethod.DeclaringSyntaxReferences.IsEmpty
            && (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } source
            && (source.Type?.SpecialType == SpecialType.System_String ? LifetimeSymbols.Of(source) is IParameterSymbol : IsUnordered(source, depth + 1));
    }

    /// <summary>A SELECT, fully known, that asks for no order.</summary>
    private static bool IsUnordered(DbCall query) =>
        query is { Text.Truncated: false, Templates: { Length: 1 } templates } && templates[0].IsExact && templates[0].Script is { IsBalanced: true } script
        && script.Holes.All(h => h.Place is Sql.SqlHolePlace.Value or Sql.SqlHolePlace.String or Sql.SqlHolePlace.InList or Sql.SqlHolePlace.Parameter)
        && script.Statements.All(s => s is { Kind: Sql.SqlStatementKind.Select, HasOrderBy: false });

    /// <summary>The query whose rows a loop reads: <c>while (await reader.ReadAsync())</c>; null where it is another loop.</summary>
    private DbCall? ReadBy(IWhileLoopOperation loop) =>
        loop.Condition is { } condition && Unwrapped(condition) is IInvocationOperation { TargetMethod.Name: "Read" or "ReadAsync", Instance: { } instance }
        && Renames.Resolve(instance) is { } made && model.ExecutionOf(Unwrapped(made)) is { Calls: [var query] }
            ? query
            : null;

    /// <summary>The arguments for a parameter of a private method, in this file, are none that is sorted.</summary>
    private bool CallersDoNotSort(IParameterSymbol parameter, int depth)
    {
        foreach (var call in CallsInFile.To(parameter.ContainingSymbol, at))
        {
            if (call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == parameter.Ordinal) is not { } argument || !new CollectionOrder(call, model).IsUnordered(argument.Value, depth + 2))
            {
                return false;
            }
        }
        return true;
    }

    private IEnumerable<IOperation> Values(ISymbol variable)
    {
        foreach (var operation in _body.Descendants())
        {
            if (operation is IVariableDeclaratorOperation declarator && Is(declarator.Symbol, variable) && declarator.GetVariableInitializer() is { } initializer)
            {
                yield return initializer.Value;
            }
            else if (operation is ISimpleAssignmentOperation assignment && Is(LifetimeSymbols.Of(assignment.Target), variable))
            {
                yield return assignment.Value;
            }
        }
    }

    private static bool IsFill(IOperation operation, ILocalSymbol local) => operation switch
    {
        IInvocationOperation { Instance: { } instance, TargetMethod.Name: var name } => Fills.Contains(name) && Is(LifetimeSymbols.Of(instance), local),
        IAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } instance } } => Is(LifetimeSymbols.Of(instance), local),
        IAssignmentOperation { Target: IArrayElementReferenceOperation { ArrayReference: var array } } => Is(LifetimeSymbols.Of(array), local),
        _ => false,
    };

    private static ILoopOperation? LoopAround(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILoopOperation loop)
            {
                return loop;
            }
        }
        return null;
    }

    /// <summary><c>new()</c>, <c>new List&lt;long&gt;(count)</c>, <c>[]</c>.</summary>
    private static bool IsEmpty(IOperation value) => Unwrapped(value) switch
    {
        IObjectCreationOperation { Initializer: null } made => made.Arguments.All(a => !TextTypes.IsTextCarrier(a.Value.Type)),
        { Syntax: CollectionExpressionSyntax { Elements.Count: 0 } } => true,
        _ => false,
    };

    /// <summary>A field, or a property that only keeps a value.</summary>
    private static bool IsPlain(SyntaxNode declaration) => declaration switch
    {
        PropertyDeclarationSyntax { ExpressionBody: null, AccessorList: { } accessors } => accessors.Accessors.All(a => a.Body is null && a.ExpressionBody is null),
        ParameterSyntax => true,
        _ => false,
    };

    private static bool IsSorted(ITypeSymbol? type)
    {
        for (var t = type; t is not null; t = t.ContainingType)
        {
            if (t.Name.IndexOf("Sorted", StringComparison.Ordinal) >= 0 || t.Name.StartsWith("IOrdered", StringComparison.Ordinal) || t.Name is "PriorityQueue")
            {
                return true;
            }
        }
        return false;
    }

    private static IOperation Unwrapped(IOperation operation) => operation switch
    {
        IConversionOperation { OperatorMethod: null } conversion => Unwrapped(conversion.Operand),
        IAwaitOperation awaited => Unwrapped(awaited.Operation),
        IParenthesizedOperation parenthesized => Unwrapped(parenthesized.Operand),
        ICoalesceOperation { WhenNull: var empty } coalesce when IsNothing(empty) => Unwrapped(coalesce.Value),
        _ => operation,
    };

    /// <summary><c>?? []</c>, <c>?? Array.Empty&lt;T&gt;()</c></summary>
    private static bool IsNothing(IOperation value) =>
        value is IInvocationOperation { TargetMethod.Name: "Empty" } or IConversionOperation { Operand: IInvocationOperation { TargetMethod.Name: "Empty" } } || IsEmpty(value);

    private static bool Is(ISymbol? a, ISymbol b) => a is not null && SymbolEqualityComparer.Default.Equals(a, b);
}
