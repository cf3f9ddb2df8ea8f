using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>
/// When a provider is asked about what it has not decided, counted from its beginning: after 1, 3, 7, 15 and 30 minutes, 1, 2, 4, 8 and 16
/// hours, then daily. A pure function of the order, so that nothing has to be remembered but the next instant.
/// </summary>
public static class AskSchedule
{
    /// <summary>How long a refund is asked about; then people are told, and the statement says what became of it.</summary>
    public static readonly TimeSpan RefundPatience = TimeSpan.FromDays(30);

    /// <summary>Pause before a question that could not be asked is asked again.</summary>
    public static readonly TimeSpan AwayPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(16),
    ];

    /// <summary>The first question about what begins at that instant.</summary>
    public static DateTimeOffset First(DateTimeOffset since) => since + Steps[0];

    /// <summary>The first question after <paramref name="now"/> about what began at <paramref name="since"/>.</summary>
    public static DateTimeOffset Next(DateTimeOffset since, DateTimeOffset now)
    {
        foreach (var step in Steps)
        {
            if (since + step > now)
                return since + step;
        }

        return since + Day * (Math.Floor((now - since) / Day) + 1);
    }

    /// <summary>
    /// When a payment is asked about next; null when nothing of it is open any more. An attempt is asked about until it is resolved; one that
    /// failed or was withdrawn until the order can't be revived any more, for its money may be on its way; a refund until it is decided, for
    /// <see cref="RefundPatience"/>.
    /// </summary>
    public static DateTimeOffset? NextFor(Order order, OrderPayment payment, TimeSpan revivalWindow, DateTimeOffset now)
    {
        var next = payment.Captured is null ? Next(payment.OpenedAt, now) : (DateTimeOffset?)null;
        // The difference of an exchange is paid long after the order was.
        var payable = payment.OpenedAt > order.PayBy ? payment.OpenedAt : order.PayBy;
        if (!payment.IsUnresolved() && next > payable + revivalWindow)
            next = null;
        foreach (var refund in payment.Refunds.Where(IsUndecided))
        {
            var about = Next(refund.RequestedAt, now);
            if (about <= refund.RequestedAt + RefundPatience && !(next <= about))
                next = about;
        }

        return next;
    }

    /// <summary>Whether a refund's end is not known.</summary>
    public static bool IsUndecided(OrderRefund refund) => refund.Status is RefundStatus.Requested or RefundStatus.Pending;
}
