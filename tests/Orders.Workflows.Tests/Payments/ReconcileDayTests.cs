using LocalFunctions.Durable;
using LocalFunctions.Durable.Testing;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.Payments;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Payments;

/// <summary>
/// The run of a day: played undisturbed, and once more for every commit, every activity and every call to the provider with the process killed right
/// there. The outcome must not depend on it, nor on whether the day is run again.
/// </summary>
public sealed class ReconcileDayTests
{
    private static readonly Func<World, Task>[] Story =
    [
        world => world.Shop.PlaceAsync(), world => world.Shop.OpenPaymentAsync(), world => world.Shop.PaySilentlyAsync(), world => Day.RunAsync(world),
    ];

    private const string Found =
        """
        Duplicate cap-2 RefundDuplicate Open: 
        MissingHere cap-1 ApplyCapture Applied: It pays the order.
        MissingHere nobody's Investigate Open: 
        """;

    [Fact]
    public async Task ADay_FindsAndRepairs_WheneverTheProcessDies()
    {
        var calm = await PlayAsync(Story);

        Assert.Equal("PendingPayment Paid PendingShipment", calm.Order.States);
        Assert.Equal(Found, calm.Differences);
        Assert.Equal($"Completed; ours {Captures(1)}; theirs {Captures(3)}", calm.Report);
        Assert.Equal("Capture 2248 EUR Done", calm.Books);
    }

    [Fact]
    public async Task ADayRunAgain_HasNoSecondEffect()
    {
        using var once = NewWorld();
        await DoAsync(once, Story);
        var order = await once.Shop.ReadAsync();
        var first = await DayOutcome.ReadAsync(once.Host);
        var differences = await Day.DifferencesAsync(once);

        for (var again = 0; again < 2; again++)
            await Day.RunAsync(once);

        Assert.Equal(order.Version, (await once.Shop.ReadAsync()).Version);
        Assert.Equal(differences, await Day.DifferencesAsync(once));
        Assert.Equal((first.Order, first.Books), ((await DayOutcome.ReadAsync(once.Host)) is var last ? (last.Order, last.Books) : default));
    }

    [Fact]
    public async Task AnApprovedDuplicate_GoesBackOnce_WheneverTheProcessDies()
    {
        Func<World, Task>[] steps = [.. Story, world => Day.ApproveAsync(world, DifferenceClass.Duplicate), world => Day.RunAsync(world), world => Day.ApproveAsync(world, DifferenceClass.Duplicate)];

        var calm = await PlayAsync(steps);

        Assert.Equal("paid 2248 refunded 0; outside 2248 2248", calm.Order.Money);
        Assert.Equal("Refund 2248 EUR Done, Capture 2248 EUR Done", calm.Books);
        Assert.Contains("Duplicate cap-2 RefundDuplicate Approved: 22.48 EUR went back as", calm.Differences);
    }

    /// <summary>The negative control: with a provider that ignores its keys, some death sends the second capture back twice.</summary>
    [Fact]
    public async Task Crashes_FindAProviderThatIgnoresItsKeys()
    {
        Func<World, Task>[] steps = [.. Story, world => Day.ApproveAsync(world, DifferenceClass.Duplicate), world => Day.ApproveAsync(world, DifferenceClass.Duplicate)];

        Assert.Contains(await AfterEveryCallAsync(steps, ignoresKeys: true), run => run.Outcome.Order.Money.EndsWith("4496", StringComparison.Ordinal));
    }

    /// <summary>The statement shows that refund, too, and the books know of it.</summary>
    [Fact]
    public async Task TheRefundOfADuplicate_OnTheNextStatement_IsNoDifference()
    {
        using var world = NewWorld();
        await DoAsync(world, [.. Story, one => Day.ApproveAsync(one, DifferenceClass.Duplicate)]);
        var refund = (await world.Use<IPaymentBook>().FindAsync(Shop.Order.OrderId, default)).Single(entry => entry.Kind == BookEntryKind.Refund);
        world.Provider.Lines.Add(Day.Capture(refund.Key) with { Type = StatementLineType.Refund });

        await Day.RunAsync(world);

        Assert.DoesNotContain(await Day.DifferencesAsync(world), difference => difference.Kind == BookEntryKind.Refund);
    }

