using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>The ways by which a value gets into a database.</summary>
internal enum PersistedBy
{
    /// <summary>An ADO.NET parameter: AddWithValue, Add, the constructor, Value, TypedValue.</summary>
    Parameter,
    /// <summary>A member of the object that Dapper takes its parameters from, or DynamicParameters.Add.</summary>
    DapperParameter,
    /// <summary>A mapped property of an EF entity, CurrentValue, SetProperty.</summary>
    EntityProperty,
    /// <summary>HasDefaultValue: one value for all rows, worked out when the model is built.</summary>
    EntityDefault,
    /// <summary>A hole of SQL text, or of the interpolated string that FromSql and its like make parameters of.</summary>
    SqlText,
    /// <summary>An operand of a comparison in a lambda that EF translates.</summary>
    Query,
}

/// <summary>A value that goes to a database, and what is known of where it goes.</summary>
/// <param name="Model">The facts of the compilation.</param>
/// <param name="By">How.</param>
/// <param name="Value">The expression that is passed or assigned; what <see cref="ValueTrace"/> starts from.</param>
/// <param name="Operation">The call, creation, assignment or initialiser that does it.</param>
/// <param name="Provider">By the static types; for EF that of the only provider referenced. <see cref="Provider.Unknown"/> where they do not say.</param>
/// <param name="Name">The parameter without its prefix, the property, or the column of a hole; null where it is not constant.</param>
internal sealed record PersistedValue(DbModel Model, PersistedBy By, IOperation Value, IOperation Operation, Provider Provider, string? Name)
{
    private string? _columnType;
    private bool _isColumnKnown;

    /// <summary>The property of the entity; null for a parameter.</summary>
    public IPropertySymbol? Property { get; init; }

    /// <summary>The type that the code gives the parameter: <c>NpgsqlDbType.TimestampTz</c>, <c>DbType.DateTime2</c>; null where it gives none.</summary>
    public string? DeclaredType { get; init; }

    /// <summary>The call with the SQL text, where the value is given at it: Dapper, FromSqlRaw, a hole. See <see cref="Statement"/>.</summary>
    public DbCall? Call { get; init; }

    /// <summary>What adds the parameter to its command; null where it is not added in sight.</summary>
    public IOperation? Adds { get; init; }

    /// <summary>The call that gives the SQL text of the command the parameter belongs to; null where that is not in the same body, or not the only one.</summary>
    public DbCall? Statement => Call ?? (Adds is null ? null : CallWith(Adds));

    /// <summary>
    /// The type of the column, lower-cased and without a length, as the mapping of the property, a CREATE TABLE text or a <c>.sql</c> file
    /// says; null where none does, or the statement does not show which column it is.
    /// </summary>
    public string? ColumnType
    {
        get
        {
            if (!_isColumnKnown)
            {
                (_columnType, _isColumnKnown) = (FindColumnType(), true);
            }
            return _columnType;
        }
    }

    /// <summary>The column the value is assigned to or compared with; null where the text does not show it.</summary>
    public SqlColumnName? Column =>
        Name is { } name && By is PersistedBy.Parameter or PersistedBy.DapperParameter && Statement is { Templates: [{ IsConstant: true, Script: var script }] }
            ? SqlColumns.OfParameter(script, name)
            : null;

    private string? FindColumnType() =>
        Property is not null ? Model.Ef.ColumnTypeOf(Property)
        : Column is { } column && Model.Schema.ColumnOf(column) is { Type: { Length: > 0 } type } ? type
        : null;

    private DbCall? CallWith(IOperation adds)
    {
        var root = adds;
        while (root.Parent is { } parent)
        {
            root = parent;
        }
        DbCall? found = null;
        foreach (var operation in root.Descendants())
        {
            if (Model.CallOf(operation) is { } call && CommandUses.Of(call) is { } uses && uses.Parameters.Any(p => p.Adds.Syntax == adds.Syntax))
            {
                if (found is not null)
                {
                    return null;
                }
                found = call;
            }
        }
        return found;
    }
}
