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
        edge.RunAsync(
            request, Rule,
            async (call, basket) =>
            {
                var placed = await placeOrder.RunAsync(CommandOf(call, basket), new DurableOrderProcess(client), call.Cancellation);
                return placed.Succeeded ? AnswerOf(placed.Value) : Problems.Of(placed.Refusal);
            },
            async (call, basket) => await placeOrder.FindEarlierAsync(CommandOf(call, basket), call.Cancellation) is { } placed ? AnswerOf(placed) : null);

    private static PlaceOrderCommand CommandOf(Call call, BasketRequest basket) => new(call.Caller.UserId, call.RequiredKey, basket);

    private static Answer AnswerOf(PlacedOrder placed)
    {
        var (order, created, isReplay) = placed;
        var answer = isReplay
            ? OrderAnswers.Of(StatusCodes.Status201Created, order.AsPlaced()).AsReplay()
            : OrderAnswers.Of(created ? StatusCodes.Status201Created : StatusCodes.Status200OK, order);
        return answer.WithHeader("Location", $"/api/orders/{order.OrderId}") with { NeedsRecord = false };
    }
}
