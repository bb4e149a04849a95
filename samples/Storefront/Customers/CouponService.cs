using Microsoft.EntityFrameworkCore;
using Storefront.Data;

namespace Storefront.Customers;

public sealed record NewCoupon(string Code, long CustomerId, int Percent);

public sealed class CouponService(StoreContext db)
{
    public async Task<Coupon?> FindAsync(string code)
    {
        return await db.Coupons.AsNoTracking().FirstOrDefaultAsync(coupon => coupon.Code == code);
    }

    public async Task<bool> IssueAsync(NewCoupon request, CancellationToken cancellationToken)
    {
        if (await db.Coupons.AnyAsync(coupon => coupon.Code == request.Code, cancellationToken))
        {
            return false;
        }

        db.Coupons.Add(new Coupon
        {
            Code = request.Code,
            CustomerId = request.CustomerId,
            Percent = request.Percent,
            ExpiresAt = DateTime.Now.AddDays(30),
        });
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    public Task<int> ExtendAsync(long customerId, int days, CancellationToken cancellationToken)
    {
        var expiry = DateTime.UtcNow.AddDays(days);
        return db.Coupons
            .Where(coupon => coupon.CustomerId == customerId)
            .ExecuteUpdateAsync(update => update.SetProperty(coupon => coupon.ExpiresAt, expiry), cancellationToken);
    }

    public int CountFor(long customerId) => db.Coupons.CountAsync(coupon => coupon.CustomerId == customerId).Result;
}
