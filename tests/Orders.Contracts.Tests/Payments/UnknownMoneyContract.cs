using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What every store of held money must do.</summary>
public abstract class UnknownMoneyContract(Subject subject) : ContractTests(subject)
{
    private IUnknownMoney Unknown => Subject.Port<IUnknownMoney>();

    [Fact]
    public async Task Hold_Again_LeavesWhatIsKept()
    {
        var first = await Unknown.HoldAsync(Money(1), None);
        Assert.Equal(Money(1), first);
        await Unknown.SaveAsync(first.Next(UnknownMoneyState.Applied, "done"), None);

        var again = await Unknown.HoldAsync(Money(1) with { MessageId = "another" }, None);
        await Subject.RestartAsync();

        Assert.Equal(first.Next(UnknownMoneyState.Applied, "done"), again);
        Assert.Equal(again, await Unknown.FindAsync(again.Id, None));
        Assert.Null(await Unknown.FindAsync("nothing", None));
    }

    [Fact]
    public async Task Save_OfEveryField_IsReadAgain()
    {
        var money = (await Unknown.HoldAsync(Money(1) with { ProviderPaymentId = "pi_1" }, None)).Next(UnknownMoneyState.RefundFailed, "no") with
        {
            Refunds = 2,
            DecidedBy = "olga",
            DecidedBecause = "nobody's",
            DecidedAt = Subject.Start.AddHours(1),
            EscalatedAt = Subject.Start.AddHours(2),
        };

        Assert.True(await Unknown.SaveAsync(money, None));
        Assert.Equal(money, await Unknown.FindAsync(money.Id, None));
    }

    [Fact]
    public async Task Save_OnAnotherVersion_IsRefused()
    {
        var held = await Unknown.HoldAsync(Money(1), None);
        Assert.True(await Unknown.SaveAsync(held.Next(UnknownMoneyState.Applying, null), None));

        Assert.False(await Unknown.SaveAsync(held.Next(UnknownMoneyState.Refunding, null), None));
        Assert.False(await Unknown.SaveAsync(Money(2).Next(UnknownMoneyState.Refunding, null), None));

        Assert.Equal(UnknownMoneyState.Applying, (await Unknown.FindAsync(held.Id, None))!.State);
    }

    /// <summary>Also those of one instant: a page may end among them.</summary>
    [Fact]
    public async Task List_InPages_GivesEachOnce_TheLongestHeldFirst_PerhapsOfOneState()
    {
        foreach (var n in new[] { 4, 1, 3, 2 })
            await Unknown.HoldAsync(Money(n) with { HeldSince = Subject.Start.AddMinutes(n / 3) }, None);
        var refunded = (Money(3) with { HeldSince = Subject.Start.AddMinutes(1) }).Next(UnknownMoneyState.Refunded, null);
        await Unknown.SaveAsync(refunded, None);

        var all = await ReadAllAsync(cursor => Unknown.ListAsync(state: null, 1, cursor, None));

        Assert.Equal(4, all.Select(money => money.Id).Distinct().Count());
        Assert.Equal(all.OrderBy(money => money.HeldSince).ThenBy(money => money.Id, StringComparer.Ordinal), all);
        Assert.Equal([refunded.Id], (await Unknown.ListAsync(UnknownMoneyState.Refunded, 100, cursor: null, None)).Items.Select(money => money.Id));
        Assert.Equal(3, (await ReadAllAsync(cursor => Unknown.ListAsync(UnknownMoneyState.Held, 2, cursor, None))).Count);
        await Assert.ThrowsAsync<FormatException>(() => Unknown.ListAsync(UnknownMoneyState.Held, 1, "x", None));
    }

    internal static UnknownMoney Money(int n)
    {
        var payment = PaymentId.Derive(Ref(n).OrderId, "p");
        return new UnknownMoney(
            UnknownMoney.IdOf("simulator", payment, "r-1"), "simulator", $"msg-{n}", Ref(n).OrderId, payment, new Money(100 + n, Euro), "r-1", Subject.Start, Subject.Start);
    }
}

public sealed class UnknownMoneyInMemory() : UnknownMoneyContract(Subject.OnMemory());

public sealed class UnknownMoneyInFile() : UnknownMoneyContract(Subject.OnFile());
