using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;
using NpgsqlTypes;
using Xunit;

namespace DbSafety.Incidents.Values;

/// <summary>
/// DBS601, DBS602, DBS603 and DBS606 with the client, the server and the session each in three time zones, in winter and in summer: by how
/// many hours the time that arrives is off, or what is thrown; and that the fixed twin is never off.
/// </summary>
/// <remarks>
/// The client's zone is that of a process of its own, the server's PostgreSQL's default for a database. MariaDB has one for the whole
/// server, which is not this test's: there the connection begins with what an <c>init_connect</c> would set. SQLite has neither.
/// </remarks>
public class ThreeTimeZonesIncident
{
    private static readonly string[] Zones = ["UTC", "America/New_York", "Australia/Sydney"];

    /// <summary>Points in time; those of the clock cases are the present.</summary>
    private static readonly DateTime[] Times = [new(2026, 1, 15, 12, 0, 0, DateTimeKind.Utc), new(2026, 7, 15, 12, 0, 0, DateTimeKind.Utc)];

    private static readonly Case[] Cases =
    [
        .. new[] { "SQLite", "PostgreSQL", "MariaDB" }.SelectMany(database => new Case[]
        {
            new(database, "DBS602 ToUniversalTime", (client, _) => -client, (c, at) => Read(c, at).ToUniversalTime(), (c, at) => DateTime.SpecifyKind(Read(c, at), DateTimeKind.Utc)),
            new(database, "DBS602 DateTimeOffset", (client, _) => -client, (c, at) => new DateTimeOffset(Read(c, at)).UtcDateTime, (c, at) => new DateTimeOffset(Read(c, at), TimeSpan.Zero).UtcDateTime),
            new(database, "DBS606 Parse", (client, _) => -client,
                (c, at) => DateTime.Parse(Text(c, at), CultureInfo.InvariantCulture).ToUniversalTime(),
                (c, at) => DateTime.Parse(Text(c, at), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)),
        }),
        new("SQLite", "DBS606 text with a Z", (client, _) => client, (_, at) => Received($"{at.ToLocalTime():u}"), (_, at) => Received($"{at:u}")),
        new("SQLite", "DBS601 TEXT", (client, _) => client, (c, at) => Stored(c, "at", at.ToLocalTime()), (c, at) => Stored(c, "at", at)),
        new("PostgreSQL", "DBS601 timestamptz", (client, session) => client - session, (c, at) => Stored(c, "tz", at.ToLocalTime()), (c, at) => Stored(c, "tz", at)),
        new("PostgreSQL", "DBS601 TimestampTz", (_, _) => nameof(ArgumentException), (c, at) => Stored(c, "tz", Typed(at.ToLocalTime())), (c, at) => Stored(c, "tz", Typed(at))),
        new("PostgreSQL", "DBS601 DateTimeOffset", (client, _) => client == 0 ? 0 : nameof(ArgumentException),
            (c, at) => Stored(c, "tz", new DateTimeOffset(at.ToLocalTime())), (c, at) => Stored(c, "tz", new DateTimeOffset(at))),
        new("MariaDB", "DBS601 DATETIME", (client, _) => client, (c, at) => Stored(c, "at", at.ToLocalTime()), (c, at) => Stored(c, "at", at)),
        new("SQLite", "DBS603", (client, _) => client, "datetime('now', 'localtime')", "datetime('now')"),
        new("PostgreSQL", "DBS603", (_, session) => session, "LOCALTIMESTAMP", "now() AT TIME ZONE 'utc'"),
        new("MariaDB", "DBS603", (_, session) => session, "NOW()", "UTC_TIMESTAMP()"),
    ];

