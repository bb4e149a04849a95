using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Storefront.Catalog;
using Storefront.Customers;
using Storefront.Data;
using Storefront.Ledger;
using Storefront.Orders;
using Storefront.Outbox;
using Storefront.Payments;
using Storefront.Reports;
using Storefront.Warehouse;

DefaultTypeMap.MatchNamesWithUnderscores = true;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<StoreConnections>();
builder.Services.AddSingleton<Schema>();
builder.Services.AddDbContext<StoreContext>(options => options.UseSqlite(builder.Configuration.GetConnectionString("Store")));
builder.Services.AddSingleton<ProductSearch>();
builder.Services.AddScoped<ProductCatalog>();
builder.Services.AddSingleton<CustomerRepository>();
builder.Services.AddScoped<CouponService>();
builder.Services.AddSingleton<OrderService>();
builder.Services.AddSingleton<OrderQueries>();
builder.Services.AddSingleton<SalesReport>();
builder.Services.AddSingleton<BackupJob>();
builder.Services.AddSingleton<SqliteOutbox>();
builder.Services.AddSingleton<IOutbox>(services => services.GetRequiredService<SqliteOutbox>());
builder.Services.AddHostedService<OutboxDispatcher>();
builder.Services.AddHttpClient<OrderPayments>(client => client.BaseAddress = new Uri(builder.Configuration["Payments:BaseAddress"]!));

var postgres = string.Equals(builder.Configuration["Ledger:Provider"], "Postgres", StringComparison.OrdinalIgnoreCase);
if (postgres)
{
    builder.Services.AddSingleton(NpgsqlDataSource.Create(builder.Configuration["Ledger:ConnectionString"]!));
    builder.Services.AddSingleton<PostgresSchema>();
    builder.Services.AddSingleton<PostgresOutbox>();
    builder.Services.AddSingleton<IOutbox>(services => services.GetRequiredService<PostgresOutbox>());
    builder.Services.AddSingleton<PostgresLedger>();
    builder.Services.AddSingleton<ILedger>(services => new RetryingLedger(services.GetRequiredService<PostgresLedger>()));
    builder.Services.AddSingleton<PostgresWarehouse>();
    builder.Services.AddSingleton<IWarehouse>(services => services.GetRequiredService<PostgresWarehouse>());
}
else
{
    builder.Services.AddSingleton<ILedger, SqliteLedger>();
    builder.Services.AddSingleton<IWarehouse, SqliteWarehouse>();
}

var app = builder.Build();
await app.Services.GetRequiredService<Schema>().CreateAsync(app.Lifetime.ApplicationStopping);
if (postgres)
{
    await app.Services.GetRequiredService<PostgresSchema>().CreateAsync(app.Lifetime.ApplicationStopping);
}

app.MapGet("/", async (OrderQueries orders, SqliteOutbox outbox, CancellationToken cancellationToken) => new
{
    openOrders = await orders.OpenCountAsync(cancellationToken),
    revenueCents = orders.Revenue(),
    unsentMessages = await outbox.PendingAsync(cancellationToken),
});

var products = app.MapGroup("/products");
products.MapGet("/", (ProductSearch search, string? sort, int? page, CancellationToken ct) => search.ListAsync(sort, page ?? 1, ct));
products.MapGet("/{id:long}", async (ProductCatalog catalog, long id, CancellationToken ct) =>
    await catalog.GetAsync(id, ct) is { } product ? Results.Ok(product) : Results.NotFound());
products.MapGet("/search", (ProductSearch search, string q, CancellationToken ct) => search.SearchAsync(q, ct));
products.MapGet("/named/{name}", async (ProductSearch search, string name, CancellationToken ct) =>
    await search.FindByNameAsync(name, ct) is { } product ? Results.Ok(product) : Results.NotFound());
products.MapGet("/sku/{sku}", async (ProductSearch search, string sku, CancellationToken ct) =>
    await search.FindBySkuAsync(sku, ct) is { } product ? Results.Ok(product) : Results.NotFound());
products.MapGet("/priced", (ProductSearch search, long min, long max, CancellationToken ct) => search.InPriceRangeAsync(min, max, ct));
products.MapGet("/among", (ProductSearch search, long[] id, CancellationToken ct) => search.ByIdsAsync(id, ct));
products.MapGet("/category/{category}", (ProductSearch search, string category, string? sort, CancellationToken ct) =>
    search.ByCategoryAsync(category, sort ?? "name", ct));
products.MapGet("/category/{category}/sale", (ProductCatalog catalog, string category, CancellationToken ct) => catalog.OnSaleAsync(category, ct));
products.MapGet("/category/{category}/low", (ProductCatalog catalog, string category, int? below, CancellationToken ct) =>
    catalog.LowOnStockAsync(category, below ?? 20, ct));
