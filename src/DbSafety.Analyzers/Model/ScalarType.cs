using System.Collections.Immutable;

namespace DbSafety.Model;

/// <summary>The C# type that a provider boxes a scalar as (facts/time-and-numbers, "Scalar types").</summary>
internal static class ScalarType
{
    private static readonly ImmutableDictionary<string, string> Columns = new Dictionary<string, string>
    {
        ["smallint"] = "short", ["int2"] = "short", ["int"] = "int", ["integer"] = "int", ["int4"] = "int", ["serial"] = "int", ["int unsigned"] = "uint",
        ["bigint"] = "long", ["int8"] = "long", ["bigserial"] = "long", ["bigint unsigned"] = "ulong", ["numeric"] = "decimal", ["decimal"] = "decimal", ["money"] = "decimal",
        ["real"] = "float", ["float4"] = "float", ["double precision"] = "double", ["float8"] = "double", ["double"] = "double",
    }.ToImmutableDictionary();

    /// <summary>The keyword of the type, for what <c>ExecuteScalar</c> gives where there is a value; null where provider, text or schema do not say.</summary>
    public static string? Of(DatabaseRead read)
    {
        if (read.By != ReadBy.Scalar || read.Item is not { } item)
        {
            return null;
        }
        if (read.Provider == Provider.MicrosoftSqlite || read.Provider == Provider.SystemSqlite)
        {
            return item.Function is "count" or "last_insert_rowid" or "exists" or "changes" ? "long" : item.Function is "avg" or "total" ? "double"
                // Microsoft.Data.Sqlite goes by what is stored, and an INTEGER column stores integers.
                : read.Provider == Provider.MicrosoftSqlite && read.ColumnType is { } stored && stored.IndexOf("int", StringComparison.Ordinal) >= 0 ? "long" : null;
        }
        if (read.Provider == Provider.Npgsql)
        {
            return item.Function switch
            {
                "count" or "lastval" or "currval" or "nextval" => "long",
                "exists" => "bool",
                "sum" => Argument(read, item) switch { "short" or "int" => "long", "long" or "decimal" => "decimal", _ => null },
                "avg" => Argument(read, item) is "short" or "int" or "long" or "decimal" ? "decimal" : null,
                _ => Column(read, item),
            };
        }
        if (read.Provider == Provider.MySqlConnector || read.Provider == Provider.MySqlData)
        {
            return item.Function switch
            {
                "count" => "long",
                "last_insert_id" => "ulong",
                "sum" or "avg" => Argument(read, item) is "float" or "double" ? "double" : Argument(read, item) is null ? null : "decimal",
                // FLOAT is REAL's other meaning there, and TINYINT(1) a bool.
                _ => Column(read, item) is "int" or "long" or "uint" or "ulong" or "short" or "decimal" ? Column(read, item) : null,
            };
        }
        if (read.Provider == Provider.SqlClient || read.Provider == Provider.SystemSqlClient)
        {
            return item.Function switch
            {
                "count" => "int",
                "count_big" => "long",
                "scope_identity" => "decimal",
                "sum" or "avg" => Argument(read, item) switch { "short" or "int" => "int", "long" => "long", "decimal" => "decimal", _ => null },
                _ => Column(read, item) is "int" or "long" or "short" or "decimal" ? Column(read, item) : null,
            };
        }
        return null;
    }

    private static string? Column(DatabaseRead read, Sql.SqlItem item) =>
        (item.Column is not null || item.Function is "min" or "max") && read.ColumnType is { } type && Columns.TryGetValue(type, out var keyword) ? keyword : null;

    private static string? Argument(DatabaseRead read, Sql.SqlItem item) =>
        item.Argument is { } column && read.Model.Schema.ColumnOf(column) is { } declared && Columns.TryGetValue(declared.Type, out var keyword) ? keyword : null;
}
