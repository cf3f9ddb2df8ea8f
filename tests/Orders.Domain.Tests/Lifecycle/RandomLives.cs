using Orders.Domain.Lifecycle;
using static Orders.Domain.Lifecycle.OrderEvent;

namespace Orders.Domain.Tests.Lifecycle;

/// <summary>
/// Lives of an order from plain numbers, so that a failing one shrinks well: each number is one fact at a later time. Two of three facts are
/// likely in the order's state, so that lives get far; the third is anything.
/// </summary>
internal static class RandomLives
{
    public static IEnumerable<(Order Before, OrderEvent Fact, Transition Transition, Order After)> Play(IEnumerable<int> numbers)
    {
        var order = Samples.Placed();
        var at = Samples.Start;
        foreach (var number in numbers)
        {
            var n = Math.Abs((long)number);
            at = at.AddMinutes(n / 7 % 900);
            var fact = Fact(order.State, at, n);
            var (transition, after) = order.Apply(fact, "system", "by chance");
            yield return (order, fact, transition, after);
            order = after;
        }
    }

    private static OrderEvent Fact(OrderState state, DateTimeOffset at, long n)
    {
        var kind = n % 3 == 0 ? n / 3 % 10 : LikelyIn(state, n / 3);
        var payment = n / 31 % 4 == 0 ? Samples.OtherPayment : Samples.Payment;
        var caseId = CaseId.Derive(Samples.Ref.OrderId, $"{n / 37 % 4}");
        return kind switch
        {
            0 => new PaymentSettled(at, payment),
            1 => new CancelRequested(at, (CancelCause)(n / 41 % 4)),
            2 => new PaymentDeadlinePassed(at, at.AddHours(24)),
            3 => new Revived(at, payment),
            4 => new Accepted(at, n / 43 % 8 == 0 ? Some(n) : Samples.All),
            5 => new LinesShipped(at, ShipmentId.Derive(Samples.Ref.OrderId, $"{n / 47 % 5}"), Some(n / 53), at.AddDays(10)),
            6 => new ReceiptConfirmed(at, at.AddDays(15)),
            7 => new ReceiptDeadlinePassed(at, at.AddDays(15)),
            8 => new CaseOpened(at, caseId, Some(n / 59)),
            _ => new CaseClosed(at, caseId, n / 61 % 3 == 0 ? Some(n / 59) : Units.None, n / 67 % 3 == 0, at.AddDays(10)),
        };
    }

    private static long LikelyIn(OrderState state, long n) => state switch
    {
        OrderState.PendingPayment => n % 8 == 0 ? 2 : 0,
        OrderState.Cancelled => 3,
        OrderState.Paid => n % 5 == 0 ? 8 : 4,
        OrderState.PendingShipment => n % 7 == 0 ? 8 : 5,
        OrderState.Shipped => n % 4 == 0 ? 8 : 6,
        OrderState.Completed => 8,
        _ => n % 2 == 0 ? 9 : 5,
    };

    private static Units Some(long n) => Units.Of(("1", (int)(n % 3)), ("2", (int)(n / 3 % 2)), ("3", (int)(n / 6 % 4)));
}
