using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Events;

namespace OrderFunctions.Events;

/// <summary>Many dead letters at once, sent back at a rate.</summary>
public sealed class RedrivesHttp(HttpEdge edge, StartRedrive startRedrive, ReadRedrive readRedrive)
{
    private static readonly Rule Look = new(Who.SupportOrOps);
    private static readonly Rule<RedriveRequest> Start = new(Who.Ops, ApiJson.Default.RedriveRequest);

    [Function("StartRedrive")]
    public Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/ops/dead-letters/redrive")] HttpRequest request, [DurableClient] DurableTaskClient client,
        FunctionContext context) => edge.RunAsync(request, Start, async (call, body) =>
        {
            var started = await startRedrive.RunAsync(call.Caller, body, call.IdempotencyKey ?? context.InvocationId, new DurableRedrives(client), call.Cancellation);
            return started.Succeeded ? Answer.Of(StatusCodes.Status200OK, started.Value, ApiJson.Default.RedriveStartedView) : Problems.Of(started.Refusal);
        });

    [Function("ReadRedrive")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/ops/dead-letters/redrives/{redriveId}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string redriveId) => edge.RunAsync(request, Look, async call =>
        {
            var redrive = await readRedrive.RunAsync(redriveId, new DurableRedrives(client), call.Cancellation);
            return redrive.Succeeded ? Answer.Of(StatusCodes.Status200OK, redrive.Value, ApiJson.Default.RedriveView) : Problems.Of(redrive.Refusal);
        });
}
