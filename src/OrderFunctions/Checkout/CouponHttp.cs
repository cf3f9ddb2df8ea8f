using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Checkout;

namespace OrderFunctions.Checkout;

/// <summary>Coupons, for merchants and operators to set.</summary>
public sealed class CouponHttp(HttpEdge edge, PutCoupon putCoupon)
{
    private static readonly Rule<CouponRequest> Put = new(Who.MerchantOrOps, ApiJson.Default.CouponRequest);

    [Function("PutCoupon")]
    public Task<IResult> PutAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/coupons/{code}")] HttpRequest request, string code) =>
        edge.RunAsync(request, Put, async (call, coupon) =>
        {
            var put = await putCoupon.RunAsync(code, coupon, call.Cancellation);
            return put.Succeeded
                ? Answer.Of(StatusCodes.Status200OK, CouponView.Of(put.Value), ApiJson.Default.CouponView)
                : Problems.Of(put.Refusal);
        });
}
