using Dapper;
using Microsoft.Data.Sqlite;
using Storefront.Data;
using Storefront.Outbox;

namespace Storefront.Ledger;

public sealed class SqliteLedger(StoreConnections connections, SqliteOutbox outbox) : ILedger
{
    public async Task TransferAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();

        var debited = await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE accounts SET balance_cents = balance_cents - @AmountCents WHERE id = @DebitAccount AND balance_cents >= @AmountCents",
            transfer,
            transaction,
            cancellationToken: cancellationToken));
        if (debited == 0)
        {
            throw new InsufficientFundsException(transfer.DebitAccount);
        }

        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE accounts SET balance_cents = balance_cents + @AmountCents WHERE id = @CreditAccount",
            transfer,
            transaction,
            cancellationToken: cancellationToken));

        var entry = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            INSERT INTO ledger_entries (debit_account, credit_account, amount_cents, note, booked_at)
            VALUES (@DebitAccount, @CreditAccount, @AmountCents, @Note, datetime('now'))
            RETURNING id
            """,
            transfer,
            transaction,
            cancellationToken: cancellationToken));

        await outbox.AddAsync(connection, transaction, "transfer-booked", entry.ToString(), transfer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<long?> BalanceAsync(long account, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = new SqliteCommand("SELECT balance_cents FROM accounts WHERE id = $id", connection);
        command.Parameters.AddWithValue("$id", account);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<List<LedgerEntry>> EntriesAsync(long account, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = new SqliteCommand(
            """
            SELECT id, debit_account, credit_account, amount_cents, note, booked_at FROM ledger_entries
            WHERE debit_account = $account OR credit_account = $account
            ORDER BY id DESC LIMIT 100
            """,
            connection);
        command.Parameters.AddWithValue("$account", account);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<LedgerEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new LedgerEntry(
                reader.GetInt64(0),
                reader.GetInt64(1),
                reader.GetInt64(2),
                reader.GetInt64(3),
                reader.GetString(4),
                DateTime.SpecifyKind(reader.GetDateTime(5), DateTimeKind.Utc)));
        }

        return entries;
    }
}
