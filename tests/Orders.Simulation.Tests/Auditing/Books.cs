using System.Globalization;
using Orders.Application.Payments;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>A hold as last committed.</summary>
/// <param name="State">1 held, 2 sold, 3 released: the persisted numbers.</param>
internal sealed record BookedHold(int State, string Buyer, IReadOnlyList<(string Sku, long Units)> Lines);

/// <summary>Counters of a SKU as last committed.</summary>
/// <param name="Cap">Units that one buyer may hold; null for no cap.</param>
internal sealed record BookedStock(long Stock, long Held, long Sold, long Backorder, long? Cap)
{
    /// <summary>What may be promised.</summary>
    public long Promisable => Stock + Backorder;
}

/// <summary>Counters of a flash sale as last committed.</summary>
internal sealed record BookedSale(long Quantity, long PerBuyer, long Held, long Sold);

/// <summary>A refund as the provider has it.</summary>
internal sealed record BookedRefund(string Payment, long Amount, ProviderRefundStatus Status);

/// <summary>A place in a flash sale as last committed.</summary>
/// <param name="State">1 held, 2 sold, 3 given back: the persisted numbers.</param>
internal sealed record BookedPlace(int State, string Buyer, string Sku, long Units);

/// <summary>What is known from the journal: every version of every order, the stock, and the provider's own money.</summary>
internal sealed class Books
{
    private readonly Dictionary<OrderId, List<Order>> versions = [];

    /// <summary>All versions of all orders, by number from 1.</summary>
    public IReadOnlyDictionary<OrderId, List<Order>> Versions => versions;

    public IEnumerable<Order> Orders => versions.Values.Select(all => all[^1]);

    public Dictionary<(string Order, long Number), BookedHold> Holds { get; } = [];

    public Dictionary<string, BookedStock> Stock { get; } = [];

    public Dictionary<string, BookedSale> Sales { get; } = [];

    /// <summary>Places in the one sale of a run, by their orders-to-be.</summary>
    public Dictionary<(string Order, long Number), BookedPlace> Places { get; } = [];

    /// <summary>What the provider captured, by payment.</summary>
    public Dictionary<string, Money> Captures { get; } = [];

    /// <summary>What the provider sends back, or sent, or did not, by refund.</summary>
    public Dictionary<string, BookedRefund> Refunds { get; } = [];

    public Order? Find(OrderId order) => versions.TryGetValue(order, out var all) ? all[^1] : null;

    public Order? Find(OrderId order, long version) => versions.TryGetValue(order, out var all) && version >= 1 && version <= all.Count ? all[(int)version - 1] : null;

    /// <summary>How orders ended, why money went back, and how many were revived: what a run has really tried.</summary>
    public IReadOnlyDictionary<string, int> Sights()
    {
        var endings = Orders.Select(order => order.State is OrderState.Cancelled cancelled ? $"cancelled by {cancelled.Cause}" : $"{order.Status}");
        var refunds = Orders.SelectMany(order => order.Payments).SelectMany(payment => payment.Refunds).Select(refund => $"refund {refund.Reason} {refund.Status}");
        var revived = Orders.Where(order => order.Hold > 0).Select(order => $"revived, now {order.Status}");
        var parcels = Orders.Where(order => order.Shipments.Count > 1).Select(_ => "several parcels");
        var attempts = Orders.Where(order => order.Payments.Count > 1).Select(_ => "several attempts");
        var released = Holds.Values.Where(hold => hold.State == 3).Select(_ => "released hold");
        var orphans = Holds.Keys.Where(key => Find(Id.Parse<OrderId>(key.Order)) is not { } order || order.Hold != key.Number).Select(_ => "hold without its order");
        var hurried = Orders.Where(order => order.PayBy - order.PlacedAt < TimeSpan.FromMinutes(29)).Select(_ => "order with a short window");
        var onBackorder = Stock.Values.Where(stock => stock.Held + stock.Sold > stock.Stock).Select(_ => "SKU on backorder at the end");
        var ofSale = Orders.Where(order => order.SaleId is not null).Select(order => $"of the sale, now {order.Status}");
        var places = Places.Where(place => Find(Id.Parse<OrderId>(place.Key.Order)) is null).Select(_ => "place without an order");
        var cases = Orders.SelectMany(order => order.Cases).Select(@case => $"{(@case.FellBack ? "fallen back " : "")}{@case.Type} {@case.Status}");
        var several = Orders.Where(order => order.Cases.Count > 1).Select(_ => "several cases");
        var differences = Orders.SelectMany(order => order.Cases).Where(@case => @case.PaidBy is not null).Select(_ => "difference paid");
        var settled = Orders.SelectMany(order => order.Payments).SelectMany(payment => payment.Refunds).Where(refund => refund.SettledOutside is not null).Select(_ => "refund settled outside");
        var sights = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var sight in endings.Concat(refunds).Concat(revived).Concat(parcels).Concat(attempts).Concat(released).Concat(orphans).Concat(hurried).Concat(onBackorder)
            .Concat(ofSale).Concat(places).Concat(cases).Concat(several).Concat(differences).Concat(settled))
            sights[sight] = sights.GetValueOrDefault(sight) + 1;
        return sights;
    }

    /// <summary>Books a row. Returns the order that it saved, with the version before; null for other rows.</summary>
    public (Order? Before, Order After)? Book(JournalRow row)
    {
        switch (row.Kind)
        {
            case Journal.Order:
                var after = OrderJson.Read(row.Body);
                if (!versions.TryGetValue(after.OrderId, out var all))
                    versions[after.OrderId] = all = [];
                var before = all.Count == 0 ? null : all[^1];
                all.Add(after);
                return (before, after);
            case Journal.Stock:
                var counters = row.Text!.Split(' ');
                Stock[row.Key] = new BookedStock(
                    row.Number, Number(counters[0]), Number(counters[1]), Number(counters[2]), counters[3] == "-1" ? null : Number(counters[3]));
                break;
            case Journal.Hold:
                var parts = row.Text!.Split(' ', 3);
                Holds[(row.Key, row.Number)] = new BookedHold((int)Number(parts[0]), parts[1], LinesOf(parts[2]));
                break;
            case Journal.Sale:
                var units = row.Text!.Split(' ');
                Sales[row.Key] = new BookedSale(row.Number, Number(units[0]), Number(units[1]), Number(units[2]));
                break;
            case Journal.Place:
                var place = row.Text!.Split(' ');
                Places[(row.Key, row.Number)] = new BookedPlace((int)Number(place[0]), place[1], place[2], Number(place[3]));
                break;
            case Journal.Capture:
                Captures[row.Key] = new Money(row.Number, Id.Parse<Currency>(row.Text!));
                break;
            case Journal.Refund:
                var word = row.Text!.Split(' ');
                Refunds[word[0]] = new BookedRefund(row.Key, row.Number, Enum.Parse<ProviderRefundStatus>(word[1]));
                break;
        }

        return null;
    }

    /// <summary>What the provider still has of a payment's money, less what is on its way back.</summary>
    public long KeptByProvider(string payment) =>
        Captures[payment].Amount - Refunds.Values.Where(refund => refund.Payment == payment && refund.Status != ProviderRefundStatus.Failed).Sum(refund => refund.Amount);

    /// <summary>The order that a payment belongs to, by its id.</summary>
    public static OrderId OrderOf(string payment) => Id.Parse<OrderId>(payment[..26]);

    private static IReadOnlyList<(string Sku, long Units)> LinesOf(string text) => text.Length == 0
        ? []
        : [.. text.Split(' ').Select(part => part.Split(':')).Select(part => (part[0], Number(part[1])))];

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
