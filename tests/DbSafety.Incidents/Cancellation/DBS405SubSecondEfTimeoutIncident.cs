using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Cancellation;

public class DBS405SubSecondEfTimeoutIncident
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, 0)]
    [InlineData(500, 0)]
    [InlineData(501, 1)]
    [InlineData(1000, 1)]
    [InlineData(1500, 2)]
    public async Task A_command_gets_whole_seconds_and_none_for_half_a_second(int milliseconds, int seconds)
    {
        using var file = new SqliteFile("CREATE TABLE t (id INTEGER)");
        var seen = new Seen();
        await using var context = new DbContext(new DbContextOptionsBuilder().UseSqlite(file.ConnectionString).AddInterceptors(seen).Options);
        context.Database.SetCommandTimeout(TimeSpan.FromMilliseconds(milliseconds));

        await context.Database.ExecuteSqlAsync($"DELETE FROM t", Token);

        Assert.Equal(seconds, seen.Timeout);
    }

    [Fact]
    public async Task On_PostgreSQL_a_query_of_three_seconds_ends_after_one_with_a_timeout_of_a_second_and_runs_through_with_half_of_one()
    {
        using var schema = new PostgresSchema("SELECT 1");
        await using var context = new DbContext(new DbContextOptionsBuilder().UseNpgsql(schema.Source).Options);

        context.Database.SetCommandTimeout(TimeSpan.FromSeconds(1));
        Assert.IsType<TimeoutException>((await Assert.ThrowsAsync<NpgsqlException>(() => context.Database.ExecuteSqlAsync($"SELECT pg_sleep(3)", Token))).InnerException);

        context.Database.SetCommandTimeout(TimeSpan.FromMilliseconds(500));
        var watch = Stopwatch.StartNew();
        await context.Database.ExecuteSqlAsync($"SELECT pg_sleep(3)", Token);
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(2.9), $"{watch.Elapsed}");
    }

    private sealed class Seen : DbCommandInterceptor
    {
        public int? Timeout { get; private set; }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Timeout = command.CommandTimeout;
            return new(result);
        }
    }
}
