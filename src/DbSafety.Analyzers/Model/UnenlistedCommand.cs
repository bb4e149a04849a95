using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>
/// What runs on a connection and is certainly given no transaction: a command, batch or bulk copy of the body's own, or the call of
/// an object mapper.
/// </summary>
/// <param name="Made">What makes the command; the mapper's call itself, or its CommandDefinition.</param>
/// <param name="Connection">The connection it runs on.</param>
/// <param name="Local">The variable that holds the command; null where none does.</param>
internal sealed record UnenlistedCommand(IOperation Made, IOperation Connection, ILocalSymbol? Local)
{
    /// <summary>The mapper makes the command, by the connection's CreateCommand.</summary>
    public bool IsOfMapper { get; private init; }

    /// <summary>Null where the call runs no command, where a transaction is given to it, or may be: by a helper, through an alias, elsewhere.</summary>
    public static UnenlistedCommand? Of(IInvocationOperation run, DbModel model)
    {
        if (run.Instance is { } command)
        {
            return Runs(run.TargetMethod.Name, command.Type, model) && !IsSingleUse(run)
                ? OfCommand(CommandUses.Unwrap(command), model)
                : null;
        }
        if (run.TargetMethod is not { IsExtensionMethod: true, Parameters: { Length: > 1 } parameters } method || !model.Shapes.IsConnection(parameters[0].Type)
            || method.Locations.Any(l => l.IsInSource) || run.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0)?.Value is not { } connection)
        {
            return null;
        }
        IOperation? made = parameters.Any(p => DbResources.IsTransaction(p.Type)) ? run : run.Arguments.Select(a => Definition(a.Value)).FirstOrDefault(d => d is not null);
        return made is not null && !IsGiven(made) ? new(made, connection, null) { IsOfMapper = true } : null;
    }

    private static bool Runs(string method, ITypeSymbol? type, DbModel model) =>
        method.StartsWith("Execute", StringComparison.Ordinal) ? model.Resources.IsCommandLike(type)
        : method.StartsWith("WriteToServer", StringComparison.Ordinal) && IsBulkCopy(type);

    /// <summary>The value a local has all its life; null where that is not one expression.</summary>
    public static IOperation? OnlyValue(ILocalSymbol local, IOperation place)
    {
        var references = CommandUses.ReferencesTo(local, CommandUses.Root(place)).ToList();
        return references.OfType<IVariableDeclaratorOperation>().FirstOrDefault()?.GetVariableInitializer() is { Value: var value }
            && !references.Exists(r => r.Parent is IAssignmentOperation assignment && assignment.Target == r || r.Parent is IArgumentOperation { Parameter.RefKind: not (RefKind.None or RefKind.In) })
            ? CommandUses.Unwrap(value is IAwaitOperation awaited ? awaited.Operation : value)
            : null;
    }

    private static UnenlistedCommand? OfCommand(IOperation command, DbModel model)
    {
        if (command is not ILocalReferenceOperation { Local: var local })
        {
            return ConnectionOf(command, model) is { } own ? new(command, own, null) : null;
        }
        if (OnlyValue(local, command) is not { } made || made is not (IObjectCreationOperation or IInvocationOperation))
        {
            return null;
        }
        var connection = ConnectionOf(made, model);
        foreach (var reference in CommandUses.ReferencesTo(local, CommandUses.Root(command)))
        {
            if (reference is IVariableDeclaratorOperation)
            {
                continue;
            }
            if (!LeavesTransaction(reference, model, out var assigned) || assigned is not null && connection is not null)
            {
                return null;
            }
            connection ??= assigned;
        }
        return connection is not null && !IsGiven(made) && IsCommand(made, model) ? new(made, connection, local) : null;
    }

    /// <summary>The connection a command is made with; null where it is made with none, or with a transaction.</summary>
    private static IOperation? ConnectionOf(IOperation made, DbModel model) => made switch
    {
        _ when !IsCommand(made, model) || IsGiven(made) => null,
        IInvocationOperation create => create.Instance,
        IObjectCreationOperation creation => creation.Arguments.FirstOrDefault(a => model.Shapes.IsConnection(a.Parameter?.Type))?.Value ?? Initialized(creation, "Connection"),
        _ => null,
    };

    private static bool IsCommand(IOperation made, DbModel model) => made switch
    {
        IObjectCreationOperation creation => (model.Resources.IsCommandLike(creation.Type) || IsBulkCopy(creation.Type)) && Provider.OfType(creation.Type) != Provider.Unknown,
        // Spanner's CreateDmlCommand, CreateSelectCommand, …; its DDL is in no transaction.
        IInvocationOperation { TargetMethod: var create, Instance.Type: { } from } => model.Shapes.IsConnection(from) && model.Resources.IsCommandLike(create.ReturnType)
            && (create.Name is "CreateCommand" or "CreateBatch"
                || Provider.OfType(from) == Provider.Spanner && create.Name.StartsWith("Create", StringComparison.Ordinal) && create.Name != "CreateDdlCommand"),
        _ => false,
    };

    private static bool IsBulkCopy(ITypeSymbol? type) => type?.Name is "SqlBulkCopy" or "MySqlBulkCopy";

    private static bool IsGiven(IOperation made) => made switch
    {
        IInvocationOperation call => call.Arguments.Any(IsGiven),
        IObjectCreationOperation creation => creation.Arguments.Any(IsGiven) || Initialized(creation, "Transaction") is not null,
        _ => false,
    };

    private static bool IsGiven(IArgumentOperation argument) =>
        argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Parameter is { } p && DbResources.IsTransaction(p.Type)
        && CommandUses.Unwrap(argument.Value) is not { ConstantValue: { HasValue: true, Value: null } };

    private static IOperation? Initialized(IObjectCreationOperation creation, string property) =>
        creation.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>()
            .FirstOrDefault(a => a.Target is IPropertyReferenceOperation p && p.Property.Name == property)?.Value;

    private static IObjectCreationOperation? Definition(IOperation value)
    {
        value = CommandUses.Unwrap(value);
        return (value is ILocalReferenceOperation { Local: var local } ? OnlyValue(local, value) : value) as IObjectCreationOperation is { Type.Name: "CommandDefinition" } definition
            ? definition
            : null;
    }

    /// <summary>Spanner: a read at a timestamp is outside any transaction on purpose.</summary>
    private static bool IsSingleUse(IInvocationOperation run) => run.Arguments.Any(a => a.Parameter?.Type.Name == "TimestampBound");

    /// <summary>What is done with a command at one place certainly sets no transaction.</summary>
    /// <param name="connection">The connection that is set there.</param>
    private static bool LeavesTransaction(IOperation reference, DbModel model, out IOperation? connection, int depth = 0)
    {
        connection = null;
        var value = reference;
        while (value.Parent is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
        {
            value = value.Parent;
        }
        switch (value.Parent)
        {
            case IPropertyReferenceOperation { Property.Name: "Connection", Parent: ISimpleAssignmentOperation assignment } property when property.Instance == value && assignment.Target == property:
                connection = assignment.Value;
                return true;
            case IPropertyReferenceOperation { Property.Name: not "Transaction" } property when property.Instance == value:
            case IInvocationOperation call when call.Instance == value:
            case IUsingOperation or INameOfOperation or IExpressionStatementOperation:
                return true;
            case IArgumentOperation { Parent: IInvocationOperation call, Parameter: { RefKind: RefKind.None } parameter }:
                return depth == 0 && SetsNone(call.TargetMethod, parameter, model);
            default:
                return false;
        }
    }

    /// <summary>A helper of the compilation that adds parameters, or the like.</summary>
    private static bool SetsNone(IMethodSymbol method, IParameterSymbol parameter, DbModel model)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        if (method.IsAbstract || method.IsVirtual || method.IsOverride || method.DeclaringSyntaxReferences.Length != 1
            || parameter.Ordinal >= method.Parameters.Length || model.Flow.BodyOf(method) is not { } body)
        {
            return false;
        }
        var own = method.Parameters[parameter.Ordinal];
        return body.Descendants().OfType<IParameterReferenceOperation>().Where(p => SymbolEqualityComparer.Default.Equals(p.Parameter, own))
            .All(p => LeavesTransaction(p, model, out var connection, 1) && connection is null);
    }
}
