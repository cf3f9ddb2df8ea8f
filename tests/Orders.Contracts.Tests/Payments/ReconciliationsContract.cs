using System.Globalization;
using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What every keeper of reconciliations must do.</summary>
public abstract class ReconciliationsContract(Subject subject) : ContractTests(subject)
{
    private static readonly DateOnly Day = new(2026, 3, 1);

    private IReconciliations Kept => Subject.Port<IReconciliations>();

    [Fact]
    public async Task Keep_IsFoundWholeAndKept()
    {
        var found = Found(1) with
        {
            Order = Ref(1),
            PaymentId = PaymentId.Derive(Ref(1).OrderId, "p"),
            RefundId = "r",
            Ours = new Money(1, Euro),
            Theirs = new Money(2, Euro),
            IsSafe = true,
            FoundAt = Subject.Start,
            DecidedBy = "olga",
            DecidedBecause = "seen",
            DecidedAt = Subject.Start,
            Outcome = "done",
        };
        Assert.Equal(found, await Kept.KeepAsync(found, None));
        await Subject.RestartAsync();
        Assert.Equal(found, await Kept.FindAsync(Day, found.Id, None));
        Assert.Null(await Kept.FindAsync(Day.AddDays(1), found.Id, None));
        Assert.Null(await Kept.FindAsync(Day, "other", None));
    }

    [Fact]
    public async Task Keep_OfOneThatIsKept_LeavesIt()
    {
        await Kept.KeepAsync(Found(1), None);
        var decided = Found(1) with { State = DifferenceState.Dismissed, Version = 2 };
        Assert.True(await Kept.SaveAsync(decided, None));
        Assert.Equal(decided, await Kept.KeepAsync(Found(1), None));
    }

    [Fact]
    public async Task Save_OnAnotherVersion_IsRefused()
    {
        Assert.False(await Kept.SaveAsync(Found(1) with { Version = 2 }, None));
        await Kept.KeepAsync(Found(1), None);
        Assert.False(await Kept.SaveAsync(Found(1) with { Version = 3 }, None));
        Assert.False(await Kept.SaveAsync(Found(1) with { Version = 1, State = DifferenceState.Gone }, None));
        Assert.Equal(Found(1), await Kept.FindAsync(Day, Found(1).Id, None));
    }

    [Fact]
    public async Task Saves_OfOneVersionByManyAtOnce_OneWins()
    {
        await Kept.KeepAsync(Found(1), None);
        var saves = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(() => Kept.SaveAsync(Found(1) with { Version = 2, Outcome = $"{n}" }, None))));
        Assert.Single(saves, won => won);
    }

    [Fact]
    public async Task List_GivesADaysInPages_PerhapsOfOneState()
    {
        for (var n = 0; n < 9; n++)
            await Kept.KeepAsync(Found(n), None);
        await Kept.KeepAsync(Found(20) with { Date = Day.AddDays(1) }, None);
        await Kept.SaveAsync(Found(3) with { State = DifferenceState.Approved, Version = 2 }, None);
        var all = await ReadAllAsync(cursor => Kept.ListAsync(Day, state: null, 2, cursor, None));
        Assert.Equal(Enumerable.Range(0, 9).Select(n => Found(n).OrderKey).Order(StringComparer.Ordinal), all.Select(one => one.OrderKey));
        Assert.Equal(8, (await ReadAllAsync(cursor => Kept.ListAsync(Day, DifferenceState.Open, 3, cursor, None))).Count);
        Assert.Equal(DifferenceState.Approved, Assert.Single((await Kept.ListAsync(Day, DifferenceState.Approved, 3, cursor: null, None)).Items).State);
    }

    [Fact]
    public async Task List_WithACursorOfAnother_IsRefused()
    {
        for (var n = 0; n < 3; n++)
            await Kept.KeepAsync(Found(n), None);
        var cursor = (await Kept.ListAsync(Day, state: null, 1, cursor: null, None)).NextCursor;
        await Assert.ThrowsAsync<FormatException>(() => Kept.ListAsync(Day.AddDays(1), state: null, 1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Kept.ListAsync(Day, DifferenceState.Open, 1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Kept.ListAsync(Day, state: null, 1, "x", None));
    }

    [Fact]
    public async Task FindByOrder_GivesThoseOfAllDays_ByDay()
    {
        var days = new[] { 3, 0, 7 };
        foreach (var day in days)
            await Kept.KeepAsync(Found(1) with { Date = Day.AddDays(day) }, None);
        await Kept.KeepAsync(Found(2), None);
        Assert.Equal([Day, Day.AddDays(3), Day.AddDays(7)], (await Kept.FindByOrderAsync(Found(1).OrderKey, None)).Select(one => one.Date));
    }

    [Fact]
    public async Task ListOrders_GivesEachOfTheDayOnce_InPages()
    {
        for (var n = 0; n < 8; n++)
            await Kept.KeepAsync(Found(n) with { OrderKey = Found(n / 2).OrderKey }, None);
        var found = new List<string>();
        while (await Kept.ListOrdersAsync(Day, found is [.., var last] ? last : null, 3, None) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, 3);
            found.AddRange(page);
        }

        Assert.Equal(Enumerable.Range(0, 4).Select(n => Found(n).OrderKey).Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public async Task Count_IsByClassAndState()
    {
        for (var n = 0; n < 3; n++)
            await Kept.KeepAsync(Found(n), None);
        await Kept.KeepAsync(Found(4) with { Class = DifferenceClass.Amount }, None);
        await Kept.SaveAsync(Found(0) with { State = DifferenceState.Applied, Version = 2 }, None);
        Assert.Equal(
            [
                new DifferenceCount(DifferenceClass.Amount, DifferenceState.Open, 1), new DifferenceCount(DifferenceClass.MissingHere, DifferenceState.Applied, 1),
                new DifferenceCount(DifferenceClass.MissingHere, DifferenceState.Open, 2),
            ],
            await Kept.CountAsync(Day, None));
        Assert.Empty(await Kept.CountAsync(Day.AddDays(1), None));
    }

    [Fact]
    public async Task Report_IsTheLastOne()
    {
        Assert.Null(await Kept.FindReportAsync(Day, None));
        var running = new ReconciliationReport(Day, ReconciliationStatus.Running, Subject.Start, CompletedAt: null, [], []);
        await Kept.PutReportAsync(running, None);
        await Kept.PutReportAsync(running with { Status = ReconciliationStatus.Completed, CompletedAt = Subject.Start, Ours = [new MoneySum(BookEntryKind.Refund, Euro, 1, 5)] }, None);
        await Subject.RestartAsync();
        var report = (await Kept.FindReportAsync(Day, None))!;
        Assert.Equal((ReconciliationStatus.Completed, Subject.Start), (report.Status, report.CompletedAt));
        Assert.Equal([new MoneySum(BookEntryKind.Refund, Euro, 1, 5)], report.Ours);
    }

    internal static Difference Found(int number) => new(
        $"{number.ToString("x20", CultureInfo.InvariantCulture)}", Day, "simulator", DifferenceClass.MissingHere, BookEntryKind.Capture, Ref(number).OrderId.Value, $"ref-{number}",
        DifferenceProposal.Investigate, "It differs.")
    {
        At = Subject.Start,
    };
}

public sealed class ReconciliationsInMemory() : ReconciliationsContract(Subject.OnMemory());

public sealed class ReconciliationsInFile() : ReconciliationsContract(Subject.OnFile());
