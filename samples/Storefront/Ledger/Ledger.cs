using Npgsql;
using Polly;
using Polly.Retry;

namespace Storefront.Ledger;

public sealed record Transfer(long DebitAccount, long CreditAccount, long AmountCents, string Note);

public sealed record LedgerEntry(long Id, long DebitAccount, long CreditAccount, long AmountCents, string Note, DateTime BookedAt);

public sealed class InsufficientFundsException(long account) : Exception($"Account {account} does not cover the amount.");

public interface ILedger
{
    Task TransferAsync(Transfer transfer, CancellationToken cancellationToken);

    Task<long?> BalanceAsync(long account, CancellationToken cancellationToken);

    Task<List<LedgerEntry>> EntriesAsync(long account, CancellationToken cancellationToken);
}

/// <summary>Repeats a whole transfer when the server asks for it (serialization failure, deadlock, lost connection).</summary>
public sealed class RetryingLedger(ILedger inner) : ILedger
{
    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>(exception => exception.IsTransient),
            MaxRetryAttempts = 4,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(50),
            UseJitter = true,
        })
        .Build();

    public async Task TransferAsync(Transfer transfer, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(async token => await inner.TransferAsync(transfer, token), cancellationToken);

    public Task<long?> BalanceAsync(long account, CancellationToken cancellationToken) => inner.BalanceAsync(account, cancellationToken);

    public Task<List<LedgerEntry>> EntriesAsync(long account, CancellationToken cancellationToken) => inner.EntriesAsync(account, cancellationToken);
}
