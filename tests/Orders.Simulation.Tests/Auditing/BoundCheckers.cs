using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Simulation.Tests.Clients;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>12: nothing is unbounded: the documents and events on the way, and at the end every queue and every table of passing things.</summary>
internal sealed class NothingUnbounded : Checker
{
    private const int MostEventBytes = 192 * 1024;

    /// <summary>What only waits to be worked off.</summary>
    private static readonly string[] Queues = ["order_outbox", "bus_messages", "feed_changes", "durable_inbox", "durable_activities"];

    /// <summary>What is kept for a time.</summary>
    private static readonly string[] Passing = ["simulator_outgoing", "inbox", "idempotency", "durable_timers", "durable_instances", "durable_history", "stock_buyer_holds", "stock_unpaid", "sale_units", "sale_holds"];

    public override void Saved(Books books, Order? before, Order after)
    {
        if (after.Timeline.Count > OrderLimits.MostTimelineEntries || after.Shipments.Count > OrderLimits.MostShipments
            || after.Payments.Count > OrderLimits.MostPayments || after.Shipments.Any(parcel => parcel.Events.Count > OrderLimits.MostParcelEvents))
        {
            Broken($"order {after.OrderId} has outgrown its bounds");
        }
    }

    public override void Committed(Books books, JournalRow row)
    {
        if (row.Kind is Journal.OutboxItem or Journal.Sent && row.Body!.Length > MostEventBytes)
            Broken($"the event of {row.Key} has {row.Body.Length} bytes");
    }

    public override void AfterDeadlines(Books books, Inspection store)
    {
        foreach (var dead in store.Texts("SELECT name || ' ' || message_id || ': ' || dead_reason || ' ' || coalesce(dead_description, '') FROM bus_messages JOIN bus_entities e ON e.id = entity WHERE state = 2"))
            Broken($"a dead letter: {dead}");
        Empty(store, Queues);
    }

    public override void AtEnd(Books books, Inspection store)
    {
        Empty(store, Queues);
        Empty(store, Passing);
        if (store.Count("SELECT count(*) FROM stock_holds WHERE look_at IS NOT NULL") is var unkept and > 0)
            Broken($"{unkept} holds are still looked for by the sweep");
        if (store.Count("SELECT count(*) FROM stock_holds WHERE state = 3") is var freed and > 0)
            Broken($"{freed} freed holds are still remembered");
    }

    private void Empty(Inspection store, string[] tables)
    {
        foreach (var table in tables)
        {
            if (store.Count($"SELECT count(*) FROM {table}") is var rows and > 0)
                Broken($"{table} still has {rows} rows");
        }
    }
}

/// <summary>
/// 13: what buyers write into addresses and notes is in their orders, for a day in the answers that are kept for replay, and nowhere else: no
/// event, no history, no log.
/// </summary>
internal sealed class PersonalDataStays : Checker
{
    public override void AfterDeadlines(Books books, Inspection store) => Look(store, "orders.document", "idempotency.body");

    public override void AtEnd(Books books, Inspection store)
    {
        Look(store, "orders.document");
        if (store.Log.Contains(Assortment.Marker, StringComparison.Ordinal))
            Broken("the log has personal data");
    }

    private void Look(Inspection store, params string[] allowed)
    {
        foreach (var (place, rows) in store.Find(Assortment.Marker).Where(entry => !allowed.Contains(entry.Key)))
            Broken($"personal data stands in {rows} rows of {place}");
    }
}