    [Fact]
    public async Task The_times_are_off_by_the_zones_and_their_fixed_twins_are_not()
    {
        using var file = new SqliteFile("CREATE TABLE found (number INTEGER, client TEXT, server TEXT, session TEXT, at TEXT, bad TEXT, good TEXT)", wal: true);
        using var mariaDb = new MariaDbDatabase("CREATE TABLE t (at DATETIME)");
        using var postgres = new ZonedDatabases();
        using (var connection = mariaDb.Open())
        {
            var server = new MySqlConnectionStringBuilder(Servers.Named("DBSAFETY_MARIADB")) { Database = connection.Database }.ConnectionString;
            await Task.WhenAll(Zones.Select(client => OtherProcess.RunAsync(
                GetType(), nameof(Measures_one_client), ("TZ", client), ("DBSAFETY_STORE", file.ConnectionString), ("DBSAFETY_MARIADB", server), ("DBSAFETY_POSTGRES", postgres.Prefix))));
        }
        using var store = file.Open();
        var found = store.Query<(int Case, string Client, string Server, string? Session, string At, string Bad, string Good)>("SELECT * FROM found").ToList();

        // Three clients, two times or the present; on servers three zones of theirs, and the session's left alone or one of three.
        Assert.Equal(3 * Cases.Sum(c => (c.IsClock ? 1 : Times.Length) * (c.Database == "SQLite" ? 1 : 3 * 4)), found.Count);
        Assert.All(found, f => Assert.Equal((Expected(f), "0"), (f.Bad, f.Good)));
        // None is found by a test that runs in UTC only, but those that throw everywhere; each is wrong in a combination.
        Assert.All(found.Where(f => (f.Client, f.Server, f.Session) == ("UTC", "UTC", "UTC")), f => Assert.True(f.Bad is "0" or nameof(ArgumentException)));
        Assert.All(Enumerable.Range(0, Cases.Length), number => Assert.Contains(found, f => f.Case == number && f.Bad != "0"));

        static string Expected((int Case, string Client, string Server, string? Session, string At, string, string) f)
        {
            var at = DateTime.Parse(f.At, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
            return Cases[f.Case].Expected(Hours(f.Client, at), Hours(f.Session ?? f.Server, at)).ToString()!;
        }
    }

    [Fact]
    public void The_zones_are_hours_apart()
    {
        Assert.Equal([0, -5, 11], Zones.Select(z => Hours(z, Times[0])));
        Assert.Equal([0, -4, 10], Zones.Select(z => Hours(z, Times[1])));
    }

    internal static void Measures_one_client()
    {
        var found = new List<object>();
        foreach (var (number, test) in Cases.Index())
        foreach (var at in test.IsClock ? [DateTime.UtcNow] : Times)
        foreach (var server in test.Database == "SQLite" ? ["UTC"] : Zones)
        foreach (var session in test.Database == "SQLite" ? [null] : (string?[])[null, .. Zones])
        {
            found.Add(new { number, client = TimeZoneInfo.Local.Id, server, session, at = at.ToString("o", CultureInfo.InvariantCulture), bad = Measured(test.Bad), good = Measured(test.Good) });

            string Measured(Func<DbConnection, DateTime, DateTime> way)
            {
                using var connection = Open(test.Database, server, session, at); // one of its own: an exception of Npgsql closes it
                try
                {
                    return $"{(int)Math.Round((way(connection, at) - at).TotalHours)}";
                }
                catch (ArgumentException e)
                {
                    return e.GetType().Name;
                }
            }
        }
        // All at once: the other clients write there too.
        using var store = new SqliteConnection(OtherProcess.Given("DBSAFETY_STORE"));
        store.Open();
        using var transaction = store.BeginTransaction();
        store.Execute("INSERT INTO found VALUES (@number, @client, @server, @session, @at, @bad, @good)", found, transaction);
        transaction.Commit();
    }

    private static DbConnection Open(string database, string server, string? session, DateTime at)
    {
        switch (database)
        {
            case "PostgreSQL":
                var postgres = new NpgsqlConnection(OtherProcess.Given("DBSAFETY_POSTGRES") + Array.IndexOf(Zones, server));
                postgres.Open();
                if (session is not null)
                {
                    postgres.Execute($"SET TIME ZONE '{session}'");
                }
                return postgres;
            case "MariaDB":
                var mariaDb = new MySqlConnection(OtherProcess.Given("DBSAFETY_MARIADB"));
                mariaDb.Open();
                // Without the tables of zones it knows offsets only.
                mariaDb.Execute($"SET time_zone = '{Hours(session ?? server, at):+00;-00}:00'");
                return mariaDb;
            default:
                var memory = new SqliteConnection("Data Source=:memory:");
                memory.Open();
                memory.Execute("CREATE TABLE t (at TEXT)");
                return memory;
        }
    }

    private static int Hours(string zone, DateTime at) => (int)TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(at).TotalHours;

    /// <summary>Stores a value and gives the time that is then in the column.</summary>
    private static DateTime Stored(DbConnection connection, string column, object value)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO t ({column}) VALUES (@at) RETURNING {column}";
        var parameter = value as DbParameter ?? command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("at", value is DbParameter given ? given.Value : value);
        command.Parameters.Add(parameter);
        return DateTime.SpecifyKind((DateTime)Value(command), DateTimeKind.Utc);
    }

