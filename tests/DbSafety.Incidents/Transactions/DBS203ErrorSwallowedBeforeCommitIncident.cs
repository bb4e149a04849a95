using Dapper;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS203ErrorSwallowedBeforeCommitIncident
{
    private const string Orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (1)";

    [Fact]
    public void On_PostgreSQL_Commit_returns_and_nothing_is_stored()
    {
        using var schema = new PostgresSchema(Orders);
        using var connection = schema.Open();

        using (var transaction = connection.BeginTransaction())
        {
            connection.Execute("INSERT INTO orders VALUES (2)");
            Assert.Equal("23505", Assert.Throws<PostgresException>(() => connection.Execute("INSERT INTO orders VALUES (1)")).SqlState);
            Assert.Equal("25P02", Assert.Throws<PostgresException>(() => connection.Execute("INSERT INTO orders VALUES (3)")).SqlState);
            transaction.Commit();
        }

        Assert.Equal([1], Ids(connection.Query<int>("SELECT id FROM orders")));
    }

    [Fact]
    public void On_PostgreSQL_a_savepoint_keeps_the_rest()
    {
        using var schema = new PostgresSchema(Orders);
        using var connection = schema.Open();

        using (var transaction = connection.BeginTransaction())
        {
            connection.Execute("INSERT INTO orders VALUES (2)");
            transaction.Save("before");
            Assert.Throws<PostgresException>(() => connection.Execute("INSERT INTO orders VALUES (1)"));
            transaction.Rollback("before");
            transaction.Commit();
        }

        Assert.Equal([1, 2], Ids(connection.Query<int>("SELECT id FROM orders")));
    }

    [Fact]
    public void On_MariaDB_Commit_stores_the_part_that_succeeded()
    {
        using var database = new MariaDbDatabase(Orders);
        using var connection = database.Open();

        using (var transaction = connection.BeginTransaction())
        {
            connection.Execute("INSERT INTO orders VALUES (2)", transaction: transaction);
            Assert.Equal(1062, Assert.Throws<MySqlException>(() => connection.Execute("INSERT INTO orders VALUES (1)", transaction: transaction)).Number);
            transaction.Commit();
        }

        Assert.Equal([1, 2], Ids(connection.Query<int>("SELECT id FROM orders")));
    }

    private static int[] Ids(IEnumerable<int> rows) => [.. rows.Order()];
}
