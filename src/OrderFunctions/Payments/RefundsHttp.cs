using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Payments;
using Orders.Domain;

namespace OrderFunctions.Payments;

/// <summary>Ways on for a refund that failed, for support and operations.</summary>
public sealed class RefundsHttp(HttpEdge edge, RetryRefund retryRefund, SettleRefund settleRefund, AuditTrail trail)
{
    private static readonly Rule Retry = new(Who.SupportOrOps);
    private static readonly Rule<SettleRefundRequest> Settle = new(Who.SupportOrOps, ApiJson.Default.SettleRefundRequest);

    [Function("RetryRefund")]
    public Task<IResult> RetryAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/refunds/{refundId}/retry")] HttpRequest request,
        string orderId,
        string refundId) =>
        edge.RunAsync(request, Retry, async call => OrderId.TryParse(orderId, out var id)
            ? await AnswerAsync(
                call, AuditActions.RefundRetried, refundId, await retryRefund.RunAsync(call.Caller, id, refundId, call.IfMatch, call.Cancellation), reason: null)
            : Problems.Of(OrderAnswers.NoSuchOrder));

    [Function("SettleRefund")]
    public Task<IResult> SettleAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/refunds/{refundId}/settle")] HttpRequest request,
        string orderId,
        string refundId) =>
        edge.RunAsync(request, Settle, async (call, body) => OrderId.TryParse(orderId, out var id)
            ? await AnswerAsync(
                call, AuditActions.RefundSettled, refundId, await settleRefund.RunAsync(call.Caller, id, refundId, body, call.IfMatch, call.Cancellation), body.Reference)
            : Problems.Of(OrderAnswers.NoSuchOrder));

    /// <param name="refundId">The one that failed.</param>
    private async Task<Answer> AnswerAsync(Call call, string action, string refundId, Result<RefundInOrder> result, string? reason)
    {
        if (!result.Succeeded)
            return Problems.Of(result.Refusal);
        var (order, refund) = (result.Value.Order, result.Value.Refund);
        await trail.NoteAsync(
            call.Caller, action, order.OrderId.Value, $"{refundId} {refund.RefundId}", reason, call.Cancellation, ("refundId", refundId), ("now", refund.RefundId));
        return Answer.Of(StatusCodes.Status200OK, RefundView.Of(refund), ApiJson.Default.RefundView);
    }
}
