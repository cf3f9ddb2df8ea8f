using System.Net;
using Microsoft.AspNetCore.Http;
using Orders.Application.Events;
using Orders.Application.Payments;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>The page behind a payment's <c>payUrl</c>: two buttons, no script.</summary>
internal static class PayPage
{
    public static IResult Show(SimulatedPayment? payment) => payment is null
        ? Page("No such payment", "<p>The simulated provider knows of no such payment.</p>", StatusCodes.Status404NotFound)
        : Page(
            "Simulated payment",
            $"<dl><dt>Order</dt><dd>{WebUtility.HtmlEncode(payment.OrderId)}</dd><dt>Amount</dt><dd>{WebUtility.HtmlEncode(MoneyText.Of(payment.Amount))}</dd></dl>{Choice(payment)}",
            StatusCodes.Status200OK);

    private static string Choice(SimulatedPayment payment) => payment.Status switch
    {
        ProviderPaymentStatus.Open =>
            "<form method=\"post\"><button name=\"act\" value=\"pay\">Pay</button> <button name=\"act\" value=\"decline\">Decline</button></form>",
        ProviderPaymentStatus.Succeeded => "<p role=\"status\">Paid. You can close this page.</p>",
        ProviderPaymentStatus.Failed => "<p role=\"status\">Declined. The shop can offer you another attempt.</p>",
        _ => "<p role=\"status\">This attempt was withdrawn by the shop.</p>",
    };

    private static Html Page(string title, string body, int status) => new(status,
        $$"""
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}}</title>
        <style>
          :root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif }
          body { max-width: 30rem; margin: 3rem auto; padding: 0 1rem }
          dt { opacity: .7 } dd { margin: 0 0 1rem; overflow-wrap: anywhere }
          button { font: inherit; padding: .6rem 1.4rem }
        </style>
        <main><h1>{{title}}</h1>{{body}}</main>
        </html>
        """);

    /// <summary>A page without script, that nobody frames or keeps.</summary>
    private sealed record Html(int Status, string Text) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = Status;
            response.ContentType = "text/html; charset=utf-8";
            response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
            response.Headers.CacheControl = "no-store";
            return response.WriteAsync(Text, httpContext.RequestAborted);
        }
    }
}
