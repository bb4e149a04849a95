using Microsoft.Data.Sqlite;
using Storefront.Data;

namespace Storefront.Payments;

public sealed record Charge(long OrderId, long AmountCents);

public sealed class OrderPayments(StoreConnections connections, HttpClient gateway)
{
    public async Task<bool> PayAsync(long orderId, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();
        await using var pay = new SqliteCommand(
            "UPDATE orders SET status = 'paid', paid_at = $now WHERE id = $id AND status = 'placed' RETURNING total_cents", connection, transaction);
        pay.Parameters.AddWithValue("$id", orderId);
        pay.Parameters.AddWithValue("$now", DateTime.UtcNow);
        if (await pay.ExecuteScalarAsync(cancellationToken) is not long total)
        {
            await transaction.RollbackAsync(CancellationToken.None);
            return false;
        }

        using var response = await gateway.PostAsJsonAsync("charges", new Charge(orderId, total), cancellationToken);
        response.EnsureSuccessStatusCode();
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    public async Task<bool> RefundAsync(long orderId, long amountCents, CancellationToken cancellationToken)
    {
        using var response = await gateway.PostAsJsonAsync("refunds", new Charge(orderId, amountCents), cancellationToken);
        response.EnsureSuccessStatusCode();

        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();
        await using var command = new SqliteCommand("UPDATE orders SET status = 'refunded' WHERE id = $id", connection, transaction);
        command.Parameters.AddWithValue("$id", orderId);
        var refunded = await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        await transaction.CommitAsync(cancellationToken);
        return refunded;
    }

    public async Task WriteOffAsync(long orderId, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();
        try
        {
            await using var order = new SqliteCommand("UPDATE orders SET status = 'written-off' WHERE id = $id", connection, transaction);
            order.Parameters.AddWithValue("$id", orderId);
            await order.ExecuteNonQueryAsync(cancellationToken);

            await using var account = new SqliteCommand(
                """
                UPDATE accounts SET balance_cents = balance_cents - (SELECT total_cents FROM orders WHERE id = $id)
                WHERE id = 1
                """,
                connection,
                transaction);
            account.Parameters.AddWithValue("$id", orderId);
            await account.ExecuteNonQueryAsync(cancellationToken);
        }
        finally
        {
            await transaction.CommitAsync(cancellationToken);
        }
    }
}
