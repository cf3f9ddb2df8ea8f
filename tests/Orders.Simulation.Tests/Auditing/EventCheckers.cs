using System.Globalization;
using System.Text;
using Orders.Application.Events;
using Orders.Application.Statistics;
using Orders.Domain;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>
/// 9: every version has one event, which tells exactly of it; it reaches every subscription that wants its type at least once, in order per order, never
/// before the version is saved; and buyers are told of it once.
/// </summary>
internal sealed class EventsTellOfSaves : Checker
{
    private readonly Dictionary<(OrderId Order, long Sequence), (string Type, string Body)> events = [];
    private readonly Dictionary<(string Subscription, OrderId Order), long> published = [];
    private readonly HashSet<(OrderId Order, long Sequence)> told = [];

    public override void Committed(Books books, JournalRow row)
    {
        switch (row.Kind)
        {
            case Journal.OutboxItem:
                Written(books, Id.Parse<OrderId>(row.Key), row.Number, row.Text!, Encoding.UTF8.GetString(row.Body!));
                break;
            case Journal.Sent when row.Text?.Split(' ') is [var session, var subscription]:
                Published(books, subscription, Id.Parse<OrderId>(session), row.Key, Encoding.UTF8.GetString(row.Body!));
                break;
            case Journal.Told when EventOf(row.Key) is not { } toldOf || !told.Add(toldOf):
                Broken($"a buyer was told of {row.Key} twice, or of nothing");
                break;
        }
    }

    public override void AtEnd(Books books, Inspection store)
    {
        var subscriptions = published.Keys.Select(key => key.Subscription).Distinct().ToList();
        if (books.Versions.Count > 0 && subscriptions.Count(name => !IsFiltered(name)) != 2)
            Broken($"{subscriptions.Count} subscriptions got events");
        foreach (var (order, versions) in books.Versions)
        {
            if (Enumerable.Range(1, versions.Count).FirstOrDefault(version => !events.ContainsKey((order, version))) is var missing and > 0)
                Broken($"version {missing} of order {order} has no event");
            foreach (var name in subscriptions.Where(name => Missed(books, name, order, versions.Count + 1)))
                Broken($"of order {order} in version {versions.Count}, subscription {name} got {published.GetValueOrDefault((name, order))} events");
        }

        foreach (var ((order, sequence), (_, body)) in events)
        {
            if (NotificationTexts.For(OrderEventEnvelope.Parse(body)) is not null && !told.Contains((order, sequence)))
                Broken($"the buyer of {order} was not told of event {sequence}");
        }
    }

    private void Written(Books books, OrderId order, long sequence, string type, string body)
    {
        if (books.Find(order, sequence) is not { } saved || saved.Version != sequence)
            Broken($"an event was written for version {sequence} of order {order}, which is not saved");
        else if (OrderEventEnvelope.ItemFor(saved, type, OrderEventEnvelope.Parse(body).Data.AboutCase).Body != body)
            Broken($"the event of version {sequence} of order {order} tells another story: {body}");
        if (!events.TryAdd((order, sequence), (type, body)))
            Broken($"version {sequence} of order {order} has two events");
    }

    private void Published(Books books, string subscription, OrderId order, string messageId, string body)
    {
        if (EventOf(messageId) is not { } known || known.Order != order)
            Broken($"{messageId} was published and tells of nothing that was saved");
        else if (events[known].Body != body)
            Broken($"{messageId} was published with another content than was saved");
        else if (Missed(books, subscription, order, known.Sequence))
            Broken($"{messageId} was published when subscription {subscription} had {published.GetValueOrDefault((subscription, order))} events of its order");
        else if (!IsWantedBy(books, subscription, order, events[known].Type))
            Broken($"{messageId} of {events[known].Type} was let through to subscription {subscription}");
        else
            published[(subscription, order)] = Math.Max(published.GetValueOrDefault((subscription, order)), known.Sequence);
    }

    /// <summary>Whether an event that it wants, before that sequence, did not come to it.</summary>
    private bool Missed(Books books, string subscription, OrderId order, long before)
    {
        for (var sequence = published.GetValueOrDefault((subscription, order)) + 1; sequence < before; sequence++)
        {
            if (events.TryGetValue((order, sequence), out var written) && IsWantedBy(books, subscription, order, written.Type))
                return true;
        }

        return false;
    }

    private static bool IsFiltered(string subscription) =>
        subscription is $"order-events/{FinanceConsumer.Name}" or $"order-events/{SaleConsumer.Name}" or $"order-events/{CouponConsumer.Name}"
            or $"order-events/{StatisticsConsumer.Name}" or $"order-events/{InventoryConsumer.Name}" or $"order-events/{NotificationConsumer.Name}";

    private static bool IsWantedBy(Books books, string subscription, OrderId order, string type) => subscription switch
    {
        $"order-events/{FinanceConsumer.Name}" => FinanceConsumer.Types.Contains(type),
        $"order-events/{InventoryConsumer.Name}" => InventoryConsumer.Types.Contains(type),
        $"order-events/{NotificationConsumer.Name}" => NotificationConsumer.Types.Contains(type),
        $"order-events/{StatisticsConsumer.Name}" => StatisticsConsumer.Types.Contains(type),
        $"order-events/{CouponConsumer.Name}" => CouponConsumer.Types.Contains(type) && books.Find(order)?.CouponCode is not null,
        $"order-events/{SaleConsumer.Name}" => SaleConsumer.Types.Contains(type) && books.Find(order)?.SaleId is not null,
        _ => true,
    };

    private (OrderId Order, long Sequence)? EventOf(string messageId)
    {
        var dash = messageId.LastIndexOf('-');
        var key = (Id.Parse<OrderId>(messageId[..dash]), long.Parse(messageId[(dash + 1)..], CultureInfo.InvariantCulture));
        return events.ContainsKey(key) ? key : null;
    }
}
