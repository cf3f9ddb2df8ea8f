using System.Globalization;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Workflows.Tests.Subjects;

/// <summary>
/// A payment provider as the outside world: it keeps what it did however often our process dies, obeys its keys, and does with its
/// money what the test says.
/// </summary>
public sealed class OutsideProvider : IPaymentProvider
{
    private readonly Dictionary<PaymentId, ProviderPayment> attempts = [];
    private readonly Dictionary<string, Money> refunds = [];

    public string Name => "outside";

    /// <summary>That many calls fail as a lost connection does, before any effect.</summary>
    public int CallsThatFail { get; set; }

    /// <summary>Calls that had their effect.</summary>
    public int Calls { get; private set; }

    /// <summary>Called right after the effect of each call, before its answer comes home.</summary>
    public Action<int>? AfterCall { get; set; }

    /// <summary>A provider that pays again whenever it is asked again: what a negative control needs.</summary>
    public bool IgnoresKeys { get; init; }

    /// <summary>Refuses refunds for good.</summary>
    public bool RefusesRefunds { get; set; }

    public long Captured => attempts.Values.Sum(attempt => attempt.Captured?.Amount ?? 0);

    public long Refunded => refunds.Values.Sum(money => money.Amount);

    /// <summary>The buyer pays, whether or not the attempt was voided. Once per attempt.</summary>
    public ProviderPayment Pay(PaymentId payment, Money money, DateTimeOffset at)
    {
        if (attempts[payment].Captured is null)
        {
            attempts[payment] = attempts[payment] with
            {
                Status = ProviderPaymentStatus.Succeeded,
                Captured = money,
                CapturedAt = at,
                ProviderReference = $"capture-{payment}",
            };
        }

        return attempts[payment];
    }

    public Task<ProviderPayment> OpenAsync(PaymentId paymentId, OrderId orderId, Money amount, string? method, CancellationToken cancellation)
    {
        ThrowIfAway();
        attempts.TryAdd(paymentId, new ProviderPayment(paymentId, ProviderPaymentStatus.Open, null, null, null, $"https://pay.example/{paymentId}"));
        return Answer(attempts[paymentId]);
    }

    public Task<ProviderPayment?> FindAsync(ProviderKey payment, CancellationToken cancellation)
    {
        ThrowIfAway();
        return Answer(attempts.GetValueOrDefault(payment.PaymentId));
    }

    public Task<ProviderPayment?> VoidAsync(ProviderKey payment, CancellationToken cancellation)
    {
        ThrowIfAway();
        var paymentId = payment.PaymentId;
        if (attempts.TryGetValue(paymentId, out var attempt) && attempt.Status == ProviderPaymentStatus.Open)
            attempts[paymentId] = attempt with { Status = ProviderPaymentStatus.Voided };
        return Answer(attempts.GetValueOrDefault(paymentId));
    }

    /// <summary>Leaves refunds pending until the test says otherwise.</summary>
    public bool LeavesRefundsPending { get; set; }

    public Task<ProviderRefund> RefundAsync(string refundId, ProviderKey payment, Money amount, CancellationToken cancellation)
    {
        ThrowIfAway();
        if (!RefusesRefunds)
            refunds.TryAdd(IgnoresKeys ? $"{refundId} {refunds.Count}" : refundId, amount);
        return Answer(WordOn(refundId));
    }

    public Task<ProviderRefund?> FindRefundAsync(string refundId, ProviderKey payment, string? reference, CancellationToken cancellation)
    {
        ThrowIfAway();
        return Answer(refunds.ContainsKey(refundId) ? WordOn(refundId) : null);
    }

    /// <summary>What its statements say, whatever happened.</summary>
    public List<StatementLine> Lines { get; } = [];

    /// <summary>Lines per page.</summary>
    public int PageSize { get; set; } = 2;

    public Task<Page<StatementLine>> ReadStatementAsync(DateTimeOffset from, DateTimeOffset until, string? cursor, CancellationToken cancellation)
    {
        ThrowIfAway();
        var lines = Lines.Where(line => line.At >= from && line.At < until).ToList();
        var first = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        var next = first + PageSize < lines.Count ? (first + PageSize).ToString(CultureInfo.InvariantCulture) : null;
        return Answer(new Page<StatementLine>([.. lines.Skip(first).Take(PageSize)], next));
    }

    private ProviderRefund WordOn(string refundId) => new(
        refundId,
        RefusesRefunds ? ProviderRefundStatus.Failed : LeavesRefundsPending ? ProviderRefundStatus.Pending : ProviderRefundStatus.Succeeded);

    private Task<T> Answer<T>(T answer)
    {
        AfterCall?.Invoke(++Calls);
        return Task.FromResult(answer);
    }

    private void ThrowIfAway()
    {
        if (CallsThatFail == 0)
            return;
        CallsThatFail--;
        throw new DependencyUnavailableException("The payment provider");
    }
}