products.MapGet("/categories", (ProductCatalog catalog, CancellationToken ct) => catalog.CategoriesAsync(ct));
products.MapPost("/", (ProductCatalog catalog, NewProduct request, CancellationToken ct) => catalog.AddAsync(request, ct));
products.MapPut("/{id:long}/price", async (ProductCatalog catalog, long id, long cents, CancellationToken ct) =>
    await catalog.ChangePriceAsync(id, cents, ct) ? Results.NoContent() : Results.NotFound());
products.MapPost("/category/{category}/rename", (ProductCatalog catalog, string category, string to, CancellationToken ct) =>
    catalog.RenameCategoryAsync(category, to, ct));
products.MapPost("/category/{category}/discontinue", (ProductCatalog catalog, string category, CancellationToken ct) =>
    catalog.DiscontinueAsync(category, ct));
products.MapPost("/category/{category}/sale", (ProductCatalog catalog, string category, int percent, CancellationToken ct) =>
    catalog.StartSaleAsync(category, percent, ct));
products.MapPost("/sale/end", (ProductCatalog catalog, CancellationToken ct) => catalog.EndSaleAsync(ct));
products.MapPost("/cache/clear", (ProductSearch search, CancellationToken ct) => search.ClearCacheAsync(ct));

var customers = app.MapGroup("/customers");
customers.MapGet("/", (CustomerRepository repository, string? name, string? email, CancellationToken ct) => repository.FindAsync(name, email, ct));
customers.MapGet("/{id:long}", async (CustomerRepository repository, long id, CancellationToken ct) =>
    await repository.GetAsync(id, ct) is { } customer ? Results.Ok(customer) : Results.NotFound());
customers.MapGet("/{publicId:guid}", async (CustomerRepository repository, Guid publicId, CancellationToken ct) =>
    await repository.ByPublicIdAsync(publicId, ct) is { } customer ? Results.Ok(customer) : Results.NotFound());
customers.MapGet("/among", (CustomerRepository repository, long[] id, CancellationToken ct) => repository.ByIdsAsync(id, ct));
customers.MapGet("/city/{city}", (CustomerRepository repository, string city, CancellationToken ct) => repository.InCityAsync(city, ct));
customers.MapPost("/", (CustomerRepository repository, NewCustomer request, CancellationToken ct) => repository.RegisterAsync(request, ct));
customers.MapPut("/", (CustomerRepository repository, NewCustomer request, CancellationToken ct) => repository.UpsertAsync(request, ct));
customers.MapPost("/{id:long}/seen", (CustomerRepository repository, long id, CancellationToken ct) => repository.SeenAsync(id, ct));
customers.MapPut("/{id:long}/city", async (CustomerRepository repository, StoreConnections connections, long id, string to, CancellationToken ct) =>
{
    await using var connection = await connections.OpenAsync(ct);
    return await repository.MoveAsync(connection, id, to, ct);
});
customers.MapGet("/{id:long}/orders/count", (OrderQueries orders, long id, CancellationToken ct) => orders.CountAsync(id, ct));
customers.MapGet("/{id:long}/coupons/count", (CouponService coupons, long id) => coupons.CountFor(id));
customers.MapPost("/{id:long}/coupons/extend", (CouponService coupons, long id, int days, CancellationToken ct) => coupons.ExtendAsync(id, days, ct));

app.MapGet("/coupons/{code}", async (CouponService coupons, string code) =>
    await coupons.FindAsync(code) is { } coupon ? Results.Ok(coupon) : Results.NotFound());
app.MapPost("/coupons", (CouponService coupons, NewCoupon request, CancellationToken ct) => coupons.IssueAsync(request, ct));

var orderGroup = app.MapGroup("/orders");
orderGroup.MapGet("/", (OrderQueries orders, string? status, CancellationToken ct) => orders.WithStatusAsync(status ?? "placed", ct));
orderGroup.MapGet("/statuses", (OrderQueries orders) => orders.Statuses());
orderGroup.MapGet("/placed", (OrderQueries orders, DateTime from, DateTime to, CancellationToken ct) =>
    orders.PlacedBetweenAsync(from.ToUniversalTime(), to.ToUniversalTime(), ct));
orderGroup.MapGet("/overdue", (OrderQueries orders, CancellationToken ct) => orders.OverdueAsync(DateTime.UtcNow.AddDays(-14), ct));
orderGroup.MapGet("/{id:long}", async (OrderQueries orders, long id, CancellationToken ct) =>
    await orders.GetAsync(id, ct) is { } order ? Results.Ok(new { order, lines = await orders.LinesAsync(id, ct) }) : Results.NotFound());
