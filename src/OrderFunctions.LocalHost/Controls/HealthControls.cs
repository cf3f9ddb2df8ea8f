using LocalFunctions.Durable.Engine;
using LocalFunctions.Hosting;
using LocalFunctions.Messaging.Broker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orders.Application;
using Orders.Application.Events;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>GET /local/health</c>: whether everything runs, and how much waits.</summary>
internal static class HealthControls
{
    private const int MostCounted = 1_000;

    public static void Map(IEndpointRouteBuilder controls) => controls.MapGet("/health", ReadAsync);

    private static async Task<IResult> ReadAsync(LocalHostStatus status, DurableEngine durable, LocalServiceBus bus, IOutbox outbox, TimeProvider clock, CancellationToken cancellation)
    {
        var counts = bus.Counts.Values.ToList();
        var body = new
        {
            status = status.IsReady ? "ready" : "starting",
            now = clock.GetUtcNow(),
            runningOrchestrations = durable.Counts.Live,
            queuedMessages = counts.Sum(entity => entity.Active + entity.Scheduled),
            deadLetters = counts.Sum(entity => entity.Dead),
            unpublishedEvents = await UnpublishedAsync(outbox, clock, cancellation),
            dueTimers = durable.WaitingTimers,
            functions = status.Functions.Count,
        };
        return Results.Json(body, ControlResults.Json, statusCode: status.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Events not yet published, at most a thousand; null when that can't be told now. Health stays readable while faults are planned.</summary>
    private static async Task<int?> UnpublishedAsync(IOutbox outbox, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            return (await outbox.FindOlderThanAsync(clock.GetUtcNow(), MostCounted, cancellation)).Count;
        }
        catch (DependencyUnavailableException)
        {
            return null;
        }
    }
}
