using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;

namespace OrderFunctions.Payments;

/// <summary>Where the money of an order is, for its buyer and staff.</summary>
public sealed class MoneyHttp(HttpEdge edge, ReadMoney readMoney)
{
    private static readonly Rule Read = new(Who.OwnerOrStaff);

    [Function("ReadMoney")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/orders/{orderId}/money")] HttpRequest request, string orderId) =>
        edge.RunAsync(request, Read, async call =>
        {
            if (!OrderId.TryParse(orderId, out var id))
                return Problems.Of(OrderAnswers.NoSuchOrder);
            var money = await readMoney.RunAsync(call.Caller, id, call.Cancellation);
            return money.Succeeded ? Answer.Of(StatusCodes.Status200OK, money.Value, ApiJson.Default.MoneyView) : Problems.Of(money.Refusal);
        });
}
