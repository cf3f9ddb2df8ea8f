using System.Text;
using Orders.Application.Payments;

namespace Orders.Application.Tests.Payments;

/// <summary>Standard Webhooks 1.0: the published vector, and every way not to be genuine.</summary>
public sealed class StandardWebhookTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static readonly WebhookSecret Other = WebhookSecret.Parse("whsec_" + Convert.ToBase64String(new byte[32]));
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");

    [Fact]
    public void Sign_OfThePublishedVector_IsItsSignature() => Assert.Equal(Signature, StandardWebhook.Sign(Secret, Id, At, Body));

    [Fact]
    public void Verify_OfThePublishedVector_IsGenuine() => Assert.IsType<WebhookVerdict.Genuine>(Verify());

    [Fact]
    public void Verify_WithSeveralSecrets_TakesAnyOfThem() => Assert.IsType<WebhookVerdict.Genuine>(Verify(secrets: [Other, Secret]));

    [Fact]
    public void Verify_WithSeveralSignatures_TakesAnyOfThem()
    {
        var others = $"v1a,AAAA {StandardWebhook.Sign(Other, Id, At, Body)}";

        Assert.IsType<WebhookVerdict.Genuine>(Verify(signature: $"{others} {Signature}"));
        Assert.IsType<WebhookVerdict.NotGenuine>(Verify(signature: others));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void Verify_TakesFiveMinutesEitherWay(int seconds, bool genuine) =>
        Assert.Equal(genuine, Verify(now: At.AddSeconds(seconds)) is WebhookVerdict.Genuine);

    [Fact]
    public void Verify_WithAnotherSecret_IsNotGenuine() => Assert.IsType<WebhookVerdict.NotGenuine>(Verify(secrets: [Other]));

    [Fact]
    public void Verify_WithoutSecrets_IsNotGenuine() => Assert.IsType<WebhookVerdict.NotGenuine>(Verify(secrets: []));

    [Fact]
    public void Verify_OfAnotherBodyIdOrTime_IsNotGenuine()
    {
        Assert.IsType<WebhookVerdict.NotGenuine>(Verify(body: Encoding.UTF8.GetBytes("{\"test\": 2432232315}")));
        Assert.IsType<WebhookVerdict.NotGenuine>(Verify(id: "msg_other"));
        Assert.IsType<WebhookVerdict.NotGenuine>(Verify(timestamp: "1614265331"));
    }

    [Theory]
    [InlineData(null, "1614265330", Signature)]
    [InlineData("", "1614265330", Signature)]
    [InlineData("a.b", "1614265330", Signature)]
    [InlineData("ümlaut", "1614265330", Signature)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789", "1614265330", Signature)]
    [InlineData(Id, null, Signature)]
    [InlineData(Id, "now", Signature)]
    [InlineData(Id, "-1614265330", Signature)]
    [InlineData(Id, "999999999999", Signature)]
    [InlineData(Id, "1614265330", null)]
    [InlineData(Id, "1614265330", "")]
    [InlineData(Id, "1614265330", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData(Id, "1614265330", "v1,not base64!")]
    [InlineData(Id, "1614265330", "v1,a v1,b v1,c v1,d v1,e v1,f v1,g v1,h v1,i v1,j v1,k")]
    public void Verify_OfHeadersWithoutTheForm_IsMalformed(string? id, string? timestamp, string? signature) =>
        Assert.IsType<WebhookVerdict.Malformed>(StandardWebhook.Verify([Secret], new WebhookHeaders(id, timestamp, signature), Body, At));

    [Fact]
    public void Verify_OfTheLastTimestamp_DoesNotThrow() => Assert.IsType<WebhookVerdict.NotGenuine>(Verify(timestamp: "99999999999"));

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_AAAA")]
    [InlineData("whsec_not base64")]
    public void Secret_WithoutItsForm_IsRefused(string text) => Assert.Throws<FormatException>(() => WebhookSecret.Parse(text));

    [Fact]
    public void Secret_IsNeverPrinted() => Assert.DoesNotContain("MfKQ9r8", Secret.ToString());

    private static WebhookVerdict Verify(
        WebhookSecret[]? secrets = null, string id = Id, string timestamp = "1614265330", string signature = Signature, byte[]? body = null,
        DateTimeOffset? now = null) =>
        StandardWebhook.Verify(secrets ?? [Secret], new WebhookHeaders(id, timestamp, signature), body ?? Body, now ?? At);
}
