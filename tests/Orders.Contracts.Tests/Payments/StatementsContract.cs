using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What every store of statements must do.</summary>
public abstract class StatementsContract(Subject subject) : ContractTests(subject)
{
    private const string Day = "2026-03-01";

    private IStatements Statements => Subject.Port<IStatements>();

    [Fact]
    public async Task Put_IsFoundByOrder_WholeAndKept()
    {
        var lines = new[] { Line(0, order: 1), Line(1, order: 2), Line(2, order: 1, StatementLineType.Refund) };
        await Statements.PutAsync(lines, None);
        await Subject.RestartAsync();
        Assert.Equal([lines[0], lines[2]], await Statements.FindAsync(Ref(1).OrderId.Value, None));
        Assert.Empty(await Statements.FindAsync(Ref(3).OrderId.Value, None));
    }

    [Fact]
    public async Task Put_OfALineThatNamesNothingOfOurs_IsNotLost()
    {
        var strange = new StoredLine("simulator", Day, 0, new StatementLine(StatementLineType.Capture, "ünknown 1", "x", "y", new Money(5, Euro), Subject.Start));
        await Statements.PutAsync([strange, Line(1, order: 1)], None);
        Assert.Equal([strange], await Statements.FindAsync(strange.OrderKey, None));
        Assert.Equal([Ref(1).OrderId.Value, strange.OrderKey], await Statements.ListOrdersAsync(Day, after: null, 10, None));
    }

    [Fact]
    public async Task FindMany_IsWhatEachHas()
    {
        var strange = new StoredLine("simulator", Day, 9, new StatementLine(StatementLineType.Capture, "ünknown 1", "x", "y", new Money(5, Euro), Subject.Start));
        await Statements.PutAsync([Line(0, order: 1), Line(1, order: 2), Line(2, order: 1, StatementLineType.Refund), strange, Line(3, order: 4)], None);
        await Statements.PutAsync([Line(0, order: 1) with { Period = "other" }], None);
        string[] keys = [Ref(1).OrderId.Value, Ref(2).OrderId.Value, Ref(3).OrderId.Value, strange.OrderKey, Ref(1).OrderId.Value];
        var found = await Statements.FindManyAsync(keys, None);
        foreach (var key in keys)
            Assert.Equal(await Statements.FindAsync(key, None), found[key]);
        Assert.Equal(3, found.Count);
        Assert.Empty(await Statements.FindManyAsync([], None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Statements.FindManyAsync([.. Enumerable.Range(0, 101).Select(n => Ref(n).OrderId.Value)], None));
    }

    /// <summary>A page that is read again stands where it stood; one line twice on a statement is two lines.</summary>
    [Fact]
    public async Task Put_InTheSamePlaces_Replaces()
    {
        var twice = new[] { Line(0, order: 1), Line(1, order: 1) with { Line = Line(0, order: 1).Line } };
        for (var n = 0; n < 2; n++)
            await Statements.PutAsync(twice, None);
        Assert.Equal(twice, await Statements.FindAsync(Ref(1).OrderId.Value, None));
        await Statements.PutAsync([Line(1, order: 2)], None);
        Assert.Equal(twice[..1], await Statements.FindAsync(Ref(1).OrderId.Value, None));
    }

    [Fact]
    public async Task Complete_TakesAwayWhatAnEarlierReadingHadMore()
    {
        await Statements.PutAsync([Line(0, order: 1), Line(1, order: 1), Line(2, order: 1), Line(2, order: 1) with { Period = "other" }], None);
        await Statements.CompleteAsync("simulator", Day, 1, None);
        await Statements.CompleteAsync("simulator", Day, 1, None);
        Assert.Equal([(Day, 0L), ("other", 2L)], (await Statements.FindAsync(Ref(1).OrderId.Value, None)).Select(line => (line.Period, line.Number)));
    }

    [Fact]
    public async Task WasRead_OnlyOnceItWasCompleted()
    {
        await Statements.PutAsync([Line(0, order: 1)], None);
        Assert.False(await Statements.WasReadAsync("simulator", Day, None));
        await Statements.CompleteAsync("simulator", Day, 1, None);
        await Subject.RestartAsync();
        Assert.True(await Statements.WasReadAsync("simulator", Day, None));
        Assert.False(await Statements.WasReadAsync("simulator", "2026-03-02", None));
        Assert.False(await Statements.WasReadAsync("other", Day, None));
    }

    [Fact]
    public async Task ListOrders_GivesEachOfThePeriodOnce_InPages()
    {
        await Statements.PutAsync([.. Enumerable.Range(0, 18).Select(n => Line(n, order: n / 2))], None);
        await Statements.PutAsync([Line(0, order: 50) with { Period = "2026-03-02" }], None);
        var found = new List<string>();
        while (await Statements.ListOrdersAsync(Day, found is [.., var last] ? last : null, 3, None) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, 3);
            found.AddRange(page);
        }

        Assert.Equal(Enumerable.Range(0, 9).Select(n => Ref(n).OrderId.Value).Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public async Task Sum_AddsThePeriodsLines()
    {
        await Statements.PutAsync([Line(0, order: 1), Line(1, order: 2), Line(2, order: 1, StatementLineType.Refund), Line(0, order: 3) with { Period = "other" }], None);
        Assert.Equal(
            [new MoneySum(BookEntryKind.Capture, Euro, 2, 201), new MoneySum(BookEntryKind.Refund, Euro, 1, 102)], await Statements.SumAsync(Day, None));
    }

    internal static StoredLine Line(long number, int order, StatementLineType type = StatementLineType.Capture)
    {
        var payment = PaymentId.Derive(Ref(order).OrderId, "p").Value;
        return new("simulator", Day, number, new StatementLine(
            type, $"ref-{number}", payment, Ref(order).OrderId.Value, new Money(100 + number, Euro), Subject.Start.AddMinutes(number)));
    }
}

public sealed class StatementsInMemory() : StatementsContract(Subject.OnMemory());

public sealed class StatementsInFile() : StatementsContract(Subject.OnFile());
