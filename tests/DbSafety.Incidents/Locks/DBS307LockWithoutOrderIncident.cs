using Dapper;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Locks;

/// <summary>Two plans over the same two rows; a filter that sleeps keeps each between its first lock and its second.</summary>
public class DBS307LockWithoutOrderIncident
{
    private const string Accounts =
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY, owner TEXT, rank INTEGER); INSERT INTO accounts VALUES (1, 'ada', 2), (2, 'ada', 1); CREATE INDEX ON accounts (rank)";

    [Theory]
    [InlineData("", 1)]
    [InlineData("ORDER BY id", 0)]
    public async Task Two_plans_lock_the_same_rows(string order, int deadlocks)
    {
        using var schema = new PostgresSchema(Accounts);
        var results = await Task.WhenAll(
            Locks(schema, $"SELECT id FROM accounts WHERE owner = 'ada' AND pg_sleep(0.3) IS NOT NULL {order} FOR UPDATE", "SET enable_indexscan = off"),
            Locks(schema, $"SELECT id FROM accounts WHERE rank > 0 AND pg_sleep(0.3) IS NOT NULL {order} FOR UPDATE", "SET enable_seqscan = off; SET enable_bitmapscan = off"));

        Assert.Equal(deadlocks, results.Count(state => state == "40P01"));
        Assert.Equal(2 - deadlocks, results.Count(state => state is null));
    }

    private static Task<string?> Locks(PostgresSchema schema, string sql, string plan) => Task.Run(() =>
    {
        using var connection = schema.Open();
        connection.Execute(plan + "; SET deadlock_timeout = '100ms'");
        using var transaction = connection.BeginTransaction();
        try
        {
            connection.Query<int>(sql, transaction: transaction);
            transaction.Commit();
            return null;
        }
        catch (PostgresException error)
        {
            return error.SqlState;
        }
    });
}
