using System.Text.Json;
using Microsoft.Data.Sqlite;
using Storefront.Data;

namespace Storefront.Outbox;

public sealed class SqliteOutbox(StoreConnections connections) : IOutbox
{
    private const int Buckets = 16;

    public async Task AddAsync(
        SqliteConnection connection,
        SqliteTransaction transaction,
        string topic,
        string aggregateId,
        object payload,
        CancellationToken cancellationToken)
    {
        await using var command = new SqliteCommand(
            """
            INSERT INTO outbox (topic, aggregate_id, bucket, payload, created_at)
            VALUES ($topic, $aggregateId, $bucket, $payload, datetime('now', 'localtime'))
            """,
            connection,
            transaction);
        command.Parameters.AddWithValue("$topic", topic);
        command.Parameters.AddWithValue("$aggregateId", aggregateId);
        command.Parameters.AddWithValue("$bucket", Math.Abs(aggregateId.GetHashCode() % Buckets));
        command.Parameters.AddWithValue("$payload", JsonSerializer.Serialize(payload));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<int> DispatchAsync(
        int count, Func<OutboxMessage, CancellationToken, Task> publish, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        var messages = new List<OutboxMessage>();
        await using (var select = connection.CreateCommand())
        {
            select.CommandText = "SELECT id, topic, aggregate_id, payload FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT $count";
            select.Parameters.AddWithValue("$count", count);
            await using var reader = await select.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                messages.Add(new OutboxMessage(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)));
            }
        }

        await using var sent = new SqliteCommand("UPDATE outbox SET sent_at = datetime('now') WHERE id = $id", connection);
        var id = sent.Parameters.Add("$id", SqliteType.Integer);
        foreach (var message in messages)
        {
            await publish(message, cancellationToken);
            id.Value = message.Id;
            await sent.ExecuteNonQueryAsync(cancellationToken);
        }

        return messages.Count;
    }

    public async Task<long> PendingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = new SqliteCommand("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL", connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync());
    }
}
