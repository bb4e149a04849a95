using System.Data.Common;
using Dapper;
using MySqlConnector;
using Npgsql;

namespace DbSafety.Incidents.Locks;

/// <summary>Four workers, each with transactions that lock the same rows; counts those that the server kills.</summary>
internal static class Transfers
{
    public const int Workers = 4, PerWorker = 60;

    public const string Schema = "CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL)";

    /// <param name="open">Opens a connection to a database with <see cref="Schema"/>.</param>
    /// <param name="accounts">How many rows there are.</param>
    /// <param name="work">One transaction's statements.</param>
    /// <returns>How many transactions ended in a deadlock; all others are committed.</returns>
    public static async Task<int> Victims(Func<DbConnection> open, int accounts, Action<DbConnection, DbTransaction, Random> work)
    {
        using (var connection = open())
        {
            connection.Execute($"INSERT INTO accounts VALUES {string.Join(", ", Enumerable.Range(1, accounts).Select(id => $"({id}, 1000)"))}");
        }
        var victims = await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            using var connection = open();
            if (connection is NpgsqlConnection)
            {
                connection.Execute("SET deadlock_timeout = '20ms'"); // Waits are looked at sooner, so that the test is quick.
            }
            return Enumerable.Range(0, PerWorker).Count(_ => !Committed(connection, transaction => work(connection, transaction, random)));
        })));
        return victims.Sum();
    }

    private static bool Committed(DbConnection connection, Action<DbTransaction> work)
    {
        using var transaction = connection.BeginTransaction();
        try
        {
            work(transaction);
            transaction.Commit();
            return true;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
        catch (MySqlException error) when (error.ErrorCode == MySqlErrorCode.LockDeadlock)
        {
            return false;
        }
    }
}
