using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Events;

namespace OrderFunctions.Events;

/// <summary>Messages that their consumers could not take: support and operators look, operators act.</summary>
public sealed class DeadLettersHttp(
    HttpEdge edge, ListDeadLetters listDeadLetters, ReadDeadLetter readDeadLetter, ResubmitDeadLetter resubmitDeadLetter, PurgeDeadLetters purgeDeadLetters)
{
    private const string Letters = "api/ops/dead-letters";

    private static readonly Rule Look = new(Who.SupportOrOps);
    private static readonly Rule<ResubmitRequest> Resubmit = new(Who.Ops, ApiJson.Default.ResubmitRequest);
    private static readonly Rule<PurgeRequest> Purge = new(Who.Ops, ApiJson.Default.PurgeRequest);

    [Function("ListDeadLetters")]
    public Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Letters)] HttpRequest request) =>
        edge.RunAsync(request, Look, async call =>
        {
            var query = request.Query;
            var filter = new DeadLetterFilterRequest(query["source"], query["type"], query["reason"], query["orderId"], query["olderThan"]);
            var page = await listDeadLetters.RunAsync(new ListDeadLettersRequest(filter, query["limit"], query["cursor"]), call.Cancellation);
            return page.Succeeded ? Answer.Of(StatusCodes.Status200OK, page.Value, ApiJson.Default.DeadLetterPage) : Problems.Of(page.Refusal);
        });

    [Function("ReadDeadLetter")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Letters + "/{deadLetterId}")] HttpRequest request, string deadLetterId) =>
        edge.RunAsync(request, Look, async call =>
        {
            var letter = await readDeadLetter.RunAsync(deadLetterId, call.Cancellation);
            return letter.Succeeded ? Answer.Of(StatusCodes.Status200OK, letter.Value, ApiJson.Default.DeadLetterDetailView) : Problems.Of(letter.Refusal);
        });

    [Function("ResubmitDeadLetter")]
    public Task<IResult> ResubmitAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Letters + "/{deadLetterId}/resubmit")] HttpRequest request, string deadLetterId) =>
        edge.RunAsync(request, Resubmit, async (call, body) =>
        {
            var sent = await resubmitDeadLetter.RunAsync(call.Caller, deadLetterId, body, call.Cancellation);
            return sent.Succeeded ? Answer.Of(StatusCodes.Status200OK, sent.Value, ApiJson.Default.ResubmittedView) : Problems.Of(sent.Refusal);
        });

    [Function("PurgeDeadLetters")]
    public Task<IResult> PurgeAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Letters + "/purge")] HttpRequest request) =>
        edge.RunAsync(request, Purge, async (call, body) =>
        {
            var purged = await purgeDeadLetters.RunAsync(call.Caller, body, call.Cancellation);
            return purged.Succeeded ? Answer.Of(StatusCodes.Status200OK, purged.Value, ApiJson.Default.PurgedView) : Problems.Of(purged.Refusal);
        });
}
