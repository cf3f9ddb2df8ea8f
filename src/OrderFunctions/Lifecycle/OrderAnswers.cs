using Microsoft.AspNetCore.Http;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Lifecycle;
using Orders.Domain.Lifecycle;

namespace OrderFunctions.Lifecycle;

/// <summary>Orders as answers: always with their version as entity tag.</summary>
internal static class OrderAnswers
{
    /// <summary>For a number that can't be an order's: the same as for an order that isn't there, or is another's.</summary>
    public static readonly Refusal NoSuchOrder = new Refusal.NotFound("order");

    public static Answer Of(Result<Order> result) => result.Succeeded ? Of(StatusCodes.Status200OK, result.Value) : Problems.Of(result.Refusal);

    /// <summary>One that was made before: its bytes are sent as they are.</summary>
    public static Answer Of(HotOrder order) => new(StatusCodes.Status200OK, order.Body) { IsFinal = true, Headers = [new("ETag", order.Tag)] };

    public static Answer Of(int status, Order order) =>
        Answer.Of(status, OrderView.Of(order), ApiJson.Default.OrderView).WithHeader("ETag", RequestHeaders.Tag(order.Version));
}
