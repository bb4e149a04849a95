using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>A transaction that a statement certainly runs in.</summary>
/// <param name="Symbol">What it is known by: its variable or member, or its connection or context where no variable holds it.</param>
/// <param name="Begun">Where the body begins it; null for one that the body is given.</param>
internal sealed record SurroundingTransaction(ISymbol Symbol, IOperation? Begun)
{
    private static readonly Mentions Word = new("ransaction");

    /// <summary>A file can have transactions in sight: it says the word, be it in the name of a type or a method. To be asked before all else.</summary>
    public static bool MayBeIn(SyntaxTree tree) => Word.AreIn(tree);

    /// <summary>The transaction around an execution; null where it runs in none, or that is not certain.</summary>
    public static SurroundingTransaction? Of(DbExecution execution, DbModel model) =>
        Of(execution.Operation, execution.Connection, execution.Transaction, model);

    /// <summary>The transaction around a statement that runs on a connection or context, with a transaction that it is given.</summary>
    /// <param name="at">The call that runs the statement.</param>
    /// <param name="connection">Null where it is not a variable or member.</param>
    /// <param name="given">Null where the statement is given none.</param>
    public static SurroundingTransaction? Of(IOperation at, ISymbol? connection, ISymbol? given, DbModel model)
    {
        // Providers throw at a transaction that is over, so a statement that is given one runs in it, if there is one.
        if (given is not null && Value(given, at) is { IsThere: true } value)
        {
            return new(given, value.Begun);
        }
        if (!BodyOperations.Around(at).HasCall(DbResources.MayBegin) || model.Resources.FlowAround(at) is not { } flow)
        {
            return null;
        }
        foreach (var resource in flow.OpenBefore(at).OfType<DbResource>())
        {
            if (resource.Kind == DbResourceKind.Transaction && (Is(given, resource.Local) || Is(connection, resource.Owner))
                || resource.Kind == DbResourceKind.Scope && !DbResources.MaySuppress(resource.Creation) && connection is not null
                    && flow.HeldBy(connection, at) is { } opened && opened.Creation.Syntax.SpanStart > resource.Creation.Syntax.SpanStart)
            {
                return (resource.Local ?? resource.Owner) is { } symbol ? new(symbol, resource.Creation) : null;
            }
        }
        return null;
    }

    /// <summary>The transaction around a lock; where a method opens a connection of its own to take it, that can only be an ambient one.</summary>
    public static SurroundingTransaction? Of(RowLock rows, DbModel model) =>
        !rows.OpensConnection ? Of(rows.Run, rows.Connection, rows.Transaction, model)
        : model.Resources.FlowAround(rows.Run)?.OpenBefore(rows.Run).OfType<DbResource>().FirstOrDefault(r => r.Kind == DbResourceKind.Scope && !DbResources.MaySuppress(r.Creation)) is { Local: { } scope } ambient
            ? new(scope, ambient.Creation)
            : null;

    /// <summary>Whether a variable or member certainly holds a transaction: not one that may be null.</summary>
    private static (bool IsThere, IOperation? Begun) Value(ISymbol symbol, IOperation at)
    {
        switch (symbol)
        {
            case IParameterSymbol { HasExplicitDefaultValue: false, NullableAnnotation: not NullableAnnotation.Annotated } parameter:
                return (DbResources.IsTransaction(parameter.Type), null);
            case IFieldSymbol { NullableAnnotation: not NullableAnnotation.Annotated } field:
                return (DbResources.IsTransaction(field.Type), null);
            case IPropertySymbol { NullableAnnotation: not NullableAnnotation.Annotated } property:
                return (DbResources.IsTransaction(property.Type), null);
            case ILocalSymbol local when DbResources.IsTransaction(local.Type):
                var values = CommandUses.Root(at).Descendants().Select(o => o switch
                {
                    IVariableDeclaratorOperation declarator when Is(declarator.Symbol, local) => declarator.GetVariableInitializer()?.Value,
                    ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment when Is(target.Local, local) => assignment.Value,
                    _ => null,
                }).OfType<IOperation>().ToList();
                return values.Count == 1 && Made(values[0]) is { } made ? (true, made) : default;
            default:
                return default;
        }
    }

    /// <summary>The call that gives a transaction, where it always gives one.</summary>
    private static IInvocationOperation? Made(IOperation value) => value switch
    {
        IAwaitOperation awaited => Made(awaited.Operation),
        IConversionOperation conversion => Made(conversion.Operand),
        IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task } => Made(task),
        IInvocationOperation { TargetMethod: var method } call =>
            (method.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArgumentNullableAnnotations: { Length: 1 } inner } ? inner[0] : method.ReturnNullableAnnotation)
                != NullableAnnotation.Annotated ? call : null,
        _ => null,
    };

    /// <summary>A local may be declared outside of the lambda that uses it.</summary>
    private static bool Is(ISymbol? a, ISymbol? b) => a is not null && SymbolEqualityComparer.Default.Equals(a, b);
}
