using Microsoft.EntityFrameworkCore;
using Storefront.Data;

namespace Storefront.Catalog;

public sealed record NewProduct(string Sku, string Name, string Category, long PriceCents, int Stock);

public sealed class ProductCatalog(StoreContext db)
{
    public Task<Product?> GetAsync(long id, CancellationToken cancellationToken) =>
        db.Products.AsNoTracking().FirstOrDefaultAsync(product => product.Id == id, cancellationToken);

    public async Task<List<Product>> OnSaleAsync(string category, CancellationToken cancellationToken)
    {
        return await db.Products
            .FromSqlRaw($"SELECT * FROM products WHERE category = '{category}' AND sale_percent > 0")
            .AsNoTracking()
            .ToListAsync(cancellationToken);
    }

    public async Task<List<Product>> LowOnStockAsync(string category, int below, CancellationToken cancellationToken)
    {
        return await db.Products
            .FromSql($"SELECT * FROM products WHERE category = {category} AND stock < {below}")
            .AsNoTracking()
            .OrderBy(product => product.Stock)
            .ToListAsync(cancellationToken);
    }

    public async Task<List<string>> CategoriesAsync(CancellationToken cancellationToken)
    {
        var categories = db.Products.Where(product => !product.Discontinued).Select(product => product.Category).Distinct().ToList();
        categories.Sort(StringComparer.Ordinal);
        await db.Database.ExecuteSqlRawAsync("DELETE FROM search_cache WHERE term = {0}", ["categories"], cancellationToken);
        return categories;
    }

    public async Task<Product> AddAsync(NewProduct request, CancellationToken cancellationToken)
    {
        var product = new Product
        {
            Sku = request.Sku,
            Name = request.Name,
            Category = request.Category,
            PriceCents = request.PriceCents,
            Stock = request.Stock,
            UpdatedAt = DateTime.UtcNow,
        };
        db.Products.Add(product);
        await db.SaveChangesAsync(cancellationToken);
        return product;
    }

    public async Task<bool> ChangePriceAsync(long id, long priceCents, CancellationToken cancellationToken)
    {
        var product = await db.Products.FindAsync([id], cancellationToken);
        if (product is null)
        {
            return false;
        }

        product.PriceCents = priceCents;
        product.UpdatedAt = DateTime.Now;
        await db.SaveChangesAsync();
        return true;
    }

    public Task<int> DiscontinueAsync(string category, CancellationToken cancellationToken) =>
        db.Products
            .Where(product => product.Category == category && product.Stock == 0)
            .ExecuteUpdateAsync(
                update => update
                    .SetProperty(product => product.Discontinued, true)
                    .SetProperty(product => product.UpdatedAt, DateTime.UtcNow),
                cancellationToken);

    public async Task<int> RenameCategoryAsync(string from, string to, CancellationToken cancellationToken)
    {
        db.Database.SetCommandTimeout(TimeSpan.FromMilliseconds(500));
        return await db.Database.ExecuteSqlAsync($"UPDATE products SET category = {to} WHERE category = {from}", cancellationToken);
    }

    public async Task<int> StartSaleAsync(string category, int percent, CancellationToken cancellationToken)
    {
        db.Database.SetCommandTimeout(TimeSpan.FromSeconds(15));
        return await db.Database.ExecuteSqlRawAsync(
            "UPDATE products SET sale_percent = {0} WHERE category = {1}", [percent, category], cancellationToken);
    }

    public async Task<int> EndSaleAsync(CancellationToken cancellationToken)
    {
        return await db.Database.ExecuteSqlRawAsync("UPDATE products SET sale_percent = 0", cancellationToken);
    }
}
