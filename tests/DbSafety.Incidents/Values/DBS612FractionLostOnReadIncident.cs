using System.Data.Common;
using Xunit;

namespace DbSafety.Incidents.Values;

public class DBS612FractionLostOnReadIncident
{
    private const string Orders = "CREATE TABLE orders (total NUMERIC(20, 2) NOT NULL); INSERT INTO orders VALUES (12345.67)";

    [Fact]
    public void On_SQLite_the_cents_are_cut_off_or_rounded()
    {
        using var file = new SqliteFile(Orders);
        using var connection = file.Open();
        Assert.Equal(12345, Read(connection, r => r.GetInt32(0)));
        Assert.Equal(12345, Read(connection, r => r.GetInt64(0)));
        Assert.Equal(12346, Read(connection, r => Convert.ToInt32(r[0])));
        Assert.Equal(12345.67m, Read(connection, r => r.GetDecimal(0)));
    }

    [Fact]
    public void On_PostgreSQL_too_and_a_double_loses_cents_of_a_large_sum()
    {
        using var schema = new PostgresSchema(Orders);
        using var connection = schema.Open();
        Measure(connection);
    }

    [Fact]
    public void On_MariaDB_too()
    {
        using var database = new MariaDbDatabase(Orders);
        using var connection = database.Open();
        Measure(connection);
    }

    private static void Measure(DbConnection connection)
    {
        Assert.Equal(12345, Read(connection, r => r.GetInt32(0)));
        Assert.Equal(12346, Read(connection, r => Convert.ToInt32(r[0])));
        Assert.Equal(12345, Read(connection, r => (int)r.GetDecimal(0)));

        using (var command = connection.CreateCommand())
        {
            command.CommandText = "UPDATE orders SET total = 12345678901234.56";
            command.ExecuteNonQuery();
        }
        Assert.Equal(12345678901234.6m, (decimal)Read(connection, r => r.GetDouble(0)));

        // The fixed twin.
        Assert.Equal(12345678901234.56m, Read(connection, r => r.GetDecimal(0)));
    }

    private static T Read<T>(DbConnection connection, Func<DbDataReader, T> total)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT total FROM orders";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return total(reader);
    }
}
