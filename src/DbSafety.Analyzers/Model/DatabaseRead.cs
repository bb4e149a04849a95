using System.Collections.Immutable;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>The ways by which a value comes out of a database.</summary>
internal enum ReadBy
{
    /// <summary><c>GetInt32</c>, <c>GetFieldValue&lt;T&gt;</c> and the like: the reader converts, or throws.</summary>
    Getter,
    /// <summary><c>reader[…]</c>, <c>GetValue</c>: an object of the provider's own type for the column.</summary>
    Object,
    /// <summary><c>ExecuteScalar</c> of a command, Dapper's without a type: an object; null where there is no row.</summary>
    Scalar,
    /// <summary>A mapper's <c>ExecuteScalar&lt;T&gt;</c>, <c>QuerySingle&lt;T&gt;</c> … with a scalar T: the mapper converts.</summary>
    TypedScalar,
    /// <summary>A member of a mapper's dynamic row.</summary>
    Row,
    /// <summary>The id the database gave: <c>LastInsertedId</c>, <c>LastInsertRowId</c>.</summary>
    LastId,
    /// <summary><c>LongCount</c> of an EF query.</summary>
    Count,
    /// <summary>A property of an EF entity.</summary>
    EntityProperty,
}

/// <summary>A value that is read from a database, and what is known of where it is read.</summary>
/// <param name="Model">The facts of the compilation.</param>
/// <param name="By">How.</param>
/// <param name="Operation">The call, indexer, member or property.</param>
/// <param name="Provider">By the static types; for EF that of the only provider referenced. Unknown where they do not say.</param>
/// <param name="Type">What the call gives in C#, tasks unwrapped: <c>long</c> for GetInt64, <c>object</c> for ExecuteScalar.</param>
/// <param name="Name">The column as the code names it; null where it goes by its ordinal or by nothing.</param>
/// <param name="Ordinal">The constant ordinal; 0 for a scalar; -1 where there is none.</param>
internal sealed record DatabaseRead(DbModel Model, ReadBy By, IOperation Operation, Provider Provider, ITypeSymbol Type, string? Name, int Ordinal)
{
    private static readonly ImmutableHashSet<string> NeverNull = ImmutableHashSet.Create("count", "count_big", "exists", "last_insert_rowid", "last_insert_id", "changes");

    private bool _isStatementKnown;
    private DbCall? _statement;

    /// <summary>The property of the entity; null for anything else.</summary>
    public IPropertySymbol? Property { get; init; }

    /// <summary>The call of the helper that reads, which can say the column, the record and the text; null where the body at hand reads.</summary>
    public IInvocationOperation? Helper { get; private init; }

    /// <summary>The call that gives the SQL text; null where it is not in the same body, or not the only one.</summary>
    public DbCall? Statement
    {
        get
        {
            if (!_isStatementKnown)
            {
                (_statement, _isStatementKnown) = (FindStatement(), true);
            }
            return _statement;
        }
    }

    /// <summary>The item of the SELECT or RETURNING list that is read; null where the text is not constant, has a <c>*</c> or does not name it.</summary>
    public SqlItem? Item
    {
        get
        {
            if (Statement is not { Templates: [{ IsConstant: true, Script: var script }] })
            {
                return null;
            }
            var lists = script.Statements.Select(s => SqlColumns.Selected(script, s)).Where(l => l.Count > 0).ToList();
            if (lists.Count != 1)
            {
                return null;
            }
            if (Name is null)
            {
                return Ordinal >= 0 && Ordinal < lists[0].Count ? lists[0][Ordinal] : null;
            }
            var named = lists[0].Where(i => Name.Equals(i.Name, StringComparison.OrdinalIgnoreCase)).ToList();
            return named.Count == 1 ? named[0] : null;
        }
    }

    /// <summary>The declaration of the column that is read, or of the one that MIN or MAX are taken of; null where nothing declares it.</summary>
    public SqlColumnDefinition? Declaration =>
        Item is { } item && (item.Column ?? (item.Function is "min" or "max" ? item.Argument : null)) is { } column ? Model.Schema.ColumnOf(column) : null;

    /// <summary>The type of the column, lower-cased, without a length: from the property's mapping, else from DDL. Null where neither says.</summary>
    public string? ColumnType => Property is not null ? Model.Ef.ColumnTypeOf(Property) : Declaration is { Type: { Length: > 0 } type } ? type : null;

