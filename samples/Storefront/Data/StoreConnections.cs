using Microsoft.Data.Sqlite;

namespace Storefront.Data;

public sealed class StoreConnections(IConfiguration configuration)
{
    private readonly string _connectionString =
        configuration.GetConnectionString("Store") ?? throw new InvalidOperationException("ConnectionStrings:Store is missing.");

    public string ConnectionString => _connectionString;

    public async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
