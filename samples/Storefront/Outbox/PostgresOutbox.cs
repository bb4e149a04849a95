using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Storefront.Outbox;

public sealed class PostgresOutbox(NpgsqlDataSource dataSource) : IOutbox
{
    private const int Buckets = 16;

    public async Task AddAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        string topic,
        string aggregateId,
        object payload,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO outbox (topic, aggregate_id, bucket, payload) VALUES ($1, $2, $3, $4)", connection, transaction)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = topic },
                new NpgsqlParameter<string> { TypedValue = aggregateId },
                new NpgsqlParameter<int> { TypedValue = BucketOf(aggregateId) },
                new NpgsqlParameter<string> { TypedValue = JsonSerializer.Serialize(payload) },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<int> DispatchAsync(
        int count, Func<OutboxMessage, CancellationToken, Task> publish, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var messages = new List<OutboxMessage>();
        await using (var claim = new NpgsqlCommand(
            """
            SELECT id, topic, aggregate_id, payload FROM outbox
            WHERE sent_at IS NULL ORDER BY id LIMIT @count FOR UPDATE SKIP LOCKED
            """,
            connection,
            transaction))
        {
            claim.Parameters.AddWithValue("count", count);
            await using var reader = await claim.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                messages.Add(new OutboxMessage(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)));
            }
        }

        foreach (var message in messages)
        {
            await publish(message, cancellationToken);
        }

        await using var sent = new NpgsqlCommand("UPDATE outbox SET sent_at = now() WHERE id = ANY(@ids)", connection, transaction);
        sent.Parameters.AddWithValue("ids", messages.Select(message => message.Id).ToArray());
        await sent.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return messages.Count;
    }

    public async Task<int> DropAsync(string topic, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"DELETE FROM outbox WHERE topic = '{topic}' AND sent_at IS NULL");
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static int BucketOf(string aggregateId) =>
        (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(aggregateId))) % Buckets);
}
