using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>
/// 5, per line: however a line is given back in parts, the parts are units that there are, worth their share, and all of them worth exactly what was paid.
/// And when no case is open, what the payments keep is the value of what the buyer keeps, to the minor unit.
/// </summary>
internal sealed class EveryLineBalances : Checker
{
    public override void Saved(Books books, Order? before, Order after)
    {
        if (after.Cases.Count == 0)
            return;
        foreach (var line in LinesOf(after))
            Compare(after, line);
        var shipping = after.Cases.Where(@case => @case.Counts && !@case.Replaces).SelectMany(@case => @case.Lines).Sum(line => Share(line, line.Shipping));
        if (shipping > after.Totals.Shipping)
            Broken($"order {after.OrderId}: {shipping} of a shipping fee of {after.Totals.Shipping} went back");
        if (after.Cases.Any(@case => @case.IsOpen))
            return;
        var (kept, value) = (after.Payments.Sum(payment => payment.Kept), ValueOf(after));
        if (kept != value)
            Broken($"order {after.OrderId} version {after.Version}: its payments keep {kept}, what the buyer keeps is worth {value}");
    }

    private void Compare(Order order, OrderLine line)
    {
        var all = order.Cases.SelectMany(@case => @case.Lines, (@case, taken) => (Case: @case, Taken: taken)).Where(one => one.Taken.LineId == line.LineId).ToList();
        var counted = all.FindAll(one => one.Case.Counts);
        var (units, worth) = (counted.Sum(one => (long)SettledOf(one.Taken)), counted.Sum(one => Share(one.Taken, one.Taken.Amount)));
        if (units > line.Quantity || worth > line.Total || (units == line.Quantity && worth != line.Total))
            Broken($"order {order.OrderId}: {units} units of {line} are taken for {worth}");
        if (Math.Abs(worth * line.Quantity - line.Total * units) > (long)all.Count * line.Quantity)
            Broken($"order {order.OrderId}: {units} units of {line} are worth {worth}, which is not their share");
        var refunded = all.Where(one => one.Case.Status == CaseStatus.Completed).Sum(one => MoneyFor(one.Case, one.Taken));
        if (line.Refunded != refunded)
            Broken($"order {order.OrderId}: {line.Refunded} of {line} are refunded, its cases came to {refunded}");
    }

    /// <summary>What the buyer keeps: of each line what no completed case took, and the shipping fee's share of that.</summary>
    private static long ValueOf(Order order)
    {
        if (OrderLifecycleTable.SettledPart(order.State) is null)
            return 0;
        var completed = order.Cases.Where(@case => @case.Status == CaseStatus.Completed).ToList();
        return order.Totals.Shipping + LinesOf(order).Sum(line => line.Total)
            - completed.SelectMany(@case => @case.Lines).Sum(line => Share(line, line.Amount))
            - completed.Where(@case => !@case.Replaces).SelectMany(@case => @case.Lines).Sum(line => Share(line, line.Shipping));
    }

    private static IEnumerable<OrderLine> LinesOf(Order order) => order.Lines.Concat(order.Replacements.Select(replacement => replacement.Line));

    private static int SettledOf(CaseLine line) => line.Received ?? line.Quantity;

    private static long Share(CaseLine line, long whole) => whole * SettledOf(line) / line.Quantity;

    private static long MoneyFor(AfterSaleCase @case, CaseLine line) => !@case.Replaces ? Share(line, line.Amount)
        : line.Replacement!.IsSame ? 0
        : Math.Max(0, Share(line, line.Amount) - line.Replacement.UnitPrice * SettledOf(line));
}

