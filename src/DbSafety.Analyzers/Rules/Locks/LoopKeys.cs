using System.Collections.Immutable;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>The elements of a collection that a statement is run for, one after the other, keyed by them.</summary>
/// <param name="Collection">The source of the elements.</param>
/// <param name="Loop">A foreach, a for, or the call of ForEach; null where the library loops: Dapper, given a list.</param>
/// <param name="Variable">A name for one element; null where the code has none.</param>
/// <param name="Paths">The keys as members of an element (<c>.ProductId</c>, or empty for the element itself), in the order of the statement; null where one is computed or cannot be sorted by.</param>
internal sealed record LoopKeys(IOperation Collection, IOperation? Loop, string? Variable, ImmutableArray<(string Path, ITypeSymbol Type)>? Paths)
{
    private const int MaxDepth = 3;

    /// <summary>The innermost loop whose variable some key of the statement comes from; null where none does.</summary>
    public static LoopKeys? Of(RowLock rows)
    {
        foreach (var key in rows.Keys)
        {
            if (key.Value is { Member: not null, Operation: var list } && TextTypes.IsTextCarrier(list.Type))
            {
                return new(list, null, null, Sortable(rows.Keys.Select(k => k.Value.Member is { } member ? ("." + member.Name, member.Type) : default).ToImmutableArray()));
            }
        }
        for (var parent = rows.Run.Parent; parent is not null and not ILocalFunctionOperation; parent = parent.Parent)
        {
            switch (parent)
            {
                case IForEachLoopOperation loop when rows.Keys.Where(k => Mentions(k.Value.Operation, loop, 0)).ToList() is { Count: > 0 } keys:
                    return new(loop.Collection, loop, NameOf(loop), Sortable(keys.Select(k => PathOf(k.Value, loop)).ToImmutableArray()));
                case IForLoopOperation loop when rows.Keys.Select(k => IndexedIn(k.Value.Operation, loop, 0)).FirstOrDefault(c => c is not null) is { } collection:
                    return new(collection, loop, null, null);
                case IAnonymousFunctionOperation lambda:
                    return Elements(lambda) is var (call, collection2, element) && rows.Keys.Any(k => k.Value.Operation.DescendantsAndSelf().Any(o => Is(LifetimeSymbols.Of(o), element)))
                        ? new(collection2, call, null, null)
                        : null;
            }
        }
        return null;
    }

    /// <summary>A method of a collection calls the lambda for each of its elements.</summary>
    public static bool IsForEach(string method) => method == "ForEach";

