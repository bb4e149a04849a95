using DbSafety.Sql;
using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>How a provider writes a parameter in SQL text (facts/sinks §9).</summary>
internal enum PlaceholderStyle
{
    /// <summary><c>@name</c></summary>
    At,
    /// <summary><c>:name</c></summary>
    Colon,
    /// <summary><c>$name</c></summary>
    Dollar,
    /// <summary><c>?</c>, one parameter for each occurrence, in order</summary>
    Question,
}

/// <summary>A database provider: whose commands these are, which SQL they speak and how they name parameters.</summary>
/// <param name="Name">The assembly or product name, as a person would say it.</param>
/// <param name="Namespace">The namespace of its connection and command types; what a static type is matched by.</param>
/// <param name="ParameterType">Metadata name of its parameter class with a (string, object) constructor; null where there is none.</param>
internal sealed record Provider(
    string Name, string Namespace, SqlDialect Dialect, PlaceholderStyle Placeholder, string? ParameterType)
{
    public static readonly Provider Unknown = new("", "", SqlDialect.Unknown, PlaceholderStyle.At, null);
    public static readonly Provider SqlClient = new("Microsoft.Data.SqlClient", "Microsoft.Data.SqlClient", SqlDialect.TSql, PlaceholderStyle.At, "SqlParameter");
    public static readonly Provider SystemSqlClient = new("System.Data.SqlClient", "System.Data.SqlClient", SqlDialect.TSql, PlaceholderStyle.At, "SqlParameter");
    public static readonly Provider SqlServerCe = new("SqlServerCe", "System.Data.SqlServerCe", SqlDialect.TSql, PlaceholderStyle.At, "SqlCeParameter");
    public static readonly Provider Npgsql = new("Npgsql", "Npgsql", SqlDialect.PostgreSql, PlaceholderStyle.At, "NpgsqlParameter");
    public static readonly Provider MySqlConnector = new("MySqlConnector", "MySqlConnector", SqlDialect.MySql, PlaceholderStyle.At, "MySqlParameter");
    public static readonly Provider MySqlData = new("MySql.Data", "MySql.Data.MySqlClient", SqlDialect.MySql, PlaceholderStyle.At, "MySqlParameter");
    public static readonly Provider MicrosoftSqlite = new("Microsoft.Data.Sqlite", "Microsoft.Data.Sqlite", SqlDialect.Sqlite, PlaceholderStyle.At, "SqliteParameter");
    public static readonly Provider SystemSqlite = new("System.Data.SQLite", "System.Data.SQLite", SqlDialect.Sqlite, PlaceholderStyle.At, "SQLiteParameter");
    public static readonly Provider SqliteNet = new("sqlite-net", "SQLite", SqlDialect.Sqlite, PlaceholderStyle.Question, null);
    public static readonly Provider Firebird = new("Firebird", "FirebirdSql.Data.FirebirdClient", SqlDialect.Unknown, PlaceholderStyle.At, "FbParameter");
    public static readonly Provider DuckDb = new("DuckDB", "DuckDB.NET.Data", SqlDialect.Unknown, PlaceholderStyle.Dollar, "DuckDBParameter");
    public static readonly Provider Oracle = new("Oracle", "Oracle.ManagedDataAccess.Client", SqlDialect.Oracle, PlaceholderStyle.Colon, "OracleParameter");
    public static readonly Provider OracleClient = new("System.Data.OracleClient", "System.Data.OracleClient", SqlDialect.Oracle, PlaceholderStyle.Colon, "OracleParameter");
    public static readonly Provider Odbc = new("ODBC", "System.Data.Odbc", SqlDialect.Unknown, PlaceholderStyle.Question, "OdbcParameter");
    public static readonly Provider OleDb = new("OLE DB", "System.Data.OleDb", SqlDialect.Unknown, PlaceholderStyle.Question, "OleDbParameter");
    public static readonly Provider Spanner = new("Spanner", "Google.Cloud.Spanner.Data", SqlDialect.GoogleSql, PlaceholderStyle.At, "SpannerParameter");
    public static readonly Provider Cosmos = new("Cosmos DB", "Microsoft.Azure.Cosmos", SqlDialect.Unknown, PlaceholderStyle.At, null);

    public static readonly IReadOnlyList<Provider> All =
    [
        SqlClient, SystemSqlClient, SqlServerCe, Npgsql, MySqlConnector, MySqlData, MicrosoftSqlite, SystemSqlite, SqliteNet,
        Firebird, DuckDb, Oracle, OracleClient, Odbc, OleDb, Spanner, Cosmos,
    ];

    private static readonly Dictionary<string, Provider> ByNamespace = All.ToDictionary(p => p.Namespace);
    private static readonly HashSet<string> LastNames = [.. All.Select(p => p.Namespace.Split('.').Last())];

    /// <summary>The compilation sees its types.</summary>
    public bool IsReachable(Compilation compilation)
    {
        var space = compilation.GlobalNamespace;
        foreach (var name in Namespace.Split('.'))
        {
            if (space.GetNamespaceMembers().FirstOrDefault(n => n.Name == name) is not { } inner)
            {
                return false;
            }
            space = inner;
        }
        return true;
    }

    /// <summary>The provider a static type belongs to, itself or through a base type; <see cref="Unknown"/> for the provider-neutral ones.</summary>
    public static Provider OfType(ITypeSymbol? type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.ContainingNamespace is { IsGlobalNamespace: false } ns && LastNames.Contains(ns.Name) && ByNamespace.TryGetValue(ns.ToDisplayString(), out var provider))
            {
                return provider;
            }
        }
        return Unknown;
    }
}
