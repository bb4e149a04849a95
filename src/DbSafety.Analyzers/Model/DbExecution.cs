using System.Collections.Immutable;
using DbSafety.Flow;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>A call that runs statements: a command's Execute, Dapper, EF Core's raw SQL, SaveChanges.</summary>
internal sealed class DbExecution
{
    private static readonly string[] Executes = ["ExecuteNonQuery", "ExecuteScalar", "ExecuteReader"];

    private readonly ImmutableArray<DbCall> _calls;

    private DbExecution(IInvocationOperation operation, ImmutableArray<DbCall> calls) => (Operation, _calls) = (operation, calls);

    public IInvocationOperation Operation { get; }

    /// <summary>What gives the SQL: the call itself, or what sets the text of its command. Empty where that is not in sight.</summary>
    public ImmutableArray<DbCall> Calls => _calls;

    /// <summary>The command that is run, where it is a variable or member; null for calls on a connection or context.</summary>
    public ISymbol? Command { get; private init; }

    /// <summary>The connection or context it runs on; null where that is not a variable or member in sight.</summary>
    public ISymbol? Connection { get; private init; }

    /// <summary>The transaction given to it; null where none is, or not in sight.</summary>
    public ISymbol? Transaction { get; private init; }

    public bool IsSaveChanges => Operation.TargetMethod.Name is "SaveChanges" or "SaveChangesAsync";

    /// <summary>It certainly changes rows.</summary>
    public bool IsWrite => IsSaveChanges || _calls.Any(c => c.Templates.Any(t => t.Script.Statements.Any(s =>
        s.Kind is SqlStatementKind.Insert or SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.Merge or SqlStatementKind.Replace)));

    /// <summary>It certainly runs inside a transaction: on its connection, or with it.</summary>
    public bool RunsIn(DbResource transaction) =>
        IsSame(Transaction, transaction.Local) || IsSame(Connection, transaction.Owner);

    /// <summary>The execution a call is; null where it is none. See <see cref="DbModel.ExecutionOf"/>.</summary>
    public static DbExecution? Of(IInvocationOperation call, DbModel model)
    {
        var method = call.TargetMethod;
        var receiver = call.Instance ?? (method.IsExtensionMethod ? ReceiverOf(call) : null);
        if (method.Name is "SaveChanges" or "SaveChangesAsync" && DbResources.IsDbContext(call.Instance?.Type))
        {
            return new(call, ImmutableArray<DbCall>.Empty) { Connection = LifetimeSymbols.Of(receiver) };
        }
        if (call.Instance is { } command && IsExecute(method.Name) && model.Shapes.IsCommand(command.Type))
        {
            return OfCommand(call, LifetimeSymbols.Of(command), model);
        }
        if (receiver is not null && (model.Shapes.IsConnection(receiver.Type) || receiver.Type?.Name is "DatabaseFacade") && model.CallOf(call) is { IsStatement: true } own)
        {
            return new(call, ImmutableArray.Create(own)) { Connection = LifetimeSymbols.Of(DbResources.ContextOf(receiver)), Transaction = LifetimeSymbols.Of(own.Argument("transaction")?.Value) };
        }
        if (DbResources.SetBehind(receiver) is { Context: var context } && model.CallOf(call) is { IsStatement: true } query)
        {
            return new(call, ImmutableArray.Create(query)) { Connection = LifetimeSymbols.Of(context) };
        }
        if (receiver is not null && model.Shapes.IsConnection(receiver.Type)
            && call.Arguments.Select(a => CommandUses.Unwrap(a.Value)).FirstOrDefault(v => v is IObjectCreationOperation { Type.Name: "CommandDefinition" }) is { } definition
            && model.CallOf(definition) is { IsStatement: true } defined)
        {
            return new(call, ImmutableArray.Create(defined)) { Connection = LifetimeSymbols.Of(receiver), Transaction = LifetimeSymbols.Of(defined.Argument("transaction")?.Value) };
        }
        return null;
    }

    private static bool IsExecute(string method) => Array.Exists(Executes, e => method.StartsWith(e, StringComparison.Ordinal));

