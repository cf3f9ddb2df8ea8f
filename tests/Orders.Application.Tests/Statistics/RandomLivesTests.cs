using LocalFunctions.Storage;
using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Statistics;
using Orders.Application.Stock;
using Orders.Application.Tests.AfterSales;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Statistics;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Statistics;

/// <summary>
/// Random lives of orders, and what is counted of them: from events that come twice, out of order and around crashes the live statistics count exactly what
/// the stored orders tell, and so does the day's report.
/// </summary>
public sealed class RandomLivesTests
{
    private static readonly StatisticsPolicy Policy = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task EventsInAnyOrder_Twice_AndAroundCrashes_CountWhatTheStoreTells(int seed)
    {
        using var shop = new Shop();
        var random = new Random(seed);
        await PlayAsync(shop, random);
        var events = EventsOf(shop);
        events.AddRange(events.ToList().Where(_ => random.Next(3) == 0));
        foreach (var one in Shuffled(events, random))
            await CountAsync(shop, one, crashes: random.Next(10) == 0);

        var expected = Recount(await OrdersAsync(shop, events));
        Assert.Equal(Text(expected), Text(await LiveAsync(shop)));
        Assert.True(expected[StatScope.Total][Measure.Paid] > 0);
    }

    /// <summary>Negative control: with a key that says which event told of a fact, and not which fact it is, what comes twice counts twice.</summary>
    [Fact]
    public async Task FactsKnownByTheirEvent_AreFound()
    {
        using var shop = new Shop();
        await PlayAsync(shop, new Random(1));
        var events = EventsOf(shop);
        foreach (var one in events)
        {
            var facts = CountableFacts.Of(OrderFacts.Of(one.Data), Start.AddDays(-1)).Select(fact => fact with { Key = $"{fact.Key}-{one.Id}" });
            await shop.Use<IStatistics>().CountAsync([new CountedOrder(one.Data.OrderId, [.. facts])], one.Time, Start, default);
        }

        Assert.NotEqual(Text(Recount(await OrdersAsync(shop, events))), Text(await LiveAsync(shop)));
    }

    /// <summary>So an event that is lost, or from before its times were told, is made good by the next; and no type that brings news is left out.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task EveryVersion_TellsWhatTheOnesBeforeTold_AndNewsComesWithTheTypesThatAreHeard(int seed)
    {
        using var shop = new Shop();
        await PlayAsync(shop, new Random(seed));
        foreach (var ofOrder in EventsOf(shop).GroupBy(one => one.Data.OrderId))
        {
            IReadOnlyList<string> before = [];
            foreach (var one in ofOrder.OrderBy(one => one.Data.Version))
            {
                var told = OrderFacts.Of(one.Data).Select(fact => FactRow.Of(fact) with { Lines = [] }).Select(fact => fact.ToString()).ToList();
                Assert.Empty(before.Except(told));
                Assert.True(told.Count == before.Count || StatisticsConsumer.Types.Contains(one.Type), $"{one.Type} tells of {string.Join(", ", told.Except(before))}");
                before = told;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task TheReportsTotals_AreThoseOfTheStore_AndItsLinesAddUp(int seed)
    {
        using var shop = new Shop();
        await PlayAsync(shop, new Random(seed));
        var orders = await OrdersAsync(shop, EventsOf(shop));
        var (day, sums, lines) = (new ReportDate(DateOnly.FromDateTime(Start.UtcDateTime)), DaySums.None, 0);
        var files = shop.Use<IReportFiles>();
        for (var part = 0; part < OrderParts.Count; part++)
        {
            var counted = await shop.Use<CountReportPart>().RunAsync(new ReportPart(day.Date, part), default);
            sums += StoredSums.Read((await files.ReadAsync(day.SumsOf(part), default))!);
            lines += (await files.ReadAsync(day.FactsOf(part), default) ?? []).Count(letter => letter == '\n');
            Assert.True(counted >= 0);
        }

        var facts = orders.SelectMany(OrderFacts.Of).Where(fact => day.Contains(fact.At)).ToList();
        Assert.Equal((facts.Count, facts.Count), (lines, (int)sums.Facts));
        var expected = facts.SelectMany(fact => FactCounts.Of(fact).Counts).Where(count => count.Scope == StatScope.Total && day.Contains(count.At));
        Assert.Equal(Tally.Sum(expected.Select(count => count.Tally)).Without(Measure.PaidOfPlaced), sums.Total.Without(Measure.PaidOfPlaced));
        Assert.Equal(facts.Count(fact => fact.Kind == FactKind.Placed), sums.Total[Measure.Placed]);
        Assert.Equal(sums.Total[Measure.Placed] == 0, sums.Total[Measure.PaidOfPlaced] == 0 && sums.Total[Measure.Placed] == 0);
    }

    /// <summary>Orders that stay unpaid, pay too little, too much, late or twice, and one with after-sale cases by chance.</summary>
    private static async Task PlayAsync(Shop shop, Random random)
    {
        foreach (var sku in new[] { "MUG", "TEA" })
            await shop.Use<AdjustStock>().RunAsync(Merchant, sku, new StockAdjustmentRequest(Delta: null, SetTo: 100, "delivered"), "more", default);
        for (var n = 0; n < 8; n++)
        {
            shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddMinutes(random.Next(200)));
            var placed = await shop.PlaceAsync(Basket(("MUG", 1), ("TEA", 1)), $"life-{n}", Bob);
            if (placed.Succeeded)
                await PlayAsync(shop, placed.Value.Order, random);
        }

        await new RandomMoneyTests.Life(shop, random).PlayAsync();
    }

    private static async Task PlayAsync(Shop shop, Order order, Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                await shop.Use<CancelOrder>().RunAsync(Bob, order.OrderId, new CancelRequest("no more"), expectedVersion: null, default);
                break;
            case 1:
                await PayAsync(order.Totals.Total, "a");
                break;
            case 2:
                await PayAsync(order.Totals.Total + 5, "a");
                await PayAsync(order.Totals.Total, "a");
                break;
            case 3:
                await PayAsync(1, "a");
                break;
        }

        var payment = order.Status;
        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddMinutes(31 + random.Next(60)));
        await shop.Use<CancelUnpaid>().RunAsync(order.Ref, default);
        if (random.Next(2) == 0 && (await shop.ReadAsync(order.Ref)).Payments is [{ Captured: null } late, ..])
            await shop.Use<ApplySettlement>().RunAsync(order.Ref, late.PaymentId, new Capture(order.Total, shop.Clock.GetUtcNow(), "late"), default);
        await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
        Assert.Equal(OrderStatus.PendingPayment, payment);

        async Task PayAsync(long amount, string key)
        {
            var attempt = await shop.WithAttemptAsync(order, key);
            if (random.Next(3) > 0)
                await shop.Use<ApplySettlement>().RunAsync(order.Ref, attempt, new Capture(order.Total with { Amount = amount }, shop.Clock.GetUtcNow(), key), default);
        }
    }

