using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.Checkout;

namespace OrderFunctions.Checkout;

/// <summary>
/// Places an order. The hot path: one parse, at most two awaited commits, one serialization. Of the answer no record is kept, for the order itself
/// gives it again, as long as a record would have: it is found by its key, tells by its fingerprint whether the request is the same, and knows how it was.
/// </summary>
public sealed class PlaceOrderHttp(HttpEdge edge, PlaceOrder placeOrder)
{
    private static readonly Rule<BasketRequest> Rule = new(Who.Customer, ApiJson.Default.BasketRequest, KeyIsRequired: true);

    [Function("PlaceOrder")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        edge.RunAsync(request, Rule, async (call, basket) =>
        {
            var command = new PlaceOrderCommand(call.Caller.UserId, call.RequiredKey, basket);
            var placed = await placeOrder.RunAsync(command, new DurableOrderProcess(client), call.Cancellation);
            if (!placed.Succeeded)
                return Problems.Of(placed.Refusal);
            var (order, created, isReplay) = placed.Value;
            var answer = isReplay
                ? OrderAnswers.Of(StatusCodes.Status201Created, order.AsPlaced()).AsReplay()
                : OrderAnswers.Of(created ? StatusCodes.Status201Created : StatusCodes.Status200OK, order);
            return answer.WithHeader("Location", $"/api/orders/{order.OrderId}") with { NeedsRecord = false };
        });
}
