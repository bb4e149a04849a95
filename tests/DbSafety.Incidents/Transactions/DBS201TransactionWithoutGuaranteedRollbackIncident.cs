using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS201TransactionWithoutGuaranteedRollbackIncident
{
    private const string Orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (1)";

    [Fact]
    public void After_an_exception_the_connection_is_in_the_old_transaction_and_others_wait_for_its_lock()
    {
        using var file = new SqliteFile(Orders);
        using var connection = file.Open();

        Assert.Throws<SqliteException>(Fail);
        void Fail()
        {
            var transaction = connection.BeginTransaction();
            connection.Execute("INSERT INTO orders VALUES (2)");
            connection.Execute("INSERT INTO orders VALUES (1)");
            transaction.Commit();
            transaction.Dispose();
        }

        Assert.Equal("SqliteConnection does not support nested transactions.", Assert.Throws<InvalidOperationException>(() => connection.BeginTransaction()).Message);
        using var other = file.Open();
        Assert.Equal("SQLite Error 5: 'database is locked'.", Assert.Throws<SqliteException>(() => other.Execute("INSERT INTO orders VALUES (3)")).Message);
    }

    [Fact]
    public void With_using_both_go_on()
    {
        using var file = new SqliteFile(Orders);
        using var connection = file.Open();

        Assert.Throws<SqliteException>(Fail);
        void Fail()
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute("INSERT INTO orders VALUES (1)");
            transaction.Commit();
        }

        using var other = file.Open();
        Assert.Equal(1, other.Execute("INSERT INTO orders VALUES (3)"));
        using var next = connection.BeginTransaction();
    }
}
