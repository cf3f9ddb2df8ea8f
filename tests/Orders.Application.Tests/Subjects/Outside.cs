using LocalFunctions.Storage;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.AfterSales;

namespace Orders.Application.Tests.Subjects;

/// <summary>
/// Stands for the durable orchestration where only its start matters: one more commit in the same store, so that a crash can fall before or
/// after it. The orchestration itself is tested where the durable engine is.
/// </summary>
public sealed class StoredProcess : IOrderProcess
{
    private readonly LocalStore store;

    public StoredProcess(LocalStore store)
    {
        this.store = store;
        store.Migrate("StoredProcess", "CREATE TABLE started (order_id TEXT PRIMARY KEY, signals INTEGER NOT NULL) WITHOUT ROWID");
    }

    /// <summary>Makes the start fail as a lost connection does.</summary>
    public bool IsAway { get; init; }

    public Task StartAsync(OrderRef order, CancellationToken cancellation) => IsAway
        ? Task.FromException(new DependencyUnavailableException("durable engine"))
        : store.WriteAsync(write => write.Execute("INSERT OR IGNORE INTO started (order_id, signals) VALUES ($1, 0)", order.OrderId.Value));

    public async Task SignalAsync(OrderRef order, CancellationToken cancellation)
    {
        await StartAsync(order, cancellation);
        await store.WriteAsync(write => write.Execute("UPDATE started SET signals = signals + 1 WHERE order_id = $1", order.OrderId.Value));
    }

    public Task<bool> IsAliveAsync(OrderRef order, CancellationToken cancellation) =>
        Task.FromResult(store.Read(read => read.Scalar("SELECT COUNT(*) FROM started WHERE order_id = $1", order.OrderId.Value)) == 1);

    public Task SignalAsync(CaseRef @case, CancellationToken cancellation) => Task.CompletedTask;

    public Task<bool> IsAliveAsync(CaseRef @case, CancellationToken cancellation) => Task.FromResult(true);
}

/// <summary>A payment provider that says what the test wants: the outside world, of which only its word on an attempt matters here.</summary>
public sealed class ScriptedProvider : IPaymentProvider
{
    private readonly Dictionary<PaymentId, ProviderPayment> attempts = [];

    public string Name => "scripted";

    public List<PaymentId> Voided { get; } = [];

    /// <summary>Happens after each void, before its answer.</summary>
    public Func<Task>? AfterVoid { get; set; }

    /// <summary>Every call fails as a lost connection does.</summary>
    public bool IsAway { get; set; }

    /// <summary>Attempts that can't be asked about, as if the connection were lost just then.</summary>
    public HashSet<PaymentId> AwayFor { get; } = [];

    /// <summary>Attempts that were asked about, in turn.</summary>
    public List<PaymentId> AskedAbout { get; } = [];

    /// <summary>Refunds that were asked about, in turn.</summary>
    public List<string> AskedAboutRefunds { get; } = [];

    /// <summary>The buyer's card is declined, and no webhook tells of it.</summary>
    public void Decline(PaymentId payment) => attempts[payment] = attempts[payment] with { Status = ProviderPaymentStatus.Failed };

    /// <summary>The buyer pays, and no webhook tells of it.</summary>
    public void Pay(PaymentId payment, Money money, DateTimeOffset at) =>
        attempts[payment] = attempts[payment] with { Status = ProviderPaymentStatus.Succeeded, Captured = money, CapturedAt = at, ProviderReference = "ref" };

    public Task<ProviderPayment> OpenAsync(PaymentId paymentId, OrderId orderId, Money amount, string? method, CancellationToken cancellation)
    {
        ThrowIfAway();
        attempts.TryAdd(
            paymentId, new ProviderPayment(paymentId, ProviderPaymentStatus.Open, Captured: null, CapturedAt: null, ProviderReference: null, "https://pay.example/1"));
        return Task.FromResult(attempts[paymentId]);
    }

    public Task<ProviderPayment?> FindAsync(ProviderKey payment, CancellationToken cancellation)
    {
        ThrowIfAway();
        AskedAbout.Add(payment.PaymentId);
        return AwayFor.Contains(payment.PaymentId)
            ? throw new DependencyUnavailableException("payment provider")
            : Task.FromResult(attempts.GetValueOrDefault(payment.PaymentId));
    }

    public async Task<ProviderPayment?> VoidAsync(ProviderKey payment, CancellationToken cancellation)
    {
        ThrowIfAway();
        var paymentId = payment.PaymentId;
        Voided.Add(paymentId);
        if (attempts.TryGetValue(paymentId, out var attempt) && attempt.Status == ProviderPaymentStatus.Open)
            attempts[paymentId] = attempt with { Status = ProviderPaymentStatus.Voided };
        if (AfterVoid is { } happens)
            await happens();
        return attempts.GetValueOrDefault(paymentId);
    }

    /// <summary>How refunds are answered.</summary>
    public ProviderRefundStatus RefundAnswer { get; set; } = ProviderRefundStatus.Succeeded;

    /// <summary>Refunds that were asked for, in turn.</summary>
    public List<string> Refunds { get; } = [];

    public Task<ProviderRefund> RefundAsync(string refundId, ProviderKey payment, Money amount, CancellationToken cancellation)
    {
        ThrowIfAway();
        Refunds.Add(refundId);
        return Task.FromResult(new ProviderRefund(refundId, RefundAnswer, Because: RefundAnswer == ProviderRefundStatus.Failed ? "card 4711 closed" : null));
    }

    public Task<ProviderRefund?> FindRefundAsync(string refundId, ProviderKey payment, string? reference, CancellationToken cancellation)
    {
        ThrowIfAway();
        AskedAboutRefunds.Add(refundId);
        return Task.FromResult<ProviderRefund?>(new ProviderRefund(refundId, RefundAnswer));
    }

    public Task<Page<StatementLine>> ReadStatementAsync(DateTimeOffset from, DateTimeOffset until, string? cursor, CancellationToken cancellation)
    {
        ThrowIfAway();
        return Task.FromResult(new Page<StatementLine>([], NextCursor: null));
    }

    private void ThrowIfAway()
    {
        if (IsAway)
            throw new DependencyUnavailableException("payment provider");
    }
}
