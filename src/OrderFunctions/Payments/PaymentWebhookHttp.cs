using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Payments;

namespace OrderFunctions.Payments;

/// <summary>Takes a provider's message in: verified by its signature over the bytes as they came, stored, answered; applied later.</summary>
public sealed class PaymentWebhookHttp(HttpEdge edge, ReceiveProviderMessage receive)
{
    [Function("ReceivePaymentWebhook")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/payments/webhooks/{provider}")] HttpRequest request, string provider) =>
        edge.GuardAsync(request, async () =>
        {
            if (!BodyReader.IsJson(request))
                return Problems.UnsupportedMediaType.With("Send Content-Type: application/json.");
            if (await BodyReader.ReadAsync(request, request.HttpContext.RequestAborted) is not { } body)
                return Problems.BodyTooLarge.With("Send less.");
            using (body)
            {
                return AnswerOf(await receive.RunAsync(new ReceiveProviderMessageCommand(provider, name => request.Headers[name], body.Memory), CancellationToken.None));
            }
        }, Traffic.Webhook);

    private static Answer AnswerOf(ReceiveAnswer answer) => answer switch
    {
        ReceiveAnswer.Accepted => Answer.Empty(StatusCodes.Status202Accepted),
        ReceiveAnswer.Malformed { Because: var because } => Problems.InvalidRequest.With(because),
        ReceiveAnswer.NotGenuine { Because: var because, Challenge: var challenge } =>
            Problems.InvalidSignature.With(because).WithHeader("WWW-Authenticate", challenge),
        ReceiveAnswer.UnknownProvider => Problems.Of(new Refusal.NotFound("payment provider")),
        ReceiveAnswer.OtherContent => Problems.MessageReused.With("It is kept, and has no effect."),
        _ => throw new InvalidOperationException($"No answer stands for {answer.GetType().Name}."),
    };
}
