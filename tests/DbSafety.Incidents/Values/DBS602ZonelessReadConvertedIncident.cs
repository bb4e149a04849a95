using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace DbSafety.Incidents.Values;

/// <summary>DBS602: 12:00 UTC, stored as UTC, read on machines in three zones.</summary>
public class DBS602ZonelessReadConvertedIncident
{
    private const string Times = """
        CREATE TABLE t (at TEXT NOT NULL); INSERT INTO t VALUES ('2026-01-15 12:00:00');
        CREATE TABLE seen (zone TEXT NOT NULL, universal TEXT NOT NULL, offset TEXT NOT NULL, hours REAL NOT NULL, json TEXT NOT NULL, specified TEXT NOT NULL)
        """;

    [Theory]
    [InlineData("UTC", "2026-01-15T12:00:00", "2026-01-15T12:00:00", 0)]
    [InlineData("America/New_York", "2026-01-15T17:00:00", "2026-01-15T17:00:00", 5)]
    [InlineData("Asia/Shanghai", "2026-01-15T04:00:00", "2026-01-15T04:00:00", -8)]
    public async Task The_zone_of_the_machine_is_applied_to_it(string zone, string universal, string offset, double hours)
    {
        using var file = new SqliteFile(Times);
        await OtherProcess.RunAsync(GetType(), nameof(Reads_the_time), ("DBSAFETY_STORE", file.ConnectionString), ("TZ", zone));
        using var connection = file.Open();
        Assert.Equal(
            (universal, offset, hours, "\"2026-01-15T12:00:00\"", "2026-01-15T12:00:00"),
            connection.QuerySingle<(string, string, double, string, string)>("SELECT universal, offset, hours, json, specified FROM seen"));
    }

    [Fact]
    public void MariaDb_and_a_PostgreSQL_timestamp_come_without_a_zone_and_a_timestamptz_does_not()
    {
        using var database = new MariaDbDatabase("CREATE TABLE t (at DATETIME); INSERT INTO t VALUES ('2026-01-15 12:00:00')");
        using var mariaDb = database.Open();
        Assert.Equal(DateTimeKind.Unspecified, mariaDb.QuerySingle<DateTime>("SELECT at FROM t").Kind);

        using var schema = new PostgresSchema("CREATE TABLE t (at timestamp, tz timestamptz); INSERT INTO t VALUES ('2026-01-15 12:00', '2026-01-15 12:00Z')");
        using var postgres = schema.Open();
        Assert.Equal(DateTimeKind.Unspecified, postgres.QuerySingle<DateTime>("SELECT at FROM t").Kind);
        Assert.Equal(DateTimeKind.Utc, postgres.QuerySingle<DateTime>("SELECT tz FROM t").Kind);
    }

    internal static void Reads_the_time()
    {
        using var connection = new SqliteConnection(OtherProcess.Given("DBSAFETY_STORE"));
        connection.Open();
        using var reader = new SqliteCommand("SELECT at FROM t", connection).ExecuteReader();
        Assert.True(reader.Read());
        var at = reader.GetDateTime(0);
        reader.Close();
        var specified = DateTime.SpecifyKind(at, DateTimeKind.Utc);
        connection.Execute("INSERT INTO seen VALUES (@zone, @universal, @offset, @hours, @json, @specified)", new
        {
            zone = TimeZoneInfo.Local.Id,
            universal = $"{at.ToUniversalTime():s}",
            offset = $"{new DateTimeOffset(at).UtcDateTime:s}",
            hours = (at.ToUniversalTime() - specified).TotalHours,
            json = System.Text.Json.JsonSerializer.Serialize(at),
            specified = $"{specified.ToUniversalTime():s}",
        });
    }
}
