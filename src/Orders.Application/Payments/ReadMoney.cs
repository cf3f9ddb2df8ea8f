using Orders.Application.Access;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>Where the money of an order is, for its buyer and staff. Another's order is not found.</summary>
public sealed class ReadMoney(
    OrderAccess access, IProviderMessages messages, IMoneyTrail trail, IStatements statements, IPaymentBook book, IReconciliations reconciliations,
    WebhookSchemes schemes)
{
    private const int MostMessages = 200;

    public async Task<Result<MoneyView>> RunAsync(Caller caller, OrderId orderId, CancellationToken cancellation)
    {
        if (await access.FindAsync(caller, orderId, cancellation).ConfigureAwait(false) is not { } order)
            return new Refusal.NotFound("order");
        return MoneyView.Of(new MoneyFacts(
            order,
            await messages.FindByOrderAsync(orderId, MostMessages, cancellation).ConfigureAwait(false),
            await trail.FindAsync(orderId, cancellation).ConfigureAwait(false),
            await statements.FindAsync(orderId.Value, cancellation).ConfigureAwait(false),
            await book.FindAsync(orderId, cancellation).ConfigureAwait(false),
            await reconciliations.FindByOrderAsync(orderId.Value, cancellation).ConfigureAwait(false),
            schemes));
    }
}
