using System.Data.SQLite;
using Dapper;
using Xunit;

namespace DbSafety.Incidents.Values;

public class DBS614TruncatingReaderIncident
{
    private const string Orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (3000000000), (4294967303)";

    private const string Query = "SELECT id FROM orders ORDER BY id";

    [Fact]
    public void System_Data_SQLite_reads_a_negative_id_and_that_of_another_order()
    {
        using var connection = Open();

        Assert.Equal([-1294967296, 7], connection.Read(Query, r => r.GetInt32(0)));
        Assert.Equal([24064, 7], connection.Read(Query, r => (int)r.GetInt16(0)));

        // The fixed twins.
        Assert.Throws<OverflowException>(() => connection.Read(Query, r => checked((int)r.GetInt64(0))));
        Assert.Equal([3000000000, 4294967303], connection.Read(Query, r => r.GetInt64(0)));
    }

    [Fact]
    public void Microsoft_Data_Sqlite_throws() =>
        Measured.OnSqlite(Orders, connection => Assert.Throws<OverflowException>(() => connection.Read(Query, r => r.GetInt32(0))));

    [Fact]
    public void A_large_ulong_is_stored_as_a_negative_number_by_both_providers()
    {
        using var file = new SqliteFile("CREATE TABLE hashes (hash INTEGER)");
        using var connection = file.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT $hash";
        command.Parameters.AddWithValue("$hash", ulong.MaxValue - 1);
        Assert.Equal(-2L, command.ExecuteScalar());

        using var other = Open();
        using var otherCommand = new SQLiteCommand("SELECT @hash", other);
        otherCommand.Parameters.AddWithValue("@hash", ulong.MaxValue - 1);
        Assert.Equal(-2L, otherCommand.ExecuteScalar());

        // The fixed twin.
        var hash = ulong.MaxValue - 1;
        Assert.Throws<OverflowException>(() => checked((long)hash));
    }

    private static SQLiteConnection Open()
    {
        var connection = new SQLiteConnection("Data Source=:memory:");
        connection.Open();
        connection.Execute(Orders);
        return connection;
    }
}
