using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrderFunctions.LocalHost.Simulators;
using Orders.Domain;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>GET</c> and <c>PUT /local/statements/{date}</c>: what the simulated provider says of a day (UTC).</summary>
internal static class StatementControls
{
    private const string WrongDate = "The date is written as 2026-01-31.";

    private sealed record StatementBody(List<SimulatedLine?> Lines);

    public static void Map(IEndpointRouteBuilder controls)
    {
        controls.MapGet("/statements/{date}", (string date, PaymentSimulator simulator) =>
            ParseDate(date) is { } day ? View(day, simulator) : ControlResults.Invalid(WrongDate));
        controls.MapPut("/statements/{date}", ReplaceAsync);
    }

    private static async Task<IResult> ReplaceAsync(HttpRequest request, string date, PaymentSimulator simulator)
    {
        if (ParseDate(date) is not { } day)
            return ControlResults.Invalid(WrongDate);
        var (body, problem) = await ControlResults.ReadAsync<StatementBody>(request);
        if (body is null)
            return problem!;
        if (!body.Lines.TrueForAll(IsLine))
            return ControlResults.Invalid("A line has 'type' (capture or refund), 'reference', 'paymentId', 'orderId', 'amount', 'currency' and 'at'.");
        await simulator.ReplaceStatementAsync(day, body.Lines!);
        return View(day, simulator);
    }

    /// <summary>A statement may be wrong, that is what replacing it is for; it must still be one.</summary>
    private static bool IsLine(SimulatedLine? line) => line is { Type: "capture" or "refund" } && Currency.TryParse(line.Currency, out _);

    private static IResult View(DateOnly day, PaymentSimulator simulator) =>
        ControlResults.Ok(new { date = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), lines = simulator.Statement(day) });

    private static DateOnly? ParseDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
