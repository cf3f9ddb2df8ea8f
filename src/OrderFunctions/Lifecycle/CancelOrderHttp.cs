using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Lifecycle;
using Orders.Domain;

namespace OrderFunctions.Lifecycle;

/// <summary>Calls an unpaid order off, for its buyer or staff.</summary>
public sealed class CancelOrderHttp(HttpEdge edge, CancelOrder cancelOrder)
{
    private static readonly Rule<CancelRequest> Rule = new(Who.OwnerOrStaff, ApiJson.Default.CancelRequest);

    [Function("CancelOrder")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/cancel")] HttpRequest request, string orderId) =>
        edge.RunAsync(request, Rule, async (call, body) => OrderId.TryParse(orderId, out var id)
            ? OrderAnswers.Of(await cancelOrder.RunAsync(call.Caller, id, body, call.IfMatch, call.Cancellation))
            : Problems.Of(OrderAnswers.NoSuchOrder));
}
