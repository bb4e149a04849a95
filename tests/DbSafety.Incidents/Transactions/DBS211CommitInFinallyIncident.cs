using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS211CommitInFinallyIncident
{
    [Fact]
    public void Half_of_the_work_is_stored()
    {
        using var file = new SqliteFile("CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL CHECK (cents >= 0)); INSERT INTO accounts VALUES (1, 100), (2, 0)");
        using var connection = file.Open();
        using var transaction = connection.BeginTransaction();

        Assert.Throws<SqliteException>(Transfer);
        void Transfer()
        {
            try
            {
                connection.Execute("UPDATE accounts SET cents = cents + 150 WHERE id = 2");
                connection.Execute("UPDATE accounts SET cents = cents - 150 WHERE id = 1");
            }
            finally
            {
                transaction.Commit();
            }
        }

        using var next = file.Open();
        Assert.Equal([100, 150], next.Query<int>("SELECT cents FROM accounts ORDER BY id"));
    }
}
