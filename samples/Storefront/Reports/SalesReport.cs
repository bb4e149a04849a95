using System.Runtime.CompilerServices;
using Dapper;
using Microsoft.Data.Sqlite;
using Storefront.Data;

namespace Storefront.Reports;

public sealed class DailySales
{
    public string Day { get; init; } = "";
    public long Orders { get; init; }
    public long TotalCents { get; init; }
}

public sealed class CustomerSales
{
    public string Name { get; init; } = "";
    public long TotalCents { get; init; }
}

public sealed class SalesReport(StoreConnections connections)
{
    public async Task<IEnumerable<DailySales>> DailyAsync(DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        return await connection.QueryAsync<DailySales>(new CommandDefinition(
            """
            SELECT date(placed_at) AS day, COUNT(*) AS orders, SUM(total_cents) AS total_cents FROM orders
            WHERE placed_at >= @from AND placed_at < @to
            GROUP BY date(placed_at) ORDER BY day
            """,
            new { from, to },
            commandTimeout: 60,
            cancellationToken: cancellationToken));
    }

    public async Task<IEnumerable<DailySales>> SinceAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        return await connection.QueryAsync<DailySales>(new CommandDefinition(
            $"""
            SELECT date(placed_at) AS day, COUNT(*) AS orders, SUM(total_cents) AS total_cents FROM orders
            WHERE placed_at >= '{day:yyyy-MM-dd}'
            GROUP BY date(placed_at) ORDER BY day
            """,
            cancellationToken: cancellationToken));
    }

    public async Task<IEnumerable<CustomerSales>> TopCustomersAsync(int count, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        return connection.Query<CustomerSales>(
            """
            SELECT c.name, SUM(o.total_cents) AS total_cents FROM orders o JOIN customers c ON c.id = o.customer_id
            GROUP BY c.id ORDER BY total_cents DESC LIMIT @count
            """,
            new { count },
            commandTimeout: 30000);
    }

    public async IAsyncEnumerable<string> ExportAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = new SqliteCommand("SELECT id, status, total_cents, placed_at FROM orders ORDER BY id", connection);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return $"{reader.GetInt64(0)};{reader.GetString(1)};{reader.GetInt64(2)};{reader.GetString(3)}";
        }
    }

    public async Task<long> OrdersInAsync(string city)
    {
        await using var connection = await connections.OpenAsync(CancellationToken.None);
        await using var command = new SqliteCommand(
            "SELECT COUNT(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.city = $city", connection);
        command.Parameters.AddWithValue("$city", city);
        return Convert.ToInt64(await command.ExecuteScalarAsync());
    }
}

/// <summary>Copies the whole shop into another file; however long that takes.</summary>
public sealed class BackupJob(StoreConnections connections)
{
    public async Task RunAsync(string path, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = "VACUUM INTO $path";
        command.Parameters.AddWithValue("$path", path);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
