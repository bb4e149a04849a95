using System.Data.Common;
using System.Transactions;
using Dapper;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS209ScopeWithoutAsyncFlowIncident
{
    private const string Orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY)";

    [Fact]
    public async Task On_PostgreSQL_what_is_written_after_the_await_is_stored_although_nothing_completed_the_scope()
    {
        using var schema = new PostgresSchema(Orders);

        var failure = await InScope(TransactionScopeAsyncFlowOption.Suppress, () => schema.Open());

        Assert.Equal("A TransactionScope must be disposed on the same thread that it was created.", Assert.IsType<InvalidOperationException>(failure).Message);
        using var next = schema.Open();
        Assert.Equal(1, next.ExecuteScalar<int>("SELECT COUNT(*) FROM orders"));
    }

    [Fact]
    public async Task On_MariaDB_too()
    {
        using var database = new MariaDbDatabase(Orders);

        Assert.IsType<InvalidOperationException>(await InScope(TransactionScopeAsyncFlowOption.Suppress, () => database.Open()));

        using var next = database.Open();
        Assert.Equal(1, next.ExecuteScalar<int>("SELECT COUNT(*) FROM orders"));
    }

    [Fact]
    public async Task With_async_flow_it_is_rolled_back()
    {
        using var schema = new PostgresSchema(Orders);

        Assert.Null(await InScope(TransactionScopeAsyncFlowOption.Enabled, () => schema.Open()));

        using var next = schema.Open();
        Assert.Equal(0, next.ExecuteScalar<int>("SELECT COUNT(*) FROM orders"));
    }

    /// <summary>A scope that is not completed, with one write behind an await that goes on in another thread.</summary>
    /// <returns>What disposing the scope throws; null where it does not.</returns>
    private static async Task<Exception?> InScope(TransactionScopeAsyncFlowOption flow, Func<DbConnection> open)
    {
        // A thread of its own, so that no other test inherits what the scope leaves behind on it.
        var result = new TaskCompletionSource<Exception?>();
        var thread = new Thread(() => _ = Work());
        thread.Start();
        return await result.Task;

        async Task Work()
        {
            try
            {
                using var scope = new TransactionScope(flow);
                await Task.Delay(10).ConfigureAwait(false);
                using var connection = open();
                connection.Execute("INSERT INTO orders VALUES (1)");
            }
            catch (Exception failure)
            {
                result.SetResult(failure);
                return;
            }
            result.SetResult(null);
        }
    }
}