    private static DbExecution OfCommand(IInvocationOperation call, ISymbol? command, DbModel model)
    {
        if (command is null)
        {
            return call.Instance is IObjectCreationOperation inPlace && model.CallOf(inPlace) is { } given
                ? new(call, ImmutableArray.Create(given))
                {
                    Connection = LifetimeSymbols.Of(inPlace.Arguments.FirstOrDefault(a => model.Shapes.IsConnection(a.Parameter?.Type))?.Value),
                    Transaction = LifetimeSymbols.Of(given.Argument("transaction")?.Value),
                }
                : new(call, ImmutableArray<DbCall>.Empty);
        }
        ISymbol? connection = null, transaction = null;
        var calls = ImmutableArray.CreateBuilder<DbCall>();
        foreach (var operation in MayTouchCommands(LifetimeGraphs.BodyAround(call), model))
        {
            switch (operation)
            {
                case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } instance, Property.Name: var name } } set
                    when IsSame(instance is IInstanceReferenceOperation ? Declared(set) : LifetimeSymbols.Of(instance), command):
                    connection = name == "Connection" ? LifetimeSymbols.Of(set.Value) ?? connection : connection;
                    transaction = name == "Transaction" ? LifetimeSymbols.Of(set.Value) ?? transaction : transaction;
                    if (name == "CommandText" && model.CallOf(set) is { } text)
                    {
                        calls.Add(text);
                    }
                    break;
                case IObjectCreationOperation creation when IsSame(Declared(creation), command):
                    connection = LifetimeSymbols.Of(creation.Arguments.FirstOrDefault(a => model.Shapes.IsConnection(a.Parameter?.Type))?.Value) ?? connection;
                    transaction = LifetimeSymbols.Of(creation.Arguments.FirstOrDefault(a => a.Parameter?.Name == "transaction")?.Value) ?? transaction;
                    if (model.CallOf(creation) is { } sql)
                    {
                        calls.Add(sql);
                    }
                    break;
                case IInvocationOperation { Instance: { } from } made when IsSame(Declared(made), command):
                    connection = model.Shapes.IsConnection(from.Type) ? LifetimeSymbols.Of(from) ?? connection : connection;
                    if (model.CallOf(made) is { } created)
                    {
                        calls.Add(created);
                    }
                    break;
            }
        }
        return new(call, calls.ToImmutable()) { Command = command, Connection = connection, Transaction = transaction };
    }

    /// <summary>What makes a command in a body, or sets its text, connection or transaction, in the order of the source.</summary>
    private static IEnumerable<IOperation> MayTouchCommands(IOperation body, DbModel model)
    {
        var operations = BodyOperations.Around(body);
        return operations[OperationKind.SimpleAssignment].Where(o => o is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "Connection" or "Transaction" or "CommandText" } })
            .Concat(operations[OperationKind.ObjectCreation].Where(o => model.Shapes.IsCommand(o.Type)))
            .Concat(operations[OperationKind.Invocation].Where(o => model.Shapes.IsCommand(o.Type)))
            .Where(o => body.Syntax.Span.Contains(o.Syntax.Span)).OrderBy(o => o.Syntax.SpanStart);
    }

    /// <summary>What a method is called on, its first argument where an extension is called as such; in whatever order they are written.</summary>
    public static IOperation? ReceiverOf(IInvocationOperation call) =>
        call.Instance ?? call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0)?.Value;

    /// <summary>The variable or member that an expression becomes the value of.</summary>
    private static ISymbol? Declared(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IVariableDeclaratorOperation declarator:
                    return declarator.Symbol;
                case ISimpleAssignmentOperation { Parent: not IObjectOrCollectionInitializerOperation } assignment:
                    return LifetimeSymbols.Of(assignment.Target);
                case IConversionOperation or IVariableInitializerOperation or IObjectOrCollectionInitializerOperation or IObjectCreationOperation or ISimpleAssignmentOperation:
                    continue;
                default:
                    return null;
            }
        }
        return null;
    }

    private static bool IsSame(ISymbol? a, ISymbol? b) => a is not null && SymbolEqualityComparer.Default.Equals(a, b);
}
