using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Locks;

public class DBS311IsolationLevelSilentlyChangedIncident
{
    private const string Accounts = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL); INSERT INTO accounts VALUES (1, 100)";

    [Theory]
    [InlineData(IsolationLevel.ReadCommitted)]
    [InlineData(IsolationLevel.RepeatableRead)]
    public void SQLite_takes_the_write_lock_at_any_level(IsolationLevel level)
    {
        using var file = new SqliteFile(Accounts, wal: true);
        using var connection = file.Open();
        using var other = file.Open();

        using var transaction = connection.BeginTransaction(level);
        var error = Assert.Throws<SqliteException>(() => other.BeginTransaction(level));

        Assert.Equal(IsolationLevel.Serializable, transaction.IsolationLevel);
        Assert.Equal("SQLite Error 5: 'database is locked'.", error.Message);
    }

    [Fact]
    public void PostgreSQL_never_reads_what_is_not_committed()
    {
        using var schema = new PostgresSchema(Accounts);
        using var connection = schema.Open();
        using var other = schema.Open();
        using var uncommitted = connection.BeginTransaction();
        connection.Execute("UPDATE accounts SET cents = 0");

        using var transaction = other.BeginTransaction(IsolationLevel.ReadUncommitted);

        Assert.Equal(100, Balance(other, transaction));
    }

    [Fact]
    public void PostgreSQL_runs_a_snapshot_as_repeatable_read()
    {
        using var schema = new PostgresSchema(Accounts);
        using var connection = schema.Open();
        using var other = schema.Open();

        using var transaction = connection.BeginTransaction(IsolationLevel.Snapshot);
        Assert.Equal("repeatable read", connection.ExecuteScalar<string>("SHOW transaction_isolation"));
        Assert.Equal(100, Balance(connection, transaction));
        other.Execute("UPDATE accounts SET cents = 90");

        Assert.Equal("40001", Assert.Throws<PostgresException>(() => connection.Execute("UPDATE accounts SET cents = 80")).SqlState);
    }

    [Fact]
    public void MariaDB_loses_an_update_at_the_level_that_forbids_it()
    {
        using var database = new MariaDbDatabase(Accounts);
        using var connection = database.Open();
        using var other = database.Open();

        using var transaction = connection.BeginTransaction(IsolationLevel.Snapshot);
        using var second = other.BeginTransaction(IsolationLevel.Snapshot);
        var (mine, theirs) = (Balance(connection, transaction), Balance(other, second));
        other.Execute("UPDATE accounts SET cents = @left", new { left = theirs - 10 }, second);
        second.Commit();
        connection.Execute("UPDATE accounts SET cents = @left", new { left = mine - 20 }, transaction);
        transaction.Commit();

        Assert.Equal(80, Balance(connection, null)); // 100 - 10 - 20
    }

    private static long Balance(DbConnection connection, DbTransaction? transaction) =>
        connection.ExecuteScalar<long>("SELECT cents FROM accounts WHERE id = 1", transaction: transaction);
}
