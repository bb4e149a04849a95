using Dapper;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS207TransactionControlInSqlTextIncident
{
    private const string Accounts = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL); INSERT INTO accounts VALUES (1, 100)";

    [Fact]
    public void On_SQLite_the_next_user_of_the_pooled_connection_is_inside_the_old_transaction()
    {
        using var file = new SqliteFile(Accounts);
        Assert.Throws<InvalidOperationException>(Fail);
        void Fail()
        {
            using var connection = file.Open();
            connection.Execute("BEGIN TRANSACTION");
            connection.Execute("INSERT INTO accounts VALUES (2, 50)");
            throw new InvalidOperationException("in between");
        }

        using var next = file.Open();
        Assert.Equal(2, Count(next));
        Assert.Equal("SQLite Error 1: 'cannot start a transaction within a transaction'.", Assert.Throws<SqliteException>(() => next.BeginTransaction()).Message);
        using var other = file.OpenOutsideThePool();
        Assert.Equal(1, Count(other));
        Assert.Equal("SQLite Error 5: 'database is locked'.", Assert.Throws<SqliteException>(() => other.Execute("DELETE FROM accounts")).Message);
    }

    [Fact]
    public void On_SQLite_a_transaction_of_the_connection_is_rolled_back()
    {
        using var file = new SqliteFile(Accounts);
        Assert.Throws<InvalidOperationException>(Fail);
        void Fail()
        {
            using var connection = file.Open();
            using var transaction = connection.BeginTransaction();
            connection.Execute("INSERT INTO accounts VALUES (2, 50)");
            throw new InvalidOperationException("in between");
        }

        using var next = file.Open();
        Assert.Equal(1, Count(next));
        using var own = next.BeginTransaction();
        next.Execute("DELETE FROM accounts");
        own.Commit();
    }

    [Fact]
    public void On_SQLite_one_text_with_both_leaves_the_transaction_open_on_an_error()
    {
        using var file = new SqliteFile(Accounts);
        using (var connection = file.Open())
        {
            Assert.Throws<SqliteException>(() => connection.Execute("BEGIN; INSERT INTO accounts VALUES (2, 50); INSERT INTO accounts VALUES (1, 50); COMMIT"));
        }

        using var next = file.Open();
        Assert.Equal(2, Count(next));
    }

    [Fact]
    public void On_MariaDB_the_locks_are_held_until_the_pooled_connection_is_used_again()
    {
        using var database = new MariaDbDatabase(Accounts);
        using var other = database.Open();
        other.Execute("SET innodb_lock_wait_timeout = 1");
        using (var connection = database.Open())
        {
            connection.Execute("START TRANSACTION");
            connection.Execute("UPDATE accounts SET cents = 0 WHERE id = 1");
        }

        Assert.Equal(1205, Assert.Throws<MySqlException>(() => other.Execute("UPDATE accounts SET cents = 1 WHERE id = 1")).Number);
        using (database.Open())
        {
            Assert.Equal(1, other.Execute("UPDATE accounts SET cents = 1 WHERE id = 1"));
        }
    }

    [Fact]
    public void On_PostgreSQL_the_pool_rolls_back()
    {
        using var schema = new PostgresSchema(Accounts);
        using (var connection = schema.Open())
        {
            connection.Execute("BEGIN TRANSACTION");
            connection.Execute("UPDATE accounts SET cents = 0 WHERE id = 1");
        }

        using var next = schema.Open();
        Assert.Equal(100, next.ExecuteScalar<int>("SELECT cents FROM accounts WHERE id = 1"));
    }

    [Fact]
    public void Dapper_takes_one_word_for_the_name_of_a_procedure()
    {
        using var file = new SqliteFile(Accounts);
        using var connection = file.Open();

        Assert.Equal("The CommandType 'StoredProcedure' is not supported.", Assert.Throws<ArgumentException>(() => connection.Execute("BEGIN")).Message);
        connection.Execute("BEGIN;");
        connection.Execute("COMMIT");
    }

    private static long Count(SqliteConnection connection) => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM accounts");
}
