using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>5: captured − refunded = what is kept, in every version, to the minor unit, and by the provider's books too.</summary>
internal sealed class MoneyBalances : Checker
{
    public override void Saved(Books books, Order? before, Order after)
    {
        var paidBy = OrderLifecycleTable.PaidBy(after.State);
        foreach (var payment in after.Payments)
        {
            if (payment.Captured is { } captured && (!books.Captures.TryGetValue(payment.PaymentId.Value, out var really) || really != captured))
                Broken($"order {after.OrderId} believes that {payment.PaymentId} brought {captured}");
            if (payment.Owed < 0 || payment.Refunds.Any(refund => refund.Amount <= 0) || payment.Refunds.DistinctBy(refund => refund.RefundId).Count() != payment.Refunds.Count)
                Broken($"order {after.OrderId}: {payment.PaymentId} of {payment.Captured} keeps {payment.Kept} and has refunds {string.Join(", ", payment.Refunds)}");
            var brought = payment.PaymentId == paidBy ? after.Totals.Total : after.Cases.Where(@case => @case.PaidBy == payment.PaymentId).Sum(@case => @case.DifferencePaid);
            var givenUp = payment.Refunds.Where(refund => refund.ForCase is not null && refund.RetriedBy is null).Sum(refund => refund.Amount);
            if (payment.Kept != brought - givenUp || payment.Kept < 0 || (brought > 0 && (payment.Captured?.Currency != after.Currency || payment.Captured?.Amount < brought)))
                Broken($"order {after.OrderId} ({after.Status}) keeps {payment.Kept} of {payment.Captured} of {payment.PaymentId}, which settled {brought}, and cases took {givenUp}");
        }

        var own = after.Payments.Where(payment => payment.Captured?.Currency == after.Currency).ToList();
        var refunded = own.SelectMany(payment => payment.Refunds).Where(refund => refund.Status == RefundStatus.Succeeded).Sum(refund => refund.Amount);
        if (after.Totals.Paid != own.Sum(payment => payment.Captured!.Value.Amount) || after.Totals.Refunded != refunded || refunded > after.Totals.Paid)
            Broken($"order {after.OrderId} version {after.Version}: {after.Totals} is not the sum of its payments");
        if (paidBy is { } settled && after.Payments.All(payment => payment.PaymentId != settled))
            Broken($"order {after.OrderId} was paid by {settled}, which it does not know");
    }

    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind != Journal.Refund)
            return;
        var order = books.Find(Books.OrderOf(row.Key));
        var written = order?.Payments.SelectMany(payment => payment.Refunds).FirstOrDefault(refund => refund.RefundId == row.Text!.Split(' ')[0]);
        if (written?.Amount != row.Number)
            Broken($"the provider sent {row.Number} back as {row.Text}, written down is {written}");
        if (books.KeptByProvider(row.Key) < 0)
            Broken($"more went back than payment {row.Key} had brought");
    }
}

/// <summary>10: at the end no money that the order does not keep is with the provider: late and double money went back, or revived its order.</summary>
internal sealed class NoMoneyKeptSilently : Checker
{
    /// <summary>What staff paid back past the provider stays with it.</summary>
    private static long PaidOutside(OrderPayment payment) => payment.Refunds.Where(refund => refund.SettledOutside is not null).Sum(refund => refund.Amount);

    public override void AtEnd(Books books, Inspection store)
    {
        foreach (var (id, captured) in books.Captures)
        {
            var order = books.Find(Books.OrderOf(id));
            var payment = order?.Payments.FirstOrDefault(one => one.PaymentId.Value == id);
            if (payment?.Captured != captured)
                Broken($"order {order?.OrderId} ({order?.Status}) does not know of {captured} that payment {id} ({payment?.Status}) brought");
            else if (books.KeptByProvider(id) - PaidOutside(payment) != payment.Kept)
                Broken($"order {order!.OrderId} ({order.Status}) keeps {payment.Kept} of payment {id}, the provider {books.KeptByProvider(id)}");
        }

        foreach (var order in books.Orders.Where(order => order.Totals.Paid - order.Totals.Refunded != order.Payments.Sum(payment => payment.Kept)))
            Broken($"order {order.OrderId} ({order.Status}) has {order.Totals} and keeps {order.Payments.Sum(payment => payment.Kept)}");
    }
}

/// <summary>6: a provider's message has one effect however often it comes, and one with its id and other content has none.</summary>
internal sealed class OneEffectPerMessage : Checker
{
    private readonly Dictionary<string, string> firsts = [];

    public override void Saved(Books books, Order? before, Order after)
    {
        foreach (var payment in before?.Payments ?? [])
        {
            var later = after.Payments.FirstOrDefault(one => one.PaymentId == payment.PaymentId);
            if (later is null || (payment.Captured is not null && (later.Captured != payment.Captured || later.Status != PaymentStatus.Settled)))
                Broken($"order {after.OrderId} version {after.Version}: payment {payment} became {later}");
            else if (!payment.Refunds.Select(refund => (refund.RefundId, refund.Amount)).SequenceEqual(later.Refunds.Take(payment.Refunds.Count).Select(refund => (refund.RefundId, refund.Amount))))
                Broken($"order {after.OrderId} version {after.Version}: the refunds of {payment.PaymentId} were rewritten");
        }

        var changes = after.Payments.Count(payment => payment.Captured is not null) - (before?.Payments.Count(payment => payment.Captured is not null) ?? 0);
        if (changes is < 0 or > 1)
            Broken($"order {after.OrderId} version {after.Version}: {changes} captures in one change");
    }

    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind != Journal.Message)
            return;
        var isFirst = row.Number == 1;
        if (!isFirst && row.Text != "Refused")
            Broken($"a second content of message {row.Key} is {row.Text}");
        if (isFirst && firsts.GetValueOrDefault(row.Key) is "Applied" or "Refused" && row.Text != firsts[row.Key])
            Broken($"message {row.Key} was {firsts[row.Key]} and became {row.Text}");
        if (isFirst)
            firsts[row.Key] = row.Text!;
    }

    public override void AfterDeadlines(Books books, Inspection store)
    {
        foreach (var (message, _) in firsts.Where(entry => entry.Value == "Stored"))
            Broken($"message {message} was stored and never applied");
    }
}
