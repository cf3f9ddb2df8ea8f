using Microsoft.AspNetCore.Http;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.Access;

namespace OrderFunctions.Access;

/// <summary>Whether the app is up, and what it needs: for anybody, so it says no more of a dependency than that it is away.</summary>
public sealed class HealthHttp(HttpEdge edge, ReadHealth readHealth)
{
    private const string LookAgainAfterSeconds = "5";

    /// <summary>In a split deployment it runs in every app: it asks the task hub whether it is there, and starts and signals nothing.</summary>
    [Function("ReadHealth")]
    public Task<IResult> ReadHealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/health")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        edge.GuardAsync(request, async () =>
        {
            var health = await readHealth.RunAsync([new TaskHub(client)], request.HttpContext.RequestAborted);
            return health.Status == DependencyState.Unhealthy
                ? Answer.Of(StatusCodes.Status503ServiceUnavailable, health, ApiJson.Default.HealthView).WithHeader("Retry-After", LookAgainAfterSeconds)
                : Answer.Of(StatusCodes.Status200OK, health, ApiJson.Default.HealthView);
        }, Traffic.Health);
}
