using System.Diagnostics;
using Npgsql;
using Polly;
using Polly.Timeout;
using Xunit;

namespace DbSafety.Incidents.Cancellation;

public class DBS407ResilienceTokenIgnoredIncident
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_PostgreSQL_a_timeout_of_200_ms_ends_a_query_of_two_seconds_only_where_the_query_has_the_token(bool isForwarded)
    {
        using var schema = new PostgresSchema("SELECT 1");
        var pipeline = new ResiliencePipelineBuilder().AddTimeout(TimeSpan.FromMilliseconds(200)).Build();
        await using var connection = schema.Open();
        await using var command = new NpgsqlCommand("SELECT pg_sleep(2)", connection);

        var watch = Stopwatch.StartNew();
        var error = await Record.ExceptionAsync(async () => await pipeline.ExecuteAsync(
            async token => await command.ExecuteNonQueryAsync(isForwarded ? token : CancellationToken.None), TestContext.Current.CancellationToken));

        Assert.Equal(isForwarded, watch.Elapsed < TimeSpan.FromSeconds(1));
        Assert.Equal(isForwarded ? typeof(TimeoutRejectedException) : null, error?.GetType());
        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.ElapsedMilliseconds} ms");
    }
}
