using System.Globalization;
using System.Text;
using Orders.Application.Payments;
using Orders.Azure.Payments;
using Orders.Domain;

namespace Orders.Azure.Tests.Payments;

/// <summary>Stripe's signatures and events.</summary>
public sealed class StripeWebhookTests : ProviderTest
{
    private const string Secret = "whsec_test_a_signing_secret";
    private const string Other = "whsec_test_another_secret";

    private static readonly DateTimeOffset At = new(2030, 1, 1, 0, 5, 0, TimeSpan.Zero);
    private static readonly string Metadata = $$"""{"payment_id":"{{Payment}}","order_id":"{{Order}}","refund_id":"r-1"}""";
    private static readonly string Paid = Event("payment_intent.succeeded", $$"""{"id":"pi_1","status":"succeeded","amount":1380,"amount_received":1380,"currency":"eur","latest_charge":"ch_1","metadata":{{Metadata}}}""");

    [Fact]
    public void Signed_IsGenuine_UnderTheEventsId() => Assert.Equal(new WebhookVerdict.Genuine("evt_1"), Verify(StripeWebhook.Sign(Secret, At, Bytes(Paid))));

    [Theory]
    [InlineData(-300)]
    [InlineData(300)]
    public void Signed_WithinTheTolerance_IsGenuine(int seconds) =>
        Assert.IsType<WebhookVerdict.Genuine>(Verify(StripeWebhook.Sign(Secret, At.AddSeconds(seconds), Bytes(Paid))));

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    public void Signed_LongAgoOrAhead_IsNot(int seconds) =>
        Assert.IsType<WebhookVerdict.NotGenuine>(Verify(StripeWebhook.Sign(Secret, At.AddSeconds(seconds), Bytes(Paid))));

    /// <summary>While a secret rotates Stripe signs with both; and we may hold both.</summary>
    [Fact]
    public void Signed_WithOneOfSeveralSecrets_IsGenuine()
    {
        var (old, fresh) = (StripeWebhook.Sign(Other, At, Bytes(Paid)), StripeWebhook.Sign(Secret, At, Bytes(Paid)));

        Assert.IsType<WebhookVerdict.Genuine>(Verify(old + fresh[fresh.IndexOf(',', StringComparison.Ordinal)..]));
        Assert.IsType<WebhookVerdict.Genuine>(Verify(old, secrets: [Secret, Other]));
        Assert.IsType<WebhookVerdict.NotGenuine>(Verify(old));
    }

    [Fact]
    public void AnotherBody_IsNotGenuine() =>
        Assert.IsType<WebhookVerdict.NotGenuine>(Verify(StripeWebhook.Sign(Secret, At, Bytes(Paid)), Paid.Replace("1380", "1381", StringComparison.Ordinal)));