/// <summary>
/// 8, for cases: each step follows from the one before, each deadline is met, what only people can move says so; and at the end every case is over, and every
/// refund arrived or was paid another way.
/// </summary>
internal sealed class EveryCaseEnds : Checker
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>What can follow on a state, but for the end that every review and every wait for goods can come to.</summary>
    private static readonly Dictionary<CaseStatus, CaseStatus[]> Following = new()
    {
        [CaseStatus.InReview] = [CaseStatus.AwaitingGoods, CaseStatus.Refunding, CaseStatus.Rejected, CaseStatus.Withdrawn],
        [CaseStatus.AwaitingGoods] = [CaseStatus.AwaitingInspection, CaseStatus.Refunding, CaseStatus.AwaitingPayment, CaseStatus.AwaitingReplacement, CaseStatus.Rejected, CaseStatus.Withdrawn, CaseStatus.Lapsed],
        [CaseStatus.AwaitingInspection] = [CaseStatus.Refunding, CaseStatus.AwaitingPayment, CaseStatus.AwaitingReplacement, CaseStatus.Rejected],
        [CaseStatus.AwaitingPayment] = [CaseStatus.AwaitingReplacement, CaseStatus.Refunding],
        [CaseStatus.AwaitingReplacement] = [CaseStatus.Refunding, CaseStatus.Completed],
        [CaseStatus.Refunding] = [CaseStatus.Completed, CaseStatus.RefundFailed],
        [CaseStatus.RefundFailed] = [CaseStatus.Refunding, CaseStatus.Completed],
    };

    public override void Saved(Books books, Order? before, Order after)
    {
        foreach (var now in after.Cases)
        {
            var earlier = before?.FindCase(now.CaseId);
            if (earlier is null ? now.Status != CaseStatus.InReview : earlier.Status != now.Status && !Following.GetValueOrDefault(earlier.Status, []).Contains(now.Status))
                Broken($"case {now.CaseId} was {earlier?.Status} and became {now.Status}");
            if (now.State is CaseState.RefundFailed && !RefundsOf(after, now).Any(IsStuck))
                Broken($"case {now.CaseId} waits for people, and none of its refunds has failed");
        }
    }

    /// <summary>That a case waits for people is an event, written with the save: no crash can lose it.</summary>
    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind != Journal.OutboxItem || row.Text == EventTypes.CaseRefundFailed)
            return;
        var order = Id.Parse<OrderId>(row.Key);
        foreach (var @case in books.Find(order, row.Number)?.Cases.Where(@case => @case.State is CaseState.RefundFailed) ?? [])
        {
            if (books.Find(order, row.Number - 1)?.FindCase(@case.CaseId) is not { State: CaseState.RefundFailed })
                Broken($"case {@case.CaseId} waits for people, and the event says {row.Text}");
        }
    }

    public override void AfterDeadlines(Books books, Inspection store)
    {
        foreach (var (order, @case) in books.Orders.SelectMany(order => order.Cases, (order, @case) => (order, @case)))
        {
            if (@case.State is CaseState.Refunding ? !RefundsOf(order, @case).Any(refund => refund.Status == RefundStatus.Pending) : @case.State.Deadline + Patience < store.Now)
                Broken($"case {@case.CaseId} of order {order.OrderId} stays {@case.State} at {store.Now:O}");
        }
    }

    public override void AtEnd(Books books, Inspection store)
    {
        foreach (var order in books.Orders)
        {
            foreach (var @case in order.Cases.Where(@case => @case.IsOpen))
                Broken($"case {@case.CaseId} of order {order.OrderId} has not ended: {@case.State}");
            foreach (var refund in order.Payments.SelectMany(payment => payment.Refunds).Where(refund => refund.Status != RefundStatus.Succeeded && refund.RetriedBy is null))
                Broken($"refund {refund.RefundId} of order {order.OrderId} ({order.Status}) has not ended: {refund}");
        }
    }

    private static bool IsStuck(OrderRefund refund) => refund is { Status: RefundStatus.Failed, RetriedBy: null };

    private static IEnumerable<OrderRefund> RefundsOf(Order order, AfterSaleCase @case) =>
        order.Payments.SelectMany(payment => payment.Refunds).Where(refund => refund.ForCase == @case.CaseId);
}

/// <summary>2, for what comes back: units that were never sent, and goods that came back whole, are on sale again, once.</summary>
internal sealed class GoodsComeBackOnce : Checker
{
    public override void AtEnd(Books books, Inspection store)
    {
        var expected = books.Orders.Where(order => OrderLifecycleTable.SettledPart(order.State) is not null).SelectMany(BackOnSale)
            .GroupBy(part => part.Sku).ToDictionary(parts => parts.Key, parts => parts.Sum(part => part.Units));
        foreach (var sku in books.Stock.Keys)
        {
            var really = store.Count("SELECT coalesce(sum(change), 0) FROM stock_adjustments WHERE sku = $1 AND reason LIKE 'After-sale case %'", sku);
            if (really != expected.GetValueOrDefault(sku))
                Broken($"{sku}: {really} units of cases are on sale again, {expected.GetValueOrDefault(sku)} came back");
        }
    }

    private static IEnumerable<(string Sku, long Units)> BackOnSale(Order order)
    {
        foreach (var line in order.Lines)
            yield return (line.Sku.Value, line.Quantity - order.ShippedQuantity(line.LineId));
        foreach (var taken in order.Cases.Where(@case => @case.Status == CaseStatus.Completed).SelectMany(@case => @case.Lines))
            yield return (order.FindLine(taken.LineId).Sku.Value, (taken.Received ?? 0) - taken.WrittenOff);
    }
}
