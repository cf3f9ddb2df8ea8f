using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.LocalHost.Simulators;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>POST /local/payments/{paymentId}/settle</c> and <c>/fail</c>: the simulated provider acts.</summary>
internal static class PaymentControls
{
    private const long MostAmount = 1_000_000_000_000_000;

    private static readonly TimeSpan LateBy = TimeSpan.FromMinutes(10);

    private sealed record ActBody(long? Amount = null, string? Currency = null, WebhookMode Webhook = WebhookMode.Send, string? Delay = null);

    public static void Map(IEndpointRouteBuilder controls)
    {
        controls.MapPost("/payments/{paymentId}/settle", (HttpRequest request, string paymentId, PaymentSimulator simulator, TimeProvider clock) =>
            ActAsync(request, paymentId, settles: true, simulator, clock));
        controls.MapPost("/payments/{paymentId}/fail", (HttpRequest request, string paymentId, PaymentSimulator simulator, TimeProvider clock) =>
            ActAsync(request, paymentId, settles: false, simulator, clock));
        RefundControls.Map(controls);
        StatementControls.Map(controls);
    }

    private static async Task<IResult> ActAsync(HttpRequest request, string paymentId, bool settles, PaymentSimulator simulator, TimeProvider clock)
    {
        var (body, problem) = await ControlResults.ReadAsync(request, absent: new ActBody());
        if (body is null)
            return problem!;
        if (simulator.Find(paymentId) is not { } payment)
            return ControlResults.NotFound("The simulated provider knows of no such payment.");
        if (MoneyOf(body, payment) is not { } money)
            return ControlResults.Invalid($"'amount' is from 1 to {MostAmount} minor units and 'currency' an ISO 4217 code.");
        var delay = body.Delay is null ? TimeSpan.Zero : ClockControls.ParseDuration(body.Delay);
        if (delay is null)
            return ControlResults.Invalid("'delay' is an ISO 8601 duration from PT0S to P36600D, such as PT10M or P2D.");

        var now = clock.GetUtcNow();
        var from = now;
        if (body.Webhook == WebhookMode.Late)
        {
            if (await PayByAsync(request, payment.OrderId) is not { } payBy)
                return ControlResults.Invalid("The payment deadline of this order is not known here: say 'delay' instead of 'late'.");
            from = payBy + LateBy > now ? payBy + LateBy : now;
        }

        var at = from + delay.Value;
        var act = new SimulatedAct(settles ? money : null, body.Webhook == WebhookMode.Late ? WebhookMode.Send : body.Webhook);
        var after = await simulator.ActAsync(paymentId, act, at);
        return ControlResults.Ok(new { paymentId, status = after!.Status, at });
    }

    /// <summary>What arrives: what was asked for, unless the body says otherwise.</summary>
    private static Money? MoneyOf(ActBody body, SimulatedPayment payment)
    {
        var currency = payment.Amount.Currency;
        if (body.Amount is < 1 or > MostAmount
            || (body.Currency is { } named && !(Currency.TryParse(named, out currency) && IsoCodes.Currencies.Contains(named))))
        {
            return null;
        }

        return new Money(body.Amount ?? payment.Amount.Amount, currency);
    }

    /// <summary>Null when the order is not known here, and where only the provider runs.</summary>
    private static async Task<DateTimeOffset?> PayByAsync(HttpRequest request, string orderId)
    {
        var cancellation = request.HttpContext.RequestAborted;
        return request.HttpContext.RequestServices.GetService<IOrderStore>() is { } orders
            && await orders.LocateAsync(Id.Parse<OrderId>(orderId), cancellation) is { } order
                ? (await orders.FindAsync(order, cancellation))?.PayBy
                : null;
    }
}
