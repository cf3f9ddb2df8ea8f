using System.Globalization;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Payments;

/// <summary>
/// Stripe's list of charges, then its list of refunds, as one statement. Not its balance transactions: those are in the currency that is paid out, less fees, and
/// would differ from what buyers paid.
/// </summary>
internal sealed class StripeStatement(ProviderCalls calls)
{
    private const int PerPage = 100;
    private const string Charges = "charges";
    private const string Refunds = "refunds";

    /// <param name="cursor"><c>charges:</c> or <c>refunds:</c>, and the last number of the page before.</param>
    public async Task<Page<StatementLine>> ReadAsync(DateTimeOffset from, DateTimeOffset until, string? cursor, CancellationToken cancellation)
    {
        var (list, after) = cursor?.Split(':') switch
        {
            null => (Charges, ""),
            [Charges or Refunds, _] parts => (parts[0], parts[1]),
            _ => throw new FormatException("The cursor is not one of this statement."),
        };
        var starting = after.Length == 0 ? "" : $"&starting_after={Uri.EscapeDataString(after)}";
        var path = $"{list}?created[gte]={Seconds(from)}&created[lt]={Seconds(until)}&limit={PerPage}{starting}";
        return list == Charges
            ? await ReadChargesAsync(path, cancellation).ConfigureAwait(false)
            : await ReadRefundsAsync(path, cancellation).ConfigureAwait(false);
    }

    private async Task<Page<StatementLine>> ReadChargesAsync(string path, CancellationToken cancellation)
    {
        var page = await calls.ReadListAsync(path, StripeJson.Default.StripeListStripeCharge, cancellation).ConfigureAwait(false);
        var lines = page.Data.Where(charge => charge is { Status: "succeeded", AmountCaptured: > 0 }).Select(charge =>
            Line(StatementLineType.Capture, charge.Id, charge.Metadata, charge.AmountCaptured, charge.Currency, charge.Created));
        return new Page<StatementLine>([.. lines], page is { HasMore: true, Data: [.., var last] } ? $"{Charges}:{last.Id}" : $"{Refunds}:");
    }

    /// <summary>A refund stands here by our id, which it keeps, and by the instant at which it was made: Stripe doesn't tell when it succeeded.</summary>
    private async Task<Page<StatementLine>> ReadRefundsAsync(string path, CancellationToken cancellation)
    {
        var page = await calls.ReadListAsync(path, StripeJson.Default.StripeListStripeRefund, cancellation).ConfigureAwait(false);
        var lines = page.Data.Where(refund => refund.Word == ProviderRefundStatus.Succeeded).Select(refund => Line(
            StatementLineType.Refund, refund.Metadata.Get(StripeMetadata.RefundId) ?? refund.Id, refund.Metadata, refund.Amount, refund.Currency, refund.Created));
        return new Page<StatementLine>([.. lines], page is { HasMore: true, Data: [.., var last] } ? $"{Refunds}:{last.Id}" : null);
    }

    private StatementLine Line(
        StatementLineType type, string reference, IReadOnlyDictionary<string, string>? metadata, long amount, string currency, long created) => new(
            type, reference, metadata.Get(StripeMetadata.PaymentId), metadata.Get(StripeMetadata.OrderId),
            StripeUnits.Read(amount, currency) ?? throw calls.Nonsense(), DateTimeOffset.FromUnixTimeSeconds(created));

    /// <summary>Whole seconds are all that Stripe knows: what begins within one begins with the next.</summary>
    private static string Seconds(DateTimeOffset at)
    {
        var seconds = at.ToUnixTimeSeconds();
        return (DateTimeOffset.FromUnixTimeSeconds(seconds) < at ? seconds + 1 : seconds).ToString(CultureInfo.InvariantCulture);
    }
}
