using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;

namespace OrderFunctions.Lifecycle;

/// <summary>What support and operators see of one order's process, and how they help it along.</summary>
public sealed class OrderOpsHttp(HttpEdge edge, ReadEvents readEvents, ReadProcess readProcess, ListStuckOrders listStuckOrders, RetryOrder retryOrder)
{
    private const string One = "api/ops/orders/{orderId}";

    private static readonly Rule Rule = new(Who.SupportOrOps);

    [Function("ReadOrderEvents")]
    public Task<IResult> EventsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One + "/events")] HttpRequest request, string orderId) =>
        edge.RunAsync(request, Rule, async call =>
        {
            if (!OrderId.TryParse(orderId, out var id))
                return Problems.Of(OrderAnswers.NoSuchOrder);
            var events = await readEvents.RunAsync(id, request.Query["limit"], request.Query["cursor"], call.Cancellation);
            return events.Succeeded ? Answer.Of(StatusCodes.Status200OK, events.Value, ApiJson.Default.OrderEventsView) : Problems.Of(events.Refusal);
        });

    [Function("ReadOrderProcess")]
    public Task<IResult> ProcessAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One + "/process")] HttpRequest request, [DurableClient] DurableTaskClient client,
        string orderId) => edge.RunAsync(request, Rule, async call =>
        {
            if (!OrderId.TryParse(orderId, out var id))
                return Problems.Of(OrderAnswers.NoSuchOrder);
            var process = await readProcess.RunAsync(id, new DurableHistory(client), call.Cancellation);
            return process.Succeeded ? Answer.Of(StatusCodes.Status200OK, process.Value, ApiJson.Default.OrderProcessView) : Problems.Of(process.Refusal);
        });

    [Function("ListStuckOrders")]
    public Task<IResult> StuckAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/ops/stuck-orders")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        edge.RunAsync(request, Rule, async call =>
        {
            var page = await listStuckOrders.RunAsync(request.Query["limit"], request.Query["cursor"], new DurableOrderProcess(client), call.Cancellation);
            return page.Succeeded ? Answer.Of(StatusCodes.Status200OK, page.Value, ApiJson.Default.StuckOrderPage) : Problems.Of(page.Refusal);
        });

    [Function("RetryOrder")]
    public Task<IResult> RetryAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/retry")] HttpRequest request, [DurableClient] DurableTaskClient client, string orderId,
        FunctionContext context) => edge.RunAsync(request, Rule, async call =>
        {
            if (!OrderId.TryParse(orderId, out var id))
                return Problems.Of(OrderAnswers.NoSuchOrder);
            var retried = await retryOrder.RunAsync(
                call.Caller, id, call.IdempotencyKey ?? context.InvocationId, new DurableOrderProcess(client), call.Cancellation);
            return retried.Succeeded ? Answer.Of(StatusCodes.Status200OK, retried.Value, ApiJson.Default.RetriedOrderView) : Problems.Of(retried.Refusal);
        });
}
