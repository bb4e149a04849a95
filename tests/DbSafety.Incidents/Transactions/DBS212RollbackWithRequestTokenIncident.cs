using Dapper;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS212RollbackWithRequestTokenIncident
{
    private const string Accounts = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL); INSERT INTO accounts VALUES (1, 100)";

    [Fact]
    public async Task On_PostgreSQL_a_cancelled_token_leaves_the_transaction_open_and_its_work_can_still_be_committed()
    {
        using var schema = new PostgresSchema(Accounts);
        using var connection = schema.Open();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        connection.Execute("UPDATE accounts SET cents = 0");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transaction.RollbackAsync(new CancellationToken(canceled: true)));

        transaction.Commit();
        Assert.Equal(0, connection.ExecuteScalar<int>("SELECT cents FROM accounts"));
    }

    [Fact]
    public async Task On_SQLite_too()
    {
        using var file = new SqliteFile(Accounts);
        using var connection = file.Open();
        using var transaction = connection.BeginTransaction();
        connection.Execute("UPDATE accounts SET cents = 0");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transaction.RollbackAsync(new CancellationToken(canceled: true)));

        Assert.Same(connection, transaction.Connection);
        await transaction.RollbackAsync(CancellationToken.None);
        Assert.Equal(100, connection.ExecuteScalar<int>("SELECT cents FROM accounts"));
    }
}
