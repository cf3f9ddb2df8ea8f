using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.AfterSales;

namespace OrderFunctions.AfterSales;

/// <summary>The decision on an after-sale case: the shop's, or the buyer's to take it back.</summary>
public sealed class ReviewCaseHttp(HttpEdge edge, ApproveCase approve, RejectCase reject, WithdrawCase withdraw)
{
    private static readonly Rule<ApproveCaseRequest> Approve = new(Who.MerchantOrSupport, ApiJson.Default.ApproveCaseRequest) { Absent = new ApproveCaseRequest() };
    private static readonly Rule<RejectCaseRequest> Reject = new(Who.MerchantOrSupport, ApiJson.Default.RejectCaseRequest);
    private static readonly Rule Withdraw = new(Who.Owner);

    [Function("ApproveCase")]
    public Task<IResult> ApproveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/after-sales/{caseId}/approve")] HttpRequest request,
        string orderId,
        string caseId) =>
        edge.RunAsync(request, Approve, (call, body) => CaseAnswers.OfAsync(
            orderId, caseId, (order, id) => approve.RunAsync(call.Caller, order, id, body, call.IfMatch, call.Cancellation)));

    [Function("RejectCase")]
    public Task<IResult> RejectAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/after-sales/{caseId}/reject")] HttpRequest request,
        string orderId,
        string caseId) =>
        edge.RunAsync(request, Reject, (call, body) => CaseAnswers.OfAsync(
            orderId, caseId, (order, id) => reject.RunAsync(call.Caller, order, id, body, call.IfMatch, call.Cancellation)));

    // By name before the catch-all, whose route would take it: Azure tries them in the order of their names.
    [Function("BuyerWithdrawsCase")]
    public Task<IResult> WithdrawAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/after-sales/{caseId}/withdraw")] HttpRequest request,
        string orderId,
        string caseId) =>
        edge.RunAsync(request, Withdraw, call => CaseAnswers.OfAsync(
            orderId, caseId, (order, id) => withdraw.RunAsync(call.Caller, order, id, call.IfMatch, call.Cancellation)));
}
