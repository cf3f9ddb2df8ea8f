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
    private static readonly Currency Euro = Id.Parse<Currency>("EUR");

    // A provider that tells of two amounts before the first was heard of, as two acts that overlap would, could not be believed by anybody: what comes of a
    // payment is drawn once.
    private readonly Dictionary<string, Money> brought = [];
    private int strangers;

    public async Task ActAsync()
    {
        // Mostly of attempts that wait for it; money of withdrawn attempts and of orders long over can come all the same.
        var surprising = chance.Next(5) == 0;
        if (shoppers.Draw(order => order.HasOpenAttempt || (surprising && order.Payments.Count > 0)) is not { Payments.Count: > 0 } order)
            return;
        var payment = order.Payments[chance.Next(order.Payments.Count)];
        if (shop.Provider.Find(payment.PaymentId.Value) is not { } known)
            return;
        var act = DrawAct(payment, known);
        var at = act.Mode == WebhookMode.Send && chance.Next(6) == 0 ? shop.Now + DrawDelay(order) : (DateTimeOffset?)null;
        trace.Add($"  provider: {payment.PaymentId} {act.Captured?.ToString() ?? "fails"}, webhook {act.Mode}{(at is null ? "" : $" at {at:O}")}");
        await shop.Provider.ActAsync(payment.PaymentId.Value, act, at);
    }

    /// <summary>The money of a payment arrives in full, told of or not.</summary>
    public Task SettleAsync(string payment) =>
        shop.Provider.ActAsync(payment, new SimulatedAct(shop.Provider.Find(payment)!.Amount, chance.Next(3) == 0 ? WebhookMode.Lose : WebhookMode.Send), at: null);

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
        var data = new ProviderMessageData(payment.PaymentId, order.OrderId, captured.Amount + 1, captured.Currency, "forged");
        await SendAsync(id, genuine, ProviderMessageTypes.PaymentSucceeded, data);
    }

    /// <summary>Money of a payment that nobody asked for, of an order that there never was.</summary>
    public Task TellOfUnknownAsync()
    {
        var order = OrderId.Derive(Id.Parse<UserId>("nobody"), $"u{strangers++}");
        var data = new ProviderMessageData(PaymentId.Derive(order, "p"), order, 1 + chance.Next(5_000), Euro, $"cap-u{strangers}");
        return SendAsync($"unknown-{strangers}", isGenuine: true, ProviderMessageTypes.PaymentSucceeded, data);
    }

    /// <summary>Sends what the provider never said: under its own signature, or under somebody else's.</summary>
    public async Task SendAsync(string id, bool isGenuine, string type, ProviderMessageData data)
    {
        var body = new ProviderMessageBody(type, shop.Now, data).Write();
        var secret = isGenuine ? SimulatedShop.Keys.WebhookSecret : "whsec_" + Convert.ToBase64String(new byte[32]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/payments/webhooks/simulator") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add(StandardWebhook.IdHeader, id);
        request.Headers.Add(StandardWebhook.TimestampHeader, shop.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(StandardWebhook.SignatureHeader, StandardWebhook.Sign(WebhookSecret.Parse(secret), id, shop.Now, body));
        using var answer = await shop.SendAsync(request);
        trace.Add($"  {(isGenuine ? "contradiction" : "forgery")} of {id} → {(int)answer.StatusCode} {Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()).Length}");
    }

    /// <summary>A message that is lost leaves the money to be found: by the questions about an attempt, by the statement of the last hours or of the day.</summary>
    private SimulatedAct DrawAct(OrderPayment payment, SimulatedPayment known)
    {
        var total = known.Amount;
        var mode = chance.Next(8) switch { 0 => WebhookMode.Duplicate, 1 or 2 => WebhookMode.Lose, _ => WebhookMode.Send };
        if (known.Captured is { } captured)
        {
            // Told again, or told to have failed. Another amount than before contradicts what the order knows, and must change nothing; an order that knows
            // nothing yet would have to believe it.
            return chance.Next(6) == 0
                ? new SimulatedAct(Captured: null, mode)
                : new SimulatedAct(payment.Captured is not null && chance.Next(4) == 0 ? captured with { Amount = captured.Amount + 1 } : captured, mode);
        }

        Money? drawn = chance.Next(14) switch
        {
            0 => total with { Amount = Math.Max(1, total.Amount / 2) },
            1 => total with { Amount = total.Amount + 50 },
            2 => new Money(total.Amount, Dollar),
            3 or 4 => null,
            _ => total,
        };
        if (drawn is not { } money)
            return new SimulatedAct(Captured: null, mode);
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
