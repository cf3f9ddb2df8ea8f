using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application.Access;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Azure.Payments;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Lifecycle;

/// <summary>Events of Stripe's come in by the same way as all providers' messages, and have one effect.</summary>
public sealed class StripeEventTests : IDisposable
{
    private const string Secret = "whsec_test_a_signing_secret";

    private readonly World world = new();
    private readonly WebhookSchemes schemes = new([new StripeWebhook("stripe", [Secret])]);

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task PaymentSucceeded_PaysTheOrderOnce_HoweverOftenItComes()
    {
        await OpenedAsync();

        for (var n = 0; n < 2; n++)
            Assert.IsType<ReceiveAnswer.Accepted>(await ReceiveAsync("evt_1", Intent("payment_intent.succeeded", Shop.Total)));
        Assert.Equal(ApplyMessageOutcome.Applied, await ApplyAsync("evt_1"));
        Assert.Equal(ApplyMessageOutcome.AlreadyDone, await ApplyAsync("evt_1"));
        await world.Shop.PumpAsync();

        var order = await world.Shop.ReadAsync();
        Assert.Equal((OrderStatus.PendingShipment, Shop.Total), (order.Status, order.Totals.Paid));
        Assert.Equal(("ch_1", "pi_1"), (order.Payments[0].ProviderReference, order.Payments[0].ProviderPaymentId));
    }

    [Fact]
    public async Task SameEventWithAnotherAmount_IsRefusedAndKept()
    {
        await OpenedAsync();
        await ReceiveAsync("evt_1", Intent("payment_intent.succeeded", Shop.Total));

        Assert.IsType<ReceiveAnswer.OtherContent>(await ReceiveAsync("evt_1", Intent("payment_intent.succeeded", Shop.Total + 1)));
        await ApplyAsync("evt_1");

        Assert.Equal(Shop.Total, (await world.Shop.ReadAsync()).Totals.Paid);
    }

    /// <summary>Stripe promises no order of its events: the decline of a first card may come after the success of the second.</summary>
    [Fact]
    public async Task EventsOutOfOrder_LeaveTheMoneyAsItIs()
    {
        await OpenedAsync();
        foreach (var (id, type) in new[] { ("evt_1", "payment_intent.payment_failed"), ("evt_3", "payment_intent.succeeded"), ("evt_2", "payment_intent.payment_failed"), ("evt_4", "payment_intent.canceled") })
        {
            await ReceiveAsync(id, Intent(type, Shop.Total));
            Assert.Equal(ApplyMessageOutcome.Applied, await ApplyAsync(id));
        }

        var order = await world.Shop.ReadAsync();
        Assert.Equal((OrderStatus.Paid, PaymentStatus.Settled, Shop.Total), (order.Status, order.Payments[0].Status, order.Totals.Paid));
    }

    [Fact]
    public async Task OtherEvents_AreAcknowledgedAndKeptWithANote()
    {
        await OpenedAsync();
        var before = (await world.Shop.ReadAsync()).Version;

        Assert.IsType<ReceiveAnswer.Accepted>(await ReceiveAsync("evt_1", """
            "type":"charge.updated","created":1,"data":{"object":{} }
            """));
        Assert.Equal(ApplyMessageOutcome.Applied, await ApplyAsync("evt_1"));

        var kept = await world.Use<IProviderMessages>().FindAsync("stripe", "evt_1", default);
        Assert.Equal((ProviderMessageState.Applied, "charge.updated changes nothing here"), (kept!.State, kept.Note));
        Assert.Equal(before, (await world.Shop.ReadAsync()).Version);
    }

    [Fact]
    public async Task MoneyOfAnotherApp_IsAcceptedKeptAndRefused()
    {
        Assert.IsType<ReceiveAnswer.Accepted>(await ReceiveAsync(
            "evt_1", """
            "type":"payment_intent.succeeded","created":1,"data":{"object":{"id":"pi_9","status":"succeeded","amount":5,"amount_received":5,"currency":"eur"} }
            """));
        Assert.Equal(ApplyMessageOutcome.Refused, await ApplyAsync("evt_1"));
    }

