using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrderFunctions.LocalHost.Controls;

/// <summary>All controls of the local host. They stand beside the app, call the same use cases, and exist on no Azure build.</summary>
internal static class LocalControls
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var controls = Begin(routes);
        TokenControls.Map(controls);
        ClockControls.Map(controls);
        StockControls.Map(controls);
        CouponControls.Map(controls);
        FlashSaleControls.Map(controls);
        PaymentControls.Map(controls);
        WebhookControls.Map(controls);
        FaultControls.Map(controls);
        HealthControls.Map(controls);
    }

    /// <summary>Those that make sense where only the simulated provider runs.</summary>
    public static void MapOfProvider(IEndpointRouteBuilder routes)
    {
        var controls = Begin(routes);
        ClockControls.Map(controls);
        PaymentControls.Map(controls);
    }

    private static RouteGroupBuilder Begin(IEndpointRouteBuilder routes)
    {
        var controls = routes.MapGroup("/local");
        controls.AddEndpointFilter(ControlResults.GuardAsync);
        controls.Map("/{**path}", (string? path) => ControlResults.NotFound("There is no such control, or it doesn't take this method; the README lists them."));
        return controls;
    }
}
