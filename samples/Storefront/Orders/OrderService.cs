using Microsoft.Data.Sqlite;
using Storefront.Data;
using Storefront.Outbox;

namespace Storefront.Orders;

public sealed record OrderItem(long ProductId, int Quantity);

public sealed record NewOrder(long CustomerId, OrderItem[] Items);

public sealed class OutOfStockException(long productId) : Exception($"Product {productId} is out of stock.");

public sealed class OrderService(StoreConnections connections, SqliteOutbox outbox, ILogger<OrderService> logger)
{
    public async Task<long> PlaceAsync(NewOrder request, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();

        await using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = """
            INSERT INTO orders (customer_id, status, total_cents, placed_at) VALUES ($customer, 'placed', 0, $now) RETURNING id
            """;
        insert.Parameters.AddWithValue("$customer", request.CustomerId);
        insert.Parameters.AddWithValue("$now", DateTime.UtcNow);
        var orderId = Convert.ToInt64(await insert.ExecuteScalarAsync(cancellationToken));

        await using var take = new SqliteCommand(
            "UPDATE products SET stock = stock - $quantity WHERE id = $product AND stock >= $quantity", connection, transaction);
        var takeProduct = take.Parameters.Add("$product", SqliteType.Integer);
        var takeQuantity = take.Parameters.Add("$quantity", SqliteType.Integer);

        await using var line = new SqliteCommand(
            """
            INSERT INTO order_lines (order_id, product_id, quantity, price_cents)
            SELECT $order, id, $quantity, price_cents * (100 - sale_percent) / 100 FROM products WHERE id = $product
            """,
            connection,
            transaction);
        line.Parameters.AddWithValue("$order", orderId);
        var lineProduct = line.Parameters.Add("$product", SqliteType.Integer);
        var lineQuantity = line.Parameters.Add("$quantity", SqliteType.Integer);

        foreach (var item in request.Items)
        {
            (takeProduct.Value, takeQuantity.Value) = (item.ProductId, item.Quantity);
            if (await take.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                throw new OutOfStockException(item.ProductId);
            }

            (lineProduct.Value, lineQuantity.Value) = (item.ProductId, item.Quantity);
            await line.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var total = new SqliteCommand(
            """
            UPDATE orders SET total_cents = (SELECT SUM(quantity * price_cents) FROM order_lines WHERE order_id = $order) WHERE id = $order
            """,
            connection,
            transaction);
        total.Parameters.AddWithValue("$order", orderId);
        await total.ExecuteNonQueryAsync(cancellationToken);

        await outbox.AddAsync(connection, transaction, "order-placed", orderId.ToString(), request, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return orderId;
    }

    public async Task<bool> ShipAsync(long orderId, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        var transaction = connection.BeginTransaction();
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "UPDATE orders SET status = 'shipped' WHERE id = $id AND status = 'paid'";
        command.Parameters.AddWithValue("$id", orderId);
        var shipped = await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        await outbox.AddAsync(connection, transaction, "order-shipped", orderId.ToString(), new { orderId }, cancellationToken);
        transaction.Commit();
        return shipped;
    }

    public async Task<string> CancelAsync(long orderId, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();

        await using var cancel = new SqliteCommand("UPDATE orders SET status = 'cancelled' WHERE id = $id RETURNING paid_at", connection, transaction);
        cancel.Parameters.AddWithValue("$id", orderId);
        var paidAt = await cancel.ExecuteScalarAsync(cancellationToken);

        await using var restock = new SqliteCommand(
            """
            UPDATE products SET stock = stock + (SELECT quantity FROM order_lines WHERE order_id = $id AND product_id = products.id)
            WHERE id IN (SELECT product_id FROM order_lines WHERE order_id = $id)
            """,
            connection,
            transaction);
        restock.Parameters.AddWithValue("$id", orderId);
        await restock.ExecuteNonQueryAsync(cancellationToken);

        if (paidAt is null or DBNull)
        {
            return "cancelled";
        }

        await outbox.AddAsync(connection, transaction, "refund-due", orderId.ToString(), new { orderId }, cancellationToken);
        return "refund due";
    }

    public async Task CompleteAsync(long orderId, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();
        try
        {
            await using var command = new SqliteCommand(
                "UPDATE orders SET status = 'completed' WHERE id = $id AND status = 'shipped'", connection, transaction);
            command.Parameters.AddWithValue("$id", orderId);
            await command.ExecuteNonQueryAsync(cancellationToken);
            await outbox.AddAsync(connection, transaction, "order-completed", orderId.ToString(), new { orderId }, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "Order {OrderId} could not be completed", orderId);
            await transaction.RollbackAsync(cancellationToken);
            throw;
        }
    }

    public async Task ReopenAsync(long orderId, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        var transaction = connection.BeginTransaction();
        try
        {
            await using var command = new SqliteCommand(
                "UPDATE orders SET status = 'placed' WHERE id = $id AND status = 'cancelled'", connection, transaction);
            command.Parameters.AddWithValue("$id", orderId);
            await command.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch
        {
            await transaction.RollbackAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            await transaction.DisposeAsync();
        }
    }

    public async Task<int> PurgeCancelledAsync(DateTime before, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();

        await using var lines = new SqliteCommand(
            "DELETE FROM order_lines WHERE order_id IN (SELECT id FROM orders WHERE status = 'cancelled' AND placed_at < $before)", connection);
        lines.Parameters.AddWithValue("$before", before);
        await lines.ExecuteNonQueryAsync(cancellationToken);

        await using var orders = connection.CreateCommand();
        orders.CommandText = "DELETE FROM orders WHERE status = 'cancelled' AND placed_at < $before";
        orders.Parameters.AddWithValue("$before", before);
        var purged = await orders.ExecuteNonQueryAsync(cancellationToken);

        await transaction.CommitAsync(cancellationToken);
        return purged;
    }

    public async Task<int> ExpireAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction(deferred: true);
        await using var command = new SqliteCommand(
            "UPDATE orders SET status = 'expired' WHERE status = 'placed' AND placed_at < $before", connection, transaction);
        command.Parameters.AddWithValue("$before", DateTime.UtcNow - age);
        var expired = await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return expired;
    }
}