    [Fact]
    public async Task ADayOfManyPagesAndParts_GoesOnInNewHistories()
    {
        using var world = NewWorld(new ReconciliationPolicy { PartSize = 3, PartsAtOnce = 2 });
        world.Provider.PageSize = 2;
        world.Provider.Lines.Clear();
        for (var n = 0; n < 150; n++)
            world.Provider.Lines.Add(Day.Nobodys($"strange-{n}"));

        await Day.RunAsync(world);

        Assert.Equal(150, (await Day.DifferencesAsync(world)).Count);
        Assert.Equal(150, Assert.Single((await Day.ReportAsync(world))!.Theirs).Count);
        Assert.True(world.Activities.Count > 40 * 2, "It was to need more than one history.");
    }

    [Fact]
    public async Task AProviderThatIsAway_HoldsUpNothingElse_AndIsAskedAgain()
    {
        using var world = NewWorld();
        await DoAsync(world, Story[..3]);
        world.Provider.CallsThatFail = 3;

        await Day.RunAsync(world);
        Assert.Equal(ReconciliationStatus.Running, (await Day.ReportAsync(world))!.Status);
        await world.Host.AdvanceToAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(ReconciliationStatus.Completed, (await Day.ReportAsync(world))!.Status);
        Assert.Equal(DifferenceState.Applied, (await Day.DifferencesAsync(world)).Single(one => one.Reference == "cap-1").State);
    }

    [Fact]
    public async Task WithTheSwitchOff_WhatIsSafeWaits()
    {
        using var world = NewWorld(new ReconciliationPolicy { ApplySafe = false });
        await DoAsync(world, Story);

        Assert.All(await Day.DifferencesAsync(world), difference => Assert.Equal(DifferenceState.Open, difference.State));
        Assert.Equal("PendingPayment", (await Outcome.ReadAsync(world.Host)).States);
    }

    [Fact]
    public async Task ADifferenceThatALaterRunDoesNotFind_IsGone_AndOpenAgainWhenItComesBack()
    {
        using var world = NewWorld();
        await DoAsync(world, Story);
        world.Provider.Lines.RemoveAt(2);
        await Day.RunAsync(world);
        Assert.Equal(DifferenceState.Gone, (await Day.DifferencesAsync(world)).Single(one => one.Reference == "nobody's").State);

        world.Provider.Lines.Add(Day.Nobodys("nobody's"));
        await Day.RunAsync(world);
        Assert.Equal(DifferenceState.Open, (await Day.DifferencesAsync(world)).Single(one => one.Reference == "nobody's").State);
    }

    /// <summary>What nobody captured after all: the statement lacks it, and the provider, asked, has it or not.</summary>
    [Theory]
    [InlineData(true, DifferenceState.Applied)]
    [InlineData(false, DifferenceState.Open)]
    public async Task WhatTheStatementLacks_IsAskedFor(bool hasIt, DifferenceState expected)
    {
        using var world = NewWorld();
        world.Provider.Lines.Clear();
        await DoAsync(world, [.. Story[..2], async one =>
        {
            if (hasIt)
                await one.Shop.PayAndHearAsync();
            else
                await one.Shop.HearAsync();
            await one.Shop.PumpAsync();
        }]);
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(27));

        await Day.RunAsync(world);

