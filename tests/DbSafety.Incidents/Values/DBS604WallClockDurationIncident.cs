using Dapper;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Values;

/// <summary>DBS604: the lag of a commit that is just over, on machines in three zones.</summary>
public class DBS604WallClockDurationIncident
{
    [Theory]
    [InlineData("UTC", 0)]
    [InlineData("Asia/Shanghai", 8)]
    [InlineData("Pacific/Honolulu", -10)]
    public async Task Local_time_less_a_time_of_the_server_is_off_by_the_zone(string zone, double hours)
    {
        var server = Servers.Named("DBSAFETY_POSTGRES");
        using var schema = new PostgresSchema("CREATE TABLE lag (local double precision, utc double precision)");
        using var connection = schema.Open();
        await OtherProcess.RunAsync(GetType(), nameof(Measures_the_lag), ("DBSAFETY_STORE", server + ";Search Path=" + connection.ExecuteScalar<string>("SELECT current_schema()")), ("TZ", zone));
        var (local, utc) = connection.QuerySingle<(double, double)>("SELECT local, utc FROM lag");
        Assert.Equal(hours, local, tolerance: 0.02);
        Assert.Equal(0, utc, tolerance: 0.02);
    }

    internal static void Measures_the_lag()
    {
        using var connection = new NpgsqlConnection(OtherProcess.Given("DBSAFETY_STORE"));
        var committed = connection.ExecuteScalar<DateTime>("SELECT now()");
        connection.Execute("INSERT INTO lag VALUES (@local, @utc)", new { local = (DateTime.Now - committed).TotalHours, utc = (DateTime.UtcNow - committed).TotalHours });
    }
}
