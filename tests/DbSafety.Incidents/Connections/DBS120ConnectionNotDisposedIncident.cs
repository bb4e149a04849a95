using System.Data.Common;
using System.Diagnostics;
using Dapper;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Connections;

/// <summary>A pool of three, a timeout of one second, and a method that forgets its connection.</summary>
public class DBS120ConnectionNotDisposedIncident
{
    private const int PoolSize = 3;

    [Fact]
    public async Task On_Npgsql_the_fourth_caller_waits_and_fails()
    {
        await using var source = Postgres();
        var (calls, waited, error) = await CallUntilItFails(() => source.OpenConnectionAsync(TestContext.Current.CancellationToken), dispose: false);
        Assert.Equal(PoolSize, calls);
        Assert.InRange(waited, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(20));
        Assert.StartsWith("The connection pool has been exhausted", Assert.IsType<NpgsqlException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_MySqlConnector_too()
    {
        await using var source = MariaDb();
        var (calls, waited, error) = await CallUntilItFails(() => source.OpenConnectionAsync(TestContext.Current.CancellationToken), dispose: false);
        Assert.Equal(PoolSize, calls);
        Assert.InRange(waited, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(20));
        Assert.Equal("Connect Timeout expired. All pooled connections are in use.", Assert.IsType<MySqlException>(error).Message);
    }

    [Fact]
    public async Task Disposed_a_hundred_calls_need_no_more_than_the_pool_has()
    {
        await using var postgres = Postgres();
        Assert.Equal(100, (await CallUntilItFails(() => postgres.OpenConnectionAsync(TestContext.Current.CancellationToken), dispose: true)).Calls);
        await using var mariaDb = MariaDb();
        Assert.Equal(100, (await CallUntilItFails(() => mariaDb.OpenConnectionAsync(TestContext.Current.CancellationToken), dispose: true)).Calls);
    }

    [Fact]
    public void A_reader_that_stays_open_blocks_its_connection()
    {
        using var connection = new NpgsqlConnection(Servers.Named("DBSAFETY_POSTGRES"));
        connection.Open();
        using var command = new NpgsqlCommand("SELECT 1", connection);
        using (var reader = command.ExecuteReader())
        {
            Assert.Throws<NpgsqlOperationInProgressException>(() => connection.Execute("SELECT 2"));
        }
        connection.Execute("SELECT 2");
    }

    private static NpgsqlDataSource Postgres() =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Servers.Named("DBSAFETY_POSTGRES")) { MaxPoolSize = PoolSize, Timeout = 1 }.ConnectionString);

    private static MySqlDataSource MariaDb() =>
        new(new MySqlConnectionStringBuilder(Servers.Named("DBSAFETY_MARIADB")) { MaximumPoolSize = PoolSize, ConnectionTimeout = 1 }.ConnectionString);

    /// <summary>How many of a hundred calls succeed, and how long the one that does not has waited.</summary>
    private static async Task<(int Calls, TimeSpan Waited, Exception? Error)> CallUntilItFails<TConnection>(Func<ValueTask<TConnection>> open, bool dispose) where TConnection : DbConnection
    {
        List<DbConnection> forgotten = []; // out of the reach of the garbage collector, which would give them back some day
        try
        {
            for (var calls = 0; calls < 100; calls++)
            {
                var watch = Stopwatch.StartNew();
                try
                {
                    var connection = await open();
                    await connection.ExecuteAsync("SELECT 1");
                    if (dispose)
                    {
                        await connection.DisposeAsync();
                    }
                    else
                    {
                        forgotten.Add(connection);
                    }
                }
                catch (DbException error)
                {
                    return (calls, watch.Elapsed, error);
                }
            }
            return (100, default, null);
        }
        finally
        {
            forgotten.ForEach(c => c.Dispose());
        }
    }
}
