using Microsoft.Extensions.Logging;

namespace Orders.Application.Statistics;

/// <summary>Reads from the store what happened to the orders of a part in a day: page by page, each order once, in an order that is always the same.</summary>
public sealed class DayFacts(IChangedOrders orders, ILogger<DayFacts> log)
{
    private const int OrdersPerPage = 200;

    /// <returns>
    /// The day's facts, and those payments of orders placed that day that came before it closed: they count towards its conversion.
    /// </returns>
    public async Task<IReadOnlyList<OrderFact>> ReadAsync(ReportDate day, int part, CancellationToken cancellation)
    {
        var (facts, seen, cursor) = (new List<OrderFact>(), new HashSet<string>(StringComparer.Ordinal), (string?)null);
        do
        {
            var page = await orders.ListAsync(part, day.From, day.Until, OrdersPerPage, cursor, cancellation).ConfigureAwait(false);
            foreach (var changed in page.Items)
            {
                if (changed.Order is null)
                    log.OrderNotReported(changed.OrderId.Value, day.Text);
                else if (seen.Add(changed.OrderId.Value))
                    facts.AddRange(OrderFacts.Of(changed.Order).Where(fact => day.Contains(fact.At) || CountsAsConverted(day, fact)));
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return [.. facts.OrderBy(fact => fact.At).ThenBy(fact => fact.OrderId.Value, StringComparer.Ordinal).ThenBy(fact => fact.Kind).ThenBy(fact => fact.Key, StringComparer.Ordinal)];
    }

    private static bool CountsAsConverted(ReportDate day, OrderFact fact) => fact.Kind == FactKind.Paid && day.Contains(fact.PlacedAt) && fact.At < day.ClosesAt;
}
