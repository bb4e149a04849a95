using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Locks;

/// <summary>Two sessions move the money of one account; each reads its balance FOR UPDATE and writes what it computed.</summary>
public class DBS304LockClauseOutsideTransactionIncident
{
    private const string Accounts =
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL, frozen INTEGER NOT NULL); INSERT INTO accounts VALUES (1, 100, 0)";

    private const string Lock = "SELECT cents FROM accounts WHERE id = 1 FOR UPDATE";

    [Fact]
    public async Task PostgreSQL_locks_nothing_in_autocommit()
    {
        using var schema = new PostgresSchema(Accounts);
        await FreezesTwice(schema.Open);
    }

    [Fact]
    public async Task MariaDB_locks_nothing_in_autocommit()
    {
        using var database = new MariaDbDatabase(Accounts);
        await FreezesTwice(database.Open);
    }

    [Fact]
    public async Task PostgreSQL_locks_the_row_in_a_transaction()
    {
        using var schema = new PostgresSchema(Accounts);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => FreezesOnce(schema.Open));
        Assert.Equal("55P03", refused.SqlState);
    }

    [Fact]
    public async Task MariaDB_locks_the_row_in_a_transaction()
    {
        using var database = new MariaDbDatabase(Accounts);
        var refused = await Assert.ThrowsAsync<MySqlException>(() => FreezesOnce(database.Open));
        Assert.Equal(1205, refused.Number);
    }

    [Fact]
    public void On_SQLite_the_clause_is_a_syntax_error()
    {
        using var file = new SqliteFile(Accounts);
        using var connection = file.Open();
        using var transaction = connection.BeginTransaction();
        var error = Assert.Throws<SqliteException>(() => connection.ExecuteScalar<long>(Lock, transaction: transaction));
        Assert.Equal("SQLite Error 1: 'near \"FOR\": syntax error'.", error.Message);
    }

    private static async Task FreezesTwice(Func<DbConnection> open)
    {
        await using var first = open();
        await using var second = open();

        var cents = await first.ExecuteScalarAsync<int>(Lock);
        // The first has the lock no longer: the second reads, writes, and waits for nobody.
        var same = await second.ExecuteScalarAsync<int>(Lock + " NOWAIT");
        await second.ExecuteAsync("UPDATE accounts SET frozen = frozen + @same, cents = 0 WHERE id = 1", new { same });
        await first.ExecuteAsync("UPDATE accounts SET frozen = frozen + @cents, cents = 0 WHERE id = 1", new { cents });

        Assert.Equal((100, 100), (cents, same));
        Assert.Equal(200, await first.ExecuteScalarAsync<int>("SELECT frozen FROM accounts WHERE id = 1"));
    }

    private static async Task FreezesOnce(Func<DbConnection> open)
    {
        await using var first = open();
        await using var second = open();

        await using var transaction = await first.BeginTransactionAsync();
        var cents = await first.ExecuteScalarAsync<int>(Lock, transaction: transaction);
        try
        {
            await second.ExecuteScalarAsync<int>(Lock + " NOWAIT");
        }
        finally
        {
            await first.ExecuteAsync("UPDATE accounts SET frozen = frozen + @cents, cents = 0 WHERE id = 1", new { cents }, transaction);
            await transaction.CommitAsync();
            Assert.Equal((0, 100), await second.QuerySingleAsync<(int, int)>("SELECT cents, frozen FROM accounts WHERE id = 1"));
        }
    }
}
