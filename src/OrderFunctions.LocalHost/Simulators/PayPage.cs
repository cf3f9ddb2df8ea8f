using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Orders.Application.Payments;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>The page behind a payment's <c>payUrl</c>: two buttons, no script.</summary>
internal static class PayPage
{
    public static IResult Show(SimulatedPayment? payment) => payment is null
        ? Page("No such payment", "<p>The simulated provider knows of no such payment.</p>", StatusCodes.Status404NotFound)
        : Page(
            "Simulated payment",
            $"<dl><dt>Order</dt><dd>{WebUtility.HtmlEncode(payment.OrderId)}</dd><dt>Amount</dt><dd>{Amount(payment)}</dd></dl>{Choice(payment)}",
            StatusCodes.Status200OK);

    private static string Choice(SimulatedPayment payment) => payment.Status switch
    {
        ProviderPaymentStatus.Open =>
            "<form method=\"post\"><button name=\"act\" value=\"pay\">Pay</button> <button name=\"act\" value=\"decline\">Decline</button></form>",
        ProviderPaymentStatus.Succeeded => "<p role=\"status\">Paid. You can close this page.</p>",
        ProviderPaymentStatus.Failed => "<p role=\"status\">Declined. The shop can offer you another attempt.</p>",
        _ => "<p role=\"status\">This attempt was withdrawn by the shop.</p>",
    };

    private static string Amount(SimulatedPayment payment) =>
        string.Create(CultureInfo.InvariantCulture, $"{payment.Amount.Amount} minor units of {payment.Amount.Currency}");

    private static IResult Page(string title, string body, int status) => Results.Content(
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
        """,
        "text/html; charset=utf-8", statusCode: status);
}
