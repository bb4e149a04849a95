using Dapper;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS205ForeignTransactionIncident
{
    private const string Orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY)";
    private const string Insert = "INSERT INTO orders VALUES (1)";

    [Fact]
    public void On_PostgreSQL_the_statement_runs_outside_and_a_rollback_does_not_undo_it()
    {
        using var schema = new PostgresSchema(Orders);
        using var connection = schema.Open();
        using (var transaction = connection.BeginTransaction())
        {
            using var other = schema.Open();
            other.Execute(Insert, transaction: transaction);
            transaction.Rollback();
        }

        Assert.Equal(1, connection.ExecuteScalar<int>("SELECT COUNT(*) FROM orders"));
    }

    [Fact]
    public void On_SQLite_it_throws()
    {
        using var file = new SqliteFile(Orders);
        using var connection = file.Open();
        using var transaction = connection.BeginTransaction();
        using var other = file.Open();

        Assert.Equal(
            "The transaction object is not associated with the same connection object as this command.",
            Assert.Throws<InvalidOperationException>(() => other.Execute(Insert, transaction: transaction)).Message);
    }

    [Fact]
    public void On_MariaDB_it_throws()
    {
        using var database = new MariaDbDatabase(Orders);
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        using var other = database.Open();

        Assert.Equal(
            "The transaction associated with this command is not the connection's active transaction; see https://mysqlconnector.net/trans",
            Assert.Throws<InvalidOperationException>(() => other.Execute(Insert, transaction: transaction)).Message);
    }
}
