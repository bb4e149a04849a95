using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace DbSafety.Incidents.Locks;

/// <summary>Two methods of a cache, one that writes under its lock; the test gives up after a second, as no database does.</summary>
public class DBS308MonitorsLockedInDifferentOrderIncident
{
    private readonly SemaphoreSlim _cache = new(1), _database = new(1);

    [Fact]
    public async Task In_opposite_order_both_wait_and_so_does_the_rest_of_the_database()
    {
        using var file = new SqliteFile("CREATE TABLE stock (n INTEGER)");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        TaskCompletionSource writer = new(), refresher = new();

        var writes = Task.Run(() => Writes(file, _database, _cache, writer, refresher.Task, patience.Token), TestContext.Current.CancellationToken);
        var refreshes = Task.Run(() => Locks(_cache, _database, refresher, writer.Task, patience.Token), TestContext.Current.CancellationToken);
        await Task.WhenAll(writer.Task, refresher.Task);
        using var third = file.Open();
        var error = Assert.Throws<SqliteException>(() => third.Execute("INSERT INTO stock VALUES (2)"));

        Assert.Equal("SQLite Error 5: 'database is locked'.", error.Message);
        Assert.False(writes.IsCompleted || refreshes.IsCompleted);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writes);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refreshes);
    }

    [Fact]
    public async Task In_one_order_both_end()
    {
        using var file = new SqliteFile("CREATE TABLE stock (n INTEGER)");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        TaskCompletionSource writer = new(), refresher = new();

        await Task.WhenAll(
            Writes(file, _cache, _database, writer, Task.CompletedTask, patience.Token),
            Locks(_cache, _database, refresher, Task.CompletedTask, patience.Token));
        using var third = file.Open();
        Assert.Equal(1, third.ExecuteScalar<int>("SELECT COUNT(*) FROM stock"));
    }

    private static async Task Writes(SqliteFile file, SemaphoreSlim first, SemaphoreSlim second, TaskCompletionSource hasOne, Task otherHasOne, CancellationToken patience)
    {
        await using var connection = file.Open();
        await using var transaction = connection.BeginTransaction();
        await connection.ExecuteAsync("INSERT INTO stock VALUES (1)", transaction: transaction);
        await Locks(first, second, hasOne, otherHasOne, patience);
        await transaction.CommitAsync(patience);
    }

    private static async Task Locks(SemaphoreSlim first, SemaphoreSlim second, TaskCompletionSource hasOne, Task otherHasOne, CancellationToken patience)
    {
        await first.WaitAsync(patience);
        try
        {
            hasOne.SetResult();
            await otherHasOne;
            await second.WaitAsync(patience);
            second.Release();
        }
        finally
        {
            first.Release();
        }
    }
}
