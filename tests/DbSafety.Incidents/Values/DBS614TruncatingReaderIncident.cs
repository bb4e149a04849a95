using System.Data.SQLite;
using System.Globalization;
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

    [Theory]
    [InlineData("INT", -1294967296)]
    [InlineData("MEDIUMINT", -1294967296)]
    [InlineData("SMALLINT", 24064)]
    [InlineData("INT8", 0)]
    [InlineData("TINYINT", 0)]
    [InlineData("INTEGER", 3000000000)]
    [InlineData("BIGINT", 3000000000)]
    public void System_Data_SQLite_cuts_an_object_off_by_the_type_that_the_column_is_declared_with(string type, long read)
    {
        using var connection = Open();
        connection.Execute($"CREATE TABLE t (id {type}); INSERT INTO t VALUES (3000000000)");
        Assert.Equal(read, connection.QuerySingle<long>("SELECT id FROM t"));
        Assert.Equal(read, Assert.Single(connection.Read("SELECT id FROM t", r => Convert.ToInt64(r["id"], CultureInfo.InvariantCulture))));

        // The fixed twin.
        Assert.Equal(3000000000, Assert.Single(connection.Read("SELECT id FROM t", r => r.GetInt64(0))));
    }

    [Fact]
    public void Sqlite_net_cuts_scalars_and_properties_off()
    {
        using var db = new SQLite.SQLiteConnection(":memory:");
        db.Execute("CREATE TABLE orders (id BIGINT PRIMARY KEY)");
        db.Execute("INSERT INTO orders VALUES (4294967303)");
        Assert.Equal(7, db.ExecuteScalar<int>("SELECT MAX(id) FROM orders"));
        Assert.Equal([7], db.QueryScalars<int>("SELECT id FROM orders"));
        Assert.Equal(7, Assert.Single(db.Query<Row>("SELECT id FROM orders")).Id);

        // The fixed twin.
        Assert.Equal(4294967303, db.ExecuteScalar<long>("SELECT MAX(id) FROM orders"));
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

    public class Row
    {
        public int Id { get; set; }
    }
}
