using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using LocalFunctions;
using LocalFunctions.ChangeFeed;
using LocalFunctions.Testing;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions;
using OrderFunctions.Events;
using OrderFunctions.LocalHost;
using Orders.Application.Stock;
using Orders.Azure.Cosmos;
using Orders.Azure.Redis;
using Orders.Azure.ServiceBus;
using Orders.Azure.Tests.ServiceBus.Fake;
using Orders.Azure.Tests.ServiceBus.Wire;
using Orders.Contracts.Tests.Redis;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;

namespace Orders.Contracts.Tests.Cost;

/// <summary>
/// The whole shop with the adapters that it has on Azure, set up from settings: Cosmos DB is the double, Redis a server of its own, Service Bus the bus in memory
/// behind AMQP; the functions run on the local host, one item of work after the other, so that two runs cost the same. Only files of reports, which no order waits for, are embedded.
/// </summary>
internal sealed class ShopOnAzure : IAsyncDisposable
{
    private static readonly string[] Scripts = ["evalsha", "eval"];

    private readonly bool hasSweeps;
    private readonly RedisServer redis = new();
    private readonly StackExchange.Redis.ConnectionMultiplexer admin;
    private readonly FakeServiceBus bus;
    private readonly WireServiceBus wire;
    private readonly BusBridge busBridge;
    private readonly ConcurrentDictionary<string, int> executions = new(StringComparer.Ordinal);
    private CosmosServer cosmos = null!;
    private FeedBridge feedBridge = null!;
    private FunctionsTestHost? host;
    private HttpClient client = null!;

    private ShopOnAzure(bool hasSweeps)
    {
        this.hasSweeps = hasSweeps;
        admin = redis.Start().Admin();
        bus = new FakeServiceBus(Clock);
        wire = new WireServiceBus(bus);
        busBridge = new BusBridge(bus, () => Host.Bus, [.. BusEntities.All.Select(entity => entity.Path)]);
        Clock.Of = () => host?.Clock;
    }

    public FunctionsTestHost Host => host ?? throw new InvalidOperationException("The shop isn't open yet.");

    public CosmosServer Cosmos => cosmos;

    public HttpClient Client => client;

    /// <summary>How often each function ran.</summary>
    public IReadOnlyDictionary<string, int> Executions => executions;

    /// <summary>How many messages came to each queue and subscription by infra's filters.</summary>
    public IReadOnlyDictionary<string, int> Copies => busBridge.Copies;

    private ShopClock Clock { get; } = new();

