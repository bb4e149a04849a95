using System.Data;
using System.Globalization;
using Dapper;
using Xunit;

namespace DbSafety.Incidents.Values;

/// <summary>DBS607: a handler that means to store UTC. One test, since Dapper's handlers are the whole process's.</summary>
public class DBS607TypeHandlerRunsOnReadsOnlyIncident
{
    [Fact]
    public void The_handler_is_not_asked_on_writes_until_the_mapping_is_removed()
    {
        // New York is five hours behind; the offset is the handler's own, whatever the zone of the machine.
        var at = new DateTimeOffset(2026, 1, 15, 7, 0, 0, TimeSpan.FromHours(-5));
        using var file = new SqliteFile("CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT)");
        using var connection = file.Open();
        SqlMapper.AddTypeHandler(new Utc());
        try
        {
            connection.Execute("INSERT INTO t VALUES (1, @at)", new { at });
            connection.Execute("INSERT INTO t VALUES (2, @at)", new { at = (DateTimeOffset?)at });
            SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
            SqlMapper.PurgeQueryCache();
            connection.Execute("INSERT INTO t VALUES (3, @at)", new { at });
            connection.Execute("INSERT INTO t VALUES (4, @at)", new { at = (DateTimeOffset?)at });
        }
        finally
        {
            SqlMapper.ResetTypeHandlers();
            SqlMapper.AddTypeMap(typeof(DateTimeOffset), DbType.DateTimeOffset);
        }
        Assert.Equal(
            ["2026-01-15 07:00:00-05:00", "2026-01-15 07:00:00-05:00", "2026-01-15 12:00:00", "2026-01-15 12:00:00"],
            connection.Query<string>("SELECT at FROM t ORDER BY id"));
    }

    private sealed class Utc : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            parameter.Value = value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

        public override DateTimeOffset Parse(object value) => DateTimeOffset.Parse((string)value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }
}
