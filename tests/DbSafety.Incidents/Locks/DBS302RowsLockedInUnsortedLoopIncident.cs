using System.Data.Common;
using Dapper;
using Xunit;

namespace DbSafety.Incidents.Locks;

/// <summary>Each transaction takes one off five of eight rows, in the order in which a customer put them into the basket.</summary>
public class DBS302RowsLockedInUnsortedLoopIncident
{
    private const int Rows = 8;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PostgreSql_kills_transactions_that_lock_out_of_order(bool isSorted)
    {
        using var schema = new PostgresSchema(Transfers.Schema);
        await Deadlocks(schema.Open, isSorted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MariaDb_kills_transactions_that_lock_out_of_order(bool isSorted)
    {
        using var database = new MariaDbDatabase(Transfers.Schema);
        await Deadlocks(database.Open, isSorted);
    }

    private static async Task Deadlocks(Func<DbConnection> open, bool isSorted)
    {
        var victims = await Transfers.Victims(open, Rows, (connection, transaction, random) =>
        {
            var basket = Enumerable.Range(1, Rows).OrderBy(_ => random.Next()).Take(5);
            foreach (var id in isSorted ? basket.Order() : basket)
            {
                connection.Execute("UPDATE accounts SET cents = cents - 1 WHERE id = @id", new { id }, transaction);
            }
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"{victims} of {Transfers.Workers * Transfers.PerWorker} transactions");

        if (isSorted)
        {
            Assert.Equal(0, victims);
        }
        else
        {
            Assert.InRange(victims, 10, 240);
        }
        using var check = open();
        // What is committed is whole: five rows each.
        Assert.Equal(Rows * 1000 - 5 * (Transfers.Workers * Transfers.PerWorker - victims), check.ExecuteScalar<int>("SELECT SUM(cents) FROM accounts"));
    }
}
