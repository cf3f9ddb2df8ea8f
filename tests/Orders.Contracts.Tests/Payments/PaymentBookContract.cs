using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What every book of money must do.</summary>
public abstract class PaymentBookContract(Subject subject) : ContractTests(subject)
{
    private static readonly BookEntry Captured = Capture(1);
    private static readonly BookEntry Requested = Refund(Captured, 300, BookedState.Requested, version: 6);

    private IPaymentBook Book => Subject.Port<IPaymentBook>();

    [Fact]
    public async Task Put_IsFoundWholeAndKept()
    {
        Assert.Empty(await Book.FindAsync(Captured.Order.OrderId, None));
        await Book.PutAsync([Captured, Requested], None);
        await Subject.RestartAsync();
        Assert.Equal([Captured, Requested], await Book.FindAsync(Captured.Order.OrderId, None));
        Assert.Empty(await Book.FindAsync(Ref(2).OrderId, None));
    }

    [Fact]
    public async Task Put_OfNothing_IsNothing()
    {
        await Book.PutAsync([], None);
        Assert.Empty(await Book.ListOrdersAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, after: null, 10, None));
    }

    [Fact]
    public async Task Put_AgainAndAgain_IsOneEntry()
    {
        for (var n = 0; n < 3; n++)
            await Book.PutAsync([Captured, Requested], None);
        Assert.Equal([Captured, Requested], await Book.FindAsync(Captured.Order.OrderId, None));
    }

    [Fact]
    public async Task Put_OfAnEarlierVersion_ChangesNothing()
    {
        var done = Requested with { State = BookedState.Done, Version = 7 };
        await Book.PutAsync([Captured, done], None);
        await Book.PutAsync([Captured, Requested], None);
        Assert.Equal([Captured, done], await Book.FindAsync(Captured.Order.OrderId, None));
    }

    [Fact]
    public async Task Put_OfALaterVersion_KeepsTheInstantUnlessTheStateChanged()
    {
        await Book.PutAsync([Captured, Requested], None);
        var (later, much) = (Requested.At.AddMinutes(1), Requested.At.AddHours(1));
        await Book.PutAsync([Captured with { Version = 8, At = much }, Requested with { Version = 8, State = BookedState.Done, At = later }], None);
        await Book.PutAsync([Captured with { Version = 9, At = much }, Requested with { Version = 9, State = BookedState.Done, At = much }], None);
        Assert.Equal(
            [Captured with { Version = 9 }, Requested with { Version = 9, State = BookedState.Done, At = later }],
            await Book.FindAsync(Captured.Order.OrderId, None));
    }

    [Fact]
    public async Task Put_WithoutTheProvidersNumber_LeavesTheOneThatIsKnown()
    {
        await Book.PutAsync([Captured], None);
        await Book.PutAsync([Captured with { Version = 9, Reference = null }], None);
        Assert.Equal(Captured.Reference, Assert.Single(await Book.FindAsync(Captured.Order.OrderId, None)).Reference);
    }

    [Fact]
    public async Task Put_ByManyAtOnce_LeavesTheLatest()
    {
        await Task.WhenAll(Enumerable.Range(1, 32).Select(n => Task.Run(() => Book.PutAsync([Captured with { Version = n, Reference = $"r-{n}" }], None))));
        Assert.Equal("r-32", Assert.Single(await Book.FindAsync(Captured.Order.OrderId, None)).Reference);
    }

    [Fact]
    public async Task ListOrders_GivesEachOfTheTimeOnce_InPages()
    {
        var captures = Enumerable.Range(1, 9).Select(n => Capture(n) with { At = Subject.Start.AddHours(n) }).ToList();
        foreach (var capture in captures)
            await Book.PutAsync([capture, Refund(capture, 100, BookedState.Done, version: 6)], None);
        var expected = captures[2..7].Select(capture => capture.Order.OrderId).OrderBy(order => order.Value, StringComparer.Ordinal).ToList();
        var found = new List<OrderId>();
        while (await Book.ListOrdersAsync(
            Subject.Start.AddHours(3), Subject.Start.AddHours(8), found is [.., var last] ? last : null, 2, None) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 2);
            found.AddRange(page);
        }

        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Sum_AddsWhatIsDoneInThatTime()
    {
        var dollars = Capture(2) with { Money = new Money(50, Id.Parse<Currency>("USD")) };
        await Book.PutAsync([Captured, Requested], None);
        await Book.PutAsync([dollars], None);
        await Book.PutAsync([Capture(3), Refund(Capture(3), 70, BookedState.Done, 6), Refund(Capture(3), 80, BookedState.Failed, 6) with { Key = "other" }], None);
        await Book.PutAsync([Capture(4) with { At = Subject.Start.AddDays(1) }], None);
        Assert.Equal(
            [
                new MoneySum(BookEntryKind.Capture, Euro, 2, 2_000), new MoneySum(BookEntryKind.Capture, dollars.Money.Currency, 1, 50),
                new MoneySum(BookEntryKind.Refund, Euro, 1, 70),
            ],
            await Book.SumAsync(Subject.Start, Subject.Start.AddDays(1), None));
    }

    internal static BookEntry Capture(int order) => new(
        BookEntryKind.Capture, PaymentId.Derive(Ref(order).OrderId, "p").Value, PaymentId.Derive(Ref(order).OrderId, "p"), Ref(order), "simulator",
        new Money(1_000, Euro), BookedState.Done, Subject.Start, 5)
    {
        Reference = $"capture-{order}",
    };

    internal static BookEntry Refund(BookEntry of, long amount, BookedState state, long version) => of with
    {
        Kind = BookEntryKind.Refund,
        Key = $"{of.Key}-r1",
        Money = of.Money with { Amount = amount },
        State = state,
        At = of.At.AddMinutes(5),
        Version = version,
        Reference = null,
        Reason = "Over",
    };
}

public sealed class PaymentBookInMemory() : PaymentBookContract(Subject.OnMemory());

public sealed class PaymentBookInFile() : PaymentBookContract(Subject.OnFile());
