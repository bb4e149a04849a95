using System.Data.Common;
using System.Globalization;
using Dapper;
using Xunit;

namespace DbSafety.Incidents.Values;

public class DBS611IntegerNarrowedOnReadIncident
{
    /// <summary>Beyond int, and 2³² more than 7.</summary>
    private const string Orders = "CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY); INSERT INTO orders VALUES (3000000000), (4294967303)";

    private const string Query = "SELECT id FROM orders ORDER BY id";

    [Fact]
    public void On_SQLite_the_cast_gives_a_negative_id_and_that_of_another_order() => Measured.OnSqlite(Orders, Measure);

    [Fact]
    public void With_System_Data_SQLite_too()
    {
        using var connection = new System.Data.SQLite.SQLiteConnection("Data Source=:memory:");
        connection.Open();
        connection.Execute(Orders);
        MeasureCasts(connection);
    }

    [Fact]
    public void On_PostgreSQL_too() => Measured.OnPostgreSql(Orders, Measure);

    [Fact]
    public void On_MariaDB_too() => Measured.OnMariaDb(Orders, Measure);

    private static void Measure(DbConnection connection)
    {
        MeasureCasts(connection);
        // The reader's own conversion is checked.
        Assert.Throws<OverflowException>(() => connection.Read(Query, r => r.GetInt32(0)));
    }

    private static void MeasureCasts(DbConnection connection)
    {
        Assert.Equal([-1294967296, 7], connection.Read(Query, r => (int)r.GetInt64(0)));
        Assert.Equal([-1294967296, 7], connection.Query(Query).Select(row => (int)row.id));
        Assert.Equal(-1294967296, (int)connection.ExecuteScalar<long>(Query));
        Assert.Equal([-1294967296, 7], connection.Read(Query, Cut<int>));

        // The fixed twins: an exception, or all of the number.
        Assert.Throws<OverflowException>(() => connection.Read(Query, r => checked((int)r.GetInt64(0))));
        Assert.Throws<OverflowException>(() => connection.Query(Query).Select(row => checked((int)row.id)).ToList());
        Assert.Throws<OverflowException>(() => connection.Read(Query, r => (int)Convert.ChangeType(r[0], typeof(int), CultureInfo.InvariantCulture)));
        Assert.Equal([3000000000, 4294967303], connection.Read(Query, r => r.GetInt64(0)));
    }

    /// <summary>A reader of many programs' own.</summary>
    private static T Cut<T>(DbDataReader reader) => (T)(dynamic)reader[0];
}
