using Microsoft.Data.Sqlite;

namespace Storefront.Data;

/// <summary>Creates the SQLite tables where they are missing and fills an empty shop.</summary>
public sealed class Schema(StoreConnections connections, ILogger<Schema> logger)
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS products (
            id           INTEGER PRIMARY KEY,
            sku          TEXT    NOT NULL UNIQUE,
            name         TEXT    NOT NULL,
            category     TEXT    NOT NULL,
            price_cents  INTEGER NOT NULL,
            sale_percent INTEGER NOT NULL DEFAULT 0,
            stock        INTEGER NOT NULL CHECK (stock >= 0),
            discontinued INTEGER NOT NULL DEFAULT 0,
            updated_at   TEXT    NOT NULL);
        CREATE TABLE IF NOT EXISTS customers (
            id         INTEGER PRIMARY KEY,
            public_id  TEXT NOT NULL UNIQUE,
            email      TEXT NOT NULL UNIQUE,
            name       TEXT NOT NULL,
            city       TEXT NULL,
            created_at TEXT NOT NULL,
            last_seen  TEXT NULL);
        CREATE TABLE IF NOT EXISTS coupons (
            code        TEXT PRIMARY KEY,
            customer_id INTEGER NOT NULL REFERENCES customers (id),
            percent     INTEGER NOT NULL,
            expires_at  TEXT    NOT NULL);
        CREATE TABLE IF NOT EXISTS orders (
            id          INTEGER PRIMARY KEY,
            customer_id INTEGER NOT NULL REFERENCES customers (id),
            status      TEXT    NOT NULL,
            total_cents INTEGER NOT NULL,
            placed_at   TEXT    NOT NULL,
            paid_at     TEXT    NULL);
        CREATE TABLE IF NOT EXISTS order_lines (
            order_id    INTEGER NOT NULL REFERENCES orders (id),
            product_id  INTEGER NOT NULL REFERENCES products (id),
            quantity    INTEGER NOT NULL,
            price_cents INTEGER NOT NULL,
            PRIMARY KEY (order_id, product_id));
        CREATE TABLE IF NOT EXISTS accounts (
            id            INTEGER PRIMARY KEY,
            owner         TEXT    NOT NULL,
            balance_cents INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS ledger_entries (
            id             INTEGER PRIMARY KEY,
            debit_account  INTEGER NOT NULL REFERENCES accounts (id),
            credit_account INTEGER NOT NULL REFERENCES accounts (id),
            amount_cents   INTEGER NOT NULL,
            note           TEXT    NOT NULL,
            booked_at      TEXT    NOT NULL);
        CREATE TABLE IF NOT EXISTS outbox (
            id           INTEGER PRIMARY KEY AUTOINCREMENT,
            topic        TEXT    NOT NULL,
            aggregate_id TEXT    NOT NULL,
            bucket       INTEGER NOT NULL,
            payload      TEXT    NOT NULL,
            created_at   TEXT    NOT NULL,
            sent_at      TEXT    NULL);
        CREATE TABLE IF NOT EXISTS search_cache (
            term   TEXT PRIMARY KEY,
            result TEXT NOT NULL);
        """;

    private static readonly (string Sku, string Name, string Category, long PriceCents, int Stock)[] SeedProducts =
    [
        ("TEA-001", "Darjeeling First Flush", "tea", 1490, 120),
        ("TEA-002", "Sencha", "tea", 1150, 80),
        ("TEA-003", "Earl Grey", "tea", 890, 200),
        ("COF-001", "Yirgacheffe", "coffee", 1690, 60),
        ("COF-002", "House Espresso", "coffee", 1290, 150),
        ("CUP-001", "Porcelain Cup", "ware", 1990, 40),
        ("CUP-002", "O'Hara Mug", "ware", 1590, 35),
        ("POT-001", "Cast Iron Pot", "ware", 5990, 12),
    ];

    private static readonly (string Email, string Name, string City)[] SeedCustomers =
    [
        ("ada@example.com", "Ada Kowalska", "Gdańsk"),
        ("brian@example.com", "Brian O'Connor", "Cork"),
        ("chen@example.com", "Chen Wei", "Taipei"),
    ];

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using (var pragma = connection.CreateCommand())
        {
            pragma.CommandText = "PRAGMA journal_mode = WAL";
            await pragma.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var transaction = connection.BeginTransaction();
        await using (var create = connection.CreateCommand())
        {
            create.Transaction = transaction;
            create.CommandText = Tables;
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        if (await IsEmptyAsync(connection, transaction, cancellationToken))
        {
            await SeedAsync(connection, transaction, cancellationToken);
            logger.LogInformation("Seeded {Products} products and {Customers} customers", SeedProducts.Length, SeedCustomers.Length);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<bool> IsEmptyAsync(SqliteConnection connection, SqliteTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new SqliteCommand("SELECT COUNT(*) FROM products", connection, transaction);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken)) == 0;
    }

    private static async Task SeedAsync(SqliteConnection connection, SqliteTransaction transaction, CancellationToken cancellationToken)
    {
        await using var product = connection.CreateCommand();
        product.Transaction = transaction;
        product.CommandText = """
            INSERT INTO products (sku, name, category, price_cents, stock, updated_at)
            VALUES ($sku, $name, $category, $price, $stock, $now)
            """;
        var sku = product.Parameters.Add("$sku", SqliteType.Text);
        var name = product.Parameters.Add("$name", SqliteType.Text);
        var category = product.Parameters.Add("$category", SqliteType.Text);
        var price = product.Parameters.Add("$price", SqliteType.Integer);
        var stock = product.Parameters.Add("$stock", SqliteType.Integer);
        product.Parameters.AddWithValue("$now", DateTime.UtcNow);
        foreach (var row in SeedProducts)
        {
            (sku.Value, name.Value, category.Value, price.Value, stock.Value) = (row.Sku, row.Name, row.Category, row.PriceCents, row.Stock);
            await product.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var customer = connection.CreateCommand();
        customer.Transaction = transaction;
        customer.CommandText = """
            INSERT INTO customers (public_id, email, name, city, created_at) VALUES ($publicId, $email, $fullName, $city, $now)
            """;
        var publicId = customer.Parameters.Add("$publicId", SqliteType.Text);
        var email = customer.Parameters.Add("$email", SqliteType.Text);
        var fullName = customer.Parameters.Add("$fullName", SqliteType.Text);
        var city = customer.Parameters.Add("$city", SqliteType.Text);
        customer.Parameters.AddWithValue("$now", DateTime.UtcNow);
        foreach (var row in SeedCustomers)
        {
            (publicId.Value, email.Value, fullName.Value, city.Value) = (Guid.NewGuid(), row.Email, row.Name, row.City);
            await customer.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var accounts = connection.CreateCommand();
        accounts.Transaction = transaction;
        accounts.CommandText = """
            INSERT INTO accounts (id, owner, balance_cents)
            VALUES (1, 'Storefront', 0), (2, 'Ada Kowalska', 100000), (3, 'Brian O''Connor', 50000), (4, 'Chen Wei', 75000)
            """;
        await accounts.ExecuteNonQueryAsync(cancellationToken);
    }
}
