using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrderFunctions.LocalHost.Simulators;
using Orders.Application.Payments;

namespace OrderFunctions.LocalHost.Controls;

/// <summary>
/// <c>PUT /local/payments/{paymentId}/refunds</c> says how the simulated provider answers refunds of a payment from now on;
/// <c>POST /local/refunds/{refundId}/succeed</c> and <c>/fail</c> let it decide on one that it left pending.
/// </summary>
internal static class RefundControls
{
    private const string NoSuchRefund = "The simulated provider knows of no such refund.";

    private enum RefundAnswer
    {
        Succeed,
        Pending,
        Fail,
    }

    private sealed record AnswerBody(RefundAnswer Answer);

    private sealed record DecisionBody(WebhookMode Webhook = WebhookMode.Send);

    public static void Map(IEndpointRouteBuilder controls)
    {
        controls.MapPut("/payments/{paymentId}/refunds", AnswerAsync);
        controls.MapPost("/refunds/{refundId}/succeed", (HttpRequest request, string refundId, PaymentSimulator simulator) =>
            DecideAsync(request, refundId, ProviderRefundStatus.Succeeded, simulator));
        controls.MapPost("/refunds/{refundId}/fail", (HttpRequest request, string refundId, PaymentSimulator simulator) =>
            DecideAsync(request, refundId, ProviderRefundStatus.Failed, simulator));
    }

    private static async Task<IResult> AnswerAsync(HttpRequest request, string paymentId, PaymentSimulator simulator)
    {
        var (body, problem) = await ControlResults.ReadAsync<AnswerBody>(request);
        if (body is null)
            return problem!;
        var answer = body.Answer switch
        {
            RefundAnswer.Succeed => ProviderRefundStatus.Succeeded,
            RefundAnswer.Fail => ProviderRefundStatus.Failed,
            _ => ProviderRefundStatus.Pending,
        };
        return await simulator.AnswerRefundsAsync(paymentId, answer)
            ? ControlResults.Ok(new { paymentId, body.Answer })
            : ControlResults.NotFound("The simulated provider knows of no such payment.");
    }

    private static async Task<IResult> DecideAsync(HttpRequest request, string refundId, ProviderRefundStatus decision, PaymentSimulator simulator)
    {
        var (body, problem) = await ControlResults.ReadAsync(request, absent: new DecisionBody());
        if (body is null)
            return problem!;
        if (body.Webhook == WebhookMode.Late)
            return ControlResults.Invalid("A refund has no deadline that its message could be late for.");
        return await simulator.DecideRefundAsync(refundId, decision, body.Webhook) is not { } refund ? ControlResults.NotFound(NoSuchRefund)
            : refund.Status == decision ? ControlResults.Ok(new { refundId, status = refund.Status })
            : ControlResults.Invalid("This refund has failed, and stays so.");
    }
}
