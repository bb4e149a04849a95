using Dapper;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Cancellation;

/// <summary>
/// DBS403: a process with two pool threads, two updates that wait for a locked row, and work that needs no database. No more than the
/// threads and the lock decide what happens; no time is measured.
/// </summary>
public class DBS403BlockingCallInAsyncMethodIncident
{
    private const int Threads = 2;

    [Theory]
    [InlineData("blocking", false)]
    [InlineData("awaiting", true)]
    public async Task Work_that_needs_no_database_begins_only_where_the_others_are_awaited(string how, bool begins)
    {
        var server = Servers.Named("DBSAFETY_POSTGRES");
        using var schema = new PostgresSchema("CREATE TABLE accounts (id int PRIMARY KEY, cents bigint NOT NULL); INSERT INTO accounts VALUES (1, 0); CREATE TABLE found (begun_while_waiting boolean NOT NULL)");
        using var connection = schema.Open();

        await OtherProcess.RunAsync(
            GetType(), nameof(Serves), ("DBSAFETY_STORE", server + ";Search Path=" + connection.ExecuteScalar<string>("SELECT current_schema()")),
            ("DBSAFETY_KEY", how), ("DOTNET_PROCESSOR_COUNT", Threads.ToString())); // No pool is smaller than this.

        Assert.Equal(begins, connection.ExecuteScalar<bool>("SELECT * FROM found"));
        Assert.Equal(Threads, connection.ExecuteScalar<long>("SELECT cents FROM accounts"));
    }

    internal static void Serves()
    {
        var (store, isBlocking) = (OtherProcess.Given("DBSAFETY_STORE"), OtherProcess.Given("DBSAFETY_KEY") == "blocking");
        ThreadPool.SetMinThreads(Threads, Threads);
        Assert.True(ThreadPool.SetMaxThreads(Threads, Threads));
        using var locking = Open(store);
        using var transaction = locking.BeginTransaction();
        locking.Execute("UPDATE accounts SET cents = 0", transaction: transaction);

        var connections = Enumerable.Range(0, Threads).Select(_ => Open(store)).ToList();
        var requests = connections.Select(c => Task.Run(async () =>
        {
            await using var command = new NpgsqlCommand("UPDATE accounts SET cents = cents + 1", c);
            _ = isBlocking ? command.ExecuteNonQuery() : await command.ExecuteNonQueryAsync();
        })).ToArray();
        var servers = connections.Select(c => c.ProcessID).ToArray();
        while (locking.ExecuteScalar<int>("SELECT COUNT(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid = ANY(@servers)", new { servers }) < Threads)
        {
            Thread.Sleep(10);
        }

        var other = Task.Run(() => { });
        var begins = other.Wait(TimeSpan.FromSeconds(isBlocking ? 2 : 30));
        transaction.Rollback();
        Task.WaitAll([.. requests, other]);
        connections.ForEach(c => c.Dispose());
        locking.Execute("INSERT INTO found VALUES (@begins)", new { begins });
    }

    private static NpgsqlConnection Open(string store)
    {
        var connection = new NpgsqlConnection(store);
        connection.Open();
        return connection;
    }
}
