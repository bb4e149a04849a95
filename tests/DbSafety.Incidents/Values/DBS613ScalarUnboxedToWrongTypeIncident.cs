using System.Data.Common;
using Xunit;

namespace DbSafety.Incidents.Values;

public class DBS613ScalarUnboxedToWrongTypeIncident
{
    private const string Orders = "CREATE TABLE orders (id BIGINT NOT NULL, quantity INTEGER NOT NULL); INSERT INTO orders VALUES (1, 2)";

    [Fact]
    public void On_SQLite_a_count_of_one_cannot_be_cast_to_int()
    {
        using var file = new SqliteFile(Orders);
        using var connection = file.Open();
        Measure(connection, sum: typeof(long), sumOfLong: typeof(long), exists: typeof(long));
        Assert.IsType<long>(Scalar(connection, "SELECT last_insert_rowid()"));
        Assert.IsType<long>(Scalar(connection, "SELECT quantity FROM orders"));
    }

    [Fact]
    public void With_System_Data_SQLite_too()
    {
        using var connection = new System.Data.SQLite.SQLiteConnection("Data Source=:memory:");
        connection.Open();
        Scalar(connection, Orders);
        Measure(connection, sum: typeof(long), sumOfLong: typeof(long), exists: typeof(long));
        Assert.IsType<long>(Scalar(connection, "SELECT last_insert_rowid()"));
    }

    [Fact]
    public void On_PostgreSQL_too()
    {
        using var schema = new PostgresSchema(Orders);
        using var connection = schema.Open();
        Measure(connection, sum: typeof(long), sumOfLong: typeof(decimal), exists: typeof(bool));
    }

    [Fact]
    public void On_MariaDB_the_last_id_is_not_even_a_long()
    {
        using var database = new MariaDbDatabase(Orders);
        using var connection = database.Open();
        Measure(connection, sum: typeof(decimal), sumOfLong: typeof(decimal), exists: typeof(int));
        Assert.Throws<InvalidCastException>(() => (long)Scalar(connection, "SELECT LAST_INSERT_ID()")!);
        Assert.IsType<ulong>(Scalar(connection, "SELECT LAST_INSERT_ID()"));
        Assert.Equal(0, Convert.ToInt64(Scalar(connection, "SELECT LAST_INSERT_ID()")));
    }

    private static void Measure(DbConnection connection, Type sum, Type sumOfLong, Type exists)
    {
        Assert.Throws<InvalidCastException>(() => (int)Scalar(connection, "SELECT COUNT(*) FROM orders")!);
        Assert.Equal(1, Convert.ToInt32(Scalar(connection, "SELECT COUNT(*) FROM orders")));

        Assert.IsType(sum, Scalar(connection, "SELECT SUM(quantity) FROM orders"));
        Assert.IsType(sumOfLong, Scalar(connection, "SELECT SUM(id) FROM orders"));
        Assert.IsType(exists, Scalar(connection, "SELECT EXISTS (SELECT 1 FROM orders)"));

        // No row is null, a maximum of no rows DBNull; Convert makes a 0 of the first.
        Assert.Throws<NullReferenceException>(() => (long)Scalar(connection, "SELECT id FROM orders WHERE id = 9")!);
        Assert.Throws<InvalidCastException>(() => (long)Scalar(connection, "SELECT MAX(id) FROM orders WHERE id = 9")!);
        Assert.Throws<InvalidCastException>(() => (long?)Scalar(connection, "SELECT MAX(id) FROM orders WHERE id = 9"));
        Assert.Equal(0, Convert.ToInt64(Scalar(connection, "SELECT id FROM orders WHERE id = 9")));

        // The fixed twins.
        Assert.Null((long?)Scalar(connection, "SELECT id FROM orders WHERE id = 9"));
        Assert.Null(Scalar(connection, "SELECT MAX(id) FROM orders WHERE id = 9") as long?);
        Assert.Equal(1, Scalar(connection, "SELECT MAX(id) FROM orders") as long?);
    }

    private static object? Scalar(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
