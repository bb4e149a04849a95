using System.Data.Common;
using Dapper;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS206NestedTransactionIncident
{
    private const string Orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY)";

    [Fact]
    public void On_SQLite_the_second_one_throws()
    {
        using var file = new SqliteFile(Orders);
        using var connection = file.Open();
        Assert.Equal("SqliteConnection does not support nested transactions.", Nested(connection));
    }

    [Fact]
    public void On_PostgreSQL_the_second_one_throws()
    {
        using var schema = new PostgresSchema(Orders);
        using var connection = schema.Open();
        Assert.Equal("A transaction is already in progress; nested/concurrent transactions aren't supported.", Nested(connection));
    }

    [Fact]
    public void On_MariaDB_the_second_one_throws()
    {
        using var database = new MariaDbDatabase(Orders);
        using var connection = database.Open();
        Assert.Equal("Transactions may not be nested.", Nested(connection));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    [InlineData("mariadb")]
    public void A_savepoint_is_undone_alone(string server)
    {
        using var file = server == "sqlite" ? new SqliteFile(Orders) : null;
        using var schema = server == "postgres" ? new PostgresSchema(Orders) : null;
        using var database = server == "mariadb" ? new MariaDbDatabase(Orders) : null;
        using DbConnection connection = (DbConnection?)file?.Open() ?? (DbConnection?)schema?.Open() ?? database!.Open();
        using (var transaction = connection.BeginTransaction())
        {
            connection.Execute("INSERT INTO orders VALUES (1)", transaction: transaction);
            transaction.Save("before_inner");
            connection.Execute("INSERT INTO orders VALUES (2)", transaction: transaction);
            transaction.Rollback("before_inner");
            transaction.Save("before_next");
            connection.Execute("INSERT INTO orders VALUES (3)", transaction: transaction);
            transaction.Release("before_next");
            transaction.Commit();
        }

        Assert.Equal([1, 3], connection.Query<int>("SELECT id FROM orders ORDER BY id"));
    }

    [Fact]
    public void On_PostgreSQL_the_name_of_a_savepoint_is_not_quoted()
    {
        using var schema = new PostgresSchema(Orders);
        using var connection = schema.Open();
        using var transaction = connection.BeginTransaction();
        transaction.Save("inner"); // sent with the next statement

        Assert.Equal("42601", Assert.Throws<PostgresException>(() => connection.Execute("INSERT INTO orders VALUES (1)")).SqlState);
    }

    private static string Nested(DbConnection connection)
    {
        using var outer = connection.BeginTransaction();
        return Assert.Throws<InvalidOperationException>(() => connection.BeginTransaction()).Message;
    }
}