    private static (IInvocationOperation Call, IOperation Collection, IParameterSymbol Element)? Elements(IAnonymousFunctionOperation lambda) =>
        lambda is { Symbol.Parameters: { Length: 1 } parameters, Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation { Instance: { } list, TargetMethod.Name: var name } call } } } && IsForEach(name)
            ? (call, list, parameters[0])
            : null;

    /// <summary>The collection that a value is an element of, at the index that the loop counts.</summary>
    private static IOperation? IndexedIn(IOperation value, IForLoopOperation loop, int depth) =>
        value.DescendantsAndSelf().Select(operand => operand switch
        {
            IArrayElementReferenceOperation { Indices: [var index] } element when IsCounter(index, loop) => element.ArrayReference,
            IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } list, Arguments: [{ Value: var index }] } when IsCounter(index, loop) => list,
            ILocalReferenceOperation { Local: var local } when depth < MaxDepth && OnlyValue(local, loop) is { } initial => IndexedIn(initial, loop, depth + 1),
            _ => null,
        }).FirstOrDefault(c => c is not null);

    private static bool IsCounter(IOperation index, IForLoopOperation loop) =>
        CommandUses.Unwrap(index) is ILocalReferenceOperation { Local: var local } && loop.Locals.Contains(local, SymbolEqualityComparer.Default);

    private static ImmutableArray<(string, ITypeSymbol)>? Sortable(ImmutableArray<(string Path, ITypeSymbol? Type)> paths) =>
        paths.All(p => p is { Path: not null, Type: { } type } && IsComparable(type)) ? paths.Select(p => (p.Path, p.Type!)).ToImmutableArray() : null;

    private static bool IsComparable(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: var inner } ? IsComparable(inner[0])
        : type.TypeKind == TypeKind.Enum || type.AllInterfaces.Any(i => i is { Name: "IComparable", ContainingNamespace.Name: "System" });

    /// <summary>The value depends on the loop's variable, itself or through variables of the loop.</summary>
    private static bool Mentions(IOperation value, IForEachLoopOperation loop, int depth) =>
        value.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Any(reference => loop.Locals.Contains(reference.Local, SymbolEqualityComparer.Default)
            || depth < MaxDepth && OnlyValue(reference.Local, loop) is { } initial && Mentions(initial, loop, depth + 1));

    /// <summary>The initial value of a variable of the loop's body; null where it has none or changes.</summary>
    private static IOperation? OnlyValue(ILocalSymbol local, ILoopOperation loop)
    {
        if (local.DeclaringSyntaxReferences.Length != 1 || !loop.Body.Syntax.Span.Contains(local.DeclaringSyntaxReferences[0].Span))
        {
            return null;
        }
        IOperation? initial = null;
        foreach (var operation in loop.Body.Descendants())
        {
            if (operation is IVariableDeclaratorOperation declarator && Is(declarator.Symbol, local))
            {
                initial = declarator.GetVariableInitializer()?.Value;
            }
            else if (operation is IAssignmentOperation { Target: ILocalReferenceOperation target } && Is(target.Local, local))
            {
                return null;
            }
        }
        return initial;
    }

    private static (string Path, ITypeSymbol? Type) PathOf(ParameterValue value, IForEachLoopOperation loop) =>
        PathOf(value.Operation, loop, 0) is not { } path ? default
        : value.Member is { } member ? (path + "." + member.Name, member.Type)
        : (path, value.Type);

    private static string? PathOf(IOperation value, IForEachLoopOperation loop, int depth) => CommandUses.Unwrap(value) switch
    {
        ILocalReferenceOperation { Local: var local } when loop.Locals.Contains(local, SymbolEqualityComparer.Default) => ElementPath(local, loop),
        ILocalReferenceOperation { Local: var local } => depth < MaxDepth && OnlyValue(local, loop) is { } initial ? PathOf(initial, loop, depth + 1) : null,
        IMemberReferenceOperation { Instance: { } instance, Member: IFieldSymbol or IPropertySymbol { IsIndexer: false } } member => PathOf(instance, loop, depth) is { } owner ? owner + "." + member.Member.Name : null,
        _ => null,
    };

    /// <summary>Where the value of a loop variable is in an element: nowhere deeper, unless the loop takes the elements apart.</summary>
    private static string? ElementPath(ILocalSymbol local, IForEachLoopOperation loop)
    {
        if (loop.LoopControlVariable is IVariableDeclaratorOperation)
        {
            return "";
        }
        var tuple = loop.LoopControlVariable.DescendantsAndSelf().OfType<ITupleOperation>().FirstOrDefault();
        var index = tuple?.Elements.Select((e, i) => (e, i)).Where(p => Is(LifetimeSymbols.Of(p.e is IDeclarationExpressionOperation declared ? declared.Expression : p.e), local)).Select(p => (int?)p.i).FirstOrDefault();
        if (index is not { } position || ElementOf(loop) is not INamedTypeSymbol element)
        {
            return null;
        }
        return element switch
        {
            { Name: "KeyValuePair", TypeArguments.Length: 2 } => position == 0 ? ".Key" : ".Value",
            { IsTupleType: true } => "." + element.TupleElements[position].Name,
            { IsRecord: true } => element.GetMembers("Deconstruct").OfType<IMethodSymbol>().FirstOrDefault(m => m.IsImplicitlyDeclared && m.Parameters.Length == tuple!.Elements.Length) is { } deconstruct
                ? "." + deconstruct.Parameters[position].Name : null,
            _ => null,
        };
    }

    private static ITypeSymbol? ElementOf(IForEachLoopOperation loop) =>
        loop is { SemanticModel: { } model, Syntax: CommonForEachStatementSyntax syntax } ? model.GetForEachStatementInfo(syntax).ElementType : null;

    private static string? NameOf(IForEachLoopOperation loop) =>
        loop.LoopControlVariable is IVariableDeclaratorOperation { Symbol.Name: var name } ? name : ElementOf(loop) is { Name: "KeyValuePair" } ? "pair" : null;

    private static bool Is(ISymbol? a, ISymbol b) => a is not null && SymbolEqualityComparer.Default.Equals(a, b);
}
