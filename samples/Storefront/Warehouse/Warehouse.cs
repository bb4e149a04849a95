using Npgsql;
using NpgsqlTypes;
using Storefront.Data;
using Storefront.Orders;

namespace Storefront.Warehouse;

public interface IWarehouse
{
    Task ReserveAsync(IReadOnlyList<OrderItem> items, CancellationToken cancellationToken);

    Task ReleaseAsync(IReadOnlyList<OrderItem> items, CancellationToken cancellationToken);
}

public sealed class PostgresWarehouse(NpgsqlDataSource dataSource) : IWarehouse
{
    public async Task ReserveAsync(IReadOnlyList<OrderItem> items, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "UPDATE stock SET on_hand = on_hand - @quantity, reserved = reserved + @quantity WHERE product_id = @product", connection, transaction);
        var quantity = command.Parameters.Add("quantity", NpgsqlDbType.Integer);
        var product = command.Parameters.Add("product", NpgsqlDbType.Bigint);
        foreach (var item in items)
        {
            (product.Value, quantity.Value) = (item.ProductId, item.Quantity);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    public async Task ReleaseAsync(IReadOnlyList<OrderItem> items, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var item in items.OrderBy(item => item.ProductId))
        {
            await using var command = new NpgsqlCommand(
                "UPDATE stock SET on_hand = on_hand + @quantity, reserved = reserved - @quantity WHERE product_id = @product", connection, transaction);
            command.Parameters.AddWithValue("quantity", item.Quantity);
            command.Parameters.AddWithValue("product", item.ProductId);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    public async Task RecountAsync(IReadOnlyList<OrderItem> counted, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var item in counted)
        {
            await using var command = new NpgsqlCommand("UPDATE stock SET on_hand = @count WHERE product_id = @product", connection, transaction);
            command.Parameters.AddWithValue("count", item.Quantity);
            command.Parameters.AddWithValue("product", item.ProductId);
            await command.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync(cancellationToken);
    }
}

public sealed class SqliteWarehouse(StoreConnections connections) : IWarehouse
{
    public Task ReserveAsync(IReadOnlyList<OrderItem> items, CancellationToken cancellationToken) => MoveAsync(items, -1, cancellationToken);

    public Task ReleaseAsync(IReadOnlyList<OrderItem> items, CancellationToken cancellationToken) => MoveAsync(items, +1, cancellationToken);

    private async Task MoveAsync(IReadOnlyList<OrderItem> items, int sign, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "UPDATE products SET stock = stock + $change WHERE id = $product";
        var change = command.Parameters.AddWithValue("$change", 0);
        var product = command.Parameters.AddWithValue("$product", 0L);
        foreach (var item in items)
        {
            (change.Value, product.Value) = (sign * item.Quantity, item.ProductId);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
