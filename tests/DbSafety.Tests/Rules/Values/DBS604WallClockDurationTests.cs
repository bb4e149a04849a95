using DbSafety.Tests.Engine;
using DbSafety.Rules.Values;
using Microsoft.CodeAnalysis;
using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Values.DBS604WallClockDuration>;

namespace DbSafety.Tests.Rules.Values;

public class DBS604WallClockDurationTests
{
    private const string Work = "connection.Execute(\"DELETE FROM t WHERE id = 1\"); ";
    private const string Tz = "const string Ddl = \"CREATE TABLE t (at timestamptz)\"; using var r = new NpgsqlCommand(\"SELECT at FROM t\").ExecuteReader(); ";

    [Theory]
    [InlineData("var start = DateTime.UtcNow; " + Work + "Use([|DateTime.UtcNow - start|]);", "'DateTime.UtcNow - start' is the difference of two readings of a clock that can be set in between; use Stopwatch.GetTimestamp and GetElapsedTime")]
    [InlineData("var start = DateTime.Now; " + Work + "Use(([|DateTime.Now - start|]).TotalMilliseconds);", null)]
    [InlineData("DateTimeOffset start = DateTimeOffset.UtcNow; " + Work + "Use([|DateTimeOffset.UtcNow - start|]);", null)]
    [InlineData("var start = DateTime.UtcNow; " + Work + "Use([|DateTime.UtcNow.Subtract(start)|]);", null)]
    [InlineData("var start = clock.GetUtcNow(); " + Work + "Use([|clock.GetUtcNow() - start|]);", null)]
    [InlineData("var start = DateTime.UtcNow; await new SqliteCommand(\"x\").ExecuteNonQueryAsync(); Use([|DateTime.UtcNow - start|]);", null)]
    [InlineData("var start = DateTime.UtcNow; new DbContext(null!).SaveChanges(); Use([|DateTime.UtcNow - start|]);", null)]
    [InlineData("var start = DateTime.UtcNow; await new Shop().Orders.ToListAsync(); Use([|DateTime.UtcNow - start|]);", null)]
    [InlineData("var start = DateTime.UtcNow; try { " + Work + "} finally { Use([|DateTime.UtcNow - start|]); }", null)]
    [InlineData("var start = DateTime.UtcNow; " + Work + "Use([|DateTime.Now - start|]);", "'DateTime.Now - start' mixes local time with UTC, and is off by the zone of the machine; use Stopwatch.GetTimestamp and GetElapsedTime")]
    [InlineData("Use([|DateTime.Now - commit.TransactionCommitTimestamp|]);", "'DateTime.Now - commit.TransactionCommitTimestamp' mixes local time with a time that is UTC, and is off by the zone of the machine; use DateTime.UtcNow")]
    [InlineData("Use([|DateTime.Now.Subtract(commit.ServerClock)|]);", null)]
    [InlineData("var at = commit.TransactionCommitTimestamp; Use([|DateTime.Now - at|]);", null)]
    [InlineData("Use([|commit.TransactionCommitTimestamp < DateTime.Now.AddMinutes(-5)|]);", null)]
    [InlineData(Tz + "Use([|DateTime.Now - r.GetDateTime(0)|]);", null)]
    public Task A_duration_by_the_wall_clock(string body, string? message) => message is null ? Rule.Reports(In(body)) : Rule.Reports(In(body), message);

