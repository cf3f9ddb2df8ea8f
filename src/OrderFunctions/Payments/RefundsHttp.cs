using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;

namespace OrderFunctions.Payments;

/// <summary>Ways on for a refund that failed, for support and operations.</summary>
public sealed class RefundsHttp(HttpEdge edge, RetryRefund retryRefund, SettleRefund settleRefund)
{
    private static readonly Rule Retry = new(Who.SupportOrOps);
    private static readonly Rule<SettleRefundRequest> Settle = new(Who.SupportOrOps, ApiJson.Default.SettleRefundRequest);

    [Function("RetryRefund")]
    public Task<IResult> RetryAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/refunds/{refundId}/retry")] HttpRequest request,
        string orderId,
        string refundId) =>
        edge.RunAsync(request, Retry, async call => OrderId.TryParse(orderId, out var id)
            ? AnswerOf(await retryRefund.RunAsync(call.Caller, id, refundId, call.IfMatch, call.Cancellation))
            : Problems.Of(OrderAnswers.NoSuchOrder));

    [Function("SettleRefund")]
    public Task<IResult> SettleAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/refunds/{refundId}/settle")] HttpRequest request,
        string orderId,
        string refundId) =>
        edge.RunAsync(request, Settle, async (call, body) => OrderId.TryParse(orderId, out var id)
            ? AnswerOf(await settleRefund.RunAsync(call.Caller, id, refundId, body, call.IfMatch, call.Cancellation))
            : Problems.Of(OrderAnswers.NoSuchOrder));

    private static Answer AnswerOf(Result<RefundInOrder> result) => result.Succeeded
        ? Answer.Of(StatusCodes.Status200OK, RefundView.Of(result.Value.Refund), ApiJson.Default.RefundView)
        : Problems.Of(result.Refusal);
}
