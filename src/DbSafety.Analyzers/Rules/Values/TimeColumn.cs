using DbSafety.Model;

namespace DbSafety.Rules.Values;

/// <summary>What the place a time goes to makes of it, as far as types declared in code, the mapping and the schema say.</summary>
internal readonly record struct TimeColumn(PersistedValue Value)
{
    /// <summary>The provider, or the one whose type the parameter is given.</summary>
    public Provider Provider =>
        Value.Provider != Provider.Unknown ? Value.Provider
        : Value.DeclaredType?.StartsWith("NpgsqlDbType.", StringComparison.Ordinal) == true ? Provider.Npgsql
        : Provider.Unknown;

    public bool IsNpgsql => Provider == Provider.Npgsql;

    /// <summary>A calendar day, or a time of day: a column that has no zone by its nature.</summary>
    public bool IsDayOrClock =>
        Value.DeclaredType is { } declared && (declared.EndsWith(".Date", StringComparison.Ordinal) || declared.EndsWith(".Time", StringComparison.Ordinal))
        || Value.DeclaredType is null && Value.ColumnType is "date" or "time" or "time without time zone";

    /// <summary>A PostgreSQL column of points in time, into which Npgsql lets nothing but UTC.</summary>
    public bool IsInstant => IsNpgsql && (Value.DeclaredType switch
    {
        "NpgsqlDbType.TimestampTz" or "DbType.DateTime" or "DbType.DateTimeOffset" => true,
        null => Value.ColumnType is "timestamptz" or "timestamp with time zone" || IsDefaultOfEf,
        _ => false,
    });

    /// <summary>Npgsql looks at the kind before it sends the value: what is not UTC throws.</summary>
    public bool Rejects => IsInstant && (Value.DeclaredType is not null || Value.Property is not null);

    /// <summary>The column or parameter keeps an offset, and the provider gives a DateTime the one of its kind.</summary>
    public bool KeepsOffset => Value.DeclaredType is "SqlDbType.DateTimeOffset" or "DbType.DateTimeOffset" && !IsNpgsql;

    /// <summary>A value in UTC would throw here, or be shifted into another time: the column keeps wall time, or the server applies its zone.</summary>
    public bool RefusesUtc(TimeConversions conversions) =>
        Value.DeclaredType is "NpgsqlDbType.Timestamp" || Value.DeclaredType is "DbType.DateTime2" && (IsNpgsql || Provider == Provider.Unknown)
        || Value.DeclaredType is null && Value.ColumnType is "timestamp" or "timestamp without time zone"
        || (Provider == Provider.MySqlConnector || Provider == Provider.Unknown) && conversions.IsLocalMySql;

    /// <summary>EF's PostgreSQL provider maps DateTime and DateTimeOffset to timestamptz unless told otherwise.</summary>
    private bool IsDefaultOfEf => Value.By is PersistedBy.EntityProperty or PersistedBy.Query && Value.Property?.Type is { } type
        && (type.Name == "DateTime" || (type as Microsoft.CodeAnalysis.INamedTypeSymbol)?.TypeArguments.FirstOrDefault()?.Name == "DateTime") && Value.ColumnType is null;
}
