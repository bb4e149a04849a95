using Microsoft.Data.Sqlite;
using Storefront.Data;

namespace Storefront.Orders;

public sealed record OrderView(int Id, long CustomerId, string Status, long TotalCents, DateTime PlacedAt);

public sealed record OrderLineView(long ProductId, int Quantity, long PriceCents);

public sealed class OrderQueries(StoreConnections connections)
{
    public async Task<OrderView?> GetAsync(long orderId, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, customer_id, status, total_cents, placed_at FROM orders WHERE id = $id";
        command.Parameters.AddWithValue("$id", orderId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        return new OrderView(
            (int)reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetInt64(3), reader.GetDateTime(4).ToUniversalTime());
    }

    public async Task<List<OrderLineView>> LinesAsync(long orderId, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = new SqliteCommand(
            "SELECT product_id, quantity, price_cents FROM order_lines WHERE order_id = $id ORDER BY product_id", connection);
        command.Parameters.AddWithValue("$id", orderId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var lines = new List<OrderLineView>();
        while (await reader.ReadAsync(cancellationToken))
        {
            lines.Add(new OrderLineView(reader.GetInt64(0), checked((int)reader.GetInt64(1)), reader.GetInt64(2)));
        }

        return lines;
    }

    public async Task<List<OrderView>> WithStatusAsync(string status, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, customer_id, status, total_cents, placed_at FROM orders WHERE status = '" + status + "' ORDER BY id";
        return await ReadAllAsync(command, cancellationToken);
    }

    public async Task<List<OrderView>> PlacedBetweenAsync(DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT id, customer_id, status, total_cents, placed_at FROM orders
            WHERE placed_at >= $from AND placed_at < $to
            ORDER BY placed_at
            """;
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        return await ReadAllAsync(command, cancellationToken);
    }

    public async Task<List<OrderView>> OverdueAsync(DateTime before, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT id, customer_id, status, total_cents, placed_at FROM orders
            WHERE status = $status AND placed_at < $before
            """;
        command.Parameters.AddWithValue("$before", before);
        return await ReadAllAsync(command, cancellationToken);
    }

    public async Task<int> CountAsync(long customerId, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = new SqliteCommand("SELECT COUNT(*) FROM orders WHERE customer_id = $customer", connection);
        command.Parameters.AddWithValue("$customer", customerId);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<long> OpenCountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = new SqliteCommand("SELECT COUNT(*) FROM orders WHERE status IN ('placed', 'paid')", connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken));
    }

    public IReadOnlyList<string> Statuses()
    {
        using var connection = new SqliteConnection(connections.ConnectionString);
        connection.Open();
        using var reader = new SqliteCommand("SELECT DISTINCT status FROM orders ORDER BY status", connection).ExecuteReader();
        var statuses = new List<string>();
        while (reader.Read())
        {
            statuses.Add(reader.GetString(0));
        }

        return statuses;
    }

    public long Revenue()
    {
        var connection = new SqliteConnection(connections.ConnectionString);
        connection.Open();
        var command = connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(SUM(total_cents), 0) FROM orders WHERE paid_at IS NOT NULL";
        var revenue = Convert.ToInt64(command.ExecuteScalar());
        connection.Close();
        return revenue;
    }

    private static async Task<List<OrderView>> ReadAllAsync(SqliteCommand command, CancellationToken cancellationToken)
    {
        var orders = new List<OrderView>();
        var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync())
        {
            orders.Add(new OrderView(
                checked((int)reader.GetInt64(0)),
                reader.GetInt64(1),
                reader.GetString(2),
                reader.GetInt64(3),
                DateTime.SpecifyKind(reader.GetDateTime(4), DateTimeKind.Utc)));
        }

        return orders;
    }
}