        var difference = Assert.Single(await Day.DifferencesAsync(world));
        Assert.Equal((DifferenceClass.MissingThere, expected), (difference.Class, difference.State));
        Assert.Contains(await world.Use<IMoneyTrail>().FindAsync(Shop.Order.OrderId, default), query => query.By == QueriedBy.Reconciliation);
    }

    /// <summary>Found by the simulation: a refund that came back, of which no message told, stayed one that had arrived.</summary>
    [Fact]
    public async Task ARefundThatCameBackUnheard_IsRecordedAsFailed()
    {
        using var world = NewWorld();
        await DoAsync(world, [.. Story[..2], one => one.Shop.PayAndHearAsync(money: Shop.Euros(Shop.Total + 100))]);
        await world.Shop.PumpAsync();
        Assert.Equal(RefundStatus.Succeeded, (await world.Shop.ReadAsync()).Payments[0].Refunds.Single().Status);
        world.Provider.RefusesRefunds = true;
        world.Provider.Lines.Clear();
        world.Provider.Lines.Add(Day.Capture($"capture-{Shop.Payment()}", amount: Shop.Total + 100));
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(27));

        await Day.RunAsync(world);

        var order = await world.Shop.ReadAsync();
        Assert.Equal((RefundStatus.Failed, 0L), (order.Payments[0].Refunds.Single().Status, order.Totals.Refunded));
        var difference = (await Day.DifferencesAsync(world)).Single(one => one.Kind == BookEntryKind.Refund);
        Assert.Equal((DifferenceClass.MissingThere, DifferenceState.Applied), (difference.Class, difference.State));
    }

    [Fact]
    public async Task ASecondStart_OfADayUnderWay_IsNoError()
    {
        using var world = NewWorld();
        await world.ReconciliationProcess.StartAsync(Day.Date, default);
        await world.ReconciliationProcess.StartAsync(Day.Date, default);
        await world.Host.RunAsync();

        Assert.Single(world.Activities, ReconciliationActivities.BeginReconciliation);
    }

    private static MoneySum Captures(long count) => new(BookEntryKind.Capture, Shop.Euros(0).Currency, count, count * Shop.Total);

    private static World NewWorld(ReconciliationPolicy? policy = null, OutsideProvider? provider = null)
    {
        provider ??= new OutsideProvider();
        provider.Lines.AddRange([Day.Capture("cap-1"), Day.Capture("cap-2"), Day.Nobodys("nobody's")]);
        return new World(provider: provider, reconciliation: policy);
    }

    private static async Task DoAsync(World world, IEnumerable<Func<World, Task>> steps)
    {
        foreach (var step in steps)
        {
            await step(world);
            await world.Shop.PumpAsync();
        }
    }

    private static async Task<DayOutcome> PlayAsync(IReadOnlyList<Func<World, Task>> steps)
    {
        var test = new CrashTest<DayOutcome>(() => NewWorld().Host, [.. steps.Select(AsStep)], DayOutcome.ReadAsync);
        var calm = (await test.WithoutCrashAsync()).Outcome;
        var runs = await test.AfterEveryCommitAsync();
        Assert.All(runs, run => Assert.Equal((run.Where, calm), (run.Where, run.Outcome)));
        Assert.All(await test.AfterEveryActivityAsync(), run => Assert.Equal((run.Where, calm), (run.Where, run.Outcome)));
        Assert.Contains(runs, run => run.Crashed);
        Assert.All(await AfterEveryCallAsync(steps), run => Assert.Equal((run.Where, calm), (run.Where, run.Outcome)));
        return calm;
    }

    /// <summary>One run per call to the provider, killed after the call's effect and before its answer.</summary>
    private static async Task<IReadOnlyList<CrashRun<DayOutcome>>> AfterEveryCallAsync(IReadOnlyList<Func<World, Task>> steps, bool ignoresKeys = false)
    {
        var runs = new List<CrashRun<DayOutcome>>();
        for (var n = 1; runs.Count == 0 || runs[^1].Crashed; n++)
        {
            var call = n;
            var test = new CrashTest<DayOutcome>(() => DyingAt(call, ignoresKeys), [.. steps.Select(AsStep)], DayOutcome.ReadAsync);
            runs.Add(await test.WithoutCrashAsync() with { Where = $"after call {n} to the provider" });
        }

        return runs;
    }

    private static OrchestrationTestHost DyingAt(int call, bool ignoresKeys)
    {
        var provider = new OutsideProvider { IgnoresKeys = ignoresKeys };
        var world = NewWorld(provider: provider);
        provider.AfterCall = done =>
        {
            if (done == call)
                world.Host.Store.CrashAfter(0);
        };
        return world.Host;
    }

    private static Func<OrchestrationTestHost, Task> AsStep(Func<World, Task> step) => async host =>
    {
        await step(World.Of(host));
        await World.Of(host).Shop.PumpAsync();
    };
}
