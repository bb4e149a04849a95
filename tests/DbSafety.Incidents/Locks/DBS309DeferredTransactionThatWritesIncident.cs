using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace DbSafety.Incidents.Locks;

public class DBS309DeferredTransactionThatWritesIncident
{
    private const string Accounts = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL); INSERT INTO accounts VALUES (1, 100)";

    [Fact]
    public void A_deferred_transaction_that_read_before_another_commit_waits_in_vain_and_fails()
    {
        using var file = new SqliteFile(Accounts, wal: true);
        using var connection = file.Open();
        using var other = file.Open();

        using var transaction = connection.BeginTransaction(deferred: true);
        Assert.Equal(100, Balance(connection));
        other.Execute("UPDATE accounts SET cents = cents - 10 WHERE id = 1");
        var waited = Stopwatch.StartNew();
        var error = Assert.Throws<SqliteException>(() => connection.Execute("UPDATE accounts SET cents = cents - 20 WHERE id = 1"));

        Assert.Equal("SQLite Error 5: 'database is locked'.", error.Message);
        Assert.Equal(517, error.SqliteExtendedErrorCode); // SQLITE_BUSY_SNAPSHOT
        Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(20)); // the whole timeout, though nobody holds a lock
        transaction.Rollback();
        Assert.Equal(90, Balance(connection));
    }

    [Fact]
    public async Task One_that_writes_first_has_no_snapshot_to_go_stale_and_waits_for_the_lock()
    {
        using var file = new SqliteFile(Accounts, wal: true);
        using var connection = file.Open();
        using var other = file.Open();

        using var transaction = connection.BeginTransaction(deferred: true);
        other.Execute("UPDATE accounts SET cents = cents - 10 WHERE id = 1");
        using var holder = other.BeginTransaction();
        var second = Task.Run(() => connection.Execute("UPDATE accounts SET cents = cents - 20 WHERE id = 1"), TestContext.Current.CancellationToken);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        other.Execute("UPDATE accounts SET cents = cents - 1 WHERE id = 1", transaction: holder);
        holder.Commit();
        await second;
        transaction.Commit();

        Assert.Equal(69, Balance(connection));
    }

    [Fact]
    public async Task An_immediate_transaction_waits_at_its_beginning_and_both_commit()
    {
        using var file = new SqliteFile(Accounts, wal: true);
        using var connection = file.Open();
        using var other = file.Open();

        using var transaction = connection.BeginTransaction();
        Assert.Equal(100, Balance(connection));
        var second = Task.Run(() => Withdraw(other, 10), TestContext.Current.CancellationToken);
        connection.Execute("UPDATE accounts SET cents = cents - 20 WHERE id = 1");
        transaction.Commit();
        await second;

        Assert.Equal(70, Balance(connection));
    }

    private static void Withdraw(SqliteConnection connection, int cents)
    {
        using var transaction = connection.BeginTransaction();
        connection.Execute("UPDATE accounts SET cents = @left WHERE id = 1", new { left = Balance(connection) - cents }, transaction);
        transaction.Commit();
    }

    private static long Balance(SqliteConnection connection) => connection.ExecuteScalar<long>("SELECT cents FROM accounts WHERE id = 1");
}
