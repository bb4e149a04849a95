using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Transactions;

/// <summary>A transfer as one text; the second half fails, because the account may not go below zero.</summary>
public class DBS217StatementsNotAtomicIncident
{
    private const string Accounts = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL CHECK (cents >= 0)); INSERT INTO accounts VALUES (1, 100), (2, 0)";
    private const string Credit = "UPDATE accounts SET cents = cents + 500 WHERE id = 2", Debit = "UPDATE accounts SET cents = cents - 500 WHERE id = 1";

    [Fact]
    public void On_SQLite_the_first_half_stays()
    {
        using var file = new SqliteFile(Accounts);
        using var connection = file.Open();
        Assert.Equal(19, Assert.Throws<SqliteException>(() => connection.Execute($"{Credit}; {Debit}")).SqliteErrorCode);
        Assert.Equal(600, Sum(connection));
    }

    [Fact]
    public void On_MariaDB_too_and_in_a_batch()
    {
        using var database = new MariaDbDatabase(Accounts);
        using var connection = database.Open();
        Assert.Equal(4025, Assert.Throws<MySqlException>(() => connection.Execute($"{Credit}; {Debit}")).Number);
        Assert.Equal(600, Sum(connection));

        using var batch = new MySqlBatch(connection) { BatchCommands = { new MySqlBatchCommand(Credit), new MySqlBatchCommand(Debit.Replace("500", "5000", StringComparison.Ordinal)) } };
        Assert.Throws<MySqlException>(() => batch.ExecuteNonQuery());
        Assert.Equal(1100, Sum(connection));
    }

    [Fact]
    public void In_a_transaction_nothing_stays()
    {
        using var file = new SqliteFile(Accounts);
        using (var connection = file.Open())
        {
            Assert.Throws<SqliteException>(() => Transfer(connection));
            Assert.Equal(100, Sum(connection));
        }
        using var database = new MariaDbDatabase(Accounts);
        using (var connection = database.Open())
        {
            Assert.Throws<MySqlException>(() => Transfer(connection));
            Assert.Equal(100, Sum(connection));
        }

        static void Transfer(DbConnection connection)
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute($"{Credit}; {Debit}", transaction: transaction);
            transaction.Commit();
        }
    }

    [Fact]
    public void Npgsql_sends_them_as_one_transaction()
    {
        using var schema = new PostgresSchema(Accounts);
        using var connection = schema.Open();
        Assert.Equal("23514", Assert.Throws<PostgresException>(() => connection.Execute($"{Credit}; {Debit}")).SqlState);
        Assert.Equal(100, Sum(connection));
    }

    private static long Sum(DbConnection connection) => connection.ExecuteScalar<long>("SELECT SUM(cents) FROM accounts");
}
