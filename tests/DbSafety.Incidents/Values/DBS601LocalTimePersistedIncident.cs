using Dapper;
using Npgsql;
using NpgsqlTypes;
using Xunit;

namespace DbSafety.Incidents.Values;

/// <summary>DBS601: 07:00 in New York, 12:00 UTC, stored as local time.</summary>
public class DBS601LocalTimePersistedIncident
{
    private static readonly DateTime Local = new(2026, 1, 15, 7, 0, 0, DateTimeKind.Local);
    private static readonly DateTime Utc = new(2026, 1, 15, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Sqlite_stores_the_text_without_a_zone_and_two_points_in_time_as_the_same()
    {
        using var file = new SqliteFile("CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT)");
        using var connection = file.Open();
        connection.Execute("INSERT INTO t VALUES (1, @Local), (2, @Utc)", new { Local, Utc });
        Assert.Equal(["2026-01-15 07:00:00", "2026-01-15 12:00:00"], connection.Query<string>("SELECT at FROM t ORDER BY id"));
        Assert.Equal(DateTimeKind.Unspecified, connection.QuerySingle<DateTime>("SELECT at FROM t WHERE id = 1").Kind);

        // Half past one, twice: before and after the clocks are set back.
        var newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        var first = new DateTime(2026, 11, 1, 5, 30, 0, DateTimeKind.Utc);
        var texts = new[] { first, first.AddHours(1) }.Select(t => connection.ExecuteScalar<string>("SELECT @t", new { t = TimeZoneInfo.ConvertTimeFromUtc(t, newYork) }));
        Assert.Single(texts.Distinct());
    }

    [Fact]
    public void PostgreSql_takes_it_for_the_time_of_its_own_zone()
    {
        using var schema = new PostgresSchema("CREATE TABLE t (id int PRIMARY KEY, at timestamptz)");
        using var connection = schema.Open();
        connection.Execute("SET TIME ZONE 'Asia/Tokyo'");
        using var command = new NpgsqlCommand("INSERT INTO t VALUES (1, @local), (2, @utc)", connection);
        command.Parameters.AddWithValue("local", Local);
        command.Parameters.AddWithValue("utc", Utc);
        command.ExecuteNonQuery();
        Assert.Equal(
            [new DateTime(2026, 1, 14, 22, 0, 0, DateTimeKind.Utc), Utc],
            connection.Query<DateTime>("SELECT at FROM t ORDER BY id"));
    }

    [Fact]
    public void Npgsql_rejects_it_where_the_parameter_has_a_type_and_an_offset_everywhere()
    {
        using var schema = new PostgresSchema("CREATE TABLE t (at timestamptz)");
        Assert.Throws<ArgumentException>(() => Insert(new NpgsqlParameter("at", NpgsqlDbType.TimestampTz) { Value = Local }));
        Assert.Throws<ArgumentException>(() => Insert(new NpgsqlParameter("at", new DateTimeOffset(2026, 1, 15, 7, 0, 0, TimeSpan.FromHours(-5)))));
        Insert(new NpgsqlParameter("at", NpgsqlDbType.TimestampTz) { Value = Utc });
        Insert(new NpgsqlParameter("at", new DateTimeOffset(Utc)));

        void Insert(NpgsqlParameter at)
        {
            using var connection = schema.Open(); // one of its own: the exception closes it
            using var command = new NpgsqlCommand("INSERT INTO t VALUES (@at)", connection) { Parameters = { at } };
            command.ExecuteNonQuery();
        }
    }
}