orderGroup.MapPost("/", async (OrderService orders, NewOrder request, CancellationToken ct) =>
{
    try
    {
        return Results.Ok(await orders.PlaceAsync(request, ct));
    }
    catch (OutOfStockException exception)
    {
        return Results.Conflict(exception.Message);
    }
});
orderGroup.MapPost("/{id:long}/pay", (OrderPayments payments, long id, CancellationToken ct) => payments.PayAsync(id, ct));
orderGroup.MapPost("/{id:long}/refund", (OrderPayments payments, long id, long cents, CancellationToken ct) => payments.RefundAsync(id, cents, ct));
orderGroup.MapPost("/{id:long}/write-off", (OrderPayments payments, long id, CancellationToken ct) => payments.WriteOffAsync(id, ct));
orderGroup.MapPost("/{id:long}/ship", (OrderService orders, long id, CancellationToken ct) => orders.ShipAsync(id, ct));
orderGroup.MapPost("/{id:long}/complete", (OrderService orders, long id, CancellationToken ct) => orders.CompleteAsync(id, ct));
orderGroup.MapPost("/{id:long}/cancel", (OrderService orders, long id, CancellationToken ct) => orders.CancelAsync(id, ct));
orderGroup.MapPost("/{id:long}/reopen", (OrderService orders, long id, CancellationToken ct) => orders.ReopenAsync(id, ct));
orderGroup.MapPost("/expire", (OrderService orders, int days, CancellationToken ct) => orders.ExpireAsync(TimeSpan.FromDays(days), ct));
orderGroup.MapPost("/purge", (OrderService orders, CancellationToken ct) => orders.PurgeCancelledAsync(DateTime.UtcNow.AddDays(-90), ct));

app.MapGet("/accounts/{id:long}", async (ILedger ledger, long id, CancellationToken ct) =>
    await ledger.BalanceAsync(id, ct) is { } balance ? Results.Ok(balance) : Results.NotFound());
app.MapGet("/accounts/{id:long}/entries", (ILedger ledger, long id, CancellationToken ct) => ledger.EntriesAsync(id, ct));
app.MapPost("/transfers", async (ILedger ledger, Transfer transfer, CancellationToken ct) =>
{
    try
    {
        await ledger.TransferAsync(transfer, ct);
        return Results.NoContent();
    }
    catch (InsufficientFundsException exception)
    {
        return Results.Conflict(exception.Message);
    }
});
app.MapPost("/warehouse/reserve", (IWarehouse warehouse, OrderItem[] items, CancellationToken ct) => warehouse.ReserveAsync(items, ct));
app.MapPost("/warehouse/release", (IWarehouse warehouse, OrderItem[] items, CancellationToken ct) => warehouse.ReleaseAsync(items, ct));
if (postgres)
{
    app.MapPost("/transfers/import", (PostgresLedger ledger, Transfer[] transfers, bool? skipInvalid, CancellationToken ct) =>
        skipInvalid == true ? ledger.ImportValidAsync(transfers, ct) : ledger.ImportAsync(transfers, ct));
    app.MapPost("/accounts/settle", (PostgresLedger ledger, long first, long second, CancellationToken ct) => ledger.SettleAsync(first, second, ct));
    app.MapPost("/accounts/{id:long}/freeze", (PostgresLedger ledger, long id, CancellationToken ct) => ledger.FreezeAsync(id, ct));
    app.MapPost("/ledger/archive", (PostgresLedger ledger, int days, CancellationToken ct) => ledger.ArchiveAsync(DateTime.UtcNow.AddDays(-days), ct));
    app.MapPost("/ledger/restore", (PostgresLedger ledger, int days, CancellationToken ct) => ledger.RestoreAsync(DateTime.UtcNow.AddDays(-days), ct));
    app.MapPost("/warehouse/recount", (PostgresWarehouse warehouse, OrderItem[] items, CancellationToken ct) => warehouse.RecountAsync(items, ct));
    app.MapDelete("/outbox/{topic}", (PostgresOutbox outbox, string topic, CancellationToken ct) => outbox.DropAsync(topic, ct));
}

var reports = app.MapGroup("/reports");
reports.MapGet("/daily", (SalesReport report, DateTime from, DateTime to, CancellationToken ct) =>
    report.DailyAsync(from.ToUniversalTime(), to.ToUniversalTime(), ct));
reports.MapGet("/since/{day}", (SalesReport report, DateOnly day, CancellationToken ct) => report.SinceAsync(day, ct));
reports.MapGet("/top", (SalesReport report, int? count, CancellationToken ct) => report.TopCustomersAsync(count ?? 10, ct));
reports.MapGet("/export", (SalesReport report, CancellationToken ct) => report.ExportAsync(ct));
reports.MapGet("/city/{city}", (SalesReport report, string city) => report.OrdersInAsync(city));
app.MapPost("/backup", (BackupJob backup, CancellationToken ct) => backup.RunAsync($"storefront-{Guid.NewGuid():N}.db", ct));

app.MapPost("/fake-gateway/charges", (Charge charge) => Results.Ok(charge));
app.MapPost("/fake-gateway/refunds", (Charge charge) => Results.Ok(charge));

app.Run();
