using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Payments;

namespace OrderFunctions.Payments;

/// <summary>Money that belongs to no payment of ours, for operators to see and to send back.</summary>
public sealed class UnknownMoneyHttp(HttpEdge edge, ListUnknownMoney list, RefundUnknownMoney refund)
{
    private static readonly Rule Ops = new(Who.Ops);
    private static readonly Rule<UnknownMoneyDecisionRequest> Decide = new(Who.Ops, ApiJson.Default.UnknownMoneyDecisionRequest);

    [Function("ListUnknownMoney")]
    public Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/ops/unknown-money")] HttpRequest request) =>
        edge.RunAsync(request, Ops, async call =>
        {
            var wanted = new ListUnknownMoneyRequest(request.Query["state"], request.Query["limit"], request.Query["cursor"]);
            var page = await list.RunAsync(wanted, call.Cancellation);
            return page.Succeeded ? Answer.Of(StatusCodes.Status200OK, page.Value, ApiJson.Default.UnknownMoneyPage) : Problems.Of(page.Refusal);
        });

    [Function("RefundUnknownMoney")]
    public Task<IResult> RefundAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/ops/unknown-money/{moneyId}/refund")] HttpRequest request, string moneyId) =>
        edge.RunAsync(request, Decide, async (call, body) =>
        {
            var money = await refund.RunAsync(call.Caller, moneyId, body, call.Cancellation);
            return money.Succeeded
                ? Answer.Of(StatusCodes.Status200OK, UnknownMoneyView.Of(money.Value), ApiJson.Default.UnknownMoneyView)
                : Problems.Of(money.Refusal);
        });
}
