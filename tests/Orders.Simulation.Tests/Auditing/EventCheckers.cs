using System.Globalization;
using System.Text;
using Orders.Application.Events;
using Orders.Domain;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>
/// 9: every version has one event, which tells exactly of it; it reaches every subscription at least once, in order per order, never before the
/// version is saved; and buyers are told of it once.
/// </summary>
internal sealed class EventsTellOfSaves : Checker
{
    private readonly Dictionary<(OrderId Order, long Sequence), (string Type, string Body)> events = [];
    private readonly Dictionary<(long Entity, OrderId Order), long> published = [];
    private readonly HashSet<(OrderId Order, long Sequence)> told = [];

    public override void Committed(Books books, JournalRow row)
    {
        switch (row.Kind)
        {
            case Journal.OutboxItem:
                Written(books, Id.Parse<OrderId>(row.Key), row.Number, row.Text!, Encoding.UTF8.GetString(row.Body!));
                break;
            case Journal.Sent when row.Text is { } session:
                Published(books, row.Number, Id.Parse<OrderId>(session), row.Key, Encoding.UTF8.GetString(row.Body!));
                break;
            case Journal.Told when EventOf(row.Key) is not { } toldOf || !told.Add(toldOf):
                Broken($"a buyer was told of {row.Key} twice, or of nothing");
                break;
        }
    }

    public override void AtEnd(Books books, Inspection store)
    {
        var entities = published.Keys.Select(key => key.Entity).Distinct().ToList();
        if (books.Versions.Count > 0 && entities.Count != 3)
            Broken($"{entities.Count} subscriptions got events");
        foreach (var (order, versions) in books.Versions)
        {
            if (Enumerable.Range(1, versions.Count).FirstOrDefault(version => !events.ContainsKey((order, version))) is var missing and > 0)
                Broken($"version {missing} of order {order} has no event");
            foreach (var entity in entities.Where(entity => published.GetValueOrDefault((entity, order)) != versions.Count))
                Broken($"of order {order} in version {versions.Count}, subscription {entity} got {published.GetValueOrDefault((entity, order))} events");
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
        else if (OrderEventEnvelope.ItemFor(saved, type).Body != body)
            Broken($"the event of version {sequence} of order {order} tells another story: {body}");
        if (!events.TryAdd((order, sequence), (type, body)))
            Broken($"version {sequence} of order {order} has two events");
    }

    private void Published(Books books, long entity, OrderId order, string messageId, string body)
    {
        if (EventOf(messageId) is not { } known || known.Order != order)
            Broken($"{messageId} was published and tells of nothing that was saved");
        else if (events[known].Body != body)
            Broken($"{messageId} was published with another content than was saved");
        else if (published.GetValueOrDefault((entity, order)) is var last && known.Sequence > last + 1)
            Broken($"{messageId} was published when subscription {entity} had {last} events of its order");
        else
            published[(entity, order)] = Math.Max(last, known.Sequence);
    }

    private (OrderId Order, long Sequence)? EventOf(string messageId)
    {
        var dash = messageId.LastIndexOf('-');
        var key = (Id.Parse<OrderId>(messageId[..dash]), long.Parse(messageId[(dash + 1)..], CultureInfo.InvariantCulture));
        return events.ContainsKey(key) ? key : null;
    }
}
