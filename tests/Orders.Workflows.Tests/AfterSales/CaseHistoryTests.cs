using LocalFunctions;
using LocalFunctions.Durable;
using LocalFunctions.Durable.Testing;
using Orders.Application.AfterSales;
using Orders.Domain.AfterSales;
using Orders.Domain.Payments;
using Orders.Workflows.AfterSales;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.AfterSales;

/// <summary>
/// Cases live for weeks, longer than a version of the code, as orders do (<c>RecordedHistoryTests</c>). The recordings lie in Histories/AfterSales;
/// <c>ORDERS_RECORD=path dotnet test --filter Cases_</c> writes new ones, which are added, never put in place of old ones.
/// </summary>
public sealed class CaseHistoryTests
{
    public static TheoryData<string> Recordings => [.. Names];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Histories", "AfterSales");

    private static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    private static readonly (string Name, Func<World, Task>[] Steps)[] Lives =
    [
        ("unreviewed-refunded-1", [Paid, Open("refund", new CaseLineRequest("TEA", 1)), At(2)]),
        ("never-sent-lapsed-1", [Paid, Shipped, Open("return"), Approved, At(15)]),
        ("uninspected-refunded-1", [Paid, Shipped, Open("return"), Approved, world => world.Desk.SendBackAsync(), At(15)]),
        ("exchanged-1", [
            Paid, Shipped, Open("exchange"), Approved, world => world.Desk.SendBackAsync(), world => world.Desk.ReceiveAsync(), world => world.Desk.SendReplacementAsync(),
        ]),
        ("difference-unpaid-fell-back-1", [
            Paid, Shipped, Open("exchange", new CaseLineRequest("TEA", 1, ReplacementSku: "MUG")), Approved, world => world.Desk.SendBackAsync(),
            world => world.Desk.ReceiveAsync(), At(3),
        ]),
        ("refund-pending-1", [
            Paid, Leaving(pending: true, refused: false), Open("refund"), At(5), world => world.Desk.DecideRefundAsync(RefundStatus.Succeeded), At(6),
        ]),
        ("refund-refused-1", [Paid, Leaving(pending: false, refused: true), Open("refund"), At(20)]),
        ("refund-retried-1", [
            Paid, Leaving(pending: false, refused: true), Open("refund"), At(1), Leaving(pending: false, refused: false), world => world.Desk.RetryRefundAsync(),
        ]),
        ("refund-settled-1", [Paid, Leaving(pending: false, refused: true), Open("refund"), At(1), world => world.Desk.SettleRefundAsync()]),
        ("difference-paid-1", [
            Paid, Shipped, Open("exchange", new CaseLineRequest("TEA", 1, ReplacementSku: "MUG")), Approved, world => world.Desk.SendBackAsync(),
            world => world.Desk.ReceiveAsync(), world => world.Desk.OpenDifferenceAsync(), world => world.Desk.PayDifferenceAsync(751),
            world => world.Desk.SendReplacementAsync(),
        ]),
        ("difference-unheard-1", [
            Paid, Shipped, Open("exchange", new CaseLineRequest("TEA", 1, ReplacementSku: "MUG")), Approved, world => world.Desk.SendBackAsync(),
            world => world.Desk.ReceiveAsync(), world => world.Desk.OpenDifferenceAsync(), world => world.Desk.PayDifferenceAsync(751, isHeard: false), At(3),
            world => world.Desk.SendReplacementAsync(),
        ]),
        ("withdrawn-1", [Paid, Shipped, Open("return"), world => world.Desk.WithdrawAsync()]),
    ];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void TodaysCode_AgreesWith(string recording)
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(typeof(AfterSale));

        Assert.Null(host.Engine.Replay(Read(recording)));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void ChangedCode_IsFoundBy(string recording)
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(typeof(ChangedAfterSale));

        Assert.Contains("Non-deterministic", host.Engine.Replay(Read(recording)));
    }

    [Fact]
    public async Task Cases_OfToday_CanBeReplayed()
    {
        foreach (var (name, steps) in Lives)
        {
            using var world = new World();
            foreach (var step in steps)
            {
                await step(world);
                await world.Shop.PumpAsync();
            }

            var history = world.Host.Engine.ExportHistory(CaseDesk.Case().CaseId.Value)!;
            if (Environment.GetEnvironmentVariable("ORDERS_RECORD") is { Length: > 0 } folder)
                await File.WriteAllTextAsync(Path.Combine(folder, name + ".json"), history + "\n");
            else
                Assert.Contains(name, Names);
            Assert.Null(world.Host.Engine.Replay(history));
        }
    }

    [Fact]
    public void Recordings_ShowEveryActivityAndNeed()
    {
        var all = string.Concat(Names.Select(Read));

        Assert.All(CaseActivities.All, activity => Assert.Contains($"\"{activity}\"", all));
        Assert.All(Enum.GetNames<CaseNeed>(), need => Assert.Contains(need, all));
    }

    [Fact]
    public void Recordings_HoldNothingThatAnybodyWrote() => Assert.All(Names, name => Assert.DoesNotContain("fit", Read(name)));

    private static async Task Paid(World world)
    {
        await world.Shop.PlaceAsync();
        await world.Shop.OpenPaymentAsync();
        await world.Shop.PayAndHearAsync();
    }

    private static Task Shipped(World world) => world.Shop.ShipAsync("s-1");

    private static Task Approved(World world) => world.Desk.ApproveAsync();

    private static Func<World, Task> Open(string type, params CaseLineRequest[] lines) => world => world.Desk.OpenAsync(type, lines);

    private static Func<World, Task> At(int day) => world => world.Shop.ComeToAsync(TimeSpan.FromDays(day));

    private static Func<World, Task> Leaving(bool pending, bool refused) => world =>
    {
        (world.Provider.LeavesRefundsPending, world.Provider.RefusesRefunds) = (pending, refused);
        return Task.CompletedTask;
    };

    private static string Read(string recording) => File.ReadAllText(Path.Combine(Folder, recording + ".json"));

    /// <summary>What somebody might do without thinking of cases that are under way: a pause before the first look.</summary>
    private static class ChangedAfterSale
    {
        [Function(nameof(AfterSale))]
        public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, CaseRef @case)
        {
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            await AfterSale.RunAsync(context, @case);
        }
    }
}
