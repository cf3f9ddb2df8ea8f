using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Lifecycle;
using Orders.Domain;

namespace OrderFunctions.Lifecycle;

/// <summary>A buyer's orders, and one order for its buyer or staff.</summary>
public sealed class OrdersHttp(HttpEdge edge, ListOrders listOrders, ReadOrder readOrder)
{
    private static readonly Rule List = new(Who.Customer);
    private static readonly Rule Read = new(Who.OwnerOrStaff);

    [Function("ListOrders")]
    public Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/orders")] HttpRequest request) =>
        edge.RunAsync(request, List, async call =>
        {
            var wanted = new ListOrdersRequest(request.Query["status"], request.Query["limit"], request.Query["cursor"]);
            var page = await listOrders.RunAsync(call.Caller, wanted, call.Cancellation);
            return page.Succeeded
                ? Answer.Of(StatusCodes.Status200OK, OrderView.Of(page.Value), ApiJson.Default.OrderPage)
                : Problems.Of(page.Refusal);
        });

    [Function("ReadOrder")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/orders/{orderId}")] HttpRequest request, string orderId) =>
        edge.ReadAsync(request, Read, (readOrder, request, orderId), static async (call, of) =>
        {
            if (!OrderId.TryParse(of.orderId, out var id))
                return Problems.Of(OrderAnswers.NoSuchOrder);
            // Over before anybody could go away, mostly: the token that tells of it would cost more than the look.
            var read = await of.readOrder.RunAsync(call.Caller, id, CancellationToken.None);
            if (!read.Succeeded)
                return Problems.Of(read.Refusal);
            var order = read.Value;
            return RequestHeaders.HasAlready(of.request, order.Version)
                ? Answer.Empty(StatusCodes.Status304NotModified).WithHeader("ETag", order.Tag)
                : OrderAnswers.Of(order);
        });
}
