using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents;

/// <summary>A SQLite file of its own for one test.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"dbsafety-{Guid.NewGuid():N}.db");

    /// <param name="schema">Statements that make the tables and rows.</param>
    /// <param name="wal">Readers do not hold up the writer, as EF Core sets up the files that it creates.</param>
    public SqliteFile(string schema, bool wal = false)
    {
        using var connection = Open();
        connection.Execute((wal ? "PRAGMA journal_mode = WAL; " : "") + schema);
    }

    /// <summary>Pooled, and giving up on a lock after a second.</summary>
    public string ConnectionString => $"Data Source={_path};Default Timeout=1";

    /// <summary>Opens a connection from the pool.</summary>
    public SqliteConnection Open() => Open("");

    /// <summary>Opens a connection of which the pool knows nothing, as that of another process.</summary>
    public SqliteConnection OpenOutsideThePool() => Open(";Pooling=False");

    public void Dispose()
    {
        using (var connection = new SqliteConnection(ConnectionString))
        {
            SqliteConnection.ClearPool(connection);
        }
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(_path)!, Path.GetFileName(_path) + "*"))
        {
            File.Delete(file);
        }
    }

    private SqliteConnection Open(string more)
    {
        var connection = new SqliteConnection(ConnectionString + more);
        connection.Open();
        return connection;
    }
}

/// <summary>A PostgreSQL schema of its own for one test.</summary>
internal sealed class PostgresSchema : IDisposable
{
    private readonly string _name = $"incident_{Guid.NewGuid():N}";
    private readonly string _server = Servers.Named("DBSAFETY_POSTGRES");
    private readonly NpgsqlDataSource _source;

    public PostgresSchema(string schema)
    {
        using (var connection = new NpgsqlConnection(_server))
        {
            connection.Execute($"CREATE SCHEMA {_name}");
        }
        _source = NpgsqlDataSource.Create(_server + $";Search Path={_name}");
        using var own = Open();
        own.Execute(schema);
    }

    public NpgsqlDataSource Source => _source;

    public NpgsqlConnection Open() => _source.OpenConnection();

    /// <summary>Opens a connection with a connection option of its own.</summary>
    public NpgsqlConnection Open(string option)
    {
        var connection = new NpgsqlConnection($"{_server};Search Path={_name};{option}");
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        _source.Dispose();
        using var connection = new NpgsqlConnection(_server);
        connection.Execute($"DROP SCHEMA {_name} CASCADE");
    }
}

/// <summary>A MariaDB database of its own for one test.</summary>
internal sealed class MariaDbDatabase : IDisposable
{
    private readonly string _name = $"incident_{Guid.NewGuid():N}";
    private readonly string _server = Servers.Named("DBSAFETY_MARIADB");
    private readonly MySqlDataSource _source;

    public MariaDbDatabase(string schema)
    {
        using (var connection = new MySqlConnection(_server))
        {
            connection.Execute($"CREATE DATABASE {_name}");
        }
        _source = new(new MySqlConnectionStringBuilder(_server) { Database = _name }.ConnectionString);
        using var own = Open();
        own.Execute(schema);
    }

    public MySqlConnection Open() => _source.OpenConnection();

    /// <summary>Opens a connection with a connection option of its own.</summary>
    public MySqlConnection Open(string option)
    {
        var connection = new MySqlConnection($"{_server};Database={_name};{option}");
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        _source.Dispose();
        using var connection = new MySqlConnection(_server);
        connection.Execute($"DROP DATABASE {_name}");
    }
}

/// <summary>What is measured in the same way on each kind of database.</summary>
internal static class Measured
{
    public static void OnSqlite(string schema, Action<DbConnection> measure)
    {
        using var file = new SqliteFile(schema);
        using var connection = file.Open();
        measure(connection);
    }

    public static void OnPostgreSql(string schema, Action<DbConnection> measure)
    {
        using var own = new PostgresSchema(schema);
        using var connection = own.Open();
        measure(connection);
    }

    public static void OnMariaDb(string schema, Action<DbConnection> measure)
    {
        using var database = new MariaDbDatabase(schema);
        using var connection = database.Open();
        measure(connection);
    }

    /// <summary>Runs a query and gives what is read of each of its rows.</summary>
    public static List<T> Read<T>(this DbConnection connection, string query, Func<DbDataReader, T> row)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }
        return rows;
    }
}

/// <summary>The servers that <c>eng/servers</c> starts.</summary>
internal static class Servers
{
    private const string Start = "eng/servers start; eval \"$(eng/servers env)\"";

    /// <summary>The connection string in a variable. Where it is not set the test is skipped, or fails with DBSAFETY_REQUIRE_SERVERS=1.</summary>
    public static string Named(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } connectionString)
        {
            return connectionString;
        }
        if (Environment.GetEnvironmentVariable("DBSAFETY_REQUIRE_SERVERS") == "1")
        {
            Assert.Fail($"{variable} is not set: {Start}");
        }
        Assert.Skip($"{variable} is not set: {Start}");
        return ""; // not reached
    }
}
