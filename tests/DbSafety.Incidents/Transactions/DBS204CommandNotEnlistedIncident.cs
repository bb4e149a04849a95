using System.Data;
using Dapper;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS204CommandNotEnlistedIncident
{
    private const string Orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (1)";

    [Fact]
    public void On_SQLite_a_command_from_its_constructor_throws()
    {
        using var file = new SqliteFile(Orders);
        using var connection = file.Open();
        using var transaction = connection.BeginTransaction();
        using var command = new SqliteCommand("DELETE FROM orders", connection);

        Assert.Equal(
            "Execute requires the command to have a transaction object when the connection assigned to the command is in a pending local transaction.  The Transaction property of the command has not been initialized.",
            Assert.Throws<InvalidOperationException>(() => command.ExecuteNonQuery()).Message);
        command.Transaction = transaction;
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    [Fact]
    public void On_SQLite_CreateCommand_knows_the_transaction_that_is_open_by_then_and_no_later_one()
    {
        using var file = new SqliteFile(Orders);
        using var connection = file.Open();
        using var before = connection.CreateCommand();
        before.CommandText = "DELETE FROM orders";
        using var transaction = connection.BeginTransaction();
        using var after = connection.CreateCommand();

        Assert.Same(transaction, after.Transaction);
        Assert.Throws<InvalidOperationException>(() => before.ExecuteNonQuery());
        Assert.Equal(1, connection.Execute("DELETE FROM orders")); // Dapper calls CreateCommand.
    }

    [Fact]
    public void On_MariaDB_every_command_without_it_throws()
    {
        using var database = new MariaDbDatabase(Orders);
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM orders";

        const string message = "The transaction associated with this command is not the connection's active transaction; see https://mysqlconnector.net/trans";
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => command.ExecuteNonQuery()).Message);
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => connection.Execute("DELETE FROM orders")).Message);
        Assert.Equal(1, connection.Execute("DELETE FROM orders", transaction: transaction));
    }

    [Fact]
    public void On_MariaDB_batches_and_bulk_copies_throw_too()
    {
        using var database = new MariaDbDatabase(Orders);
        using var connection = database.Open("AllowLoadLocalInfile=true");
        using var transaction = connection.BeginTransaction();
        using var batch = new MySqlBatch(connection) { BatchCommands = { new MySqlBatchCommand("DELETE FROM orders") } };
        using var rows = new DataTable { Columns = { { "id", typeof(int) } }, Rows = { 2 } };
        var bulk = new MySqlBulkCopy(connection) { DestinationTableName = "orders" };

        Assert.StartsWith("The transaction associated with this batch is not the connection's active transaction", Assert.Throws<InvalidOperationException>(() => batch.ExecuteNonQuery()).Message, StringComparison.Ordinal);
        Assert.StartsWith("The transaction associated with this command is not the connection's active transaction", Assert.Throws<InvalidOperationException>(() => bulk.WriteToServer(rows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void On_MariaDB_with_IgnoreCommandTransaction_it_runs_inside()
    {
        using var database = new MariaDbDatabase(Orders);
        using var connection = database.Open("IgnoreCommandTransaction=true");
        using (connection.BeginTransaction())
        {
            Assert.Equal(1, connection.Execute("DELETE FROM orders"));
        }

        Assert.Equal(1, connection.ExecuteScalar<int>("SELECT COUNT(*) FROM orders"));
    }

    [Fact]
    public void On_PostgreSQL_it_runs_inside()
    {
        using var schema = new PostgresSchema(Orders);
        using var connection = schema.Open();
        using (connection.BeginTransaction())
        {
            Assert.Equal(1, connection.Execute("DELETE FROM orders"));
        }

        Assert.Equal(1, connection.ExecuteScalar<int>("SELECT COUNT(*) FROM orders"));
    }
}
