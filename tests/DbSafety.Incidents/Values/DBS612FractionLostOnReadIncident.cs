using System.Data.Common;
using Dapper;
using Xunit;

namespace DbSafety.Incidents.Values;

public class DBS612FractionLostOnReadIncident
{
    private const string Orders = "CREATE TABLE orders (total NUMERIC(20, 2) NOT NULL); INSERT INTO orders VALUES (12345.67)";

    [Fact]
    public void On_SQLite_the_cents_are_cut_off_or_rounded() => Measured.OnSqlite(Orders, connection =>
    {
        Assert.Equal(12345, Read(connection, r => r.GetInt32(0)));
        Assert.Equal(12345, Read(connection, r => r.GetInt64(0)));
        Assert.Equal(12346, Read(connection, r => Convert.ToInt32(r[0])));
        Assert.Equal(12345.67m, Read(connection, r => r.GetDecimal(0)));
    });

    [Fact]
    public void On_PostgreSQL_too_and_a_double_loses_cents_of_a_large_sum() => Measured.OnPostgreSql(Orders, Measure);

    [Fact]
    public void On_MariaDB_too() => Measured.OnMariaDb(Orders, Measure);

    private static void Measure(DbConnection connection)
    {
        Assert.Equal(12345, Read(connection, r => r.GetInt32(0)));
        Assert.Equal(12346, Read(connection, r => Convert.ToInt32(r[0])));
        Assert.Equal(12345, Read(connection, r => (int)r.GetDecimal(0)));

        connection.Execute("UPDATE orders SET total = 12345678901234.56");
        Assert.Equal(12345678901234.6m, (decimal)Read(connection, r => r.GetDouble(0)));

        // The fixed twin.
        Assert.Equal(12345678901234.56m, Read(connection, r => r.GetDecimal(0)));
    }

    private static T Read<T>(DbConnection connection, Func<DbDataReader, T> total) => Assert.Single(connection.Read("SELECT total FROM orders", total));
}
