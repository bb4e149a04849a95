using System.Data;
using Dapper;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS215RetryInsideTransactionIncident
{
    private const string Accounts = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL); INSERT INTO accounts VALUES (1, 100), (2, 100)";

    [Fact]
    public void On_PostgreSQL_no_attempt_but_the_first_reaches_the_table()
    {
        using var schema = new PostgresSchema(Accounts);
        using var connection = schema.Open();
        using var other = schema.Open();
        using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        connection.Execute("SELECT * FROM accounts");
        other.Execute("UPDATE accounts SET cents = 50 WHERE id = 1");

        var states = new List<string>();
        for (var attempt = 0; attempt < 4; attempt++)
        {
            states.Add(Assert.Throws<PostgresException>(() => connection.Execute("UPDATE accounts SET cents = cents - 15 WHERE id = 1")).SqlState);
        }

        Assert.Equal(["40001", "25P02", "25P02", "25P02"], states);
    }

    [Fact]
    public void On_PostgreSQL_a_retry_of_the_whole_transaction_succeeds()
    {
        using var schema = new PostgresSchema(Accounts);
        using var connection = schema.Open();
        using var other = schema.Open();

        for (var attempt = 0; ; attempt++)
        {
            using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
            try
            {
                connection.Execute("SELECT * FROM accounts");
                if (attempt == 0)
                {
                    other.Execute("UPDATE accounts SET cents = 50 WHERE id = 1");
                }
                connection.Execute("UPDATE accounts SET cents = cents - 15 WHERE id = 1");
                transaction.Commit();
                break;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.SerializationFailure && attempt == 0)
            {
            }
        }

        Assert.Equal(35, connection.ExecuteScalar<int>("SELECT cents FROM accounts WHERE id = 1"));
    }

    [Fact]
    public async Task On_MariaDB_half_a_transfer_is_stored()
    {
        using var database = new MariaDbDatabase(Accounts + "; CREATE TABLE log (id INTEGER PRIMARY KEY)");
        using var connection = database.Open();
        using var other = database.Open();

        // The larger transaction survives.
        using var winner = other.BeginTransaction();
        other.Execute("INSERT INTO log WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n", transaction: winner);
        other.Execute("UPDATE accounts SET cents = cents WHERE id = 2", transaction: winner);

        using (var transaction = connection.BeginTransaction())
        {
            connection.Execute("UPDATE accounts SET cents = cents - 15 WHERE id = 1", transaction: transaction);
            var deadlock = Task.Run(() => Record.Exception(() => connection.Execute("UPDATE accounts SET cents = cents + 15 WHERE id = 2", transaction: transaction)));
            await Task.Delay(200, TestContext.Current.CancellationToken);
            other.Execute("UPDATE accounts SET cents = cents WHERE id = 1", transaction: winner);
            Assert.Equal(1213, Assert.IsType<MySqlException>(await deadlock).Number);
            winner.Commit();

            connection.Execute("UPDATE accounts SET cents = cents + 15 WHERE id = 2", transaction: transaction); // The retry.
            transaction.Commit();
        }

        Assert.Equal([100, 115], connection.Query<int>("SELECT cents FROM accounts ORDER BY id"));
    }
}
