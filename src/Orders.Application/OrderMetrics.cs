using System.Diagnostics.Metrics;

namespace Orders.Application;

/// <summary>
/// The figures of the shop, in docs/operating.md one by one. Units are UCUM's; tags have few values each and never a number of an order or a name of a person.
/// </summary>
public static class OrderMetrics
{
    /// <summary>What to listen to.</summary>
    public const string MeterName = "OrderFunctions";

    private static readonly Meter Meter = new(MeterName);
    private static readonly InstrumentAdvice<double> Quick = new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };
    private static readonly InstrumentAdvice<double> Slow = new() { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 3600, 86400] };

    /// <summary>Orders written for the first time; a repeat of a request counts nothing.</summary>
    public static readonly Counter<long> Placed = Meter.CreateCounter<long>("orders.placed", "{order}", "Orders placed.");

    /// <summary>Saved changes, by the event that tells of each.</summary>
    public static readonly Counter<long> Changes = Meter.CreateCounter<long>("orders.changes", "{change}", "Changes of orders, by event.");

    public static readonly Histogram<double> CheckoutDuration = Meter.CreateHistogram(
        "orders.checkout.duration", "s", "From a checked request to the stored order, or to why there is none.", tags: null, Quick);

    /// <summary>0 when nothing waits for longer than the relay has.</summary>
    public static readonly Gauge<double> OutboxAge = Meter.CreateGauge<double>("orders.outbox.age", "s", "Age of the oldest event that the sweep found unpublished.");

    public static readonly Counter<long> OutboxParked = Meter.CreateCounter<long>("orders.outbox.parked", "{event}", "Events given up by the relay.");

    public static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>("orders.dead_letters", "{message}", "Messages that their consumer rejected, by reason.");

    public static readonly Gauge<long> DeadlinesOverdue = Meter.CreateGauge<long>(
        "orders.deadlines.overdue", "{order}", "Orders that the last sweep found past a deadline, by whether they could be helped.");

    public static readonly Counter<long> ProcessesRestarted = Meter.CreateCounter<long>("orders.processes.restarted", "{order}", "Orders that had lost their process.");

    public static readonly Histogram<double> WebhookLag = Meter.CreateHistogram(
        "orders.payments.webhook.lag", "s", "From a provider's message being stored to its effect.", tags: null, Slow);

    public static readonly Counter<long> RefundsFailed = Meter.CreateCounter<long>("orders.refunds.failed", "{refund}", "Refunds that a provider refused.");

    public static readonly Gauge<long> Differences = Meter.CreateGauge<long>(
        "orders.reconciliation.differences", "{difference}", "Differences of the day reconciled last that wait for people.");

    public static readonly Counter<long> StockDrift = Meter.CreateCounter<long>("orders.stock.drift", "{sku}", "SKUs whose counters were not what they must be.");

    public static readonly Histogram<double> ConsumerLag = Meter.CreateHistogram(
        "orders.events.consumer.lag", "s", "From a change to its effect in a consumer.", tags: null, Slow);

    public static readonly Counter<long> WebhooksGivenUp = Meter.CreateCounter<long>("orders.webhooks.given_up", "{delivery}", "Deliveries to merchants that were given up.");

    /// <summary>One tag.</summary>
    public static KeyValuePair<string, object?> By(string name, object? value) => new(name, value);
}
