using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Connections;

/// <summary>Two queries of a tenth of a second, started before the first is awaited.</summary>
public class DBS121ConnectionUsedConcurrentlyIncident
{
    private const string Visits = "CREATE TABLE visits (id INTEGER)";

    [Fact]
    public async Task Npgsql_throws_at_the_second_command()
    {
        using var schema = new PostgresSchema(Visits);
        await using var connection = schema.Open();
        var error = await Assert.ThrowsAsync<NpgsqlOperationInProgressException>(() => Task.WhenAll(
            connection.ExecuteAsync("SELECT pg_sleep(0.1)"), connection.ExecuteAsync("SELECT pg_sleep(0.1)")));
        Assert.StartsWith("A command is already in progress", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MySqlConnector_throws_at_the_second_command()
    {
        using var database = new MariaDbDatabase(Visits);
        await using var connection = database.Open();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(
            connection.ExecuteAsync("SELECT SLEEP(0.1)"), connection.ExecuteAsync("SELECT SLEEP(0.1)")));
        Assert.StartsWith("This MySqlConnection is already in use.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_throws_at_the_second_operation()
    {
        var options = new DbContextOptionsBuilder().UseNpgsql(Servers.Named("DBSAFETY_POSTGRES")).Options;
        await using var context = new DbContext(options);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(
            context.Database.ExecuteSqlRawAsync("SELECT pg_sleep(0.1)", TestContext.Current.CancellationToken),
            context.Database.ExecuteSqlRawAsync("SELECT pg_sleep(0.1)", TestContext.Current.CancellationToken)));
        Assert.StartsWith("A second operation was started on this context instance before a previous operation completed.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_turn_or_on_a_connection_each_both_run()
    {
        using var schema = new PostgresSchema(Visits);
        await using (var connection = schema.Open())
        {
            await connection.ExecuteAsync("SELECT pg_sleep(0.1)");
            await connection.ExecuteAsync("SELECT pg_sleep(0.1)");
        }
        await Task.WhenAll(Sleep(schema), Sleep(schema));

        static async Task Sleep(PostgresSchema schema)
        {
            await using var own = schema.Open();
            await own.ExecuteAsync("SELECT pg_sleep(0.1)");
        }
    }

    [Fact]
    public async Task SQLite_has_run_the_first_before_the_second_starts()
    {
        using var file = new SqliteFile(Visits);
        await using var connection = file.Open();
        var first = connection.ExecuteAsync("INSERT INTO visits VALUES (1)");
        Assert.True(first.IsCompleted);
        await Task.WhenAll(first, connection.ExecuteAsync("INSERT INTO visits VALUES (2)"));
    }
}
