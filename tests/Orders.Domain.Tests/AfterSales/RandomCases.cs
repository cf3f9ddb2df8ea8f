using System.Globalization;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Domain.Tests.AfterSales;

/// <summary>
/// After-sale lives of an order from plain numbers: a basket with discounts and a shipping fee, shipped in part or whole, and cases about any of its units that go
/// any way. What was captured and sent back is counted beside it, as the payments would.
/// </summary>
internal sealed class RandomCases
{
    private static readonly DateTimeOffset At = Samples.Start;
    private static readonly CaseParcel Parcel = new("DHL", "1", At);

    private readonly Queue<long> numbers;
    private int opened;

    private RandomCases(IEnumerable<int> numbers)
    {
        this.numbers = new Queue<long>(numbers.Select(n => Math.Abs((long)n)));
        Order = Shipped(Basket());
        Captured = Order.Totals.Total;
    }

    public Order Order { get; private set; }

    /// <summary>The order's total, and the differences that were paid.</summary>
    public long Captured { get; private set; }

    /// <summary>What cases that are completed gave back.</summary>
    public long Refunded { get; private set; }

    /// <summary>The order after each step.</summary>
    public static IEnumerable<RandomCases> Play(IEnumerable<int> numbers)
    {
        var life = new RandomCases(numbers);
        while (life.numbers.Count > 0)
        {
            life.Step();
            yield return life;
        }
    }

    /// <summary>Ends what is open, then gives back all that is left.</summary>
    public void RefundEverything()
    {
        foreach (var open in Order.Cases.Where(c => c.IsOpen).ToList())
            End(open.CaseId);
        var rest = Refundable.Of(Order).Where(line => line.Units > 0).Select(line => line.Take(line.Units)).ToList();
        if (rest.Count == 0)
            return;
        Open(CaseType.Refund, rest, "rest");
        End(Order.Cases[^1].CaseId);
    }

    private long Next(long below) => numbers.TryDequeue(out var number) ? number % below : 0;

    private PricedBasket Basket()
    {
        var lines = new List<OrderLine>();
        for (var i = 0L; i <= Next(4); i++)
        {
            var (quantity, price) = ((int)Next(5) + 1, Next(1_000));
            lines.Add(new OrderLine(
                (lines.Count + 1).ToString(CultureInfo.InvariantCulture), Id.Parse<Sku>($"S{i % 3}"), "Something", quantity, price, Discount: Next((price * quantity) + 1)));
        }

        var (items, discount, shipping) = (lines.Sum(line => line.UnitPrice * line.Quantity), lines.Sum(line => line.Discount), Next(3) == 0 ? 0 : Next(700));
        return new PricedBasket(Samples.Euro, lines, new OrderTotals(items, discount, shipping, items - discount + shipping));
    }

    private Order Shipped(PricedBasket basket)
    {
        var order = Order.Place(Samples.Ref, basket, Samples.Placed().ShippingAddress, note: null, couponCode: null, "f", At, At);
        order = Moved(order, new OrderEvent.PaymentSettled(At, Samples.Payment));
        if (Next(4) == 0)
            return order;
        order = Moved(order, new OrderEvent.Accepted(At, order.AllUnits));
        var parcel = Units.Of(order.Lines.Select(line => KeyValuePair.Create(line.LineId, (int)Next(line.Quantity + 1))));
        if (!parcel.IsEmpty)
            order = Moved(order, new OrderEvent.LinesShipped(At, Samples.ParcelA, parcel, At));
        if (Next(2) == 0 || OrderLifecycleTable.ShippableUnits(order.State) is not { IsEmpty: false } rest)
            return order;
        return Moved(order, new OrderEvent.LinesShipped(At, Samples.ParcelB, rest, At));
    }

    private static Order Moved(Order order, OrderEvent fact) => order.Apply(fact, "system", "by chance") is (Transition.Moved, var moved)
        ? moved
        : throw new InvalidOperationException($"{fact} does not move {order.State}.");

    private void Step()
    {
        var (open, draw) = (Order.Cases.Where(c => c.IsOpen).ToList(), Next(3));
        if (open.Count > 0 && draw > 0)
            Fact(open[(int)Next(open.Count)]);
        else if (Order.Cases.Count < OrderLimits.MostCases - 1)
            OpenSome();
    }

