using System.Text.Json.Serialization;
using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>Which dead letters, as a client says it; what is left out doesn't matter.</summary>
/// <param name="OlderThan">An ISO 8601 duration: dead for at least so long.</param>
public sealed record DeadLetterFilterRequest(string? Source = null, string? Type = null, string? Reason = null, string? OrderId = null, string? OlderThan = null)
{
    private const int MostCharacters = 200;
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(3650);

    [JsonIgnore]
    public bool NamesNothing => this is { Source: null, Type: null, Reason: null, OrderId: null, OlderThan: null };

    internal DeadLetterFilter Check(Form form, IDeadLetters letters, DateTimeOffset now, string at = "")
    {
        if (Source is { Length: > 0 } && !letters.Sources.Contains(Source, StringComparer.Ordinal))
            form.Error(at + "source", "is no queue and no subscription; there are: " + string.Join(", ", letters.Sources));
        var (order, known) = (default(OrderId), false);
        if (OrderId is { Length: > 0 } && !(known = Domain.OrderId.TryParse(OrderId, out order)))
            form.Error(at + "orderId", "is not the number of an order");
        return new DeadLetterFilter(
            string.IsNullOrEmpty(Source) ? null : Source, form.Optional(at + "type", Type, MostCharacters), form.Optional(at + "reason", Reason, MostCharacters),
            known ? order : null, string.IsNullOrEmpty(OlderThan) ? null : now - form.Duration(at + "olderThan", OlderThan, TimeSpan.Zero, LongestAge));
    }
}

/// <summary>The query of a list, as a client sends it.</summary>
public sealed record ListDeadLettersRequest(DeadLetterFilterRequest Filter, string? Limit, string? Cursor);

/// <summary>The body of a resubmission.</summary>
/// <param name="Payload">The message's new body, as text; left out: as it is.</param>
public sealed record ResubmitRequest(string? Payload = null, string? Reason = null);

/// <summary>The body of a redrive.</summary>
/// <param name="RatePerSecond">How many go back per second: 1 to <see cref="RedrivePlan.FastestRate"/>; 10 when left out.</param>
public sealed record RedriveRequest(DeadLetterFilterRequest? Filter = null, bool DryRun = false, int? RatePerSecond = null, string? Reason = null);

/// <summary>The body of a purge.</summary>
public sealed record PurgeRequest(DeadLetterFilterRequest? Filter = null, string? Reason = null, bool DryRun = false);

/// <summary>Reasons of what staff do: one line, in their words.</summary>
internal static class StaffReasons
{
    private const int MostCharacters = 500;

    public static string Check(Form form, string? reason) => form.Required("reason", reason, MostCharacters);
}
