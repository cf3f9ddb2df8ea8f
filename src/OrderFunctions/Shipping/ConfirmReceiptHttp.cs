using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application.Lifecycle;
using Orders.Domain;

namespace OrderFunctions.Shipping;

/// <summary>The buyer says that everything arrived.</summary>
public sealed class ConfirmReceiptHttp(HttpEdge edge, ConfirmReceipt confirmReceipt)
{
    private static readonly Rule Rule = new(Who.Owner);

    [Function("ConfirmReceipt")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/receipt")] HttpRequest request, string orderId) =>
        edge.RunAsync(request, Rule, async call => OrderId.TryParse(orderId, out var id)
            ? OrderAnswers.Of(await confirmReceipt.RunAsync(call.Caller, id, call.IfMatch, call.Cancellation))
            : Problems.Of(OrderAnswers.NoSuchOrder));
}
