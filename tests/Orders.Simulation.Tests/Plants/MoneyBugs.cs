using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Simulation.Tests.Plants;

/// <summary>Passes everything on; a bug overrides what it breaks.</summary>
internal abstract class ProviderBug(IPaymentProvider inner) : IPaymentProvider
{
    protected IPaymentProvider Inner { get; } = inner;

    public string Name => Inner.Name;

    public Task<ProviderPayment> OpenAsync(PaymentId paymentId, OrderId orderId, Money amount, string? method, CancellationToken cancellation) =>
        Inner.OpenAsync(paymentId, orderId, amount, method, cancellation);

    public Task<ProviderPayment?> FindAsync(ProviderKey payment, CancellationToken cancellation) => Inner.FindAsync(payment, cancellation);

    public Task<ProviderPayment?> VoidAsync(ProviderKey payment, CancellationToken cancellation) => Inner.VoidAsync(payment, cancellation);

    public abstract Task<ProviderRefund> RefundAsync(string refundId, ProviderKey payment, Money amount, CancellationToken cancellation);

    public Task<ProviderRefund?> FindRefundAsync(string refundId, ProviderKey payment, string? reference, CancellationToken cancellation) =>
        Inner.FindRefundAsync(refundId, payment, reference, cancellation);

    public Task<Page<StatementLine>> ReadStatementAsync(DateTimeOffset from, DateTimeOffset until, string? cursor, CancellationToken cancellation) =>
        Inner.ReadStatementAsync(from, until, cursor, cancellation);
}

internal sealed class LyingProvider(IPaymentProvider inner) : ProviderBug(inner)
{
    public override Task<ProviderRefund> RefundAsync(string refundId, ProviderKey payment, Money amount, CancellationToken cancellation) =>
        Task.FromResult(new ProviderRefund(refundId, ProviderRefundStatus.Succeeded));
}

/// <summary>Who gets no answer asks for another refund.</summary>
internal sealed class ImpatientProvider(IPaymentProvider inner) : ProviderBug(inner)
{
    public override async Task<ProviderRefund> RefundAsync(string refundId, ProviderKey payment, Money amount, CancellationToken cancellation)
    {
        try
        {
            return await Inner.RefundAsync(refundId, payment, amount, cancellation);
        }
        catch (DependencyUnavailableException)
        {
            return await Inner.RefundAsync($"{refundId}-again", payment, amount, cancellation) with { RefundId = refundId };
        }
    }
}

/// <summary>Nobody writes down that a refund is to be asked about.</summary>
internal sealed class ForgetfulIndex(IPaymentIndex inner) : IPaymentIndex
{
    public Task AddAsync(PaymentId paymentId, OrderRef order, DateTimeOffset askAt, CancellationToken cancellation) => inner.AddAsync(paymentId, order, askAt, cancellation);

    public Task<OrderRef?> FindAsync(OrderId orderId, PaymentId paymentId, CancellationToken cancellation) => inner.FindAsync(orderId, paymentId, cancellation);

    public Task<IReadOnlyList<PaymentToAsk>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellation) => inner.FindDueAsync(now, limit, cancellation);

    public Task AskedAsync(IReadOnlyList<AskedPayment> asked, CancellationToken cancellation) => inner.AskedAsync(asked, cancellation);

    public Task AskAtAsync(OrderId orderId, PaymentId paymentId, DateTimeOffset at, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>A refund that was asked for is booked, and how it ended is not.</summary>
internal sealed class HastyBook(IPaymentBook inner) : IPaymentBook
{
    public Task PutAsync(IReadOnlyList<BookEntry> entries, CancellationToken cancellation) => inner.PutAsync(
        [.. entries.Select(entry => entry.Kind == BookEntryKind.Refund ? entry with { State = BookedState.Requested } : entry)], cancellation);

    public Task<IReadOnlyList<BookEntry>> FindAsync(OrderId order, CancellationToken cancellation) => inner.FindAsync(order, cancellation);

    public Task<IReadOnlyList<OrderId>> ListOrdersAsync(DateTimeOffset from, DateTimeOffset until, OrderId? after, int limit, CancellationToken cancellation) =>
        inner.ListOrdersAsync(from, until, after, limit, cancellation);

    public Task<IReadOnlyList<MoneySum>> SumAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation) => inner.SumAsync(from, until, cancellation);
}

