using Microsoft.AspNetCore.Http;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.Access;
using Orders.Domain;
using Orders.Workflows.Access;

namespace OrderFunctions.Access;

/// <summary>The erasure of users, for operators.</summary>
public sealed class ErasureHttp(HttpEdge edge, RequestErasure requestErasure)
{
    private static readonly Rule Ops = new(Who.Ops);

    [Function("RequestErasure")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/ops/users/{userId}/erasure")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string userId) => edge.RunAsync(request, Ops, async call =>
        {
            var erasure = await requestErasure.RunAsync(call.Caller, userId, new DurableErasure(client), call.Cancellation);
            if (!erasure.Succeeded)
                return Problems.Of(erasure.Refusal);
            var status = erasure.Value.Status == ErasureStatus.Done ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
            // Not kept for the key: asked again, it says how far it is by then.
            return Answer.Of(status, erasure.Value, ApiJson.Default.ErasureView) with { NeedsRecord = false };
        });
}

/// <summary>An erasure as a durable orchestration, one per user at a time; its instance id says nothing of the user.</summary>
public sealed class DurableErasure(DurableTaskClient client) : IErasureProcess
{
    private readonly DurableInstances instances = new(client, nameof(EraseUser), signal: "");

    public Task StartAsync(UserId user, DateTimeOffset at, CancellationToken cancellation) =>
        instances.TryStartAsync(ErasureReports.NumberOf(user), new ErasurePlace(user, at), cancellation);

    public Task<bool> IsAliveAsync(UserId user, CancellationToken cancellation) => instances.IsAliveAsync(ErasureReports.NumberOf(user), cancellation);
}

/// <summary>The steps of an erasure.</summary>
public sealed class ErasureActivityFunctions(ErasureRun run)
{
    [Function(ErasureActivities.BeginErasure)]
    public Task<ErasurePlace> BeginAsync([ActivityTrigger] ErasurePlace place, CancellationToken cancellation) => run.BeginAsync(place, cancellation);

    [Function(ErasureActivities.EraseOrders)]
    public Task<ErasurePlace> ErasePageAsync([ActivityTrigger] ErasurePlace place, CancellationToken cancellation) => run.ErasePageAsync(place, cancellation);

    [Function(ErasureActivities.EndErasure)]
    public async Task<long> EndAsync([ActivityTrigger] ErasurePlace place, CancellationToken cancellation)
    {
        await run.EndAsync(place, cancellation);
        return place.Orders;
    }
}
