using System.Data;
using System.Data.Common;
using System.Data.SQLite;
using Dapper;
using Xunit;

namespace DbSafety.Incidents.Locks;

/// <summary>The table of the rule, each way: what it says is rejected throws, and what it does not is taken.</summary>
public class DBS310UnsupportedIsolationLevelIncident
{
    private const IsolationLevel Undefined = (IsolationLevel)5;

    private static readonly IsolationLevel[] Every = [.. Enum.GetValues<IsolationLevel>(), Undefined];

    [Fact]
    public void Microsoft_Data_Sqlite()
    {
        using var file = new SqliteFile("CREATE TABLE t (id INTEGER)");
        using var connection = file.Open();
        Rejects<ArgumentException>(connection, IsolationLevel.Chaos, IsolationLevel.Snapshot, Undefined);
        var error = Assert.Throws<ArgumentException>(() => connection.BeginTransaction(IsolationLevel.Snapshot));
        Assert.StartsWith("The IsolationLevel 'Snapshot' is not supported.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void System_Data_SQLite()
    {
        using var connection = new SQLiteConnection("Data Source=:memory:");
        connection.Open();
        Rejects<ArgumentException>(connection, IsolationLevel.Chaos, IsolationLevel.ReadUncommitted, IsolationLevel.RepeatableRead, IsolationLevel.Snapshot, Undefined);
        Assert.Equal("isolationLevel", Assert.Throws<ArgumentException>(() => connection.BeginTransaction(IsolationLevel.RepeatableRead)).Message);
    }

    [Fact]
    public void Npgsql()
    {
        using var schema = new PostgresSchema("SELECT 1");
        using var connection = schema.Open();
        Rejects<NotSupportedException>(connection, IsolationLevel.Chaos, Undefined);
        Assert.Equal("Unsupported IsolationLevel: Chaos", Assert.Throws<NotSupportedException>(() => connection.BeginTransaction(IsolationLevel.Chaos)).Message);
    }

    [Fact]
    public void MySqlConnector()
    {
        using var database = new MariaDbDatabase("SELECT 1");
        using var connection = database.Open();
        Rejects<NotSupportedException>(connection, IsolationLevel.Chaos, Undefined);
        Assert.Equal("IsolationLevel.Chaos is not supported.", Assert.Throws<NotSupportedException>(() => connection.BeginTransaction(IsolationLevel.Chaos)).Message);
    }

    private static void Rejects<TException>(DbConnection connection, params IsolationLevel[] rejected) where TException : Exception
    {
        foreach (var level in Every)
        {
            if (rejected.Contains(level))
            {
                Assert.ThrowsAny<TException>(() => connection.BeginTransaction(level));
                continue;
            }
            using var transaction = connection.BeginTransaction(level);
            connection.ExecuteScalar<int>("SELECT 1", transaction: transaction);
            transaction.Rollback();
        }
    }
}