    /// <summary>
    /// Whether the value can be null or, for a scalar, absent: false where the text or the schema rules it out, true where they show that
    /// it can be, null where nothing is known.
    /// </summary>
    public bool? CanBeNull => By switch
    {
        ReadBy.Count or ReadBy.LastId => false,
        ReadBy.EntityProperty => Property?.Type is { IsValueType: true } type ? type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T : null,
        ReadBy.Scalar or ReadBy.TypedScalar => Item switch
        {
            { Function: { } function } when NeverNull.Contains(function) => false,
            { Function: "max" or "min" or "sum" or "avg" } => true,
            // Without a row there is no value, whatever the column says; an INSERT has its row.
            { Column: not null } => Statement?.Templates[0].Script.Statements.Any(s => s.Kind == SqlStatementKind.Insert && !s.IgnoresConflict) == true ? Declaration is { IsNotNull: true } ? false : null : true,
            _ => null,
        },
        _ => Item?.Function is { } function && NeverNull.Contains(function) ? false
            : Item?.Column is null ? null
            : Declaration is { } column ? column.IsNotNull ? Statement?.Templates[0].Script.Statements.Any(s => s.Tables.Length > 1) == true ? null : false : true
            : null,
    };

    /// <summary>The read that an operation is; null where it is none. Give it what <see cref="ValueTrace"/> ends at.</summary>
    public static DatabaseRead? Of(IOperation operation, DbModel model)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                return OfCall(call, model);
            case IPropertyReferenceOperation { Property: { IsIndexer: true } indexer, Instance: { } record, Arguments: [{ Value: var key }] } when model.Shapes.IsRecord(record.Type):
                return new(model, ReadBy.Object, operation, Provider.OfType(record.Type), indexer.Type, key.ConstantValue.Value as string ?? OrdinalName(key, model), key.ConstantValue.Value as int? ?? -1);
            case IPropertyReferenceOperation { Property: { Name: "LastInsertedId" or "LastInsertRowId" } id } reference when Provider.OfType(reference.Instance?.Type) is var provider && provider != Provider.Unknown:
                return new(model, ReadBy.LastId, operation, provider, id.Type, null, -1);
            case IPropertyReferenceOperation { Property: var property, Instance: { } instance } when model.UsesEf && property.ContainingType.TypeKind == TypeKind.Class && model.Ef.IsPersisted(property, instance.Type):
                return new(model, ReadBy.EntityProperty, operation, model.EfProvider, property.Type, property.Name, -1) { Property = property };
            case IDynamicMemberReferenceOperation { Instance: { } row, MemberName: var member } when RowsOf(row, model) is { } rows:
                return new(model, ReadBy.Row, operation, ProviderOf(rows), operation.Type!, member, -1);
            default:
                return null;
        }
    }

    /// <summary>The read that a followed value ends at. What a helper is told of it is taken from the helper's call.</summary>
    public static DatabaseRead? Of(TracedValue value, DbModel model)
    {
        if (Of(value.Operation, model) is not { } read || value.Place is not IInvocationOperation helper || helper == value.Operation)
        {
            return Of(value.Operation, model);
        }
        read = read with { Helper = helper };
        return KeyOf(value.Operation, model) is { } key && ArgumentFor(key, helper) is { ConstantValue.Value: var told }
            ? read with { Name = told as string, Ordinal = told as int? ?? -1 }
            : read;
    }

    private static DatabaseRead? OfCall(IInvocationOperation call, DbModel model)
    {
        var method = call.TargetMethod;
        var type = DbOperations.IsTask(method.ReturnType, out var result) && result is not null ? result : method.ReturnType;
        var receiver = call.Instance ?? (method.IsExtensionMethod && call.Arguments.Length > 0 ? CommandUses.Unwrap(call.Arguments[0].Value) : null);
        if (receiver is null)
        {
            return null;
        }
        if (method.Name.StartsWith("Get", StringComparison.Ordinal) && model.Shapes.IsRecord(receiver.Type) && !method.ReturnsVoid
            && call.Arguments.FirstOrDefault(a => a.Parameter is { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_String }) is { Value: var key }
            && method.Name is not ("GetOrdinal" or "GetName" or "GetFieldType" or "GetDataTypeName" or "GetBytes" or "GetChars" or "GetData" or "GetSchemaTable"))
        {
            return new(model, method.Name is "GetValue" or "GetProviderSpecificValue" ? ReadBy.Object : ReadBy.Getter, call, Provider.OfType(receiver.Type), type,
                key.ConstantValue.Value as string ?? OrdinalName(key, model), key.ConstantValue.Value as int? ?? -1);
        }
        if (method.Name is "ExecuteScalar" or "ExecuteScalarAsync"
            && (model.Shapes.IsCommand(receiver.Type) || method is { IsGenericMethod: false, ContainingType.Name: "SqlMapper" } && type.SpecialType == SpecialType.System_Object))
        {
            return new(model, ReadBy.Scalar, call, Provider.OfType(receiver.Type), type, null, 0);
        }
        if (method is { IsGenericMethod: true, TypeArguments: [{ IsValueType: true } scalar] }
            && (method.Name.StartsWith("ExecuteScalar", StringComparison.Ordinal) || method.Name.StartsWith("Query", StringComparison.Ordinal))
            && (method.ContainingType.Name == "SqlMapper" || Provider.OfType(method.ContainingType) == Provider.SqliteNet))
        {
            return new(model, ReadBy.TypedScalar, call, Provider.OfType(receiver.Type), scalar, null, 0);
        }
        return method.Name is "LongCount" or "LongCountAsync" && EfQueries.IsOperator(call) && EfQueries.IsEfQuery(call)
            ? new(model, ReadBy.Count, call, model.EfProvider, type, null, -1)
            : null;
    }

    /// <summary><c>r.GetOrdinal("c")</c>, also through a local.</summary>
    private static string? OrdinalName(IOperation key, DbModel model) => key.ConstantValue.HasValue ? null : OrdinalKey(key, model)?.ConstantValue.Value as string;

    private static IOperation? OrdinalKey(IOperation key, DbModel model) =>
        ValueTrace.Of(key, model, _ => null) is [{ Operation: IInvocationOperation { TargetMethod.Name: "GetOrdinal", Arguments: [{ Value: var name }] } }] ? name : null;

    /// <summary>What names or numbers the column that a record is read at.</summary>
    private static IOperation? KeyOf(IOperation read, DbModel model)
    {
        var arguments = read switch
        {
            IInvocationOperation call => call.Arguments,
            IPropertyReferenceOperation indexer => indexer.Arguments,
            _ => ImmutableArray<IArgumentOperation>.Empty,
        };
        return arguments.FirstOrDefault(a => a.Parameter is { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_String })?.Value is { } key ? OrdinalKey(key, model) ?? key : null;
    }

    /// <summary>What a call gives for a parameter of the method that is called; null for anything else.</summary>
    private static IOperation? ArgumentFor(IOperation value, IInvocationOperation? call) =>
        CommandUses.Unwrap(value) is IParameterReferenceOperation { Parameter: var parameter } && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, call?.TargetMethod.OriginalDefinition)
            ? call!.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == parameter.Ordinal)?.Value
            : null;

    /// <summary>The mapper's call that a dynamic row comes from.</summary>
    private static IInvocationOperation? RowsOf(IOperation row, DbModel model) =>
        ValueTrace.Of(row, model, FirstOf).Select(t => t.Operation is IForEachLoopOperation loop ? Last(ValueTrace.Of(loop.Collection, model, FirstOf)) : t.Operation)
            .FirstOrDefault(o => o is IInvocationOperation { TargetMethod: { Name: var name, ContainingType.Name: "SqlMapper" } } && name.StartsWith("Query", StringComparison.Ordinal)) as IInvocationOperation;

    private static IOperation? Last(IReadOnlyList<TracedValue> values) => values is [var only] ? only.Operation : null;

    private static IOperation? FirstOf(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { Name: "First" or "FirstOrDefault" or "Single" or "SingleOrDefault" or "ToList" or "ToArray" or "AsList", IsExtensionMethod: true }, Arguments: [{ Value: var rows }, ..] } => rows,
        _ => null,
    };

    private static Provider ProviderOf(IInvocationOperation call) => call.Arguments.Length > 0 ? Provider.OfType(CommandUses.Unwrap(call.Arguments[0].Value).Type) : Provider.Unknown;

    private DbCall? FindStatement()
    {
        if (Helper is not null && Model.CallOf(Helper) is { } told)
        {
            return told;
        }
        var run = By switch
        {
            ReadBy.Scalar or ReadBy.TypedScalar => Operation as IInvocationOperation,
            ReadBy.Row => RowsOf(((IDynamicMemberReferenceOperation)Operation).Instance!, Model),
            ReadBy.Getter or ReadBy.Object => Last(ValueTrace.Of(ArgumentFor(RecordOf(Operation), Helper) ?? RecordOf(Operation), Model, _ => null)) as IInvocationOperation,
            _ => null,
        };
        return run is null ? null : Model.ExecutionOf(run) is { Calls: var calls } ? calls is [var only] ? only : null : Model.CallOf(run);
    }

    private static IOperation RecordOf(IOperation read) => read switch
    {
        IInvocationOperation { Instance: { } instance } => instance,
        IInvocationOperation { Arguments: [{ Value: var first }, ..] } => first,
        IPropertyReferenceOperation { Instance: { } instance } => instance,
        _ => read,
    };
}
