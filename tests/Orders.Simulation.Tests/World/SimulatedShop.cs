using LocalFunctions;
using LocalFunctions.Storage;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Events;
using OrderFunctions.LocalHost;
using OrderFunctions.LocalHost.Faults;
using OrderFunctions.LocalHost.Simulators;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Azure.Resilience;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Simulation.Tests.World;

/// <summary>The whole shop on one thread: stepped by a seed, its network in-process, its process mortal.</summary>
internal sealed class SimulatedShop : IAsyncDisposable
{
    private static readonly Caller Opening = new(Id.Parse<UserId>("opening"), new HashSet<Role> { Role.Merchant });
    private static readonly Uri Address = new("http://shop.test");

    private readonly InlineNetwork network;
    private readonly FunctionsTestHost host;
    private readonly HttpClient http;
    private IReadOnlyList<Fault> faults = [];

    private SimulatedShop(InlineNetwork network, FunctionsTestHost host)
    {
        (this.network, this.host) = (network, host);
        http = new HttpClient(network.Reliable()) { BaseAddress = Address };
    }

    /// <summary>The same keys in every run.</summary>
    public static LocalKeys Keys { get; } = new(
        Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray()), "whsec_" + Convert.ToBase64String(Enumerable.Repeat((byte)9, 32).ToArray()), "local_simulation");

    public LocalStore Store => host.Store;

    public DateTimeOffset Now => host.Clock.GetUtcNow();

    public PaymentSimulator Provider => host.Services.GetRequiredService<PaymentSimulator>();

    public RecordedLog Log => host.Log;

    /// <summary>Whether the process has met its planned death and waits for a restart.</summary>
    public bool IsDead => host.Store.HasCrashed;

    public int Restarts { get; private set; }

    /// <summary>Starts the shop.</summary>
    /// <param name="seed">Decides the order of all its work.</param>
    /// <param name="plant">Replaces parts of it by broken ones.</param>
    /// <param name="settings">Settings besides, such as disabled functions.</param>
    /// <param name="between">What comes between the calls of its ports.</param>
    public static async Task<SimulatedShop> StartAsync(
        int seed, Action<IServiceCollection> plant, IReadOnlyDictionary<string, string?> settings, Func<string, Task?> between)
    {
        var network = new InlineNetwork(new Random(seed));
        var host = await FunctionsTestHost.StartAsync(
            builder =>
            {
                builder.AddLocalShop(new LocalShopOptions(Address, Keys, DataDirectory: null)
                {
                    Network = network.Faulty,
                    Jitter = new Random(seed),
                    // The clock stands still while a function runs, so there is no use in waiting; and real time must not decide anything.
                    Pipeline = new PipelineOptions { FirstWait = TimeSpan.Zero, TryTimeout = TimeSpan.FromHours(12), TotalTimeout = TimeSpan.FromHours(12) },
                });
                foreach (var (name, value) in settings)
                    builder.Configuration[name] = value;
                var server = network.Current = new InlineServer();
                builder.Services.AddSingleton<IServer>(server);
                builder.Services.AddSingleton(new DeliveryPauses([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero]));
                plant(builder.Services);
                builder.Services.InterleavePorts(between);
            },
            new FunctionsTestOptions { Seed = seed });

        // Made at the first use otherwise; the auditor wants all tables to be there.
        host.Services.GetRequiredService<EmbeddedTables>();
        return new SimulatedShop(network, host);
    }

    /// <summary>Puts something into the catalogue and into stock, perhaps with rules.</summary>
    public async Task StockAsync(string sku, long unitPrice, int units, StockRules? rules = null)
    {
        await host.Services.GetRequiredService<PutCatalogueItem>().RunAsync(sku, new CatalogueItemRequest(sku, unitPrice, "EUR"), CancellationToken.None);
        await host.Services.GetRequiredService<AdjustStock>().RunAsync(
            Opening, sku, new StockAdjustmentRequest(Delta: null, SetTo: units, "Opening"), "opening", CancellationToken.None);
        if (rules is not null)
            await host.Services.GetRequiredService<IStock>().PutRulesAsync(Domain.Id.Parse<Domain.Sku>(sku), rules, CancellationToken.None);
    }

    /// <summary>Sets up a coupon for everybody.</summary>
    public async Task PutCouponAsync(string code, int percentOff)
    {
        if ((await host.Services.GetRequiredService<PutCoupon>().RunAsync(code, new CouponRequest(PercentOff: percentOff), CancellationToken.None)).Refusal is { } refusal)
            throw new InvalidOperationException($"The coupon can't be set up: {refusal}");
    }

    /// <summary>Sets up a flash sale.</summary>
    public async Task PutSaleAsync(string sale, FlashSaleRequest terms)
    {
        if ((await host.Services.GetRequiredService<PutFlashSale>().RunAsync(sale, terms, CancellationToken.None)).Refusal is { } refusal)
            throw new InvalidOperationException($"The sale can't be set up: {refusal}");
    }

    /// <summary>Sends a client's request; what it throws is a lost answer.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => http.SendAsync(request);

    /// <summary>Runs one ready work item; false when there is none.</summary>
    public Task<bool> StepAsync() => host.StepAsync();

    /// <summary>Moves the time and runs all that falls due. Never from within a work item.</summary>
    public Task AdvanceAsync(TimeSpan by) => host.AdvanceAsync(by);

    /// <summary>Lets time pass within whatever is running: the process hangs.</summary>
    public Task HangAsync(TimeSpan by) => host.PassAsync(by);

    /// <summary>From now on ports and network fail like this; also after a restart.</summary>
    public void Fail(IReadOnlyList<Fault> planned, double networkRate)
    {
        faults = planned;
        network.FaultRate = networkRate;
        Apply();
    }

    /// <summary>The process dies after that many more commits.</summary>
    public void DieAfter(int commits) => host.Store.CrashAfter(commits);

    /// <summary>Takes a planned death back that has not come.</summary>
    public void StayAlive() => host.Store.Restart();

    /// <summary>A new process on what was committed.</summary>
    public async Task RestartAsync()
    {
        Restarts++;
        await host.RestartAsync(kill: true);
        Apply();
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await host.DisposeAsync();
    }

    private void Apply()
    {
        var plan = host.Services.GetRequiredService<FaultPlan>();
        plan.HangTime = TimeSpan.Zero;
        plan.Replace(faults);
    }
}