/// <summary>Lines that name no order of ours are not kept.</summary>
internal sealed class TidyStatements(IStatements inner) : IStatements
{
    public Task PutAsync(IReadOnlyList<StoredLine> lines, CancellationToken cancellation) =>
        inner.PutAsync([.. lines.Where(line => !line.OrderKey.StartsWith(StoredLine.NoOrder, StringComparison.Ordinal))], cancellation);

    public Task CompleteAsync(string provider, string period, long count, CancellationToken cancellation) => inner.CompleteAsync(provider, period, count, cancellation);

    public Task<bool> WasReadAsync(string provider, string period, CancellationToken cancellation) => inner.WasReadAsync(provider, period, cancellation);

    public Task<IReadOnlyList<StoredLine>> FindAsync(string orderKey, CancellationToken cancellation) => inner.FindAsync(orderKey, cancellation);

    public Task<ILookup<string, StoredLine>> FindManyAsync(IReadOnlyCollection<string> orderKeys, CancellationToken cancellation) => inner.FindManyAsync(orderKeys, cancellation);

    public Task<IReadOnlyList<string>> ListOrdersAsync(string period, string? after, int limit, CancellationToken cancellation) =>
        inner.ListOrdersAsync(period, after, limit, cancellation);

    public Task<IReadOnlyList<MoneySum>> SumAsync(string period, CancellationToken cancellation) => inner.SumAsync(period, cancellation);
}

/// <summary>Passes everything on; a bug overrides what it breaks.</summary>
internal abstract class ReconciliationsBug(IReconciliations inner) : IReconciliations
{
    protected IReconciliations Inner { get; } = inner;

    public virtual Task<Difference> KeepAsync(Difference found, CancellationToken cancellation) => Inner.KeepAsync(found, cancellation);

    public Task<bool> SaveAsync(Difference changed, CancellationToken cancellation) => Inner.SaveAsync(changed, cancellation);

    public Task<Difference?> FindAsync(DateOnly date, string id, CancellationToken cancellation) => Inner.FindAsync(date, id, cancellation);

    public Task<Page<Difference>> ListAsync(DateOnly date, DifferenceState? state, int limit, string? cursor, CancellationToken cancellation) =>
        Inner.ListAsync(date, state, limit, cursor, cancellation);

    public virtual Task<IReadOnlyList<Difference>> FindByOrderAsync(string orderKey, CancellationToken cancellation) => Inner.FindByOrderAsync(orderKey, cancellation);

    public Task<IReadOnlyList<string>> ListOrdersAsync(DateOnly date, string? after, int limit, CancellationToken cancellation) =>
        Inner.ListOrdersAsync(date, after, limit, cancellation);

    public Task<IReadOnlyList<DifferenceCount>> CountAsync(DateOnly date, CancellationToken cancellation) => Inner.CountAsync(date, cancellation);

    public Task PutReportAsync(ReconciliationReport report, CancellationToken cancellation) => Inner.PutReportAsync(report, cancellation);

    public Task<ReconciliationReport?> FindReportAsync(DateOnly date, CancellationToken cancellation) => Inner.FindReportAsync(date, cancellation);
}

/// <summary>What an order's money page asks for is not found: it looks as if nothing differed.</summary>
internal sealed class DiscreetReconciliations(IReconciliations inner) : ReconciliationsBug(inner)
{
    public override Task<IReadOnlyList<Difference>> FindByOrderAsync(string orderKey, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Difference>>([]);
}

/// <summary>A difference that is found again is to be put right again.</summary>
internal sealed class ForgetfulReconciliations(IReconciliations inner) : ReconciliationsBug(inner)
{
    public override async Task<Difference> KeepAsync(Difference found, CancellationToken cancellation)
    {
        var kept = await Inner.KeepAsync(found, cancellation);
        return kept.State == DifferenceState.Applied ? kept with { State = DifferenceState.Open } : kept;
    }
}
