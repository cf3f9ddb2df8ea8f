using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orders.Domain;
using OrderFunctions.LocalHost.Controls;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>The simulated provider's HTTP API, and its page on which a buyer pays.</summary>
public static class SimulatorEndpoints
{
    private sealed record OpenBody(string PaymentId, string OrderId, long Amount, string Currency, string? Method);

    private sealed record RefundBody(string RefundId, string PaymentId, long Amount, string Currency);

    /// <summary>Maps <c>/v1/payments</c>, <c>/v1/refunds</c> and <c>/pay</c> below the prefix.</summary>
    public static void MapPaymentSimulator(this IEndpointRouteBuilder routes, string prefix)
    {
        var api = routes.MapGroup(prefix + "/v1").AddEndpointFilter(HasKeyAsync);
        api.MapPost("/payments", OpenAsync);
        api.MapGet("/payments/{paymentId}", (string paymentId, PaymentSimulator simulator, SimulatorOptions options) => View(simulator.Find(paymentId), options));
        api.MapPost("/payments/{paymentId}/void", async (string paymentId, PaymentSimulator simulator, SimulatorOptions options) => View(await simulator.VoidAsync(paymentId), options));
        api.MapPost("/refunds", RefundAsync);
        routes.MapGet(prefix + "/pay/{paymentId}", (string paymentId, PaymentSimulator simulator) => PayPage.Show(simulator.Find(paymentId)));
        routes.MapPost(prefix + "/pay/{paymentId}", PayAsync);
    }

    private static async ValueTask<object?> HasKeyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var options = (SimulatorOptions)context.HttpContext.RequestServices.GetService(typeof(SimulatorOptions))!;
        return context.HttpContext.Request.Headers.Authorization == $"Bearer {options.ApiKey}"
            ? await next(context)
            : Results.Problem("The API key is missing or wrong.", statusCode: StatusCodes.Status401Unauthorized);
    }

    private static async Task<IResult> OpenAsync(HttpRequest request, PaymentSimulator simulator, SimulatorOptions options)
    {
        var (body, problem) = await ControlResults.ReadAsync<OpenBody>(request);
        if (body is null)
            return problem!;
        if (!Currency.TryParse(body.Currency, out var currency) || body.Amount <= 0
            || !PaymentId.TryParse(body.PaymentId, out _) || !OrderId.TryParse(body.OrderId, out _)
            || request.Headers["Idempotency-Key"] != body.PaymentId)
        {
            return Results.Problem("Not a payment.", statusCode: StatusCodes.Status422UnprocessableEntity);
        }

        return await simulator.OpenAsync(body.PaymentId, body.OrderId, new Money(body.Amount, currency), body.Method) is { } payment
            ? View(payment, options)
            : Results.Problem("This id stands for another payment.", statusCode: StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> RefundAsync(HttpRequest request, PaymentSimulator simulator)
    {
        var (body, problem) = await ControlResults.ReadAsync<RefundBody>(request);
        if (body is null)
            return problem!;
        return Currency.TryParse(body.Currency, out var currency)
            && await simulator.RefundAsync(body.RefundId, body.PaymentId, new Money(body.Amount, currency))
                ? ControlResults.Ok(new { body.RefundId, status = "succeeded" })
                : Results.Problem("There is not so much to refund.", statusCode: StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> PayAsync(HttpRequest request, string paymentId, PaymentSimulator simulator)
    {
        if (simulator.Find(paymentId) is not { } payment)
            return PayPage.Show(payment: null);
        var declines = request.HasFormContentType && (await request.ReadFormAsync())["act"] == "decline";
        return PayPage.Show(payment.Status == Orders.Application.Payments.ProviderPaymentStatus.Open
            ? await simulator.ActAsync(paymentId, new SimulatedAct(declines ? null : payment.Amount, WebhookMode.Send), at: null)
            : payment);
    }

    private static IResult View(SimulatedPayment? payment, SimulatorOptions options) => payment is null
        ? Results.Problem("There is no such payment.", statusCode: StatusCodes.Status404NotFound)
        : ControlResults.Ok(new
        {
            payment.PaymentId,
            status = payment.Status,
            captured = payment.Captured is { } captured ? new { amount = captured.Amount, currency = captured.Currency.Value } : null,
            payment.CapturedAt,
            providerReference = payment.Reference,
            payUrl = $"{options.PublicUrl}/pay/{WebUtility.UrlEncode(payment.PaymentId)}",
        });
}
