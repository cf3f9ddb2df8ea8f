using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Tests.Contract;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Payments;
using Orders.Azure.Payments;
using Orders.Azure.Resilience;
using Orders.Domain;
using Orders.Domain.Payments;

namespace OrderFunctions.Tests.Access;

/// <summary>What anybody is told of how the shop is.</summary>
public sealed class HealthTests
{
    private const string Secret = "db-7.internal:5432 refused";

    private static readonly HealthPolicy AtOnce = new() { Kept = TimeSpan.Zero };

    [Fact]
    public async Task Health_NamesWhatTheShopNeeds()
    {
        await using var app = await OrderApp.StartAsync();

        var health = await app.SendAsync(HttpMethod.Get, "api/health");

        Assert.Equal((HttpStatusCode.OK, "healthy"), (health.Status, health["status"]));
        Assert.Equal(["provider-simulator healthy", "store healthy", "task-hub healthy"], Parts(health));
    }

    /// <summary>The other apps of a split deployment have no right to ask the hub: it would be away for ever.</summary>
    [Theory]
    [InlineData("AzureWebJobs.OrderLifecycle.Disabled", "true", false)]
    [InlineData("AzureWebJobs_OrderLifecycle_Disabled", "1", false)]
    [InlineData("AzureWebJobs.NotifyBuyer.Disabled", "true", true)]
    public async Task Health_AsksTheTaskHub_WhereOrchestrationsRun(string setting, string value, bool isAsked)
    {
        await using var app = await OrderApp.StartAsync(builder => builder.Configuration[setting] = value);

        var health = await app.SendAsync(HttpMethod.Get, "api/health");

        Assert.Equal((HttpStatusCode.OK, "healthy"), (health.Status, health["status"]));
        Assert.Equal(isAsked, Parts(health).Contains("task-hub healthy"));
    }

    [Fact]
    public async Task Health_WithoutWhatOrdersNeed_Is503_SaysNothingOfTheCause_AndRecovers()
    {
        var part = new Part(isNeeded: true) { Failure = new DependencyUnavailableException("The ledger", new IOException(Secret)) };
        await using var app = await StartAsync(part);

        var away = await app.SendAsync(HttpMethod.Get, "api/health");
        var head = await app.SendAsync(HttpMethod.Head, "api/health");
        part.Failure = null;
        var back = await app.SendAsync(HttpMethod.Get, "api/health");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unhealthy", "5"), (away.Status, away["status"], away.Header("Retry-After")));
        Assert.Contains("ledger unhealthy", Parts(away));
        Assert.DoesNotContain("internal", away.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("refused", away.Body, StringComparison.Ordinal);
        HasTheFormOfTheContract(away);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ""), (head.Status, head.Body));
        Assert.Equal((HttpStatusCode.OK, "healthy"), (back.Status, back["status"]));
        HasTheFormOfTheContract(back);
    }

    /// <summary>A bug in a part is one of ours and no state: a problem like any other, with nothing of it to be seen.</summary>
    [Fact]
    public async Task Health_OfAPartThatIsBroken_Is500_WithNothingOfIt()
    {
        await using var app = await StartAsync(new Part(isNeeded: false) { Failure = new InvalidOperationException(Secret) });

        var health = await app.SendAsync(HttpMethod.Get, "api/health");

        ProblemAssert.IsProblem(health, 500, "internal-error");
        Assert.DoesNotContain("internal:", health.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_WithoutAPaymentProvider_IsDegraded_OrdersArePlaced_AndItRecovers()
    {
        var network = new Answering();
        await using var app = await OrderApp.StartAsync(builder =>
        {
            builder.Services.AddSingleton(AtOnce);
            var settings = new ConfigurationBuilder().AddInMemoryCollection(
                new Dictionary<string, string?> { ["Payments:acme:BaseUrl"] = "https://acme.example", ["Payments:acme:ApiKey"] = Secret }).Build();
            builder.Services.AddHttpPaymentProvider(settings, "acme", handler: _ => network, pipeline: new PipelineOptions { Retries = 0, BreakerMinimum = 2 });
        });
        var acme = app.Host.Services.GetServices<IPaymentProvider>().Single(provider => provider.Name == "acme");
        var payment = new ProviderKey(PaymentId.Derive(Id.Parse<OrderId>(await app.PlacedAsync()), "p"));

        for (var n = 0; n < 2; n++)
            await Assert.ThrowsAsync<DependencyUnavailableException>(() => acme.FindAsync(payment, CancellationToken.None));
        var away = await app.SendAsync(HttpMethod.Get, "api/health");
        await app.PlacedAsync(key: "k2");
        network.Status = HttpStatusCode.NotFound;
        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(5));
        await acme.FindAsync(payment, CancellationToken.None);
        var back = await app.SendAsync(HttpMethod.Get, "api/health");

        Assert.Equal((HttpStatusCode.OK, "degraded"), (away.Status, away["status"]));
        Assert.Contains("provider-acme unhealthy", Parts(away));
        Assert.DoesNotContain("example", away.Body, StringComparison.Ordinal);
        Assert.Equal("healthy", back["status"]);
    }

    [Fact]
    public async Task Health_WhileFaultsArePlanned_ShowsThem()
    {
        await using var app = await OrderApp.StartAsync(builder => builder.Services.AddSingleton(AtOnce));
        await app.SendAsync(HttpMethod.Put, "local/faults", body: """[{"port":"dependencies","mode":"fail"}]""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.SendAsync(HttpMethod.Get, "api/health")).Status);
        await app.SendAsync(HttpMethod.Put, "local/faults", body: "[]");
        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Get, "api/health")).Status);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(503)]
    public void Example_OfTheContract_HasTheFormOfItsSchema(int status)
    {
        var media = OpenApi.Served.ResponseOf(OpenApi.Served["ReadHealth"], status)!["content"]!["application/json"]!;

        Assert.Empty(SchemaCheck.Of(OpenApi.Served, media["schema"]!, media["example"]));
    }

    private static Task<OrderApp> StartAsync(Part part) =>
        OrderApp.StartAsync(builder => builder.Services.AddSingleton(AtOnce).AddSingleton<IDependency>(part));

    private static IEnumerable<string> Parts(Reply health) => health.Json["dependencies"]!.AsArray().Select(part => $"{part!["name"]} {part["status"]}");

    private static void HasTheFormOfTheContract(Reply reply) => Assert.Empty(SchemaCheck.Of(OpenApi.Served, OpenApi.Served.Schema("Health"), JsonNode.Parse(reply.Body)));

    private sealed class Part(bool isNeeded) : IDependency
    {
        public string Name => "ledger";

        public bool IsNeeded => isNeeded;

        public Exception? Failure { get; set; }

        public Task<DependencyState> LookAsync(CancellationToken cancellation) =>
            Failure is null ? Task.FromResult(DependencyState.Healthy) : Task.FromException<DependencyState>(Failure);
    }

    private sealed class Answering : HttpMessageHandler
    {
        public HttpStatusCode Status { get; set; } = HttpStatusCode.BadGateway;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(Status) { Content = new StringContent("") });
    }
}
