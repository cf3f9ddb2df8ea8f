using LocalFunctions;
using LocalFunctions.Durable;
using LocalFunctions.Durable.Testing;
using Orders.Domain;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Lifecycle;

/// <summary>
/// Orders live for weeks, longer than a version of the code: instances that were begun with an older one must find that today's code does
/// what their history says. The recordings lie in Histories; <c>ORDERS_RECORD=path dotnet test --filter Lives_</c> writes new ones, which
/// are added, never put in place of old ones.
/// </summary>
public sealed class RecordedHistoryTests
{
    public static TheoryData<string> Recordings => [.. Names];

    private static IEnumerable<string> Names => Directory
        .GetFiles(Path.Combine(AppContext.BaseDirectory, "Histories"), "*.json")
        .Select(file => Path.GetFileNameWithoutExtension(file))
        .Order(StringComparer.Ordinal);

    private static readonly (string Name, Func<Shop, Task>[] Steps)[] Lives =
    [
        ("paid-shipped-received-1", [
            shop => shop.PlaceAsync(), shop => shop.OpenPaymentAsync(), shop => shop.PayAndHearAsync(), shop => shop.ShipAsync("s-1", ("TEA", 1)),
            shop => shop.ShipAsync("s-2"), shop => shop.ComeToAsync(TimeSpan.FromDays(11)), shop => shop.ComeToAsync(TimeSpan.FromDays(27)),
        ]),
        ("unpaid-cancelled-1", [shop => shop.PlaceAsync(), shop => shop.OpenPaymentAsync(), shop => shop.ComeToAsync(TimeSpan.FromMinutes(31))]),
        ("late-money-returned-1", [
            shop => shop.PlaceAsync(), shop => shop.OpenPaymentAsync(), shop => shop.CancelAsync(), shop => shop.PumpAsync(),
            shop => shop.PayAndHearAsync(),
        ]),
        ("waits-for-shipment-1", [
            shop => shop.PlaceAsync(), shop => shop.OpenPaymentAsync(), shop => shop.PayAndHearAsync(), shop => shop.ComeToAsync(TimeSpan.FromDays(30)),
        ]),
        ("money-of-a-voided-attempt-1", [
            shop => shop.PlaceAsync(), shop => shop.OpenPaymentAsync(), shop => shop.OpenPaymentAsync("pay-2"), shop => shop.PayAndHearAsync(),
        ]),
    ];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void TodaysCode_AgreesWith(string recording)
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(typeof(OrderLifecycle));

        Assert.Null(host.Engine.Replay(Read(recording)));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void ChangedCode_IsFoundBy(string recording)
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(typeof(ChangedLifecycle));

        Assert.Contains("Non-deterministic", host.Engine.Replay(Read(recording)));
    }

    [Fact]
    public async Task Lives_OfToday_CanBeReplayed()
    {
        foreach (var (name, steps) in Lives)
        {
            using var world = new World();
            foreach (var step in steps)
            {
                await step(world.Shop);
                await world.Shop.PumpAsync();
            }

            var history = world.Host.Engine.ExportHistory(Shop.Order.OrderId.Value)!;
            if (Environment.GetEnvironmentVariable("ORDERS_RECORD") is { Length: > 0 } folder)
                await File.WriteAllTextAsync(Path.Combine(folder, name + ".json"), history + "\n");
            else
                Assert.Contains(name, Names);
            Assert.Null(world.Host.Engine.Replay(history));
        }
    }

    [Fact]
    public void Recordings_ShowEveryActivity()
    {
        var all = string.Concat(Names.Select(Read));

        Assert.All(OrderActivities.All, activity => Assert.Contains($"\"{activity}\"", all));
    }

    [Fact]
    public void Recordings_HoldNoPersonalData() => Assert.All(Names, name =>
    {
        Assert.DoesNotContain("Zürich", Read(name));
        Assert.DoesNotContain("Main Street", Read(name));
    });

    private static string Read(string recording) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Histories", recording + ".json"));

    /// <summary>What somebody might do without thinking of orders that are under way: a pause before the first look.</summary>
    private static class ChangedLifecycle
    {
        [Function(nameof(OrderLifecycle))]
        public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, OrderRef order)
        {
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            await OrderLifecycle.RunAsync(context, order);
        }
    }
}
