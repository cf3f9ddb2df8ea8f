using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Payments;

namespace OrderFunctions.Payments;

/// <summary>Days and their differences, for operators to read, to run again and to decide.</summary>
public sealed class ReconciliationHttp(
    HttpEdge edge, ListReconciliations listReconciliations, ReadReconciliation readReconciliation, RerunReconciliation rerunReconciliation,
    DecideDifference decideDifference, AuditTrail trail)
{
    private const string Day = "api/ops/reconciliations/{date}";

    private static readonly Rule Ops = new(Who.Ops);
    private static readonly Rule<DifferenceDecisionRequest> Decide = new(Who.Ops, ApiJson.Default.DifferenceDecisionRequest);

    [Function("ListReconciliations")]
    public Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/ops/reconciliations")] HttpRequest request) =>
        edge.RunAsync(request, Ops, async call =>
        {
            var days = await listReconciliations.RunAsync(request.Query["days"], call.Cancellation);
            return days.Succeeded ? Answer.Of(StatusCodes.Status200OK, days.Value, ApiJson.Default.ReconciliationDaysView) : Problems.Of(days.Refusal);
        });

    [Function("ReadReconciliation")]
    public Task<IResult> ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Day)] HttpRequest request, string date) =>
        edge.RunAsync(request, Ops, async call =>
        {
            var wanted = new ReadReconciliationRequest(date, request.Query["state"], request.Query["limit"], request.Query["cursor"]);
            var day = await readReconciliation.RunAsync(wanted, call.Cancellation);
            return day.Succeeded ? Answer.Of(StatusCodes.Status200OK, day.Value, ApiJson.Default.ReconciliationView) : Problems.Of(day.Refusal);
        });

    [Function("RerunReconciliation")]
    public Task<IResult> RerunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Day)] HttpRequest request, [DurableClient] DurableTaskClient client, string date) =>
        edge.RunAsync(request, Ops, async call =>
        {
            var started = await rerunReconciliation.RunAsync(date, new DurableReconciliation(client), call.Cancellation);
            return started.Succeeded
                ? Answer.Empty(StatusCodes.Status202Accepted).WithHeader("Location", $"/api/ops/reconciliations/{StatementPeriods.Of(started.Value)}")
                : Problems.Of(started.Refusal!);
        });

    [Function("ApproveDifference")]
    public Task<IResult> ApproveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Day + "/differences/{differenceId}/approve")] HttpRequest request, string date, string differenceId) =>
        edge.RunAsync(request, Decide, async (call, body) =>
            await AnswerAsync(
                call, AuditActions.DifferenceApproved, body, await decideDifference.RunAsync(call.Caller, date, differenceId, approve: true, body, call.Cancellation)));

    [Function("DismissDifference")]
    public Task<IResult> DismissAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Day + "/differences/{differenceId}/dismiss")] HttpRequest request, string date, string differenceId) =>
        edge.RunAsync(request, Decide, async (call, body) =>
            await AnswerAsync(
                call, AuditActions.DifferenceDismissed, body, await decideDifference.RunAsync(call.Caller, date, differenceId, approve: false, body, call.Cancellation)));

    private async Task<Answer> AnswerAsync(Call call, string action, DifferenceDecisionRequest decision, Result<Difference> difference)
    {
        if (!difference.Succeeded)
            return Problems.Of(difference.Refusal);
        var one = difference.Value;
        await trail.NoteAsync(
            call.Caller, action, one.Id, StatementPeriods.Of(one.Date), decision.Reason, call.Cancellation,
            ("date", StatementPeriods.Of(one.Date)), ("class", one.Class.ToString()), ("orderId", one.OrderKey));
        return Answer.Of(StatusCodes.Status200OK, DifferenceView.Of(one), ApiJson.Default.DifferenceView);
    }
}