    private static DateTime Clock(DbConnection connection, string clock)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO t (at) VALUES ({clock}) RETURNING at";
        return DateTime.SpecifyKind((DateTime)Value(command), DateTimeKind.Utc);
    }

    /// <summary>A time that somebody has stored in UTC, as the provider gives it.</summary>
    private static DateTime Read(DbConnection connection, DateTime at)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO t (at) VALUES ('{at:yyyy-MM-dd HH:mm:ss}') RETURNING at";
        return (DateTime)Value(command);
    }

    private static object Value(DbCommand command)
    {
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return reader.GetDateTime(0);
    }

    private static string Text(DbConnection connection, DateTime at) => connection.ExecuteScalar<string>($"SELECT '{at:yyyy-MM-dd HH:mm:ss}'")!;

    private static DateTime Received(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).UtcDateTime;

    private static NpgsqlParameter Typed(DateTime at) => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = at };

    /// <param name="Database">Where.</param>
    /// <param name="Rule">The rule, and what is done.</param>
    /// <param name="Expected">Hours, or the name of an exception, by the offsets of client and session.</param>
    /// <param name="Bad">Gives what arrives of a point in time, in UTC.</param>
    /// <param name="Good">The fixed twin.</param>
    private sealed record Case(
        string Database, string Rule, Func<int, int, object> Expected, Func<DbConnection, DateTime, DateTime> Bad, Func<DbConnection, DateTime, DateTime> Good, bool IsClock = false)
    {
        public Case(string database, string rule, Func<int, int, object> expected, string bad, string good)
            : this(database, rule, expected, (c, _) => Clock(c, bad), (c, _) => Clock(c, good), IsClock: true)
        {
        }
    }

    /// <summary>A PostgreSQL database for each zone, which is its default.</summary>
    private sealed class ZonedDatabases : IDisposable
    {
        private readonly string _server = Servers.Named("DBSAFETY_POSTGRES");
        private readonly string _name = $"incident_{Guid.NewGuid():N}_";

        public ZonedDatabases()
        {
            using var connection = new NpgsqlConnection(_server);
            foreach (var (i, zone) in Zones.Index())
            {
                connection.Execute($"CREATE DATABASE {_name}{i}");
                connection.Execute($"ALTER DATABASE {_name}{i} SET timezone = '{zone}'");
                using var own = new NpgsqlConnection(Prefix + i);
                own.Execute("CREATE TABLE t (at timestamp, tz timestamptz)");
                Assert.Equal(zone, own.ExecuteScalar<string>("SHOW timezone"));
                NpgsqlConnection.ClearPool(own);
            }
        }

        /// <summary>A connection string but for the zone's index.</summary>
        public string Prefix => $"{_server};Database={_name}";

        public void Dispose()
        {
            using var connection = new NpgsqlConnection(_server);
            foreach (var (i, _) in Zones.Index())
            {
                connection.Execute($"DROP DATABASE IF EXISTS {_name}{i} WITH (FORCE)");
            }
        }
    }
}
