using System.Data.Common;
using System.Transactions;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Transactions;

public class DBS214UserTransactionUnderRetryStrategyIncident
{
    private const string Accounts = "CREATE TABLE accounts (id bigint PRIMARY KEY, cents bigint NOT NULL); INSERT INTO accounts VALUES (1, 100)";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Begin_succeeds_and_the_first_query_and_SaveChanges_throw()
    {
        using var schema = new PostgresSchema(Accounts);
        await using var context = new Bank(schema);
        await using var transaction = await context.Database.BeginTransactionAsync(Token);

        var query = await Assert.ThrowsAsync<InvalidOperationException>(() => context.Accounts.SingleAsync(Token));
        Assert.StartsWith("The configured execution strategy 'NpgsqlRetryingExecutionStrategy' does not support user-initiated transactions.", query.Message);
        context.Add(new Account { Id = 2, Cents = 5 });
        Assert.Equal(query.Message, (await Assert.ThrowsAsync<InvalidOperationException>(() => context.SaveChangesAsync(Token))).Message);
        Assert.Equal(query.Message, (await Assert.ThrowsAsync<InvalidOperationException>(() => context.Accounts.ExecuteDeleteAsync(Token))).Message);
        Assert.Equal(1, await context.Database.ExecuteSqlAsync($"UPDATE accounts SET cents = 1", Token)); // Not looked at.
    }

    [Fact]
    public async Task Under_a_TransactionScope_too()
    {
        using var schema = new PostgresSchema(Accounts);
        await using var context = new Bank(schema);
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);

        Assert.Contains("user-initiated transactions", (await Assert.ThrowsAsync<InvalidOperationException>(() => context.Accounts.SingleAsync(Token))).Message);
    }

    [Fact]
    public async Task A_transaction_that_is_adopted_or_enlisted_in_is_refused_as_well()
    {
        using var schema = new PostgresSchema(Accounts);
        await using var connection = schema.Open();
        await using var context = new Bank(schema);
        context.Database.SetDbConnection(connection);
        await using (var transaction = await connection.BeginTransactionAsync(Token))
        {
            await context.Database.UseTransactionAsync(transaction, Token);
            Assert.Contains("user-initiated transactions", (await Assert.ThrowsAsync<InvalidOperationException>(() => context.Accounts.SingleAsync(Token))).Message);
            await context.Database.UseTransactionAsync(null, Token);
        }
        using var enlisted = new CommittableTransaction();
        context.Database.EnlistTransaction(enlisted);
        Assert.Contains("user-initiated transactions", (await Assert.ThrowsAsync<InvalidOperationException>(() => context.Accounts.SingleAsync(Token))).Message);
    }

    [Theory]
    [InlineData(false, 70)]
    [InlineData(true, 85)]
    public async Task Inside_the_strategy_it_is_stored_and_a_second_attempt_is_right_where_it_forgets_the_first(bool clears, long left)
    {
        using var schema = new PostgresSchema(Accounts);
        await using var context = new Bank(schema) { BreaksAtCommit = true };

        var attempts = 0;
        await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            attempts++;
            if (clears)
            {
                context.ChangeTracker.Clear();
            }
            await using var transaction = await context.Database.BeginTransactionAsync(Token);
            var account = await context.Accounts.SingleAsync(a => a.Id == 1, Token);
            account.Cents -= 15;
            await context.SaveChangesAsync(Token);
            await transaction.CommitAsync(Token);
        });

        Assert.Equal(2, attempts);
        using var connection = schema.Open();
        Assert.Equal(left, connection.ExecuteScalar<long>("SELECT cents FROM accounts"));
    }

    private sealed class Account
    {
        public long Id { get; set; }
        public long Cents { get; set; }
    }

    private sealed class Bank(PostgresSchema schema) : DbContext
    {
        public DbSet<Account> Accounts => Set<Account>();
        public bool BreaksAtCommit { get; init; }

        protected override void OnConfiguring(DbContextOptionsBuilder options) => options
            .UseNpgsql(schema.Source, npgsql => npgsql.EnableRetryOnFailure(3, TimeSpan.FromMilliseconds(10), null))
            .AddInterceptors(BreaksAtCommit ? [new Breaking()] : []);

        protected override void OnModelCreating(ModelBuilder builder) => builder.Entity<Account>(account =>
        {
            account.ToTable("accounts").Property(a => a.Id).HasColumnName("id").ValueGeneratedNever();
            account.Property(a => a.Cents).HasColumnName("cents");
        });
    }

    /// <summary>Loses the connection before the first commit.</summary>
    private sealed class Breaking : DbTransactionInterceptor
    {
        private bool _isBroken;

        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            if (_isBroken)
            {
                return new(result);
            }
            _isBroken = true;
            throw new NpgsqlException("The connection is broken.", new IOException());
        }
    }
}
