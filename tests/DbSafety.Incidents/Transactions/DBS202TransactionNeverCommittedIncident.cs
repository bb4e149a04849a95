using Dapper;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS202TransactionNeverCommittedIncident
{
    [Fact]
    public void Every_statement_succeeds_and_the_rows_are_not_there()
    {
        using var file = new SqliteFile("CREATE TABLE orders (id INTEGER PRIMARY KEY)");
        using (var connection = file.Open())
        {
            using var transaction = connection.BeginTransaction();
            Assert.Equal(1, connection.Execute("INSERT INTO orders VALUES (1)"));
            Assert.Equal(1, connection.ExecuteScalar<int>("SELECT COUNT(*) FROM orders"));
        }

        using var next = file.Open();
        Assert.Equal(0, next.ExecuteScalar<int>("SELECT COUNT(*) FROM orders"));
    }
}
