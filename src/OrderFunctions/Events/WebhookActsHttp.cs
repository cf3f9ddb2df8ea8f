using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Events;

namespace OrderFunctions.Events;

/// <summary>What can be done with an endpoint and its deliveries.</summary>
public sealed class WebhookActsHttp(
    HttpEdge edge, RotateWebhookSecret rotate, EnableWebhook enable, TestWebhook test, ListDeliveries listDeliveries, RetryDelivery retryDelivery,
    AuditTrail trail)
{
    private static readonly Rule Rule = new(Who.MerchantOrOps);

    /// <remarks>As with registering: the answer is not kept, and a repeat with the same key is shown the same secret.</remarks>
    [Function("RotateWebhookSecret")]
    public Task<IResult> RotateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/ops/webhooks/{webhookId}/rotate-secret")] HttpRequest request, string webhookId,
        FunctionContext context) => edge.RunAsync(request, Rule, async call =>
        {
            var key = call.IdempotencyKey ?? context.InvocationId;
            var rotated = await rotate.RunAsync(call.Caller, webhookId, key, call.Cancellation);
            if (rotated.Succeeded)
                await trail.NoteAsync(call.Caller, AuditActions.WebhookSecretRotated, webhookId, key, reason: null, call.Cancellation);
            return rotated.Succeeded ? WebhookAnswers.Secret(StatusCodes.Status200OK, rotated.Value) : Problems.Of(rotated.Refusal);
        });

    [Function("EnableWebhook")]
    public Task<IResult> EnableAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/ops/webhooks/{webhookId}/enable")] HttpRequest request, string webhookId,
        FunctionContext context) =>
        edge.RunAsync(request, Rule, async call =>
        {
            var enabled = await enable.RunAsync(webhookId, call.Cancellation);
            if (enabled.Succeeded)
                await trail.NoteAsync(call.Caller, AuditActions.WebhookEnabled, webhookId, call.IdempotencyKey ?? context.InvocationId, reason: null, call.Cancellation);
            return WebhookAnswers.Of(enabled);
        });

    [Function("TestWebhook")]
    public Task<IResult> TestAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/ops/webhooks/{webhookId}/test")] HttpRequest request, string webhookId,
        FunctionContext context) => edge.RunAsync(request, Rule, async call =>
            WebhookAnswers.Accepted(await test.RunAsync(call.Caller, webhookId, call.IdempotencyKey ?? context.InvocationId, call.Cancellation)));

    [Function("ListDeliveries")]
    public Task<IResult> ListDeliveriesAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/ops/webhooks/{webhookId}/deliveries")] HttpRequest request, string webhookId) =>
        edge.RunAsync(request, Rule, async call =>
        {
            var page = await listDeliveries.RunAsync(
                webhookId, new ListDeliveriesRequest(request.Query["status"], request.Query["limit"], request.Query["cursor"]), call.Cancellation);
            return page.Succeeded ? Answer.Of(StatusCodes.Status200OK, page.Value, ApiJson.Default.DeliveryPage) : Problems.Of(page.Refusal);
        });

    [Function("RetryDelivery")]
    public Task<IResult> RetryDeliveryAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/ops/webhooks/{webhookId}/deliveries/{deliveryId}/retry")] HttpRequest request,
        string webhookId,
        string deliveryId) =>
        edge.RunAsync(request, Rule, async call => WebhookAnswers.Accepted(await retryDelivery.RunAsync(webhookId, deliveryId, call.Cancellation)));
}
