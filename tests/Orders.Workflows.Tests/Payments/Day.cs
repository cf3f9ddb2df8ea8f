using LocalFunctions.Durable.Testing;
using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Payments;

/// <summary>The first day of the tests: what the provider's statement says of it, its runs, and what people decide. Everything can be done again.</summary>
internal static class Day
{
    public static readonly DateOnly Date = DateOnly.FromDateTime(OrchestrationTestHost.Start.UtcDateTime);

    private static readonly Caller Olga = new(Id.Parse<UserId>("olga"), new HashSet<Role> { Role.Ops });

    public static StatementLine Capture(string reference, string key = "pay-1", long? amount = null) => new(
        StatementLineType.Capture, reference, Shop.Payment(key).Value, Shop.Order.OrderId.Value, Shop.Euros(amount ?? Shop.Total), OrchestrationTestHost.Start.AddMinutes(1));

    public static StatementLine Nobodys(string reference) => Capture(reference) with { PaymentId = null, OrderId = null };

    /// <summary>Runs a day to its end, whether or not it was run before.</summary>
    public static Task RunAsync(World world, DateOnly? date = null) => DoAsync(world, async () =>
    {
        await world.ReconciliationProcess.StartAsync(date ?? Date, default);
        await world.Shop.PumpAsync();
    });

    public static Task ApproveAsync(World world, DifferenceClass @class) => DoAsync(world, async () =>
    {
        var difference = (await DifferencesAsync(world)).Single(one => one.Class == @class);
        var decided = await world.Use<DecideDifference>().RunAsync(Olga, StatementPeriods.Of(Date), difference.Id, approve: true, new("seen"), default);
        Assert.Null(decided.Refusal);
    });

    public static async Task<IReadOnlyList<Difference>> DifferencesAsync(World world, DateOnly? date = null)
    {
        var all = new List<Difference>();
        string? cursor = null;
        do
        {
            var page = await world.Use<IReconciliations>().ListAsync(date ?? Date, state: null, 100, cursor, default);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }

    public static async Task<ReconciliationReport?> ReportAsync(World world, DateOnly? date = null) =>
        await world.Use<IReconciliations>().FindReportAsync(date ?? Date, default);

    /// <summary>A planned death reaches the test as itself, not as the dependency that it looks like from within.</summary>
    private static async Task DoAsync(World world, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (DependencyUnavailableException) when (world.Host.Store.HasCrashed)
        {
            throw new StoreCrashedException();
        }
    }
}

/// <summary>What must be the same however often the process died on the way.</summary>
internal sealed record DayOutcome(Outcome Order, string Differences, string Report, string Books)
{
    public static async Task<DayOutcome> ReadAsync(OrchestrationTestHost host)
    {
        var world = World.Of(host);
        var differences = (await Day.DifferencesAsync(world)).Select(one => $"{one.Class} {one.Reference} {one.Proposal} {one.State}: {one.Outcome}");
        var report = await Day.ReportAsync(world);
        var booked = await world.Use<IPaymentBook>().FindAsync(Shop.Order.OrderId, default);
        return new(
            await Outcome.ReadAsync(host), string.Join('\n', differences.Order(StringComparer.Ordinal)),
            $"{report?.Status}; ours {string.Join(", ", report?.Ours ?? [])}; theirs {string.Join(", ", report?.Theirs ?? [])}",
            string.Join(", ", booked.Select(entry => $"{entry.Kind} {entry.Money} {entry.State}")));
    }
}
