using Microsoft.Data.Sqlite;
using Storefront.Data;

namespace Storefront.Catalog;

public sealed record ProductSummary(long Id, string Sku, string Name, string Category, long PriceCents, long Stock);

public sealed class ProductSearch(StoreConnections connections)
{
    private const string Columns = "id, sku, name, category, price_cents, stock";
    private const int PageSize = 20;

    public async Task<ProductSummary?> FindByNameAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = new SqliteCommand($"SELECT {Columns} FROM products WHERE name = '{name}'", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    public async Task<ProductSummary?> FindBySkuAsync(string sku, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = new SqliteCommand($"SELECT {Columns} FROM products WHERE sku = $sku", connection);
        command.Parameters.AddWithValue("$sku", sku);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    public async Task<List<ProductSummary>> SearchAsync(string q, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM products WHERE name LIKE '%{q}%' AND discontinued = 0 ORDER BY name LIMIT 50";
        return await ReadAllAsync(command, cancellationToken);
    }

    public async Task<List<ProductSummary>> ByCategoryAsync(string category, string sort, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM products WHERE category = $category ORDER BY {sort}";
        command.Parameters.AddWithValue("$category", category);
        return await ReadAllAsync(command, cancellationToken);
    }

    public async Task<List<ProductSummary>> ListAsync(string? sort, int page, CancellationToken cancellationToken)
    {
        var order = sort switch
        {
            "price" => "price_cents",
            "newest" => "id DESC",
            _ => "name",
        };

        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM products WHERE discontinued = 0 ORDER BY {order} LIMIT $take OFFSET $skip";
        command.Parameters.AddWithValue("$take", PageSize);
        command.Parameters.AddWithValue("$skip", Math.Max(page - 1, 0) * PageSize);
        return await ReadAllAsync(command, cancellationToken);
    }

    public async Task<List<ProductSummary>> InPriceRangeAsync(long minCents, long maxCents, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM products WHERE price_cents BETWEEN {minCents} AND {maxCents} ORDER BY price_cents";
        return await ReadAllAsync(command, cancellationToken);
    }

    public async Task<List<ProductSummary>> ByIdsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        var placeholders = new List<string>(ids.Count);
        for (var i = 0; i < ids.Count; i++)
        {
            placeholders.Add($"$id{i}");
            command.Parameters.AddWithValue($"$id{i}", ids[i]);
        }

        command.CommandText = $"SELECT {Columns} FROM products WHERE id IN ({string.Join(", ", placeholders)})";
        return await ReadAllAsync(command, cancellationToken);
    }

    public async Task ClearCacheAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = new SqliteCommand("DELETE FROM search_cache", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<ProductSummary>> ReadAllAsync(SqliteCommand command, CancellationToken cancellationToken)
    {
        var products = new List<ProductSummary>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            products.Add(Read(reader));
        }

        return products;
    }

    private static ProductSummary Read(SqliteDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), reader.GetInt64(5));
}
