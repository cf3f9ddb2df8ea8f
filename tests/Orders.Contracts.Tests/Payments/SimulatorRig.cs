using System.Net;
using System.Text;
using LocalFunctions.Storage;
using LocalFunctions.Time;
using LocalFunctions.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.LocalHost;
using OrderFunctions.LocalHost.Simulators;
using Orders.Application.Payments;
using Orders.Azure.Payments;
using Orders.Azure.Resilience;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Payments;

/// <summary>The simulated provider behind its HTTP API, on a memory store and a clock that stands still; the shop is a list of webhooks.</summary>
internal sealed class SimulatorRig : IAsyncDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly SimulatorOptions Options = new("http://sim.test", "http://shop.test/hook", Secret, "sk_sim");

    private readonly WebApplication app;
    private readonly Shop shop;
    private TimeMachine machine;

    private SimulatorRig(WebApplication app, Shop shop)
    {
        (this.app, this.shop) = (app, shop);
        machine = Machine();
    }

    public LocalStore Store => app.Services.GetRequiredService<LocalStore>();

    public LocalClock Clock => app.Services.GetRequiredService<LocalClock>();

    public PaymentSimulator Simulator => app.Services.GetRequiredService<PaymentSimulator>();

    public List<(string Id, WebhookVerdict Verdict, ProviderMessageBody Body, DateTimeOffset At)> Webhooks => shop.Received;

    public HttpClient Browser => app.GetTestClient();

    /// <summary>What the shop answers to the next webhooks, one each; afterwards 202.</summary>
    public Queue<HttpStatusCode> ShopAnswers => shop.Answers;

    public static async Task<SimulatorRig> StartAsync()
    {
        var shop = new Shop();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(_ => LocalStore.OpenMemory());
        builder.Services.AddSingleton(new LocalClock(Subject.Start, frozen: true));
        builder.Services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<LocalClock>());
        builder.Services.AddPaymentSimulator(Options, () => shop);
        var app = builder.Build();
        app.MapPaymentSimulator(prefix: "");
        await app.StartAsync();
        return new SimulatorRig(app, shop);
    }

    public IPaymentProvider Provider(string apiKey = "sk_sim") => new HttpPaymentProvider(
        "simulator", new HttpPaymentProviderOptions { BaseUrl = new Uri("http://sim.test"), ApiKey = apiKey }, app.GetTestServer().CreateHandler(),
        HttpPipeline.Build(new PipelineOptions(), TimeProvider.System, jitter: () => 0));

    public Task AdvanceAsync(TimeSpan by) => machine.AdvanceAsync(by);

    /// <summary>The provider's next process: what it was to send must be in its store.</summary>
    public void Restart()
    {
        Store.Restart();
        machine = Machine();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private TimeMachine Machine() => new(
        Clock, Store,
        [new SimulatorOutgoing(new PaymentSimulator(Store, Clock), Store, Clock, Options, new HttpClient(shop), NullLogger<SimulatorOutgoing>.Instance)],
        new Random(1));

    private sealed class Shop : HttpMessageHandler
    {
        public List<(string Id, WebhookVerdict Verdict, ProviderMessageBody Body, DateTimeOffset At)> Received { get; } = [];

        public Queue<HttpStatusCode> Answers { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string Header(string name) => Assert.Single(request.Headers.GetValues(name));
            Assert.Equal("http://shop.test/hook", request.RequestUri!.ToString());
            Assert.Equal("application/json", request.Content!.Headers.ContentType!.MediaType);
            var body = await request.Content.ReadAsByteArrayAsync(cancellationToken);
            var headers = new WebhookHeaders(
                Header(StandardWebhook.IdHeader), Header(StandardWebhook.TimestampHeader), Header(StandardWebhook.SignatureHeader));
            var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(headers.Timestamp!, System.Globalization.CultureInfo.InvariantCulture));
            Assert.True(ProviderMessageBody.TryRead(body, out var message, out var because), because + Encoding.UTF8.GetString(body));
            Received.Add((headers.Id!, StandardWebhook.Verify([WebhookSecret.Parse(Secret)], headers, body, at), message, at));
            return new HttpResponseMessage(Answers.TryDequeue(out var status) ? status : HttpStatusCode.Accepted);
        }
    }
}
