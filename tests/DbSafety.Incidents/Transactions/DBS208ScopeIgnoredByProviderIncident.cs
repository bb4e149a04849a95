using System.Transactions;
using Dapper;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS208ScopeIgnoredByProviderIncident
{
    private const string Orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY)";
    private const string Insert = "INSERT INTO orders VALUES (1)";
    private const string Count = "SELECT COUNT(*) FROM orders";

    [Fact]
    public void On_SQLite_what_a_scope_does_not_complete_is_stored()
    {
        using var file = new SqliteFile(Orders);
        using (new TransactionScope())
        {
            using var connection = file.Open();
            connection.Execute(Insert);
        }

        using var next = file.Open();
        Assert.Equal(1, next.ExecuteScalar<int>(Count));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("Enlist=false", 1)]
    public void On_PostgreSQL_a_connection_of_the_scope_is_in_it_unless_it_is_told_not_to(string option, int stored)
    {
        using var schema = new PostgresSchema(Orders);
        using (new TransactionScope())
        {
            using var connection = schema.Open(option);
            connection.Execute(Insert);
        }

        using var next = schema.Open();
        Assert.Equal(stored, next.ExecuteScalar<int>(Count));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("AutoEnlist=false", 1)]
    public void On_MariaDB_too(string option, int stored)
    {
        using var database = new MariaDbDatabase(Orders);
        using (new TransactionScope())
        {
            using var connection = database.Open(option);
            connection.Execute(Insert);
        }

        using var next = database.Open();
        Assert.Equal(stored, next.ExecuteScalar<int>(Count));
    }

    [Fact]
    public void On_PostgreSQL_a_connection_that_was_open_before_the_scope_is_not_in_it()
    {
        using var schema = new PostgresSchema(Orders);
        using var connection = schema.Open();
        using (new TransactionScope())
        {
            connection.Execute(Insert);
        }

        Assert.Equal(1, connection.ExecuteScalar<int>(Count));
    }

    [Fact]
    public void On_MariaDB_a_connection_that_was_open_before_the_scope_is_not_in_it()
    {
        using var database = new MariaDbDatabase(Orders);
        using var connection = database.Open();
        using (new TransactionScope())
        {
            connection.Execute(Insert);
        }

        Assert.Equal(1, connection.ExecuteScalar<int>(Count));
    }

    [Fact]
    public void EnlistTransaction_brings_it_in()
    {
        using var schema = new PostgresSchema(Orders);
        using var connection = schema.Open();
        using (new TransactionScope())
        {
            connection.EnlistTransaction(Transaction.Current);
            connection.Execute(Insert);
        }

        using var next = schema.Open();
        Assert.Equal(0, next.ExecuteScalar<int>(Count));
    }
}
