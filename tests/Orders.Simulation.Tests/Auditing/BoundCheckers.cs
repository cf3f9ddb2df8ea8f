using Orders.Application;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Simulation.Tests.Clients;
using Orders.Workflows;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>12: nothing is unbounded: the documents and events on the way, and at the end every queue and every table of passing things.</summary>
internal sealed class NothingUnbounded : Checker
{
    private const int MostEventBytes = 192 * 1024;
    private const int Completed = 1;

    /// <summary>The days that a night which comes late, as after a leap of time, reconciles besides its own.</summary>
    private const int MostCaughtUp = 31;

    /// <summary>The time between two purges of histories, twice: what falls due within one is taken by the next.</summary>
    private static readonly TimeSpan PurgeDelay = TimeSpan.FromDays(2);

    /// <summary>What only waits to be worked off.</summary>
    private static readonly string[] Queues = ["order_outbox", "bus_messages", "feed_changes", "durable_inbox", "durable_activities"];

    /// <summary>What is kept for a time.</summary>
    private static readonly string[] Passing = ["simulator_outgoing", "inbox", "idempotency", "durable_timers", "stock_buyer_holds", "stock_unpaid", "sale_units", "sale_holds"];

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
        OnlyReconciliations(store);
        if (store.Count("SELECT count(*) FROM stock_holds WHERE look_at IS NOT NULL") is var unkept and > 0)
            Broken($"{unkept} holds are still looked for by the sweep");
        if (store.Count("SELECT count(*) FROM stock_holds WHERE state = 3") is var freed and > 0)
            Broken($"{freed} freed holds are still remembered");
    }

    /// <summary>
    /// Of the instances of orchestrations and their histories only those of the last days' reconciliations and reports are left, completed, one a day: every
    /// night another begins, or those of all the days that were left out, and old ones are purged once a night.
    /// </summary>
    private void OnlyReconciliations(Inspection store)
    {
        var retention = new OrderPolicy().HistoryRetention + PurgeDelay;
        var since = store.Now - retention;
        const string Kept = "name = $1 AND status = $2 AND updated >= $3 AND id LIKE 'reconcile-____-__-__'";
        const string Reported = "name = $4 AND status = $2 AND updated >= $3 AND id LIKE 'report-____-__-__'";
        if (store.Count($"SELECT count(*) FROM durable_instances WHERE NOT ({Kept} OR {Reported})", nameof(ReconcileDay), Completed, since, nameof(ReportDay)) is var left and > 0)
        {
            var some = store.Texts($"SELECT id || ' in status ' || status FROM durable_instances ORDER BY name = '{nameof(ReconcileDay)}', updated LIMIT 5");
            Broken($"{left} instances are left that nobody needs, such as {string.Join(", ", some)}");
        }

        if (store.Count($"SELECT count(*) FROM durable_instances WHERE {Kept}", nameof(ReconcileDay), Completed, since) is var kept && kept > retention.TotalDays + MostCaughtUp)
            Broken($"{kept} days' reconciliations are left");
        if (store.Count($"SELECT count(*) FROM durable_instances WHERE {Reported}", "", Completed, since, nameof(ReportDay)) is var reports && reports > retention.TotalDays + MostCaughtUp)
            Broken($"{reports} days' reports are left");
        if (store.Count("SELECT count(*) FROM durable_history WHERE instance NOT IN (SELECT seq FROM durable_instances)") is var histories and > 0)
            Broken($"{histories} turns of histories belong to no instance");
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

    /// <summary>The search index is the other place where they may stand: two sets of tables, by turns.</summary>
    private static bool IsSearch(string place) => place.StartsWith("search_texts_", StringComparison.Ordinal);

    private void Look(Inspection store, params string[] allowed)
    {
        foreach (var (place, rows) in store.Find(Assortment.Marker).Where(entry => !allowed.Contains(entry.Key) && !IsSearch(entry.Key)))
            Broken($"personal data stands in {rows} rows of {place}");
    }
}
