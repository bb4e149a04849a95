using System.Collections.Immutable;
using DbSafety.Flow;
using DbSafety.Model.Catalog;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>One call that takes SQL: a method, a constructor or a CommandText assignment. Facts are computed when first asked for.</summary>
internal sealed class DbCall(DbModel model, IOperation operation, Api api, IOperation sql)
{
    private Provider? _provider;
    private TextValue? _text;
    private ImmutableArray<SqlTemplate> _templates;
    private ImmutableArray<GluedPiece> _glued;

    /// <summary>An <see cref="IInvocationOperation"/>, <see cref="IObjectCreationOperation"/> or <see cref="IAssignmentOperation"/>.</summary>
    public IOperation Operation => operation;
    public Api Api => api;

    /// <summary>The value that becomes SQL text.</summary>
    public IOperation Sql => sql;

    public DbModel Model => model;

    /// <summary>From the static type of the command, connection or data source; <see cref="Provider.Unknown"/> when that says nothing.</summary>
    public Provider Provider => _provider ??= FindProvider();

    public SqlDialect Dialect => Provider.Dialect != SqlDialect.Unknown ? Provider.Dialect : model.DefaultDialect(operation.Syntax.SyntaxTree);

    /// <summary>All that the flow knows of the SQL text.</summary>
    public TextValue Text => _text ??= model.Flow.At(sql);

    /// <summary>The texts the SQL can be, read as SQL; empty where nothing is known.</summary>
    public ImmutableArray<SqlTemplate> Templates =>
        _templates.IsDefault ? _templates = ImmutableArray.CreateRange(Text.Alternatives, SqlTemplate.Of, Dialect) : _templates;

    /// <summary>The text is a statement of its own: neither a procedure's or table's name nor a piece of SQL.</summary>
    public bool IsStatement => api.Role is ApiRole.Execute or ApiRole.Ddl && !CommandTypes.IsName(this);

    /// <summary>The holes a rule may report, each once, in the order of the text.</summary>
    public ImmutableArray<GluedPiece> Glued => _glued.IsDefault ? _glued = GluedPieces.Of(this) : _glued;

    /// <summary>The argument passed for a parameter of the API, wherever it stands; null when it is left out.</summary>
    public IArgumentOperation? Argument(string parameter) => operation switch
    {
        IInvocationOperation invocation => Explicit(invocation.Arguments, parameter),
        IObjectCreationOperation creation => Explicit(creation.Arguments, parameter),
        _ => null,
    };

    private static IArgumentOperation? Explicit(ImmutableArray<IArgumentOperation> arguments, string parameter)
    {
        foreach (var argument in arguments)
        {
            if (argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Parameter?.Name == parameter)
            {
                return argument;
            }
        }
        return null;
    }

    private Provider FindProvider()
    {
        switch (operation)
        {
            case IObjectCreationOperation creation:
                return Provider.OfType(creation.Type);
            case IAssignmentOperation { Target: IPropertyReferenceOperation target }:
                return Provider.OfType((target.Instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } receiver ? receiver.Type : target.Instance?.Type) ?? target.Property.ContainingType);
            case IInvocationOperation invocation:
                var receiverOf = DbExecution.ReceiverOf(invocation);
                while (receiverOf is IConversionOperation conversion)
                {
                    receiverOf = conversion.Operand;
                }
                var provider = Provider.OfType(receiverOf?.Type);
                return provider == Provider.Unknown ? Provider.OfType(invocation.TargetMethod.ContainingType) : provider;
            default:
                return Provider.Unknown;
        }
    }
}

/// <summary>Whether a command's text is a name because its CommandType says so.</summary>
internal static class CommandTypes
{
    private const int StoredProcedure = 4;
    private const int TableDirect = 512;

    public static bool IsName(DbCall call)
    {
        if (call.Argument("commandType") is { } argument)
        {
            return IsName(argument.Value);
        }
        if (Initializer(call.Operation) is { } initializer && initializer.Initializers.Any(SetsName))
        {
            return true;
        }
        var assignments = BodyOperations.Around(call.Operation)[OperationKind.SimpleAssignment];
        return assignments.Exists(SetsName) && Target(call.Operation) is { } command && assignments.Exists(a =>
            SetsName(a) && a is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } instance } }
            && SymbolEqualityComparer.Default.Equals(TextInterpreter.SymbolOf(instance), command));
    }

    private static bool SetsName(IOperation operation) =>
        operation is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "CommandType" } } assignment && IsName(assignment.Value);

    private static bool IsName(IOperation value) =>
        (value is IConversionOperation conversion ? conversion.Operand : value).ConstantValue.Value is StoredProcedure or TableDirect;

    private static IObjectOrCollectionInitializerOperation? Initializer(IOperation operation) => operation switch
    {
        IObjectCreationOperation creation => creation.Initializer,
        { Parent: IObjectOrCollectionInitializerOperation initializer } => initializer,
        _ => null,
    };

    /// <summary>The variable that holds the command.</summary>
    private static ISymbol? Target(IOperation operation) => operation switch
    {
        IAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } instance } } when TextInterpreter.SymbolOf(instance) is { } symbol => symbol,
        _ => DeclaredBy(operation),
    };

    private static ISymbol? DeclaredBy(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IVariableDeclaratorOperation declarator:
                    return declarator.Symbol;
                case ISimpleAssignmentOperation assignment when assignment.Parent is not IObjectOrCollectionInitializerOperation:
                    return TextInterpreter.SymbolOf(assignment.Target);
                case IConversionOperation or IVariableInitializerOperation or IObjectOrCollectionInitializerOperation or IObjectCreationOperation or ISimpleAssignmentOperation:
                    continue;
                default:
                    return null;
            }
        }
        return null;
    }
}
