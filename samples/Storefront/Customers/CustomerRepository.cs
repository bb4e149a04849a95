using System.Data.Common;
using Dapper;
using Storefront.Data;

namespace Storefront.Customers;

public sealed class Customer
{
    public long Id { get; init; }
    public string PublicId { get; init; } = "";
    public string Email { get; init; } = "";
    public string Name { get; init; } = "";
    public string? City { get; init; }
}

public sealed record NewCustomer(string Email, string Name, string? City);

public sealed class CustomerRepository(StoreConnections connections)
{
    private const string Select = "SELECT id, public_id, email, name, city FROM customers";

    public async Task<Customer?> GetAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Customer>(
            new CommandDefinition($"{Select} WHERE id = @id", new { id }, cancellationToken: cancellationToken));
    }

    public async Task<IEnumerable<Customer>> InCityAsync(string city, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        return await connection.QueryAsync<Customer>($"{Select} WHERE city = '{city}' ORDER BY name");
    }

    public async Task<IEnumerable<Customer>> ByIdsAsync(IEnumerable<long> ids, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        return await connection.QueryAsync<Customer>(
            new CommandDefinition(Select + " WHERE id IN @ids ORDER BY id", new { ids }, cancellationToken: cancellationToken));
    }

    public async Task<Customer?> ByPublicIdAsync(Guid publicId, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        var command = new CommandDefinition(
            $"{Select} WHERE public_id = '{publicId}' COLLATE NOCASE", cancellationToken: cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Customer>(command);
    }

    public async Task<IEnumerable<Customer>> FindAsync(string? name, string? email, CancellationToken cancellationToken)
    {
        var sql = Select + " WHERE 1 = 1";
        var parameters = new DynamicParameters();
        if (!string.IsNullOrEmpty(name))
        {
            sql += string.Format(" AND name = '{0}'", name);
        }

        if (!string.IsNullOrEmpty(email))
        {
            sql += " AND email = @email";
            parameters.Add("email", email);
        }

        await using var connection = await connections.OpenAsync(cancellationToken);
        return await connection.QueryAsync<Customer>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    public async Task<long> RegisterAsync(NewCustomer request, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        var existing = await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(
            "SELECT id FROM customers WHERE email = @Email", new { request.Email }, cancellationToken: cancellationToken));
        if (existing is not null)
        {
            return existing.Value;
        }

        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            INSERT INTO customers (public_id, email, name, city, created_at)
            VALUES (@publicId, @Email, @Name, @City, @now)
            RETURNING id
            """,
            new { publicId = Guid.NewGuid(), request.Email, request.Name, request.City, now = DateTime.UtcNow },
            cancellationToken: cancellationToken));
    }

    public async Task<long> UpsertAsync(NewCustomer request, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            INSERT INTO customers (public_id, email, name, city, created_at)
            VALUES (@publicId, @Email, @Name, @City, @now)
            ON CONFLICT (email) DO UPDATE SET name = excluded.name, city = excluded.city
            RETURNING id
            """,
            new { publicId = Guid.NewGuid(), request.Email, request.Name, request.City, now = DateTime.UtcNow },
            cancellationToken: cancellationToken));
    }

    public async Task SeenAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await connection.ExecuteAsync("UPDATE customers SET last_seen = @now WHERE id = @id", new { id, now = DateTime.Now });
    }

    public async Task<int> MoveAsync(DbConnection connection, long id, string city, CancellationToken cancellationToken = default)
    {
        var command = new CommandDefinition(
            "UPDATE customers SET city = @city WHERE id = @id", new { id, city }, commandTimeout: 10, cancellationToken: cancellationToken);
        return await connection.ExecuteAsync(command);
    }
}
