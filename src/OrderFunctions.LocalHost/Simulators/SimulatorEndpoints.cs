using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Payments;
using Orders.Domain;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>The simulated provider's HTTP API, and its page on which a buyer pays.</summary>
public static class SimulatorEndpoints
{
    private const int LongestId = 100;

    private static readonly FormOptions PayForm = new() { BufferBody = false, ValueCountLimit = 10, ValueLengthLimit = 100, MultipartBodyLengthLimit = 1_000 };

    private sealed record OpenBody(string PaymentId, string OrderId, long Amount, string Currency, string? Method = null);

    private sealed record RefundBody(string RefundId, string PaymentId, long Amount, string Currency);

    /// <summary>Maps <c>/v1/payments</c>, <c>/v1/refunds</c>, <c>/v1/statement</c> and <c>/pay</c> below the prefix.</summary>
    public static void MapPaymentSimulator(this IEndpointRouteBuilder routes, string prefix)
    {
        var api = routes.MapGroup(prefix + "/v1").AddEndpointFilter(HasKeyAsync);
        api.MapPost("/payments", OpenAsync);
        api.MapGet("/payments/{paymentId}", (string paymentId, PaymentSimulator simulator, SimulatorOptions options) =>
            View(simulator.Find(paymentId), options));
        api.MapPost("/payments/{paymentId}/void", async (string paymentId, PaymentSimulator simulator, SimulatorOptions options) =>
            View(await simulator.VoidAsync(paymentId), options));
        api.MapPost("/refunds", RefundAsync);
        api.MapGet("/refunds/{refundId}", (string refundId, PaymentSimulator simulator) => View(simulator.FindRefund(refundId)));
        api.MapGet("/statement", StatementEndpoint.Read);
        routes.MapGet(prefix + "/pay/{paymentId}", (string paymentId, PaymentSimulator simulator) => PayPage.Show(simulator.Find(paymentId)));
        routes.MapPost(prefix + "/pay/{paymentId}", PayAsync);
    }

    private static async ValueTask<object?> HasKeyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var options = context.HttpContext.RequestServices.GetRequiredService<SimulatorOptions>();
        return context.HttpContext.Request.Headers.Authorization == $"Bearer {options.ApiKey}"
            ? await next(context)
            : SimulatorJson.Problem(StatusCodes.Status401Unauthorized, "The API key is missing or wrong.");
    }

    private static async Task<IResult> OpenAsync(HttpRequest request, PaymentSimulator simulator, SimulatorOptions options)
    {
        if (await SimulatorJson.ReadAsync<OpenBody>(request) is not { } body
            || !Currency.TryParse(body.Currency, out var currency) || body.Amount <= 0
            || !PaymentId.TryParse(body.PaymentId, out _) || !OrderId.TryParse(body.OrderId, out _) || !HasKey(request, body.PaymentId))
        {
            return SimulatorJson.Problem(StatusCodes.Status400BadRequest, "Not a payment.");
        }

        return await simulator.OpenAsync(body.PaymentId, body.OrderId, new Money(body.Amount, currency), body.Method) is { } payment
            ? View(payment, options)
            : SimulatorJson.Problem(StatusCodes.Status422UnprocessableEntity, "This id stands for another payment.");
    }

    private static async Task<IResult> RefundAsync(HttpRequest request, PaymentSimulator simulator)
    {
        if (await SimulatorJson.ReadAsync<RefundBody>(request) is not { } body
            || !Currency.TryParse(body.Currency, out var currency) || body.RefundId.Length is 0 or > LongestId || !HasKey(request, body.RefundId))
        {
            return SimulatorJson.Problem(StatusCodes.Status400BadRequest, "Not a refund.");
        }

        return await simulator.RefundAsync(body.RefundId, body.PaymentId, new Money(body.Amount, currency)) is { } refund
            ? View(refund)
            : SimulatorJson.Problem(StatusCodes.Status422UnprocessableEntity, "There is not so much to refund.");
    }

    private static async Task<IResult> PayAsync(HttpRequest request, string paymentId, PaymentSimulator simulator)
    {
        if (simulator.Find(paymentId) is not { } payment)
            return PayPage.Show(payment: null);
        switch (await ChoiceAsync(request))
        {
            case "pay":
                return PayPage.Show(await simulator.ActAsync(paymentId, new SimulatedAct(payment.Amount, WebhookMode.Send), at: null, onlyIfOpen: true));
            case "decline":
                return PayPage.Show(await simulator.ActAsync(paymentId, new SimulatedAct(Captured: null, WebhookMode.Send), at: null, onlyIfOpen: true));
            default:
                return SimulatorJson.Problem(StatusCodes.Status400BadRequest, "The form says neither 'pay' nor 'decline'.");
        }
    }

    private static async Task<string?> ChoiceAsync(HttpRequest request)
    {
        try
        {
            return request.HasFormContentType ? (await request.ReadFormAsync(PayForm, request.HttpContext.RequestAborted))["act"].ToString() : null;
        }
        catch (Exception malformed) when (malformed is InvalidDataException or IOException)
        {
            return null;
        }
    }

    private static IResult View(SimulatedRefund? refund) => refund is null
        ? SimulatorJson.Problem(StatusCodes.Status404NotFound, "There is no such refund.")
        : SimulatorJson.Ok(new
        {
            refund.RefundId,
            refund.Status,
            reference = refund.RefundId,
            because = refund.Status == ProviderRefundStatus.Failed ? "The account does not take it." : null,
        });

    private static bool HasKey(HttpRequest request, string key) => request.Headers["Idempotency-Key"] == key;

    private static IResult View(SimulatedPayment? payment, SimulatorOptions options) => payment is null
        ? SimulatorJson.Problem(StatusCodes.Status404NotFound, "There is no such payment.")
        : SimulatorJson.Ok(new
        {
            payment.PaymentId,
            payment.Status,
            payment.Captured,
            payment.CapturedAt,
            providerReference = payment.Reference,
            payUrl = $"{options.PublicUrl}/pay/{payment.PaymentId}",
        });
}
