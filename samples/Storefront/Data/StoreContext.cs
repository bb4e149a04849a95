using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;

namespace Storefront.Data;

public sealed class Product
{
    public long Id { get; set; }
    public required string Sku { get; set; }
    public required string Name { get; set; }
    public required string Category { get; set; }
    public long PriceCents { get; set; }
    public int SalePercent { get; set; }
    public int Stock { get; set; }
    public bool Discontinued { get; set; }
    public DateTime UpdatedAt { get; set; }
}

public sealed class Coupon
{
    public required string Code { get; set; }
    public long CustomerId { get; set; }
    public int Percent { get; set; }
    public DateTime ExpiresAt { get; set; }
}

public sealed partial class StoreContext(DbContextOptions<StoreContext> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();
    public DbSet<Coupon> Coupons => Set<Coupon>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Product>().ToTable("products");
        modelBuilder.Entity<Coupon>().ToTable("coupons").HasKey(coupon => coupon.Code);

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(WordStart().Replace(property.Name, "_$0").ToLowerInvariant());
        }
    }

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]")]
    private static partial Regex WordStart();
}
