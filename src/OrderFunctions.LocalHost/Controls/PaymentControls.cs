using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrderFunctions.LocalHost.Simulators;
using Orders.Application.Lifecycle;
using Orders.Domain;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>POST /local/payments/{paymentId}/settle</c> and <c>/fail</c>, and the provider's statements: the simulated provider acts.</summary>
internal static class PaymentControls
{
    private static readonly TimeSpan LateBy = TimeSpan.FromMinutes(10);

    private sealed record ActBody(long? Amount = null, string? Currency = null, WebhookMode Webhook = WebhookMode.Send, string? Delay = null);

    private sealed record StatementBody(List<StatementLine> Lines);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/local/payments/{paymentId}/settle", (HttpRequest request, string paymentId, PaymentSimulator simulator, IOrderStore orders, TimeProvider clock) =>
            ActAsync(request, paymentId, settles: true, simulator, orders, clock));
        routes.MapPost("/local/payments/{paymentId}/fail", (HttpRequest request, string paymentId, PaymentSimulator simulator, IOrderStore orders, TimeProvider clock) =>
            ActAsync(request, paymentId, settles: false, simulator, orders, clock));
        MapStatements(routes);
    }

    /// <summary>The same where no orders are: a provider alone does not know payment deadlines, so <c>late</c> needs a <c>delay</c> there.</summary>
    public static void MapWithoutOrders(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/local/payments/{paymentId}/settle", (HttpRequest request, string paymentId, PaymentSimulator simulator, TimeProvider clock) =>
            ActAsync(request, paymentId, settles: true, simulator, orders: null, clock));
        routes.MapPost("/local/payments/{paymentId}/fail", (HttpRequest request, string paymentId, PaymentSimulator simulator, TimeProvider clock) =>
            ActAsync(request, paymentId, settles: false, simulator, orders: null, clock));
        MapStatements(routes);
    }

    private static void MapStatements(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/local/statements/{date}", (string date, PaymentSimulator simulator) => ParseDate(date) is { } day
            ? ControlResults.Ok(new { date, lines = simulator.Statement(day) })
            : ControlResults.Invalid("The date is written as 2026-01-31."));
        routes.MapPut("/local/statements/{date}", ReplaceStatementAsync);
    }

    private static async Task<IResult> ActAsync(HttpRequest request, string paymentId, bool settles, PaymentSimulator simulator, IOrderStore? orders, TimeProvider clock)
    {
        var (body, problem) = request.ContentLength is null or 0 && !request.Headers.TransferEncoding.Any()
            ? (new ActBody(), null)
            : await ControlResults.ReadAsync<ActBody>(request);
        if (body is null)
            return problem!;
        if (simulator.Find(paymentId) is not { } payment)
            return ControlResults.NotFound("The simulated provider knows of no such payment.");
        var currency = payment.Amount.Currency;
        if (body.Amount is <= 0 || (body.Currency is { } named && !Currency.TryParse(named, out currency)))
            return ControlResults.Invalid("'amount' is above 0 and 'currency' an ISO 4217 code.");
        var delay = body.Delay is null ? TimeSpan.Zero : ClockControls.ParseDuration(body.Delay);
        if (delay is null)
            return ControlResults.Invalid("'delay' is an ISO 8601 duration such as PT10M or P2D.");

        var at = clock.GetUtcNow() + delay.Value;
        if (body.Webhook == WebhookMode.Late && orders is null && body.Delay is null)
            return ControlResults.Invalid("A provider alone does not know payment deadlines: say 'delay'.");
        if (body.Webhook == WebhookMode.Late && orders is not null && await PayByAsync(orders, payment.OrderId, request.HttpContext.RequestAborted) is { } payBy)
            at = payBy + LateBy + delay.Value;
        var captured = settles ? new Money(body.Amount ?? payment.Amount.Amount, currency) : (Money?)null;
        var mode = body.Webhook == WebhookMode.Late ? WebhookMode.Send : body.Webhook;
        var after = (await simulator.ActAsync(paymentId, new SimulatedAct(captured, mode), at))!;
        return ControlResults.Ok(new { paymentId, status = after.Status, at });
    }

    private static async Task<DateTimeOffset?> PayByAsync(IOrderStore orders, string orderId, CancellationToken cancellation) =>
        await orders.LocateAsync(Id.Parse<OrderId>(orderId), cancellation) is { } order
            ? (await orders.FindAsync(order, cancellation))?.PayBy
            : null;

    private static async Task<IResult> ReplaceStatementAsync(HttpRequest request, string date, PaymentSimulator simulator)
    {
        if (ParseDate(date) is not { } day)
            return ControlResults.Invalid("The date is written as 2026-01-31.");
        var (body, problem) = await ControlResults.ReadAsync<StatementBody>(request);
        if (body is null)
            return problem!;
        await simulator.ReplaceStatementAsync(day, body.Lines);
        return ControlResults.Ok(new { date, lines = simulator.Statement(day) });
    }

    private static DateOnly? ParseDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