    /// <param name="sweeps">Whether what runs by a schedule runs; else an order's cost is its own alone.</param>
    /// <param name="change">What a test puts in an adapter's place.</param>
    /// <param name="seed">In which order things happen that could happen in any.</param>
    /// <returns>A shop with a hundred mugs that has sold one, so that no step of the next is the first of its kind.</returns>
    public static async Task<ShopOnAzure> OpenAsync(bool sweeps = false, Action<IServiceCollection>? change = null, int seed = 1)
    {
        var shop = new ShopOnAzure(sweeps);
        try
        {
            await shop.StartAsync(change, seed);
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Lets everything happen that can happen now, through the change feed too, and brings what the counters of stock have counted to the ledger, as a timer does each minute.
    /// </summary>
    public async Task SettleAsync()
    {
        do
            await Host.AdvanceAsync(TimeSpan.Zero);
        while (await feedBridge.CarryAsync() > 0);
        if (!hasSweeps)
            await Host.Services.GetRequiredService<IStockBooks>().BookAsync(500, CancellationToken.None);
    }

    /// <summary>Lets time pass in steps, and after each everything that follows from it.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan? step = null)
    {
        for (var end = Host.Clock.GetUtcNow() + time; Host.Clock.GetUtcNow() < end;)
        {
            var rest = end - Host.Clock.GetUtcNow();
            await Host.AdvanceAsync(step is { } some && some < rest ? some : rest);
            await SettleAsync();
        }
    }

    /// <summary>Everything that was used up to now.</summary>
    public async Task<Receipt> ReadAsync()
    {
        var answered = cosmos.Answered.ToLookup(one => KindOf(one.Request.What));
        double Units(string kind) => answered[kind].Sum(one => one.Charge);
        return new Receipt
        {
            Reads = answered["read"].Count(),
            ReadUnits = Units("read"),
            Writes = answered["write"].Count(),
            WriteUnits = Units("write"),
            Queries = answered["query"].Count(),
            QueryUnits = Units("query"),
            FeedUnits = answered["feed"].Where(one => one.Status == 200).Sum(one => one.Charge),
            RedisCalls = await CountScriptsAsync(),
            Sent = busBridge.Sent,
            Delivered = executions.Where(one => BusFunctions.Contains(one.Key)).Sum(one => one.Value),
            Executions = executions.Where(one => one.Key != nameof(Orders.Application.Events.RelayOutbox)).Sum(one => one.Value),
        } + await DurableCount.OfAllAsync(Host.Durable);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        client?.Dispose();
        wire.Dispose();
        await admin.DisposeAsync();
        redis.Dispose();
        if (cosmos is not null)
            await cosmos.DisposeAsync();
    }

    /// <summary>Functions that take messages, with the queue or subscription of each.</summary>
    public static IReadOnlyDictionary<string, string> EntityOf { get; } = FunctionsWith<ServiceBusTriggerAttribute>()
        .ToDictionary(one => one.Name, one => one.Trigger.QueueName ?? $"{one.Trigger.TopicName}/{one.Trigger.SubscriptionName}");

    /// <summary>When what runs by a schedule runs.</summary>
    public static IEnumerable<string> Schedules => FunctionsWith<TimerTriggerAttribute>().Select(timer => timer.Trigger.Schedule);

    private static ICollection<string> BusFunctions { get; } = [.. EntityOf.Keys];

    private static IEnumerable<(string Name, T Trigger)> FunctionsWith<T>()
        where T : Attribute =>
        from method in typeof(Composition).Assembly.GetTypes().SelectMany(type => type.GetMethods())
        let function = method.GetCustomAttribute<FunctionAttribute>()
        let trigger = method.GetParameters().Select(parameter => parameter.GetCustomAttribute<T>()).FirstOrDefault(found => found is not null)
        where function is not null && trigger is not null
        select (function.Name, trigger);

    private async Task StartAsync(Action<IServiceCollection>? change, int seed)
    {
        cosmos = await CosmosServer.StartAsync(Clock);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(Settings()).Build();
        host = await FunctionsTestHost.StartAsync(
            builder =>
            {
                if (!hasSweeps)
                    builder.Configuration.AddInMemoryCollection(FunctionsWith<TimerTriggerAttribute>().Select(timer => KeyValuePair.Create($"AzureWebJobs.{timer.Name}.Disabled", (string?)"true")));
                builder.AddLocalShop(new LocalShopOptions(new Uri("http://localhost"), LocalKeys.New(), DataDirectory: null) { Network = () => new ToTheApp(() => client) });
                builder.Use(next => context =>
                {
                    executions.AddOrUpdate(context.FunctionDefinition.Name, 1, (_, before) => before + 1);
                    return next(context);
                });
                builder.Services.AddSingleton(new DeliveryPauses([]));
                builder.Services.AddRedis(settings).AddServiceBus(settings).AddCosmos(settings);
                change?.Invoke(builder.Services);
            },
            new FunctionsTestOptions { Seed = seed, Now = Lives.Morning.AddMinutes(-2) });
        client = host.CreateClient();
        var orders = host.Services.GetRequiredService<CosmosClient>().GetContainer(CosmosContainers.DefaultDatabase, "orders");
        feedBridge = new FeedBridge(orders, "userId", host.Services.GetRequiredService<LocalChangeFeed>(), host.Store);
        await host.Services.GetRequiredService<SyncStock>().RunAsync(CancellationToken.None);
        await PassAsync(TimeSpan.FromSeconds(2));
        await Buyer.StockAsync(this, units: 100);
        await (await Buyer.ComesAsync(this, "the-first")).LiveAsync();
        await PassAsync(Lives.Morning - host.Clock.GetUtcNow());
    }

    private Dictionary<string, string?> Settings()
    {
        var settings = new Dictionary<string, string?>
        {
            ["CosmosDB"] = $"AccountEndpoint={cosmos.Endpoint};AccountKey={CosmosServer.Key}",
            ["Redis:ConnectionString"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{redis.Port}"),
            ["ServiceBus"] = wire.ConnectionString,
        };

        // A slow machine must not become a dearer one: nothing is tried twice, and nothing waits for a clock that stands still.
        foreach (var dependency in (string[])["Cosmos", "Redis", "Bus"])
        {
            settings[$"Resilience:{dependency}:TryTimeout"] = "00:00:30";
            settings[$"Resilience:{dependency}:TotalTimeout"] = "00:00:30";
            settings[$"Resilience:{dependency}:Retries"] = "0";
            settings[$"Resilience:{dependency}:BreakerMinimum"] = "1000000";
        }

        return settings;
    }

    /// <summary>As the server has counted them. The adapters call nothing but scripts, whose own commands are counted under other names.</summary>
    private async Task<int> CountScriptsAsync()
    {
        var statistics = await admin.GetServers()[0].InfoAsync("commandstats");
        return statistics.SelectMany(group => group).Where(line => Scripts.Contains(line.Key["cmdstat_".Length..]))
            .Sum(line => int.Parse(line.Value.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture));
    }

    private static string KindOf(string what) => what switch
    {
        "create" or "upsert" or "replace" or "delete" or "patch" or "batch" => "write",
        _ => what,
    };

    /// <summary>The host's time, for what is there before the host.</summary>
    private sealed class ShopClock : TimeProvider
    {
        public Func<TimeProvider?> Of { get; set; } = () => null;

        public override DateTimeOffset GetUtcNow() => (Of() ?? System).GetUtcNow();
    }
}
