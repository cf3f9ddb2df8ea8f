using System.Text.Json;
using OrderFunctions.Events;
using OrderFunctions.Lifecycle;
using Orders.Application.Checkout;
using Orders.Application.Events;

namespace OrderFunctions.Checkout;

/// <summary>How many tickets this process turns into orders at once: a peak waits in the queue and not in front of the stock.</summary>
public sealed class SaleOrdersAtOnce(FlashSalePolicy policy)
{
    public SemaphoreSlim Slots { get; } = new(policy.OrdersAtOnce);
}

/// <summary>Turns the tickets of the queue <c>sale-orders</c> into orders, at its own pace.</summary>
public sealed class PlaceSaleOrderFunction(MessageDelivery delivery, PlaceSaleOrder place, SaleOrdersAtOnce atOnce)
{
    [Function(nameof(PlaceSaleOrder))]
    public Task RunAsync(
        [ServiceBusTrigger("sale-orders", Connection = "ServiceBus", AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation) => delivery.RunAsync(
            message, actions, token => PlaceAsync(message, new DurableOrderProcess(client), token), cancellation);

    private async Task<Rejection?> PlaceAsync(ServiceBusReceivedMessage message, DurableOrderProcess process, CancellationToken cancellation)
    {
        if (Read(message) is not { } ticket)
            return new Rejection("NotATicket", "The body is not {sale, ticket, buyer, basket}.");
        await atOnce.Slots.WaitAsync(cancellation);
        try
        {
            await place.RunAsync(ticket, process, cancellation);
            return null;
        }
        finally
        {
            atOnce.Slots.Release();
        }
    }

    private static SaleOrderMessage? Read(ServiceBusReceivedMessage message)
    {
        try
        {
            return SaleOrderMessage.Parse(message.Body.ToMemory().Span);
        }
        catch (JsonException)
        {
            // Said by the rejection; the parser's own words quote the body.
            return null;
        }
    }
}

/// <summary>The second look at places in sales: at those without an order, at those whose order is over, at the counters themselves; and their end.</summary>
public sealed class SaleTimers(SweepSaleUnits sweepSaleUnits, ReconcileSaleUnits reconcileSaleUnits, SyncSaleUnits syncSaleUnits, ForgetSales forgetSales)
{
    [Function(nameof(ForgetSales))]
    public Task ForgetSalesAsync([TimerTrigger(Schedules.Nightly)] TimerInfo timer, CancellationToken cancellation) => forgetSales.RunAsync(cancellation);

    [Function(nameof(SyncSaleUnits))]
    public Task SyncSaleUnitsAsync([TimerTrigger(Schedules.EveryMinute)] TimerInfo timer, CancellationToken cancellation) =>
        syncSaleUnits.RunAsync(cancellation);

    [Function(nameof(SweepSaleUnits))]
    public Task SweepSaleUnitsAsync([TimerTrigger(Schedules.EveryMinuteAtHalf)] TimerInfo timer, CancellationToken cancellation) =>
        sweepSaleUnits.RunAsync(cancellation);

    [Function(nameof(ReconcileSaleUnits))]
    public Task ReconcileSaleUnitsAsync([TimerTrigger(Schedules.EveryFiveMinutes)] TimerInfo timer, CancellationToken cancellation) =>
        reconcileSaleUnits.RunAsync(cancellation);
}
