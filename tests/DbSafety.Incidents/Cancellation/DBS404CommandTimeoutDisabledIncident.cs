using System.Data.Common;
using System.Diagnostics;
using Dapper;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Cancellation;

/// <summary>DBS404: an update of rows that somebody else holds, with a timeout of a second and with none.</summary>
public class DBS404CommandTimeoutDisabledIncident
{
    private const string Orders = "CREATE TABLE orders (id int PRIMARY KEY, state int NOT NULL); INSERT INTO orders VALUES (1, 0)";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_PostgreSQL_only_the_timeout_ends_the_wait()
    {
        using var schema = new PostgresSchema(Orders);
        await using var holder = schema.Open();
        await using var waiter = schema.Open();

        var error = await Measure(holder, "BEGIN; UPDATE orders SET state = 1", "COMMIT", waiter);
        Assert.IsType<TimeoutException>(Assert.IsType<NpgsqlException>(error).InnerException);
    }

    [Fact]
    public async Task On_MariaDB_too_where_the_lock_is_of_the_table()
    {
        using var database = new MariaDbDatabase(Orders);
        await using var holder = database.Open();
        await using var waiter = database.Open();

        // The server itself ends the wait for a row after innodb_lock_wait_timeout, 50 s, and for a table after lock_wait_timeout, a day.
        var error = await Measure(holder, "LOCK TABLES orders WRITE", "UNLOCK TABLES", waiter);
        Assert.Equal(MySqlErrorCode.CommandTimeoutExpired, Assert.IsType<MySqlException>(error).ErrorCode);
        Assert.Equal(86400, holder.ExecuteScalar<int>("SELECT @@lock_wait_timeout"));
    }

    /// <summary>What the timeout of a second gives; with a timeout of 0 the same statement is still there when six seconds are over.</summary>
    private static async Task<Exception?> Measure(DbConnection holder, string take, string release, DbConnection waiter)
    {
        await holder.ExecuteAsync(new CommandDefinition(take, cancellationToken: Token));
        await using var command = waiter.CreateCommand();
        command.CommandText = "UPDATE orders SET state = 2";

        command.CommandTimeout = 1;
        var watch = Stopwatch.StartNew();
        var error = await Record.ExceptionAsync(() => command.ExecuteNonQueryAsync(Token));
        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.ElapsedMilliseconds} ms");

        command.CommandTimeout = 0;
        var endless = command.ExecuteNonQueryAsync(Token);
        Assert.NotSame(endless, await Task.WhenAny(endless, Task.Delay(TimeSpan.FromSeconds(6), Token)));
        await holder.ExecuteAsync(new CommandDefinition(release, cancellationToken: Token));
        Assert.Equal(1, await endless);
        return error;
    }
}
