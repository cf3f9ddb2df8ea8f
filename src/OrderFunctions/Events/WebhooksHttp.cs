using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Events;

namespace OrderFunctions.Events;

/// <summary>Endpoints that hear of orders, for merchants and operators.</summary>
public sealed class WebhooksHttp(HttpEdge edge, RegisterWebhook register, ListWebhooks list, ReadWebhook read, DeleteWebhook delete, AuditTrail trail)
{
    private static readonly Rule Rule = new(Who.MerchantOrOps);
    private static readonly Rule<WebhookRequest> Register = new(Who.MerchantOrOps, ApiJson.Default.WebhookRequest);

    /// <remarks>
    /// The answer is not kept for the key: it holds a secret, and a repeat finds its endpoint by itself. Without a key of the caller's a repeat is a second
    /// endpoint.
    /// </remarks>
    [Function("RegisterWebhook")]
    public Task<IResult> RegisterAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/ops/webhooks")] HttpRequest request, FunctionContext context) =>
        edge.RunAsync(request, Register, async (call, body) =>
        {
            var registered = await register.RunAsync(call.Caller, body, call.IdempotencyKey ?? context.InvocationId, call.Cancellation);
            if (registered.Succeeded)
                await trail.NoteAsync(call.Caller, AuditActions.WebhookRegistered, registered.Value.WebhookId.Value, key: "", reason: null, call.Cancellation);
            return registered.Succeeded
                ? WebhookAnswers.Secret(StatusCodes.Status201Created, registered.Value).WithHeader("Location", $"/api/ops/webhooks/{registered.Value.WebhookId}")
                : Problems.Of(registered.Refusal);
        });

    [Function("ListWebhooks")]
    public Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/ops/webhooks")] HttpRequest request) =>
        edge.RunAsync(request, Rule, async call => Answer.Of(StatusCodes.Status200OK, await list.RunAsync(call.Cancellation), ApiJson.Default.WebhookListView));

    [Function("ReadWebhook")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/ops/webhooks/{webhookId}")] HttpRequest request, string webhookId) =>
        edge.RunAsync(request, Rule, async call => WebhookAnswers.Of(await read.RunAsync(webhookId, call.Cancellation)));

    [Function("DeleteWebhook")]
    public Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/ops/webhooks/{webhookId}")] HttpRequest request, string webhookId) =>
        edge.RunAsync(request, Rule, async call =>
        {
            if (await delete.RunAsync(webhookId, call.Cancellation) is { } refusal)
                return Problems.Of(refusal);
            await trail.NoteAsync(call.Caller, AuditActions.WebhookDeleted, webhookId, key: "", reason: null, call.Cancellation);
            return Answer.Empty(StatusCodes.Status204NoContent);
        });
}

/// <summary>How endpoints and their deliveries are answered.</summary>
internal static class WebhookAnswers
{
    public static Answer Of(Result<WebhookView> webhook) => webhook.Succeeded
        ? Answer.Of(StatusCodes.Status200OK, webhook.Value, ApiJson.Default.WebhookView)
        : Problems.Of(webhook.Refusal);

    /// <summary>Never kept to be replayed: secrets stand in one place.</summary>
    public static Answer Secret(int status, WebhookSecretView webhook) =>
        Answer.Of(status, webhook, ApiJson.Default.WebhookSecretView) with { NeedsRecord = false };

    public static Answer Accepted(Result<DeliveryView> delivery) => delivery.Succeeded
        ? Answer.Of(StatusCodes.Status202Accepted, delivery.Value, ApiJson.Default.DeliveryView)
        : Problems.Of(delivery.Refusal);
}
