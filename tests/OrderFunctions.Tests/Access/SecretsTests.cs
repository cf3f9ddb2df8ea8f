using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.LocalHost;

namespace OrderFunctions.Tests.Access;

/// <summary>Logs carry no secret, no token and nothing of the buyer, however much is logged.</summary>
public sealed class SecretsTests
{
    private const string Street = "13 Secretive Lane";
    private const string Note = "Leave it with the porter";

    [Fact]
    public async Task Secrets_AreNeverLogged()
    {
        var written = new Written();
        await using var app = await OrderApp.StartAsync(builder => builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(written)));

        var said = await LiveAsync(app);

        Assert.True(written.Lines.Count > 10, "nothing was logged at all");
        Assert.All(said, secret => Assert.DoesNotContain(written.Lines, line => line.Contains(secret, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SecretThatIsLogged_IsFound()
    {
        var written = new Written();
        await using var app = await OrderApp.StartAsync(builder => builder.Services.AddLogging(logging => logging.AddProvider(written)));

        app.Get<ILogger<SecretsTests>>().LogWarning("The secret is {Secret}", OrderApp.WebhookSecret);

        Assert.Contains(written.Lines, line => line.Contains(OrderApp.WebhookSecret, StringComparison.Ordinal));
    }

    /// <summary>An order's life with all that may go wrong on the way. Returns what must not be in any log.</summary>
    private static async Task<IReadOnlyList<string>> LiveAsync(OrderApp app)
    {
        var (good, forged) = (app.Tokens.For("alice", "customer"), app.Tokens.For("alice", "customer")[..^6] + "AAAAAA");
        var body = $$"""
            {"lines":[{"sku":"{{OrderApp.Mug}}","quantity":1}],"note":"{{Note}}",
             "shippingAddress":{"name":"Alice Example","line1":"{{Street}}","city":"Berlin","postalCode":"10115","country":"DE"} }
            """;
        var order = await app.PlacedAsync(body: body);
        await app.SettleAsync(await app.PayingAsync(order), """{"webhook":"duplicate"}""");
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.SendAsync(HttpMethod.Get, "api/orders", forged)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await app.PlaceAsync("alice", "k1", body.Replace("porter", "neighbour", StringComparison.Ordinal))).Status);
        using var webhook = new HttpRequestMessage(HttpMethod.Post, "api/payments/webhooks/simulator") { Content = new StringContent("""{"type":"payment.succeeded"}""") };
        webhook.Content.Headers.ContentType = new("application/json");
        webhook.Headers.Add("webhook-id", "forged");
        webhook.Headers.Add("webhook-timestamp", app.Host.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        webhook.Headers.Add("webhook-signature", "v1,QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=");
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.SendAsync(webhook)).Status);
        await app.Host.AdvanceAsync(TimeSpan.FromDays(30));
        var keys = app.Get<LocalKeys>();
        return
        [
            good, forged, OrderApp.WebhookSecret, OrderApp.WebhookSecret["whsec_".Length..], keys.TokenKey, keys.ProviderApiKey, keys.AdmissionKey, keys.CursorKey,
            Street, "Alice Example", Note,
        ];
    }

    /// <summary>Every line that anybody logs, with what an exception says.</summary>
    private sealed class Written : ILoggerProvider, ILogger
    {
        private readonly List<string> lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (lines)
                    return [.. lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
                lines.Add($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