    [Fact]
    public async Task MoneyPage_ShowsThem_WithHowOftenTheyCame()
    {
        await OpenedAsync();
        for (var n = 0; n < 2; n++)
            await ReceiveAsync("evt_1", Intent("payment_intent.succeeded", Shop.Total));
        await ApplyAsync("evt_1");
        var read = new ReadMoney(
            world.Use<OrderAccess>(), world.Use<IProviderMessages>(), world.Use<IMoneyTrail>(), world.Use<IStatements>(), world.Use<IPaymentBook>(),
            world.Use<IReconciliations>(), schemes);

        var page = (await read.RunAsync(new Caller(Shop.Order.UserId, new HashSet<Role> { Role.Support }), Shop.Order.OrderId, default)).Value!;

        Assert.Equal(
            "stripe told us payment.succeeded over 22.48 EUR; it had its effect. It came 2 times.",
            Assert.Single(page.Entries, entry => entry.Kind == MoneyEntryKind.Webhook).Text);
        Assert.Equal("Nothing is missing: captured 22.48 EUR, refunded 0.00 EUR.", page.Explanation);
    }

    [Fact]
    public async Task Forged_IsNotStored()
    {
        var answer = Assert.IsType<ReceiveAnswer.NotGenuine>(await ReceiveAsync("evt_1", Intent("payment_intent.succeeded", Shop.Total), secret: "whsec_test_a_forgers_secret"));

        Assert.Contains("Stripe-Signature", answer.Challenge, StringComparison.Ordinal);
        Assert.Equal(ApplyMessageOutcome.NoSuchMessage, await ApplyAsync("evt_1"));
    }

    private async Task OpenedAsync()
    {
        await world.Shop.PlaceAsync();
        await world.Shop.OpenPaymentAsync();
    }

    private static string Intent(string type, long amount) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        "type":"{{type}}","created":1893456000,"data":{"object":{"id":"pi_1","status":"succeeded","amount":{{amount}},"amount_received":{{amount}},"currency":"eur",
        "latest_charge":"ch_1","metadata":{"payment_id":"{{Shop.Payment()}}","order_id":"{{Shop.Order.OrderId}}"} } }
        """);

    private Task<ReceiveAnswer> ReceiveAsync(string id, string rest, string secret = Secret)
    {
        var (body, now) = (Encoding.UTF8.GetBytes($$"""{"id":"{{id}}",{{rest}}}"""), world.Host.Clock.GetUtcNow());
        var receive = new ReceiveProviderMessage(
            schemes, world.Use<IProviderMessages>(), new NoQueue(), world.Host.Clock, NullLogger<ReceiveProviderMessage>.Instance);
        var header = StripeWebhook.Sign(secret, now, body);
        return receive.RunAsync(new ReceiveProviderMessageCommand("stripe", name => name == StripeWebhook.SignatureHeader ? header : null, body), default);
    }

    /// <summary>The tests apply what was stored themselves, in the order that they want.</summary>
    private sealed class NoQueue : IPaymentQueue
    {
        public Task EnqueueAsync(string source, string messageId, CancellationToken cancellation) => Task.CompletedTask;
    }

    private Task<ApplyMessageOutcome> ApplyAsync(string id) => new ApplyProviderMessage(
        schemes, world.Use<IProviderMessages>(), world.Use<IPaymentIndex>(), world.Use<IOrderStore>(), world.Use<ApplySettlement>(), world.Use<TakeProviderWord>(),
        world.Use<RefundOwed>(), world.Use<SecondCaptures>(), world.Use<HoldUnknownMoney>(), world.Host.Clock, NullLogger<ApplyProviderMessage>.Instance).RunAsync("stripe", id, default);
}