    [Theory]
    [InlineData("var start = DateTime.UtcNow; Console.WriteLine(name); Use(DateTime.UtcNow - start);")]
    [InlineData(Work + "var start = DateTime.UtcNow; Use(DateTime.UtcNow - start);")]
    [InlineData("var start = DateTime.UtcNow; Use(DateTime.UtcNow - start); " + Work)]
    [InlineData("var start = System.Diagnostics.Stopwatch.GetTimestamp(); " + Work + "Use(System.Diagnostics.Stopwatch.GetElapsedTime(start));")]
    [InlineData("var since = DateTime.UtcNow.AddDays(-1); " + Work + "Use(DateTime.UtcNow - since);")]
    [InlineData("var start = DateTime.UtcNow; " + Work + "Use(start < DateTime.UtcNow);")]
    [InlineData("var start = DateTime.UtcNow; " + Work + "start = DateTime.UtcNow; Use(DateTime.UtcNow - start);")]
    [InlineData("var start = DateTime.UtcNow; Action later = () => " + Work + " Use(DateTime.UtcNow - start);")]
    [InlineData("Use(DateTime.UtcNow - commit.TransactionCommitTimestamp);")]
    [InlineData("Use(DateTimeOffset.Now - new DateTimeOffset(commit.TransactionCommitTimestamp));")]
    [InlineData("using var r = new NpgsqlCommand(\"SELECT at FROM t\").ExecuteReader(); Use(DateTime.Now - r.GetDateTime(0));")]
    [InlineData("Use(DateTime.Now - new Own().TransactionCommitTimestamp);")]
    public Task What_is_no_duration_of_database_work(string body) => Rule.Silent(In(body) + "class Own { public DateTime TransactionCommitTimestamp; }");

    [Theory]
    [InlineData("Use(DateTime.Now - commit.TransactionCommitTimestamp);", DiagnosticSeverity.Warning)]
    [InlineData("var start = DateTime.UtcNow; " + Work + "Use(DateTime.Now - start);", DiagnosticSeverity.Warning)]
    [InlineData("var start = DateTime.Now; " + Work + "Use(DateTime.Now - start);", DiagnosticSeverity.Info)]
    public async Task Two_zones_are_a_warning(string body, DiagnosticSeverity severity)
    {
        var document = await TestProject.Of(In(body), Setup.Default);
        Assert.Equal(severity, Assert.Single(await TestProject.Analyze(document.Project, [new DBS604WallClockDuration()])).Severity);
    }

    [Theory]
    [InlineData("var start = DateTime.UtcNow; " + Work + "Use(([|DateTime.UtcNow - start|]).TotalMilliseconds);", "var start = Stopwatch.GetTimestamp(); " + Work + "Use(Stopwatch.GetElapsedTime(start).TotalMilliseconds);")]
    [InlineData("DateTime start = DateTime.Now; " + Work + "Use([|DateTime.Now - start|]); " + Work + "Use([|DateTime.Now.Subtract(start)|]);", "long start = Stopwatch.GetTimestamp(); " + Work + "Use(Stopwatch.GetElapsedTime(start)); " + Work + "Use(Stopwatch.GetElapsedTime(start));")]
    public Task A_stopwatch_measures_it(string before, string after) => Rule.Fixes("using Npgsql;\n" + In(before), "using System.Diagnostics;\nusing Npgsql;\n" + In(after));

    [Fact]
    public Task The_lag_is_measured_in_UTC() => Rule.Fixes(In("Use([|DateTime.Now.AddSeconds(1) - commit.TransactionCommitTimestamp|]);"), In("Use(DateTime.UtcNow.AddSeconds(1) - commit.TransactionCommitTimestamp);"));

    [Theory]
    [InlineData("var start = DateTime.UtcNow; " + Work + "Use(start); Use([|DateTime.UtcNow - start|]);")]
    [InlineData("DateTime start = DateTime.UtcNow, other = start; " + Work + "Use([|DateTime.UtcNow - start|]);")]
    public Task A_start_that_is_also_a_time_stays(string body) => Rule.NoFix(In(body));

    private static string In(string body) => $$"""
        public class Order { public int Id { get; set; } } public class Shop : DbContext { public DbSet<Order> Orders { get; set; } = null!; }
        class C { static void Use(object? o) { } async Task M(SqliteConnection connection, string name, TimeProvider clock, Npgsql.Replication.PgOutput.Messages.CommitMessage commit) { {{body}} await Task.Yield(); } }

        """;
}
