using System.Data.Common;
using Dapper;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Locks;

/// <summary>Ten times two transactions at once, which lock one row in each of two tables; the second lock waits until both have the first, if they can.</summary>
public class DBS303TablesLockedInDifferentOrderIncident
{
    private const int Rounds = 10;

    private const string Tables =
        """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, n INTEGER NOT NULL); INSERT INTO customers VALUES (1, 0);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, n INTEGER NOT NULL); INSERT INTO orders VALUES (1, 0);
        CREATE TABLE stock (id INTEGER PRIMARY KEY, n INTEGER NOT NULL); INSERT INTO stock VALUES (1, 0);
        """;

    [Theory]
    [InlineData("orders, stock", "stock, orders", Rounds)]
    [InlineData("orders, stock", "orders, stock", 0)]
    [InlineData("customers, orders, stock", "customers, stock, orders", 0)]
    public async Task On_PostgreSQL_one_of_two_in_opposite_order_is_killed(string first, string second, int victims)
    {
        using var schema = new PostgresSchema(Tables);
        Assert.Equal(victims, await Victims(() => Prepared(schema.Open()), first, second, e => e is PostgresException { SqlState: "40P01" }));
    }

    [Theory]
    [InlineData("orders, stock", "stock, orders", Rounds)]
    [InlineData("orders, stock", "orders, stock", 0)]
    [InlineData("customers, orders, stock", "customers, stock, orders", 0)]
    public async Task On_MariaDB_one_of_two_in_opposite_order_is_killed(string first, string second, int victims)
    {
        using var database = new MariaDbDatabase(Tables);
        Assert.Equal(victims, await Victims(database.Open, first, second, e => e is MySqlException { Number: 1213 }));
    }

    private static NpgsqlConnection Prepared(NpgsqlConnection connection)
    {
        connection.Execute("SET deadlock_timeout = '100ms'");
        return connection;
    }

    /// <summary>How many of the transactions the server ended because of a deadlock; what the others wrote is there.</summary>
    private static async Task<int> Victims(Func<DbConnection> open, string first, string second, Func<DbException, bool> isDeadlock)
    {
        var killed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            TaskCompletionSource mine = new(), theirs = new();
            var ended = await Task.WhenAll(Locks(open, first, mine, theirs.Task, isDeadlock), Locks(open, second, theirs, mine.Task, isDeadlock));
            killed += ended.Count(committed => !committed);
        }
        await using var connection = open();
        Assert.Equal(2 * Rounds - killed, await connection.ExecuteScalarAsync<int>("SELECT n FROM stock"));
        return killed;
    }

    private static async Task<bool> Locks(Func<DbConnection> open, string tables, TaskCompletionSource hasOne, Task otherHasOne, Func<DbException, bool> isDeadlock)
    {
        await using var connection = open();
        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
            foreach (var table in tables.Split(", "))
            {
                await connection.ExecuteAsync($"UPDATE {table} SET n = n + 1 WHERE id = 1", transaction: transaction);
                hasOne.TrySetResult();
                await Task.WhenAny(otherHasOne, Task.Delay(TimeSpan.FromMilliseconds(300)));
            }
            await transaction.CommitAsync();
            return true;
        }
        catch (DbException error) when (isDeadlock(error))
        {
            return false;
        }
    }
}
