using System.Transactions;
using Npgsql;
using NpgsqlTypes;
using Storefront.Outbox;
using IsolationLevel = System.Transactions.IsolationLevel;

namespace Storefront.Ledger;

public sealed class PostgresLedger(NpgsqlDataSource dataSource, PostgresOutbox outbox, ILogger<PostgresLedger> logger) : ILedger
{
    public async Task TransferAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        await using var debit = new NpgsqlCommand(
            "UPDATE accounts SET balance_cents = balance_cents - @amount WHERE id = @id AND balance_cents >= @amount", connection, transaction);
        debit.Parameters.AddWithValue("amount", transfer.AmountCents);
        debit.Parameters.AddWithValue("id", transfer.DebitAccount);
        if (await debit.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw new InsufficientFundsException(transfer.DebitAccount);
        }

        await using var credit = new NpgsqlCommand(
            "UPDATE accounts SET balance_cents = balance_cents + @amount WHERE id = @id", connection, transaction);
        credit.Parameters.AddWithValue("amount", transfer.AmountCents);
        credit.Parameters.AddWithValue("id", transfer.CreditAccount);
        await credit.ExecuteNonQueryAsync(cancellationToken);

        var entry = await InsertEntryAsync(connection, transaction, transfer, cancellationToken);
        await outbox.AddAsync(connection, transaction, "transfer-booked", entry.ToString(), transfer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Evens out two accounts: both end with half of their sum.</summary>
    public async Task SettleAsync(long first, long second, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        var balances = new Dictionary<long, long>();
        await using (var locked = new NpgsqlCommand(
            "SELECT id, balance_cents FROM accounts WHERE id IN (@first, @second) ORDER BY id FOR UPDATE", connection, transaction))
        {
            locked.Parameters.AddWithValue("first", first);
            locked.Parameters.AddWithValue("second", second);
            await using var reader = await locked.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                balances[reader.GetInt64(0)] = reader.GetInt64(1);
            }
        }

        var sum = balances.Values.Sum();
        await using var update = new NpgsqlCommand("UPDATE accounts SET balance_cents = @balance WHERE id = @id", connection, transaction);
        var balance = update.Parameters.Add("balance", NpgsqlDbType.Bigint);
        var id = update.Parameters.Add("id", NpgsqlDbType.Bigint);
        (balance.Value, id.Value) = (sum / 2, first);
        await update.ExecuteNonQueryAsync(cancellationToken);
        (balance.Value, id.Value) = (sum - sum / 2, second);
        await update.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<int> ImportAsync(IReadOnlyList<Transfer> transfers, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var imported = 0;
        foreach (var transfer in transfers)
        {
            try
            {
                await InsertEntryAsync(connection, transaction, transfer, cancellationToken);
                imported++;
            }
            catch (PostgresException exception)
            {
                logger.LogWarning(exception, "Skipped {Transfer}", transfer);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return imported;
    }

    public async Task<int> ImportValidAsync(IReadOnlyList<Transfer> transfers, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var imported = 0;
        foreach (var transfer in transfers)
        {
            await transaction.SaveAsync("entry", cancellationToken);
            try
            {
                await InsertEntryAsync(connection, transaction, transfer, cancellationToken);
                imported++;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
            {
                await transaction.RollbackAsync("entry", CancellationToken.None);
                logger.LogWarning(exception, "Skipped {Transfer}", transfer);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return imported;
    }

    public async Task<bool> FreezeAsync(long account, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var select = new NpgsqlCommand("SELECT balance_cents FROM accounts WHERE id = @id FOR UPDATE", connection);
        select.Parameters.AddWithValue("id", account);
        if (await select.ExecuteScalarAsync(cancellationToken) is not long balance || balance < 0)
        {
            return false;
        }

        await using var update = new NpgsqlCommand("UPDATE accounts SET frozen_cents = @balance, balance_cents = 0 WHERE id = @id", connection);
        update.Parameters.AddWithValue("id", account);
        update.Parameters.AddWithValue("balance", balance);
        return await update.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public async Task<int> ArchiveAsync(DateTime before, CancellationToken cancellationToken)
    {
        var options = new TransactionOptions { IsolationLevel = IsolationLevel.ReadCommitted, Timeout = TimeSpan.FromMinutes(2) };
        using var scope = new TransactionScope(TransactionScopeOption.Required, options);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            WITH moved AS (DELETE FROM ledger_entries WHERE booked_at < @before RETURNING *)
            INSERT INTO ledger_archive SELECT * FROM moved
            """,
            connection);
        command.Parameters.AddWithValue("before", NpgsqlDbType.TimestampTz, before);
        var archived = await command.ExecuteNonQueryAsync(cancellationToken);
        scope.Complete();
        return archived;
    }

    public async Task<int> RestoreAsync(DateTime since, CancellationToken cancellationToken)
    {
        var options = new TransactionOptions { IsolationLevel = IsolationLevel.ReadCommitted, Timeout = TimeSpan.FromMinutes(2) };
        using var scope = new TransactionScope(TransactionScopeOption.Required, options, TransactionScopeAsyncFlowOption.Enabled);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            WITH moved AS (DELETE FROM ledger_archive WHERE booked_at >= @since RETURNING *)
            INSERT INTO ledger_entries SELECT * FROM moved
            """,
            connection);
        command.Parameters.AddWithValue("since", NpgsqlDbType.TimestampTz, since);
        var restored = await command.ExecuteNonQueryAsync(cancellationToken);
        scope.Complete();
        return restored;
    }

    public async Task<long?> BalanceAsync(long account, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT balance_cents FROM accounts WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = account });
        return await command.ExecuteScalarAsync(cancellationToken) is long balance ? balance : null;
    }

    public async Task<List<LedgerEntry>> EntriesAsync(long account, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT id, debit_account, credit_account, amount_cents, note, booked_at FROM ledger_entries
            WHERE debit_account = @account OR credit_account = @account
            ORDER BY id DESC LIMIT 100
            """,
            connection);
        command.Parameters.AddWithValue("account", account);
        using var reader = command.ExecuteReader();
        var entries = new List<LedgerEntry>();
        while (reader.Read())
        {
            entries.Add(new LedgerEntry(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetString(4), reader.GetDateTime(5)));
        }

        return entries;
    }

    private static async Task<long> InsertEntryAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Transfer transfer, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO ledger_entries (debit_account, credit_account, amount_cents, note, booked_at)
            VALUES (@debit, @credit, @amount, @note, now())
            RETURNING id
            """,
            connection,
            transaction);
        command.Parameters.AddWithValue("debit", transfer.DebitAccount);
        command.Parameters.AddWithValue("credit", transfer.CreditAccount);
        command.Parameters.AddWithValue("amount", transfer.AmountCents);
        command.Parameters.AddWithValue("note", transfer.Note);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken));
    }
}
