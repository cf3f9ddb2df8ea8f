using Orders.Application.Payments;

namespace Orders.Application.Events;

/// <summary>Keeps the books of money: what an event's snapshot says was captured and sent back. The order's later version wins.</summary>
public sealed class FinanceConsumer(IPaymentBook book, ConsumeEvent consume)
{
    public const string Name = "finance";

    /// <summary>What it wants to hear of: every save after which other money has come or gone than before.</summary>
    public static readonly IReadOnlyList<string> Types =
    [
        EventTypes.MoneyReceived, EventTypes.Paid, EventTypes.RefundRequested, EventTypes.RefundPending, EventTypes.Refunded, EventTypes.RefundFailed,
        EventTypes.CaseDifferencePaid, EventTypes.CaseRefundFailed, EventTypes.CaseRefundRetried, EventTypes.CaseCompleted,
    ];

    /// <returns>Null when the event is done with.</returns>
    public Task<Rejection?> RunAsync(OrderEventEnvelope envelope, CancellationToken cancellation) => Types.Contains(envelope.Type)
        ? consume.RunAsync(Name, envelope, BookAsync, cancellation)
        : Task.FromResult<Rejection?>(null);

    private async Task<Rejection?> BookAsync(OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        await book.PutAsync(BookEntries.Of(envelope.Order, envelope.Data), cancellation).ConfigureAwait(false);
        return null;
    }
}
