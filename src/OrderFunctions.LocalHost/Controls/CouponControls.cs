using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Checkout;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>PUT /local/coupons/{code}</c>: the same use case, body and answer as the API's, without a token.</summary>
internal static class CouponControls
{
    public static void Map(IEndpointRouteBuilder controls) => controls.MapPut("/coupons/{code}", PutAsync);

    private static async Task<IResult> PutAsync(HttpRequest request, string code, PutCoupon putCoupon)
    {
        var (body, problem) = await ControlResults.ReadAsync<CouponRequest>(request);
        if (body is null)
            return problem!;
        var put = await putCoupon.RunAsync(code, body, request.HttpContext.RequestAborted);
        return put.Succeeded ? Answer.Of(StatusCodes.Status200OK, CouponView.Of(put.Value), ApiJson.Default.CouponView) : Problems.Of(put.Refusal);
    }
}
