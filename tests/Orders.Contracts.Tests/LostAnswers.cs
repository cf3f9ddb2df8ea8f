using System.Globalization;
using System.Text;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Search;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Checkout;
using Orders.Contracts.Tests.Events;
using Orders.Contracts.Tests.Payments;
using Orders.Contracts.Tests.Search;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Embedded.Events;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests;

/// <summary>
/// The process dies around the one commit of every call. Before it nothing happened; after it everything, though nobody was told, and
/// the same call again has no second effect.
/// </summary>
public sealed class LostAnswers
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Order Placed = Order(Alice, "1");
    private static readonly Order Changed = Cancelled(Placed, Subject.Start);
    private static readonly SaleId Friday = Id.Parse<SaleId>("friday");
    private static readonly PaymentId Payment = PaymentId.Derive(Placed.OrderId, "p");
    private static readonly PaymentId Asked = PaymentId.Derive(Placed.OrderId, "asked");

    private static readonly Dictionary<string, Func<Subject, Task>> Calls = new()
    {
        ["create"] = s => s.Port<IOrderStore>().CreateAsync(Placed with { OrderId = Ref(7).OrderId }, Event(Placed with { OrderId = Ref(7).OrderId }), None),
        ["save"] = s => s.Port<IOrderStore>().SaveAsync(Changed, Event(Changed, EventTypes.Cancelled), None),
        ["reserve"] = s => s.Port<IStock>().ReserveAsync(Hold(7), Lines((Mug, 2)), None),
        ["commit"] = s => s.Port<IStock>().CommitAsync(Hold(1), Lines((Mug, 3)), None),
        ["release"] = s => s.Port<IStock>().ReleaseAsync(Hold(1), generation: null, None),
        ["keep"] = s => s.Port<IStock>().KeepAsync(Hold(1), Subject.Start.AddHours(1), None),
        ["expire"] = s => s.Port<IStock>().ExpireAsync(Hold(1), generation: null, Subject.Start, None),
        ["rules"] = s => s.Port<IStock>().PutRulesAsync(Mug, new StockRules(Backorder: 1, HoldCapPerUser: 4), None),
        ["adjust"] = s => s.Port<IStock>().AdjustAsync(Mug, new StockChange.By(5), "delivery", "a", None),
        ["put coupon"] = s => s.Port<ICoupons>().PutAsync(Coupon("SUMMER"), None),
        ["lock coupon"] = s => s.Port<ICoupons>().LockAsync(Hold(7), Coupon("SPRING").Code, None),
        ["keep coupon"] = s => s.Port<ICoupons>().KeepAsync(Hold(1), Subject.Start.AddHours(1), None),
        ["use coupon"] = s => s.Port<ICoupons>().UseAsync(Hold(1), Coupon("SPRING").Code, None),
        ["give back coupon"] = s => s.Port<ICoupons>().GiveBackAsync(Hold(1), Coupon("SPRING").Code, None),
        ["release coupon"] = s => s.Port<ICoupons>().ReleaseAsync(Hold(1), generation: null, None),
        ["put sale's terms"] = s => s.Port<ISales>().PutAsync(SalesContract.Sale("friday"), None),
        ["save user"] = s => s.Port<IUsers>().SaveAsync(new User { UserId = Alice, Version = 1, Tier = "gold" }, None),
        ["put sale"] = s => s.Port<ISaleUnits>().PutAsync(Friday, 9, 3, 1, None),
        ["claim"] = s => s.Port<ISaleUnits>().ReserveAsync(Friday, Claim(7), None),
        ["resume claim"] = s => s.Port<ISaleUnits>().ResumeAsync(Friday, Claim(7), None),
        ["end epoch"] = s => s.Port<ISaleEpochs>().EndAsync(Friday, 1, 1, None),
        ["retire epoch"] = s => s.Port<ISaleEpochs>().RetireAsync(Friday, 1, None),
        ["keep claim"] = s => s.Port<ISaleUnits>().KeepAsync(Friday, Hold(1), None),
        ["settle claim"] = s => s.Port<ISaleUnits>().SettleAsync(Friday, Hold(1), Mug, 1, None),
        ["release claim"] = s => s.Port<ISaleUnits>().ReleaseAsync(Friday, Hold(1), generation: null, SaleEnd.Failed, "lost", None),
        // Its holder is whoever was not told; what matters is that it is one, and that its token is not given again.
        ["take lease"] = s => s.Port<ILeases>().TryTakeAsync("night", TimeSpan.FromMinutes(1), None),
        ["put item"] = s => s.Port<ICatalogue>().PutAsync(new CatalogueItem(Mug, "Mug", 5, Euro), None),
        ["outbox delete"] = s => s.Port<IOutbox>().DeleteAsync(Event(Placed), None),
        ["inbox record"] = s => s.Port<IInbox>().RecordAsync("inventory", "m", Subject.Start, None),
        ["notify"] = s => s.Port<INotifier>().NotifyAsync(new Notification("e", Placed.Ref, "Told.", Subject.Start), None),
        ["save webhooks"] = s => s.Port<IWebhooks>().SaveAsync(WebhooksContract.Register(2), None),
        ["add deliveries"] = s => s.Port<IDeliveries>().AddAsync([DeliveriesContract.Delivery(2), DeliveriesContract.Delivery(3)], None),
        ["save delivery"] = s => s.Port<IDeliveries>().SaveAsync(DeliveriesContract.Delivery(1) with { Version = 2, AttemptCount = 1 }, None),
        ["watermark"] = s => s.Port<IWatermarks>().SetAsync("sweep", "x", None),
        ["book"] = s => s.Port<IPaymentBook>().PutAsync([PaymentBookContract.Capture(1), PaymentBookContract.Refund(PaymentBookContract.Capture(1), 5, BookedState.Done, 6)], None),
        ["payment index"] = s => s.Port<IPaymentIndex>().AddAsync(Payment, Placed.Ref, Subject.Start, None),
        ["payment asked"] = s => s.Port<IPaymentIndex>().AskedAsync([new AskedPayment(Asked, Placed.OrderId, Subject.Start, Subject.Start.AddHours(1))], None),
        ["ask about payment"] = s => s.Port<IPaymentIndex>().AskAtAsync(Placed.OrderId, Asked, Subject.Start.AddHours(2), None),
        ["note question"] = s => s.Port<IMoneyTrail>().NoteAsync(MoneyTrailContract.Query(1, 1), None),
        ["statement"] = s => s.Port<IStatements>().PutAsync([StatementsContract.Line(0, order: 1), StatementsContract.Line(1, order: 1)], None),
        ["statement's end"] = s => s.Port<IStatements>().CompleteAsync("simulator", "2026-03-02", 1, None),
        ["difference"] = s => s.Port<IReconciliations>().KeepAsync(ReconciliationsContract.Found(2), None),
        ["save difference"] = s => s.Port<IReconciliations>().SaveAsync(ReconciliationsContract.Found(1) with { Version = 2, State = DifferenceState.Gone }, None),
        ["report"] = s => s.Port<IReconciliations>().PutReportAsync(
            new ReconciliationReport(new DateOnly(2026, 3, 1), ReconciliationStatus.Running, Subject.Start, CompletedAt: null, [], []), None),
        ["provider message"] = s => s.Port<IProviderMessages>().StoreAsync(new ProviderMessage("sim", "m-2", "h", "{}", Subject.Start), None),
        ["index"] = s => s.Port<IOrderSearch>().IndexAsync([OrderSearchContract.Document(2), OrderSearchContract.Document(3)], None),
        ["remove from the search"] = s => s.Port<IOrderSearch>().RemoveAsync(OrderSearchContract.Document(1).OrderId, None),
        ["begin generation"] = s => s.Port<IOrderSearch>().BeginAsync("other", None),
        ["fill generation"] = s => s.Port<IOrderSearch>().FillAsync(2, [OrderSearchContract.Document(2)], None),
        ["switch generation"] = s => s.Port<IOrderSearch>().SwitchAsync(2, None),
        ["message state"] = s => s.Port<IProviderMessages>().SetStateAsync("sim", "m-1", ProviderMessageState.Applied, "done", None),
    };

    public static TheoryData<string> Names => [.. Calls.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Call_RepeatedAfterItsAnswerWasLost_HasOneEffect(string call)
    {
        using var lucky = await PreparedAsync();
        await Calls[call](lucky);
        using var unlucky = await PreparedAsync();
        Assert.True(await unlucky.RunAndDieAsync(1, Calls[call]));
        Assert.Equal(await LookAsync(lucky), await LookAsync(unlucky));
        await Calls[call](unlucky);
        Assert.Equal(await LookAsync(lucky), await LookAsync(unlucky));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Call_InAProcessThatDiedBefore_HasNoEffect(string call)
    {
        using var subject = await PreparedAsync();
        var before = await LookAsync(subject);
        Assert.True(await subject.RunAndDieAsync(0, Calls[call]));
        Assert.Equal(before, await LookAsync(subject));
        await Calls[call](subject);
        Assert.NotEqual(before, await LookAsync(subject));
    }

    private static async Task<Subject> PreparedAsync()
    {
        var subject = Subject.OnMemory();
        await subject.Port<IStock>().AdjustAsync(Mug, new StockChange.To(10), "opening", "opening", None);
        await subject.Port<IStock>().ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        await subject.Port<ICoupons>().PutAsync(Coupon("SPRING"), None);
        await subject.Port<ICoupons>().LockAsync(Hold(1), Coupon("SPRING").Code, None);
        await subject.Port<ISaleUnits>().PutAsync(Friday, 10, 5, 1, None);
        await subject.Port<ISaleUnits>().ReserveAsync(Friday, Claim(1), None);
        await subject.Port<ISaleEpochs>().BeginAsync(Friday, 0, 8, 1, None);
        await subject.Port<IOrderStore>().CreateAsync(Placed, Event(Placed), None);
        await subject.Port<IWebhooks>().SaveAsync(WebhooksContract.Register(1), None);
        await subject.Port<IDeliveries>().AddAsync([DeliveriesContract.Delivery(1)], None);
        await subject.Port<IPaymentIndex>().AddAsync(Asked, Placed.Ref, Subject.Start, None);
        await subject.Port<IReconciliations>().KeepAsync(ReconciliationsContract.Found(1), None);
        await subject.Port<IProviderMessages>().StoreAsync(new ProviderMessage("sim", "m-1", "h", "{}", Subject.Start), None);
        await subject.Port<IOrderSearch>().IndexAsync([OrderSearchContract.Document(1)], None);
        await subject.Port<IOrderSearch>().FillAsync(await subject.Port<IOrderSearch>().BeginAsync("run", None), [OrderSearchContract.Document(5)], None);
        return subject;
    }

    private static SaleClaim Claim(int order) => new(Hold(order), Mug, 1, $"admission {order}", "fingerprint");

    /// <summary>All that the ports tell, as text.</summary>
    private static async Task<string> LookAsync(Subject subject)
    {
        var text = new StringBuilder();
        foreach (var order in (await subject.Port<IOrderStore>().ListAsync(Alice, status: null, 100, cursor: null, None)).Items)
            text.AppendLine(Encoding.UTF8.GetString(OrderJson.Write(order)));
        text.AppendJoin('\n', await subject.Port<IOutbox>().FindOlderThanAsync(Subject.Start.AddDays(1), 100, None)).AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"{await subject.Port<IStock>().FindAsync(Mug, None)}\n");
        text.AppendJoin('\n', (await subject.Port<IStock>().FindDueAsync(Subject.Start.AddDays(1), 100, None)).Select(hold => (hold.Key, hold.DueAt))).AppendLine();
        foreach (var code in new[] { "SPRING", "SUMMER" })
            text.Append(CultureInfo.InvariantCulture, $"{await subject.Port<ICoupons>().FindAsync(Coupon(code).Code, None)}\n");
        text.AppendJoin('\n', (await subject.Port<ICoupons>().FindDueAsync(Subject.Start.AddDays(1), 100, None)).Select(one => (one.Key, one.DueAt))).AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"{(await subject.Port<ISales>().FindAsync(Friday, None))?.Version}\n");
        text.Append(CultureInfo.InvariantCulture, $"{await subject.Port<ISaleUnits>().FindAsync(Friday, None)}\n");
        text.Append(CultureInfo.InvariantCulture, $"{await subject.Port<ISaleEpochs>().FindAsync(Friday, None)}\n");
        text.AppendJoin('\n', (await subject.Port<ISaleUnits>().ListHoldsAsync(Friday, 100, cursor: null, None)).Items.Select(hold => $"{hold.Claim} {hold.State} {hold.End}")).AppendLine();
        text.AppendJoin('\n', subject.Store.Read(session => session.Query("SELECT name || token FROM named_leases", row => row.GetString(0)))).AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"{(await subject.Port<IUsers>().FindAsync(Alice, None))?.Tier}\n");
        text.AppendJoin('\n', (await subject.Port<ICatalogue>().ListAsync(100, cursor: null, None)).Items).AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"seen: {await subject.Port<IInbox>().HasSeenAsync("inventory", "m", None)}\n");
        text.AppendJoin('\n', await subject.Port<SqliteNotifier>().FindAsync(Placed.OrderId, None)).AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"{(await subject.Port<IWebhooks>().ReadAsync(None)).Version}\n");
        text.AppendJoin('\n', await subject.Port<IDeliveries>().FindDueAsync(Subject.Start.AddDays(1), 100, None)).AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"at: {await subject.Port<IWatermarks>().FindAsync("sweep", None)}\n");
        text.Append(CultureInfo.InvariantCulture, $"paid by: {await subject.Port<IPaymentIndex>().FindAsync(Placed.OrderId, Payment, None)}\n");
        text.AppendJoin('\n', await subject.Port<IMoneyTrail>().FindAsync(Ref(1).OrderId, None)).AppendLine();
        text.AppendJoin('\n', await subject.Port<IStatements>().FindAsync(Ref(1).OrderId.Value, None)).AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"read: {await subject.Port<IStatements>().WasReadAsync("simulator", "2026-03-02", None)}\n");
        text.AppendJoin('\n', (await subject.Port<IReconciliations>().ListAsync(new DateOnly(2026, 3, 1), state: null, 100, cursor: null, None)).Items).AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"{(await subject.Port<IReconciliations>().FindReportAsync(new DateOnly(2026, 3, 1), None))?.Status}\n");
        text.AppendJoin('\n', await subject.Port<IPaymentBook>().FindAsync(Ref(1).OrderId, None)).AppendLine();
        text.AppendJoin('\n', await subject.Port<IPaymentIndex>().FindDueAsync(Subject.Start.AddDays(1), 100, None)).AppendLine();
        text.AppendJoin('\n', (await subject.Port<IOrderSearch>().QueryAsync(new SearchQuery(), 100, cursor: null, None)).Items).AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"{await subject.Port<IOrderSearch>().ReadStateAsync(None)}\n");
        text.AppendJoin('\n', subject.Store.Read(session => session.Query(
            "SELECT order_id || version FROM search_orders_0 UNION ALL SELECT building_run FROM search_state WHERE building IS NOT NULL", row => row.GetString(0)))).AppendLine();
        // How often a message came is a count of repeats, and no effect.
        foreach (var id in new[] { "m-1", "m-2" })
            text.Append(CultureInfo.InvariantCulture, $"{(await subject.Port<IProviderMessages>().FindAsync("sim", id, None) is { } message ? message with { Seen = 1 } : null)}\n");
        return text.ToString();
    }
}
