using System.Diagnostics;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Cancellation;

/// <summary>A caller that leaves after 200 ms, and a query of two seconds: with the caller's token, and without.</summary>
public class DBS401TokenNotForwardedIncident
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_PostgreSQL_the_query_runs_on_unless_it_has_the_token(bool isForwarded)
    {
        using var schema = new PostgresSchema("SELECT 1");
        await using var connection = schema.Open();
        await using var command = new NpgsqlCommand("SELECT pg_sleep(2)", connection);

        Assert.Equal(isForwarded, await Run(isForwarded, token => command.ExecuteNonQueryAsync(token)) < TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_MariaDB_too(bool isForwarded)
    {
        using var database = new MariaDbDatabase("SELECT 1");
        await using var connection = database.Open();
        await using var command = new MySqlCommand("SELECT SLEEP(2)", connection);

        Assert.Equal(isForwarded, await Run(isForwarded, token => command.ExecuteNonQueryAsync(token)) < TimeSpan.FromSeconds(1));
    }

    /// <summary>How long a query occupies its caller.</summary>
    private static async Task<TimeSpan> Run(bool isForwarded, Func<CancellationToken, Task> query)
    {
        using var caller = new CancellationTokenSource(Patience);
        var watch = Stopwatch.StartNew();
        var error = await Record.ExceptionAsync(() => query(isForwarded ? caller.Token : CancellationToken.None));
        Assert.Equal(isForwarded, error is OperationCanceledException);
        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.ElapsedMilliseconds} ms");
        return watch.Elapsed;
    }
}
