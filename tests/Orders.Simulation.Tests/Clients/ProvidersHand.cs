using System.Globalization;
using System.Text;
using OrderFunctions.LocalHost.Simulators;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests.Clients;

/// <summary>What the payment provider's customers and network do: money in full, short, over, in another currency, late, twice; messages lost, doubled, forged.</summary>
internal sealed class ProvidersHand(Shoppers shoppers, SimulatedShop shop, Trace trace, Random chance)
{
    private static readonly Currency Dollar = Id.Parse<Currency>("USD");

    // A provider that first loses word of a capture and then tells of another amount could not be believed by anybody.
    private readonly HashSet<string> lost = [];

    // Nor one that tells of two amounts before the first was heard of, as two acts that overlap would: what comes of a payment is drawn once.
    private readonly Dictionary<string, Money> brought = [];
    private readonly HashSet<string> delayed = [];

    public async Task ActAsync()
    {
        // Mostly of attempts that wait for it; money of withdrawn attempts and of orders long over can come all the same.
        var surprising = chance.Next(5) == 0;
        if (shoppers.Draw(order => order.HasOpenAttempt || (surprising && order.Payments.Count > 0)) is not { Payments.Count: > 0 } order)
            return;
        var payment = order.Payments[chance.Next(order.Payments.Count)];
        if (shop.Provider.Find(payment.PaymentId.Value) is not { } known)
            return;
        var act = DrawAct(order, payment, known);
        var at = act.Mode == WebhookMode.Send && !lost.Contains(known.PaymentId) && chance.Next(6) == 0 ? shop.Now + DrawDelay(order) : (DateTimeOffset?)null;
        if (at is not null)
            delayed.Add(known.PaymentId);
        if (act.Mode == WebhookMode.Lose)
            lost.Add(known.PaymentId);
        trace.Add($"  provider: {payment.PaymentId} {act.Captured?.ToString() ?? "fails"}, webhook {act.Mode}{(at is null ? "" : $" at {at:O}")}");
        await shop.Provider.ActAsync(payment.PaymentId.Value, act, at);
    }

    /// <summary>Sends a genuine message's id again with other content, or with a signature of somebody else.</summary>
    public async Task ForgeAsync()
    {
        if (shoppers.Draw(order => order.Payments.Any(payment => payment.Captured is not null)) is not { } order
            || order.Payments.FirstOrDefault(payment => payment.Captured is not null) is not { } payment)
        {
            return;
        }

        var captured = payment.Captured!.Value;
        var (id, genuine) = ($"{payment.PaymentId}-paid-1", chance.Next(2) == 0);
        var body = new ProviderMessageBody(
            ProviderMessageTypes.PaymentSucceeded, shop.Now, new ProviderMessageData(payment.PaymentId, order.OrderId, captured.Amount + 1, captured.Currency, "forged")).Write();
        var secret = genuine ? SimulatedShop.Keys.WebhookSecret : "whsec_" + Convert.ToBase64String(new byte[32]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/payments/webhooks/simulator") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add(StandardWebhook.IdHeader, id);
        request.Headers.Add(StandardWebhook.TimestampHeader, shop.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(StandardWebhook.SignatureHeader, StandardWebhook.Sign(WebhookSecret.Parse(secret), id, shop.Now, body));
        using var answer = await shop.SendAsync(request);
        trace.Add($"  {(genuine ? "contradiction" : "forgery")} of {id} → {(int)answer.StatusCode} {Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()).Length}");
    }

    private SimulatedAct DrawAct(Order order, OrderPayment payment, SimulatedPayment known)
    {
        var total = known.Amount;
        var mode = chance.Next(5) == 0 ? WebhookMode.Duplicate : WebhookMode.Send;

        // A lost message is found by the query at the deadline; what is lost after that only the provider's statements tell, which nobody reads yet.
        var isAskedAbout = known is { Status: ProviderPaymentStatus.Open, Acts: 0 } && payment.Status == PaymentStatus.Open && order.State is OrderState.PendingPayment && shop.Now < order.PayBy;
        if (isAskedAbout && !delayed.Contains(known.PaymentId) && chance.Next(4) == 0)
            mode = WebhookMode.Lose;
        if (known.Captured is { } captured)
        {
            // Told again. Another amount than before contradicts what the order knows, and must change nothing; an order that knows nothing
            // yet would have to believe it, which is for the reconciliation of statements to find.
            return new SimulatedAct(payment.Captured is not null && chance.Next(4) == 0 ? captured with { Amount = captured.Amount + 1 } : captured, mode);
        }

        Money? drawn = chance.Next(12) switch
        {
            0 => total with { Amount = Math.Max(1, total.Amount / 2) },
            1 => total with { Amount = total.Amount + 50 },
            2 => new Money(total.Amount, Dollar),
            3 or 4 => null,
            _ => total,
        };
        if (drawn is not { } money)
            return new SimulatedAct(Captured: null, mode == WebhookMode.Lose ? WebhookMode.Send : mode);
        brought.TryAdd(known.PaymentId, money);
        return new SimulatedAct(brought[known.PaymentId], mode);
    }

    private TimeSpan DrawDelay(Order order) => chance.Next(3) switch
    {
        0 => TimeSpan.FromMinutes(chance.Next(1, 20)),
        1 => order.PayBy - shop.Now + TimeSpan.FromMinutes(chance.Next(-1, 12)),
        _ => TimeSpan.FromHours(chance.Next(1, 30)),
    };
}
