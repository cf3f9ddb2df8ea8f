using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.Access;

namespace OrderFunctions.Access;

/// <summary>Whether the app is up, and what it needs: for anybody, so it says no more of a dependency than that it is away.</summary>
public sealed class HealthHttp(HttpEdge edge, ReadHealth readHealth, IConfiguration configuration)
{
    private const string LookAgainAfterSeconds = "5";

    private readonly bool hasTaskHub = TaskHub.IsOurs(configuration);

    /// <summary>In a split deployment it runs in every app; the one with the orchestrations asks the task hub whether it is there, and starts and signals nothing.</summary>
    [Function("ReadHealth")]
    public Task<IResult> ReadHealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/health")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        edge.GuardAsync(request, async () =>
        {
            var health = await readHealth.RunAsync(hasTaskHub ? [new TaskHub(client)] : [], request.HttpContext.RequestAborted);
            return health.Status == DependencyState.Unhealthy
                ? Answer.Of(StatusCodes.Status503ServiceUnavailable, health, ApiJson.Default.HealthView).WithHeader("Retry-After", LookAgainAfterSeconds)
                : Answer.Of(StatusCodes.Status200OK, health, ApiJson.Default.HealthView);
        }, Traffic.Health);
}
