using LocalFunctions.Durable.Engine;
using LocalFunctions.Hosting;
using LocalFunctions.Messaging.Broker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>GET /local/health</c>: whether everything runs, and how much waits.</summary>
internal static class HealthControls
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/local/health", Read);

    private static IResult Read(LocalHostStatus status, DurableEngine durable, LocalServiceBus bus, TimeProvider clock)
    {
        var counts = bus.Counts.Values.ToList();
        var body = new
        {
            status = status.IsReady ? "ready" : "starting",
            now = clock.GetUtcNow(),
            runningOrchestrations = durable.Counts.Live,
            queuedMessages = counts.Sum(entity => entity.Active + entity.Scheduled),
            deadLetters = counts.Sum(entity => entity.Dead),
            dueTimers = durable.WaitingTimers,
            functions = status.Functions.Count,
        };
        return Results.Json(body, ControlResults.Json, statusCode: status.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
