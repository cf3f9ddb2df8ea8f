using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Tests.AfterSales;

/// <summary>A paid order whose stock can't be had gives all its money back, once, and no unit is counted that nobody got.</summary>
public sealed class RefundUnavailableTests : IDisposable
{
    private readonly Shop shop = new();

    [Fact]
    public async Task PaidWithoutTheUnits_IsRefundedInFull()
    {
        var order = await WithoutUnitsAsync();

        Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(await PaidAsync(), default));

        var @case = Assert.Single((await shop.ReadAsync(order.Ref)).Cases);
        Assert.Equal((CaseType.Refund, "Out of stock", CaseStatus.Refunding, true), (@case.Type, @case.Reason, @case.Status, @case.WithoutStock));
        Assert.Equal(["system", "system"], @case.Steps.Select(step => step.By));
        await shop.Use<RefundCase>().RunAsync(new CaseRef(order.Ref, @case.CaseId), default);
        var after = await shop.ReadAsync(order.Ref);
        Assert.Equal((OrderStatus.AfterSaleCompleted, order.Totals.Total), (after.Status, after.Totals.Refunded));
        Assert.Equal(RefundReason.OutOfStock, Assert.Single(after.Payments[0].Refunds).Reason);
        await ConsumeAllAsync();
        Assert.Equal((1L, 10L, 9L, 0L), await LevelAsync(Shop.Mug));
        Assert.Equal((10L, 10L, 0L, 0L), await LevelAsync(Shop.Tea));
    }

    /// <summary>Also when only one line of several is missing: a reservation is for all or none.</summary>
    [Fact]
    public async Task ToldAgain_IsStillOneCase()
    {
        var order = await WithoutUnitsAsync();
        var paid = await PaidAsync();
        await shop.Use<InventoryConsumer>().RunAsync(paid, default);
        await shop.Use<IInbox>().PurgeAsync(DateTimeOffset.MaxValue, 100, default);

        Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(paid, default));

        Assert.Equal(2, Assert.Single((await shop.ReadAsync(order.Ref)).Cases).Units.Lines.Count());
    }

    [Fact]
    public async Task KilledAfterAnyCommit_ComesToTheSame()
    {
        for (var commits = 1; ; commits++)
        {
            using var dying = new RefundUnavailableTests();
            var order = await dying.WithoutUnitsAsync();
            var paid = await dying.PaidAsync();
            var died = await dying.shop.RunAndDieAsync(commits, () => dying.shop.Use<InventoryConsumer>().RunAsync(paid, default));
            Assert.Null(await dying.shop.Use<InventoryConsumer>().RunAsync(paid, default));

            var @case = Assert.Single((await dying.shop.ReadAsync(order.Ref)).Cases);
            Assert.Equal((commits, CaseStatus.Refunding), (commits, @case.Status));
            if (!died)
                break;
        }
    }

    /// <summary>The approval was lost and stock has come: the rule approves what the shop opened itself, whatever the setting says of others.</summary>
    [Fact]
    public async Task ApprovalLost_IsMadeUpForByTheDeadlinesRule()
    {
        var order = await WithoutUnitsAsync();
        var paid = await PaidAsync();
        await shop.RunAndDieAsync(2, () => shop.Use<InventoryConsumer>().RunAsync(paid, default));
        var opened = Assert.Single((await shop.ReadAsync(order.Ref)).Cases);
        Assert.Equal(CaseStatus.InReview, opened.Status);
        var strict = new DecideUnreviewed(
            shop.Use<Orders.Application.Lifecycle.IOrderStore>(), shop.Use<ApproveCase>(), shop.Use<RejectCase>(),
            new OrderPolicy { AfterSales = new AfterSalePolicy { ApproveUnreviewed = false } });

        await strict.RunAsync(new CaseRef(order.Ref, opened.CaseId), default);

        Assert.Equal(CaseStatus.Refunding, (await shop.ReadAsync(order.Ref)).Cases[0].Status);
    }

    /// <summary>Stock came between the refusal and the repetition of the same message, which a crash had left unremembered: it was sold to nobody.</summary>
    [Fact]
    public async Task SoldAfterAll_IsOnSaleAgainOnceItIsRefunded()
    {
        var order = await WithoutUnitsAsync();
        var paid = await PaidAsync();
        await shop.Use<RefundUnavailable>().RunAsync(order.Ref, default);
        await shop.Use<IStock>().AdjustAsync(Shop.Mug, new StockChange.By(10), "came", "came", default);
        Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(paid, default));
        Assert.Equal((1L, 20L, 9L, 10L), await LevelAsync(Shop.Mug));

        await shop.Use<RefundCase>().RunAsync(new CaseRef(order.Ref, (await shop.ReadAsync(order.Ref)).Cases[0].CaseId), default);
        await ConsumeAllAsync();
        await ConsumeAllAsync();

        Assert.Equal((11L, 30L, 9L, 10L), await LevelAsync(Shop.Mug));
    }

    /// <summary>The sweep finds what no event told: its hold was lost, and taken anew for less by a repetition that came too late.</summary>
    [Fact]
    public async Task Sweep_ThatCantSell_RefundsLikewise()
    {
        var order = await WithoutUnitsAsync();
        await shop.Use<IStock>().ReserveAsync(new HoldKey(order.Ref, 0), [new StockLine(Shop.Mug, 1)], default);
        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddMinutes(3));

        await shop.Use<SweepHolds>().RunAsync(default);
        await shop.Use<SweepHolds>().RunAsync(default);

        Assert.True(Assert.Single((await shop.ReadAsync(order.Ref)).Cases).WithoutStock);
        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddMinutes(20));
        await shop.Use<SweepHolds>().RunAsync(default);
        Assert.Equal((1L, 10L, 9L, 0L), await LevelAsync(Shop.Mug));
    }

    [Fact]
    public async Task ABuyersCaseOfAllUnits_GivesTheMoneyBack_AndPutsNothingOnSale()
    {
        var order = await WithoutUnitsAsync();
        var of = await shop.OpenedAsync(order, "refund");
        var paid = await PaidAsync();

        Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(paid, default));

        var marked = await shop.ReadAsync(order.Ref);
        Assert.Equal((of.Case.CaseId, true), (Assert.Single(marked.Cases).CaseId, marked.Cases[0].WithoutStock));
        await shop.Use<RefundUnavailable>().RunAsync(order.Ref, default);
        Assert.Equal(marked.Version, (await shop.ReadAsync(order.Ref)).Version);
        await shop.Use<RefundCase>().RunAsync(new CaseRef(order.Ref, of.Case.CaseId), default);
        Assert.True((await shop.Use<RefundUnavailable>().RunAsync(order.Ref, default)).Succeeded);
        await ConsumeAllAsync();
        Assert.Equal(order.Totals.Total, (await shop.ReadAsync(order.Ref)).Totals.Refunded);
        Assert.Equal((1L, 10L, 9L, 0L), await LevelAsync(Shop.Mug));
        Assert.Equal((10L, 10L, 0L, 0L), await LevelAsync(Shop.Tea));
    }

    [Fact]
    public async Task ABuyersCaseOfSomeUnits_IsMarked_AndTheShopsOwnTakesTheRest()
    {
        var order = await WithoutUnitsAsync();
        var of = await shop.OpenedAsync(order, "refund", lines: ("MUG", 4));
        await shop.ApproveAsync(of);

        Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(await PaidAsync(), default));

        var cases = (await shop.ReadAsync(order.Ref)).Cases;
        Assert.Equal([(4, true), (7, true)], cases.Select(@case => (@case.Lines.Sum(line => line.Quantity), @case.WithoutStock)));
        foreach (var @case in cases)
            await shop.Use<RefundCase>().RunAsync(new CaseRef(order.Ref, @case.CaseId), default);
        await ConsumeAllAsync();
        Assert.Equal(order.Totals.Total, (await shop.ReadAsync(order.Ref)).Totals.Refunded);
        Assert.Equal((1L, 10L, 9L, 0L), await LevelAsync(Shop.Mug));
    }

    /// <summary>Nobody can take back what nobody can send: the marked case goes its way, and all money is back by itself.</summary>
    [Theory]
    [InlineData("rejected")]
    [InlineData("withdrawn")]
    public async Task AMarkedCase_ThatIsToBeEnded_GivesItsMoneyBackAllTheSame(string end)
    {
        var order = await WithoutUnitsAsync();
        var of = await shop.OpenedAsync(order, "refund", lines: ("MUG", 4));
        var paid = await PaidAsync();
        // Killed after the mark, before anything is approved.
        await shop.RunAndDieAsync(2, () => shop.Use<InventoryConsumer>().RunAsync(paid, default));
        Assert.True((await shop.ReadAsync(order.Ref)).Cases[0] is { WithoutStock: true, Status: CaseStatus.InReview });

        var refusal = (end == "rejected" ? await shop.RejectAsync(of) : await shop.WithdrawAsync(of)).Refusal;

        Assert.Contains("their money goes back", Assert.IsType<Refusal.IllegalInCase>(refusal).Because, StringComparison.Ordinal);
        Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(paid, default));
        foreach (var @case in (await shop.ReadAsync(order.Ref)).Cases)
            await shop.Use<RefundCase>().RunAsync(new CaseRef(order.Ref, @case.CaseId), default);
        await ConsumeAllAsync();
        var after = await shop.ReadAsync(order.Ref);
        Assert.Equal((OrderStatus.AfterSaleCompleted, order.Totals.Total), (after.Status, after.Totals.Refunded));
        Assert.Equal((1L, 10L, 9L, 0L), await LevelAsync(Shop.Mug));
    }

    /// <summary>Ended before anybody knew: the units are the buyer's again, so the shop's own case takes them, too.</summary>
    [Fact]
    public async Task ACaseThatWasWithdrawnBefore_LeavesItsUnitsToTheShopsOwn()
    {
        var order = await WithoutUnitsAsync();
        await shop.WithdrawAsync(await shop.OpenedAsync(order, "refund", lines: ("MUG", 4)));

        Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(await PaidAsync(), default));

        Assert.Equal(order.AllUnits, (await shop.ReadAsync(order.Ref)).Cases[1].Units);
    }

    /// <summary>What was refunded before anybody knew was never sold: it must not come on sale, by the event or by the sweep.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GivenBackBefore_PutsNothingOnSale(bool all)
    {
        var order = await WithoutUnitsAsync();
        var of = await shop.OpenedAsync(order, "refund", lines: all ? [] : [("MUG", 4)]);
        await shop.ApproveAsync(of);
        await shop.Use<RefundCase>().RunAsync(new CaseRef(order.Ref, of.Case.CaseId), default);

        Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(await PaidAsync(), default));
        await shop.Use<RefundCase>().RunAsync(new CaseRef(order.Ref, (await shop.ReadAsync(order.Ref)).Cases[^1].CaseId), default);
        await ConsumeAllAsync();
        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddHours(1));
        Assert.Equal(1, await shop.Use<SweepCompletedCases>().RunAsync(default));

        Assert.Equal(order.Totals.Total, (await shop.ReadAsync(order.Ref)).Totals.Refunded);
        Assert.Equal((1L, 10L, 9L, 0L), await LevelAsync(Shop.Mug));
        Assert.Equal((10L, 10L, 0L, 0L), await LevelAsync(Shop.Tea));
    }

    /// <summary>Goods left that the counters never sold: people have to look why.</summary>
    [Fact]
    public async Task ShippedAndGivenBackBefore_IsADeadLetterForPeople()
    {
        var order = await WithoutUnitsAsync();
        await shop.Use<Orders.Application.Lifecycle.AcceptOrder>().RunAsync(order.Ref, Actor.System, default);
        var of = await shop.OpenedAsync(await shop.ShipAsync(order), "refund");
        await shop.ApproveAsync(of);
        await shop.Use<RefundCase>().RunAsync(new CaseRef(order.Ref, of.Case.CaseId), default);

        Assert.Equal("StockNothingHeld", (await shop.Use<InventoryConsumer>().RunAsync(await PaidAsync(), default))?.Reason);
    }

    public void Dispose() => shop.Dispose();

    /// <summary>An order of ten mugs and a tea that is paid; its hold is lost and others hold nine of the ten mugs.</summary>
    private async Task<Order> WithoutUnitsAsync()
    {
        var order = await shop.PaidAsync(("MUG", 10), ("TEA", 1));
        await shop.Use<IStock>().ReleaseAsync(new HoldKey(order.Ref, 0), generation: null, default);
        var others = await shop.PlaceAsync(Shop.Basket(("MUG", 9)), "key-2", Shop.Bob);
        await shop.Use<IStock>().KeepAsync(new HoldKey(others.Value!.Order.Ref, 0), shop.Clock.GetUtcNow().AddDays(1), default);
        return order;
    }

    private async Task<OrderEventEnvelope> PaidAsync() => (await EventsAsync()).Single(envelope => envelope.Type == EventTypes.Paid);

    private async Task ConsumeAllAsync()
    {
        foreach (var envelope in (await EventsAsync()).Where(envelope => envelope.Data.Case is not null))
            Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(envelope, default));
    }

    private async Task<IReadOnlyList<OrderEventEnvelope>> EventsAsync() =>
        [.. (await shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default)).Select(item => OrderEventEnvelope.Parse(item.Body))];

    /// <summary>Available, stock, held, sold.</summary>
    private async Task<(long, long, long, long)> LevelAsync(Orders.Domain.Sku sku) =>
        await shop.StockAsync(sku) is var level ? (level.Available, level.Stock, level.Held, level.Sold) : default;
}
