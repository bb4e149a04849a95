using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using Xunit;

namespace DbSafety.Incidents.Values;

/// <summary>DBS605: 12:00 UTC written and read with the switch and without, on machines in three zones; a process each, as Npgsql asks for the switch once.</summary>
public class DBS605LegacyTimestampSwitchIncident
{
    [Theory]
    [InlineData("UTC", "12:00", "12:00 Local", "T12:00:00+00:00")]
    [InlineData("America/New_York", "07:00", "07:00 Local", "T07:00:00-05:00")]
    [InlineData("Australia/Sydney", "23:00", "23:00 Local", "T23:00:00+11:00")]
    public async Task With_it_a_time_without_a_kind_is_taken_for_UTC_and_a_timestamptz_is_read_as_local_time(string zone, string stored, string read, string json)
    {
        using var file = new SqliteFile("CREATE TABLE found (switched INTEGER, session TEXT, stored TEXT, instant TEXT, read TEXT, json TEXT)");
        foreach (var isOn in new[] { "false", "true" })
        {
            await OtherProcess.RunAsync(GetType(), nameof(Writes_and_reads), ("TZ", zone), ("DBSAFETY_STORE", file.ConnectionString), ("DBSAFETY_SWITCH", isOn));
        }
        using var connection = file.Open();
        var found = connection.Query<(long Switched, string Session, string Stored, string Instant, string Read, string Json)>("SELECT * FROM found").ToLookup(f => f.Switched == 1);
        Assert.Equal(["UTC", "America/New_York", "Australia/Sydney"], found[true].Select(f => f.Session));
        // Whatever the zone of the session.
        Assert.All(found[true], f => Assert.Equal((stored, "12:00", read), (f.Stored, f.Instant, f.Read)));
        Assert.All(found[true], f => Assert.Contains(json, f.Json, StringComparison.Ordinal));
        // The fixed twin: what has no kind is refused, and all machines read the same.
        Assert.All(found[false], f => Assert.Equal((nameof(ArgumentException), "12:00", "12:00 Utc"), (f.Stored, f.Instant, f.Read)));
        Assert.All(found[false], f => Assert.Contains("T12:00:00Z", f.Json, StringComparison.Ordinal));
    }

    internal static void Writes_and_reads()
    {
        var isOn = bool.Parse(OtherProcess.Given("DBSAFETY_SWITCH"));
        AppContext.SetSwitch("Npgsql.EnableLegacyTimestampBehavior", isOn);
        var at = new DateTime(2026, 1, 15, 12, 0, 0, DateTimeKind.Utc);
        // What somebody typed in.
        var typed = DateTime.Parse(at.ToLocalTime().ToString("s", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var found = new List<object>();
        foreach (var session in new[] { "UTC", "America/New_York", "Australia/Sydney" })
        {
            var read = Run(session, c => c.QuerySingle<DateTime>("SELECT timestamptz '2026-01-15 12:00Z'"));
            found.Add(new
            {
                isOn, session, stored = Stored(session, typed), instant = Stored(session, at), read = $"{read:HH:mm} {read.Kind}", json = JsonSerializer.Serialize(read),
            });
        }
        using var store = new SqliteConnection(OtherProcess.Given("DBSAFETY_STORE"));
        store.Execute("INSERT INTO found VALUES (@isOn, @session, @stored, @instant, @read, @json)", found);
    }

    /// <summary>What a timestamptz then holds, in UTC; or the exception.</summary>
    private static string Stored(string session, DateTime at)
    {
        try
        {
            return Run(session, connection =>
            {
                using var command = new NpgsqlCommand("SELECT to_char(@at AT TIME ZONE 'UTC', 'HH24:MI')", connection);
                command.Parameters.Add(new("at", NpgsqlDbType.TimestampTz) { Value = at });
                return (string)command.ExecuteScalar()!;
            });
        }
        catch (ArgumentException e)
        {
            return e.GetType().Name;
        }
    }

    private static T Run<T>(string session, Func<NpgsqlConnection, T> run)
    {
        using var connection = new NpgsqlConnection(Servers.Named("DBSAFETY_POSTGRES") + $";Timezone={session}");
        connection.Open();
        return run(connection);
    }
}
