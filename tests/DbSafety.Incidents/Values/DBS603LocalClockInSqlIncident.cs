using Dapper;
using Xunit;

namespace DbSafety.Incidents.Values;

/// <summary>DBS603: one moment, stored by two sessions in different zones.</summary>
public class DBS603LocalClockInSqlIncident
{
    [Fact]
    public void MariaDb_stores_NOW_in_the_zone_of_the_session_unless_the_column_is_a_TIMESTAMP()
    {
        using var database = new MariaDbDatabase("CREATE TABLE t (id INT PRIMARY KEY, dt DATETIME, utc DATETIME, ts TIMESTAMP)");
        using var connection = database.Open();
        foreach (var (id, zone) in new[] { (1, "+09:00"), (2, "-05:00") })
        {
            connection.Execute($"SET time_zone = '{zone}'");
            connection.Execute("INSERT INTO t VALUES (@id, NOW(), UTC_TIMESTAMP(), NOW())", new { id });
        }
        Assert.Equal(14, Hours("dt"));
        Assert.Equal(0, Hours("utc"));
        Assert.Equal(0, Hours("ts"));

        long Hours(string column) => connection.ExecuteScalar<long>($"SELECT ROUND(TIMESTAMPDIFF(SECOND, b.{column}, a.{column}) / 3600) FROM t a, t b WHERE a.id = 1 AND b.id = 2");
    }

    [Fact]
    public void PostgreSql_stores_LOCALTIMESTAMP_in_the_zone_of_the_session_unless_the_column_is_a_timestamptz()
    {
        using var schema = new PostgresSchema("CREATE TABLE t (id int PRIMARY KEY, wall timestamp, utc timestamp, instant timestamptz)");
        using var connection = schema.Open();
        foreach (var (id, zone) in new[] { (1, "Asia/Tokyo"), (2, "Etc/GMT+5") })
        {
            connection.Execute($"SET TIME ZONE '{zone}'");
            connection.Execute("INSERT INTO t VALUES (@id, LOCALTIMESTAMP, now() AT TIME ZONE 'utc', LOCALTIMESTAMP)", new { id });
        }
        Assert.Equal(14, Hours("wall"));
        Assert.Equal(0, Hours("utc"));
        Assert.Equal(0, Hours("instant"));

        long Hours(string column) => connection.ExecuteScalar<long>($"SELECT round(extract(epoch FROM a.{column} - b.{column}) / 3600)::bigint FROM t a, t b WHERE a.id = 1 AND b.id = 2");
    }
}
