using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Checkout;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>PUT /local/flash-sales/{saleId}</c>: the same use case, body and answer as the API's, without a token.</summary>
internal static class FlashSaleControls
{
    public static void Map(IEndpointRouteBuilder controls) => controls.MapPut("/flash-sales/{saleId}", PutAsync);

    private static async Task<IResult> PutAsync(HttpRequest request, string saleId, PutFlashSale putSale)
    {
        var (body, problem) = await ControlResults.ReadAsync<FlashSaleRequest>(request);
        if (body is null)
            return problem!;
        var put = await putSale.RunAsync(saleId, body, request.HttpContext.RequestAborted);
        return put.Succeeded ? Answer.Of(StatusCodes.Status200OK, put.Value, ApiJson.Default.FlashSaleView) : Problems.Of(put.Refusal);
    }
}
