using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace DbSafety.Incidents.Values;

/// <summary>DBS606: 12:00 UTC as text, with a Z and without, parsed and sent on machines in three zones.</summary>
public class DBS606TimeTextWithoutZoneIncident
{
    private const string Times = """
        CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT NOT NULL); INSERT INTO t VALUES (1, '2026-01-15 12:00:00'), (2, '2026-01-15T12:00:00Z');
        CREATE TABLE parsed (id INTEGER NOT NULL, plain TEXT NOT NULL, universal TEXT NOT NULL, styled TEXT NOT NULL);
        CREATE TABLE sent (local TEXT NOT NULL, utc TEXT NOT NULL)
        """;

    [Theory]
    [InlineData("UTC", "12:00 Unspecified", "12:00", "12:00 Local", "2026-01-15 12:00:00Z")]
    [InlineData("America/New_York", "12:00 Unspecified", "17:00", "07:00 Local", "2026-01-15 07:00:00Z")]
    [InlineData("Asia/Shanghai", "12:00 Unspecified", "04:00", "20:00 Local", "2026-01-15 20:00:00Z")]
    public async Task It_is_another_time_in_each_zone(string zone, string zoneless, string zonelessToUtc, string zoned, string sent)
    {
        using var file = new SqliteFile(Times);
        await OtherProcess.RunAsync(GetType(), nameof(Parses_and_sends), ("DBSAFETY_STORE", file.ConnectionString), ("TZ", zone));
        using var connection = file.Open();
        Assert.Equal(
            [(zoneless, zonelessToUtc, "12:00 Utc"), (zoned, "12:00", "12:00 Utc")],
            connection.Query<(string, string, string)>("SELECT plain, universal, styled FROM parsed ORDER BY id"));
        Assert.Equal((sent, "2026-01-15 12:00:00Z"), connection.QuerySingle<(string, string)>("SELECT local, utc FROM sent"));
    }

    internal static void Parses_and_sends()
    {
        using var connection = new SqliteConnection(OtherProcess.Given("DBSAFETY_STORE"));
        foreach (var (id, text) in connection.Query<(long, string)>("SELECT id, at FROM t").ToList())
        {
            var plain = DateTime.Parse(text, CultureInfo.InvariantCulture);
            var styled = DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
            connection.Execute(
                "INSERT INTO parsed VALUES (@id, @plain, @universal, @styled)",
                new { id, plain = $"{plain:HH:mm} {plain.Kind}", universal = $"{plain.ToUniversalTime():HH:mm}", styled = $"{styled:HH:mm} {styled.Kind}" });
        }
        var utc = new DateTime(2026, 1, 15, 12, 0, 0, DateTimeKind.Utc);
        connection.Execute("INSERT INTO sent VALUES (@local, @utc)", new { local = utc.ToLocalTime().ToString("u", CultureInfo.InvariantCulture), utc = utc.ToString("u", CultureInfo.InvariantCulture) });
    }
}
