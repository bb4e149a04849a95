using System.Data.Common;
using Dapper;
using Xunit;

namespace DbSafety.Incidents.Locks;

/// <summary>Transfers between two of four accounts, debit first: whose account that is the caller says.</summary>
public class DBS301RowsLockedInCallerOrderIncident
{
    private const int Accounts = 4;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PostgreSql_kills_transfers_that_cross(bool isLockedFirst)
    {
        using var schema = new PostgresSchema(Transfers.Schema);
        await Deadlocks(schema.Open, isLockedFirst);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MariaDb_kills_transfers_that_cross(bool isLockedFirst)
    {
        using var database = new MariaDbDatabase(Transfers.Schema);
        await Deadlocks(database.Open, isLockedFirst);
    }

    private static async Task Deadlocks(Func<DbConnection> open, bool isLockedFirst)
    {
        var victims = await Transfers.Victims(open, Accounts, (connection, transaction, random) =>
        {
            var from = random.Next(Accounts) + 1;
            var to = (from + random.Next(Accounts - 1)) % Accounts + 1;
            if (isLockedFirst)
            {
                connection.Execute("SELECT id FROM accounts WHERE id IN (@from, @to) ORDER BY id FOR UPDATE", new { from, to }, transaction);
            }
            connection.Execute("UPDATE accounts SET cents = cents - 1 WHERE id = @from", new { from }, transaction);
            Thread.Sleep(1); // A network between program and server takes as long.
            connection.Execute("UPDATE accounts SET cents = cents + 1 WHERE id = @to", new { to }, transaction);
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"{victims} of {Transfers.Workers * Transfers.PerWorker} transactions");

        if (isLockedFirst)
        {
            Assert.Equal(0, victims);
        }
        else
        {
            Assert.InRange(victims, 10, 240);
        }
        using var check = open();
        Assert.Equal(Accounts * 1000, check.ExecuteScalar<int>("SELECT SUM(cents) FROM accounts"));
    }
}
