using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrderFunctions.LocalHost.Controls;

/// <summary>All controls of the local host. They stand beside the app, call the same use cases, and exist on no Azure build.</summary>
internal static class LocalControls
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        TokenControls.Map(routes);
        ClockControls.Map(routes);
        StockControls.Map(routes);
        PaymentControls.Map(routes);
        FaultControls.Map(routes);
        HealthControls.Map(routes);
        routes.MapPut("/local/coupons/{code}", (string code) => ControlResults.NotThere("coupons"));
        routes.MapPut("/local/flash-sales/{saleId}", (string saleId) => ControlResults.NotThere("flash sales"));
        routes.Map("/local/{**path}", (string? path) => ControlResults.NotFound("There is no such control; the README lists them."));
    }
}
