using System.Text;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Payments;

/// <summary>All that is known of the money of one order, from both sides.</summary>
/// <param name="Messages">What the provider told by itself.</param>
/// <param name="Queries">What it said when it was asked.</param>
/// <param name="Lines">What its statements have.</param>
/// <param name="Booked">What stands in the books beside the order: refunds of second captures.</param>
/// <param name="Differences">What the reconciliation found.</param>
/// <param name="Schemes">How each provider words its messages.</param>
public sealed record MoneyFacts(
    Order Order, IReadOnlyList<ProviderMessage> Messages, IReadOnlyList<ProviderQuery> Queries, IReadOnlyList<StoredLine> Lines,
    IReadOnlyList<BookEntry> Booked, IReadOnlyList<Difference> Differences, WebhookSchemes Schemes)
{
    /// <summary>The messages that can be read, with what they say.</summary>
    internal IEnumerable<(ProviderMessage Message, ProviderMessageBody Body)> ReadMessages()
    {
        foreach (var message in Messages)
        {
            if (Schemes.Read(message.Source, Encoding.UTF8.GetBytes(message.Body)) is MessageReading.Told { Body: var body })
                yield return (message, body);
        }
    }
}