    private static async Task CountAsync(Shop shop, OrderEventEnvelope one, bool crashes)
    {
        if (crashes)
            await shop.RunAndDieAsync(afterCommits: 0, () => RunAsync());
        if (crashes)
            await shop.RunAndDieAsync(afterCommits: 1, () => RunAsync());
        await RunAsync();

        Task RunAsync() => new StatisticsConsumer(shop.Use<IStatistics>(), Policy, shop.Clock).RunAsync(one, default);
    }

    private static List<OrderEventEnvelope> EventsOf(Shop shop) =>
        shop.Store.Read(session => session.Query("SELECT body FROM order_events ORDER BY seq", row => OrderEventEnvelope.Parse(row.GetString(0))));

    private static async Task<IReadOnlyList<Order>> OrdersAsync(Shop shop, IEnumerable<OrderEventEnvelope> events)
    {
        var orders = new List<Order>();
        foreach (var order in events.Select(one => one.Order).Distinct())
            orders.Add(await shop.ReadAsync(order));
        return orders;
    }

    private static Dictionary<StatScope, Tally> Recount(IEnumerable<Order> orders) => orders.SelectMany(OrderFacts.Of).SelectMany(fact => FactCounts.Of(fact).Counts)
        .GroupBy(count => count.Scope).ToDictionary(counts => counts.Key, counts => Tally.Sum(counts.Select(count => count.Tally)));

    /// <summary>What the minutes, the hours and the days say, which must be the same.</summary>
    private static async Task<Dictionary<StatScope, Tally>> LiveAsync(Shop shop)
    {
        var (statistics, day, found) = (shop.Use<IStatistics>(), StatTimes.StartOf(StatGrain.Day, Start), new Dictionary<StatScope, Tally>());
        // Overdue replacements are a year away.
        var days = new StatSpan(StatGrain.Day, day, day.AddDays(400));
        foreach (var sum in await statistics.SumAsync(StatScopeKind.Sku, [days], default))
            found[sum.Scope] = sum.Tally;
        found[StatScope.Total] = Tally.Sum((await statistics.ReadAsync(StatScope.Total, days, default)).Select(bucket => bucket.Tally));
        var hours = Tally.Empty;
        for (var from = day; from < days.Until; from = from.AddDays(100))
            hours += Tally.Sum((await statistics.ReadAsync(StatScope.Total, new StatSpan(StatGrain.Hour, from, from.AddDays(100)), default)).Select(bucket => bucket.Tally));
        Assert.Equal(found[StatScope.Total], hours);
        return found;
    }

    private static string Text(IReadOnlyDictionary<StatScope, Tally> tallies) =>
        string.Join('\n', tallies.OrderBy(tally => tally.Key.Kind).ThenBy(tally => tally.Key.Name, StringComparer.Ordinal).Select(tally => $"{tally.Key.Name}: {tally.Value}"));

    private static List<T> Shuffled<T>(IReadOnlyList<T> items, Random random)
    {
        var shuffled = items.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }
}