    private void OpenSome()
    {
        var type = (CaseType)Next(3);
        var lines = new List<CaseLine>();
        foreach (var line in Refundable.Of(Order))
        {
            var most = type == CaseType.Refund ? line.Units : line.Units - line.Unshipped;
            if (most > 0 && Next(2) == 0)
                lines.Add(line.Take((int)Next(most) + 1) with { Replacement = type == CaseType.Exchange ? Replacement(line.Line) : null });
        }

        if (lines.Count > 0)
            Open(type, lines, $"{++opened}");
    }

    private ReplacementItem Replacement(OrderLine line) => Next(2) == 0
        ? new(line.Sku, line.Name, line.UnitPrice, IsSame: true)
        : new(Id.Parse<Sku>("OTHER"), "Another", Next(1_500), IsSame: false);

    private void Open(CaseType type, IReadOnlyList<CaseLine> lines, string key)
    {
        var @case = new AfterSaleCase
        {
            CaseId = CaseId.Derive(Order.OrderId, key),
            Type = type,
            Reason = "by chance",
            Fingerprint = key,
            OpenedAt = At,
            Lines = lines,
        };
        var (transition, order) = Order.OpenCase(@case, At, "customer");
        if (transition is Transition.Moved)
            Order = order;
    }

    private void Fact(AfterSaleCase of)
    {
        CaseEvent fact = of.State switch
        {
            CaseState.InReview when Next(4) == 0 => new CaseEvent.Rejected(At, ByDeadline: false),
            CaseState.InReview => new CaseEvent.Approved(At, At, Next(4) == 0 ? null : 1_000, ByDeadline: false),
            CaseState.AwaitingGoods when Next(4) == 0 => new CaseEvent.Withdrawn(At),
            CaseState.AwaitingGoods when Next(5) == 0 => new CaseEvent.GoodsOverdue(At),
            CaseState.AwaitingGoods => new CaseEvent.GoodsSent(At, Parcel, At),
            CaseState.AwaitingInspection => Received(of),
            CaseState.AwaitingPayment or CaseState.AwaitingReplacement when Next(4) == 0 => new CaseEvent.ReplacementOverdue(At),
            CaseState.AwaitingPayment => new CaseEvent.DifferencePaid(At, Samples.OtherPayment, of.DifferenceDue, At),
            CaseState.AwaitingReplacement => new CaseEvent.ReplacementSent(At, Parcel),
            CaseState.RefundFailed => new CaseEvent.RefundRetried(At),
            _ => Next(5) == 0 ? new CaseEvent.RefundRefused(At) : new CaseEvent.RefundSucceeded(At),
        };
        Apply(of.CaseId, fact);
    }

    private CaseEvent.GoodsReceived Received(AfterSaleCase of)
    {
        var accepted = of.Lines.ToDictionary(line => line.LineId, line => (int)Next(line.Quantity + 1));
        var writtenOff = Units.Of(accepted.Select(line => KeyValuePair.Create(line.Key, (int)Next(line.Value + 1))));
        return new(At, accepted.Values.Any(units => units > 0) ? accepted : new Dictionary<string, int>(), writtenOff, At, At, ByDeadline: false);
    }

    private void End(CaseId caseId)
    {
        for (var steps = 0; Order.FindCase(caseId) is { IsOpen: true } open; steps++)
        {
            if (steps > 20)
                throw new InvalidOperationException($"Case {caseId} does not end in {open.State}.");
            Apply(caseId, Through(open));
        }
    }

    /// <summary>The shortest way to the end in which the buyer gets the money.</summary>
    private static CaseEvent Through(AfterSaleCase of) => of.State switch
    {
        CaseState.InReview => new CaseEvent.Approved(At, At, Hold: null, ByDeadline: false),
        CaseState.AwaitingGoods => new CaseEvent.GoodsSent(At, Parcel, At),
        CaseState.AwaitingInspection => new CaseEvent.GoodsReceived(At, new Dictionary<string, int>(), Units.None, At, At, ByDeadline: true),
        CaseState.AwaitingPayment or CaseState.AwaitingReplacement => new CaseEvent.ReplacementOverdue(At),
        CaseState.RefundFailed => new CaseEvent.RefundRetried(At),
        _ => new CaseEvent.RefundSucceeded(At),
    };

    private void Apply(CaseId caseId, CaseEvent fact)
    {
        if (Order.ApplyToCase(caseId, fact, "system", note: null, At) is not (CaseTransition.Moved { To: var to }, var order))
            throw new InvalidOperationException($"{fact} does not move {Order.FindCase(caseId)!.State}.");
        Order = order;
        if (fact is CaseEvent.DifferencePaid)
            Captured += to.DifferencePaid;
        if (to.State is CaseState.Closed { End: CaseEnd.Completed })
            Refunded += to.RefundDue;
    }
}
