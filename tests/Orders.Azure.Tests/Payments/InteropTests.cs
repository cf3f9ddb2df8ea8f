using System.Globalization;
using System.Text;
using Orders.Application.Payments;
using Orders.Azure.Payments;

namespace Orders.Azure.Tests.Payments;

/// <summary>What the public libraries sign is accepted here, and what we sign is accepted by them.</summary>
public sealed class InteropTests
{
    private static readonly Dictionary<string, string[]> Secrets = new(StringComparer.Ordinal)
    {
        ["standard"] = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="],
        ["stripe"] = ["whsec_interop_signing_secret", "whsec_interop_rotated_secret"],
    };

    private static readonly string[] Bodies =
    [
        """{"id":"evt_1","type":"x","created":1,"data":{"object":{} } }""",
        """{"id":"evt_2","type":"x","created":1,"data":{"object":{"name":"Zoë Ångström","text":"日本語 😀 €"} } }""",
        """{"id":"evt_3","type":"x","created":1,"data":{"object":{"text":"a\nb" , "n" : 1.0} } }""",
        $$"""{"id":"evt_4","type":"x","created":1,"data":{"object":{"text":"{{new string('ü', 100_000)}}"} } }""",
    ];

    /// <summary>Their libraries take the time from the machine's clock.</summary>
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    [Fact]
    public void Recorded_IsGenuineHere_AndSignedHereTheSame()
    {
        var recorded = PublicWebhooks.Recorded();

        Assert.Equal(16, recorded.Count);
        foreach (var one in recorded)
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(one.Timestamp);
            var body = Encoding.UTF8.GetBytes(one.Body);
            Assert.Equal(one.Signature, Sign(one.Scheme, one.Secret, one.Id, at, body));
            Assert.True(IsGenuine(one.Scheme, [one.Secret], one.Id, at, one.Signature!, body), one.ToString());
            Assert.False(IsGenuine(one.Scheme, [one.Secret], one.Id, at, one.Signature!, [.. body, (byte)' ']), one.ToString());
        }
    }

    [NodeFact]
    public async Task SignedThere_IsGenuineHere()
    {
        var messages = All("sign").ToList();
        var answers = await PublicWebhooks.AskAsync(messages);

        foreach (var (message, answer) in messages.Zip(answers))
        {
            var body = Convert.FromBase64String(message.Body);
            Assert.True(IsGenuine(message.Scheme, [message.Secret], message.Id, Now, answer.Signature!, body), message.Scheme);
            Assert.True(IsGenuine(message.Scheme, Secrets[message.Scheme], message.Id, Now, answer.Signature!, body), $"{message.Scheme} while we rotate");
            Assert.False(IsGenuine(message.Scheme, [Other(message)], message.Id, Now, answer.Signature!, body), $"{message.Scheme} with another secret");
            Assert.False(IsGenuine(message.Scheme, [message.Secret], message.Id, Now, answer.Signature!, Tampered(body)), $"{message.Scheme} tampered with");
        }
    }

    [NodeFact]
    public async Task SignedHere_IsGenuineThere()
    {
        var messages = All("verify").Select(message => message with { Signature = Sign(message, message.Secret) }).ToList();

        Assert.All(await PublicWebhooks.AskAsync(messages), answer => Assert.True(answer.Genuine, answer.Because));
    }

    /// <summary>While our secret rotates we sign with both; a receiver that knows one of them accepts it.</summary>
    [NodeFact]
    public async Task SignedHereWithTwoSecrets_IsGenuineThereWithEither()
    {
        var messages = All("verify").Select(message => message with { Signature = Joined(message.Scheme, Sign(message, Secrets[message.Scheme][0]), Sign(message, Secrets[message.Scheme][1])) }).ToList();

        Assert.All(await PublicWebhooks.AskAsync(messages), answer => Assert.True(answer.Genuine, answer.Because));
    }

    [NodeFact]
    public async Task SignedThereWithTwoSecrets_IsGenuineHereWithEither()
    {
        var messages = All("sign").ToList();
        var signatures = (await PublicWebhooks.AskAsync(messages)).Select(answer => answer.Signature!).ToList();
        foreach (var pair in messages.Zip(signatures).GroupBy(one => (one.First.Scheme, one.First.Id, one.First.Body)).Select(group => group.ToList()))
        {
            var both = Joined(pair[0].First.Scheme, pair[0].Second, pair[1].Second);
            foreach (var (message, _) in pair)
                Assert.True(IsGenuine(message.Scheme, [message.Secret], message.Id, Now, both, Convert.FromBase64String(message.Body)), message.Scheme);
        }
    }

    [NodeFact]
    public async Task SignedHereAndTamperedWith_IsRefusedThere()
    {
        var messages = All("verify").Select(message => message with
        {
            Signature = Sign(message, message.Secret),
            Body = Convert.ToBase64String(Tampered(Convert.FromBase64String(message.Body))),
        }).ToList();

        Assert.All(await PublicWebhooks.AskAsync(messages), answer => Assert.False(answer.Genuine));
    }

    private static IEnumerable<PublicWebhook> All(string act) =>
        from scheme in Secrets.Keys
        from body in Bodies.Select((text, index) => (Text: text, Id: $"evt_{index + 1}"))
        from secret in Secrets[scheme]
        select new PublicWebhook(act, scheme, secret, body.Id, Now.ToUnixTimeSeconds(), Convert.ToBase64String(Encoding.UTF8.GetBytes(body.Text)));

    private static string Other(PublicWebhook message) => Secrets[message.Scheme].Single(secret => secret != message.Secret);

    /// <summary>Another value, and still JSON.</summary>
    private static byte[] Tampered(byte[] body) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("\"created\":1", "\"created\":2", StringComparison.Ordinal));

    private static string Joined(string scheme, string one, string other) =>
        scheme == "stripe" ? one + other[other.IndexOf(',', StringComparison.Ordinal)..] : $"{one} {other}";

    private static string Sign(PublicWebhook message, string secret) => Sign(message.Scheme, secret, message.Id, Now, Convert.FromBase64String(message.Body));

    private static string Sign(string scheme, string secret, string id, DateTimeOffset at, byte[] body) =>
        scheme == "stripe" ? StripeWebhook.Sign(secret, at, body) : StandardWebhook.Sign(WebhookSecret.Parse(secret), id, at, body);

    private static bool IsGenuine(string scheme, string[] secrets, string id, DateTimeOffset at, string signature, byte[] body)
    {
        IWebhookScheme verifier = scheme == "stripe" ? new StripeWebhook("p", secrets) : new StandardWebhookScheme("p", [.. secrets.Select(WebhookSecret.Parse)]);
        var verdict = verifier.Verify(
            name => name switch
            {
                StandardWebhook.IdHeader => id,
                StandardWebhook.TimestampHeader => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                StandardWebhook.SignatureHeader or StripeWebhook.SignatureHeader => signature,
                _ => null,
            },
            body, at);

        // The recorded bodies are no events: of them it matters that the signature is believed.
        return verdict is WebhookVerdict.Genuine or WebhookVerdict.Malformed;
    }
}