    /// <summary>Version 0 is Stripe's for its test mode, and no proof.</summary>
    [Fact]
    public void AnotherVersion_IsPassedOver()
    {
        var signed = StripeWebhook.Sign(Secret, At, Bytes(Paid));

        Assert.IsType<WebhookVerdict.Genuine>(Verify($"{signed},v0=00"));
        Assert.IsType<WebhookVerdict.Malformed>(Verify(signed.Replace("v1=", "v0=", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v1=00")]
    [InlineData("t=,v1=00")]
    [InlineData("t=soon,v1=00")]
    [InlineData("t=-5,v1=00")]
    [InlineData("t=1893456300")]
    [InlineData("t=1893456300,v1")]
    [InlineData("t=1893456300,v1=0")]
    [InlineData("t=1893456300,v1=zz")]
    [InlineData("t=999999999999,v1=00")]
    public void Header_OfAnotherForm_IsMalformed(string? header) => Assert.IsType<WebhookVerdict.Malformed>(Verify(header));

    [Fact]
    public void Header_WithoutEnd_IsMalformed() =>
        Assert.IsType<WebhookVerdict.Malformed>(Verify(StripeWebhook.Sign(Secret, At, Bytes(Paid)) + string.Concat(Enumerable.Repeat(",v1=00", 20))));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("""{"id":"evt 1","type":"x","created":1,"data":{"object":{}}}""")]
    public void Signed_ButNoEvent_IsMalformed(string body) => Assert.IsType<WebhookVerdict.Malformed>(Verify(StripeWebhook.Sign(Secret, At, Bytes(body)), body));

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("sk_test_not_a_signing_secret")]
    [InlineData("whsec_with a space in it")]
    public void Secret_ThatIsNone_IsRefused_WithoutRepeatingIt(string secret)
    {
        var refused = Assert.Throws<FormatException>(() => new StripeWebhook("stripe", [secret]));

        Assert.True(secret.Length < 7 || !refused.Message.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public void PaymentSucceeded_IsTheMoneyThatArrived() => Assert.Equal(
        new ProviderMessageBody(
            ProviderMessageTypes.PaymentSucceeded, At, new ProviderMessageData(Payment, Order, 1380, Euro, "ch_1") { ProviderPaymentId = "pi_1" }),
        Told(Paid));

    [Fact]
    public void PaymentCanceled_EndsTheAttempt() => Assert.Equal(
        ProviderMessageTypes.PaymentFailed,
        Told(Event("payment_intent.canceled", $$"""{"id":"pi_1","status":"canceled","amount":1380,"currency":"eur","metadata":{{Metadata}}}""")).Type);

    [Fact]
    public void PaymentFailed_IsADeclineThatLeavesTheAttemptOpen()
    {
        var reading = Read(Event(
            "payment_intent.payment_failed",
            $$"""{"id":"pi_1","status":"requires_payment_method","amount":1380,"currency":"eur","metadata":{{Metadata}},"last_payment_error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"Ada's card"} }"""));

        Assert.Equal(new MessageReading.NoEffect("declined (card_error/card_declined/insufficient_funds); the attempt stays open"), reading);
    }

    [Theory]
    [InlineData("refund.updated", "succeeded", ProviderMessageTypes.RefundSucceeded)]
    [InlineData("refund.updated", "failed", ProviderMessageTypes.RefundFailed)]
    [InlineData("refund.failed", "failed", ProviderMessageTypes.RefundFailed)]
    [InlineData("charge.refund.updated", "canceled", ProviderMessageTypes.RefundFailed)]
    public void Refund_ThatIsDecided_IsToldByOurId(string type, string status, string expected)
    {
        var body = Told(Event(type, Refund(status)));

        Assert.Equal((expected, "r-1", 10L, Euro), (body.Type, body.Data.ProviderReference, body.Data.Amount, body.Data.Currency));
    }

    [Theory]
    [InlineData("refund.created", "pending")]
    [InlineData("refund.updated", "requires_action")]
    public void Refund_ThatIsNotDecided_ChangesNothing(string type, string status) => Assert.IsType<MessageReading.NoEffect>(Read(Event(type, Refund(status))));

    [Theory]
    [InlineData("charge.succeeded")]
    [InlineData("customer.created")]
    [InlineData("something.of.tomorrow")]
    public void OtherEvents_AreKeptWithoutEffect(string type) => Assert.IsType<MessageReading.NoEffect>(Read(Event(type, """{"id":"x"}""")));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"payment_id":"x","order_id":"y"}""")]
    public void MoneyOfAnotherApp_IsNotOurs(string metadata) => Assert.IsType<MessageReading.NotOurs>(Read(
        Event("payment_intent.succeeded", $$"""{"id":"pi_1","status":"succeeded","amount":1,"amount_received":1,"currency":"eur","metadata":{{metadata}}}""")));

    [Fact]
    public void Event_WhoseObjectIsAnother_IsMalformed() => Assert.IsType<MessageReading.Malformed>(Read(Event("payment_intent.succeeded", """{"id":"cus_1"}""")));

    private static string Refund(string status) =>
        $$"""{"id":"re_1","object":"refund","status":"{{status}}","amount":10,"currency":"eur","created":1,"payment_intent":"pi_1","metadata":{{Metadata}}}""";

    private static string Event(string type, string subject) =>
        $$"""{"id":"evt_1","object":"event","type":"{{type}}","created":{{At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}},"data":{"object":{{subject}} } }""";

    private static ProviderMessageBody Told(string body) => Assert.IsType<MessageReading.Told>(Read(body)).Body;

    private static MessageReading Read(string body) => new StripeWebhook("stripe", [Secret]).Read(Bytes(body));

    private static WebhookVerdict Verify(string? header, string? body = null, string[]? secrets = null) => new StripeWebhook("stripe", secrets ?? [Secret]).Verify(
        name => name == "Stripe-Signature" ? header : null, Bytes(body ?? Paid), At);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
