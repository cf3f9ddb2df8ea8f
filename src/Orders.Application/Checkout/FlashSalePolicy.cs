using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>How flash sales are run: settings (section <c>FlashSales</c>). A sale's own terms come from its merchant.</summary>
public sealed record FlashSalePolicy
{
    /// <summary>
    /// The keys that sign admissions, base64 of at least 32 bytes each: the first signs, all are believed, so that a key can be replaced while admissions of
    /// the former are out. Required.
    /// </summary>
    public IReadOnlyList<string> AdmissionKeys { get; init; } = [];

    /// <summary>How long an admission can be used. 2 minutes.</summary>
    public TimeSpan AdmissionLifetime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Zero bits that a buyer has to find in a sale that says nothing of its own; 0 for no such work.</summary>
    public int Difficulty { get; init; }

    /// <summary>
    /// For how long a process answers from what it knows of a sale before it looks again: that it is sold out, and its terms. 1 second.
    /// </summary>
    public TimeSpan LookAgainAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many tickets one process turns into orders at once. 8.</summary>
    public int OrdersAtOnce { get; init; } = 8;

    /// <summary>The longest that a buyer is told to wait before asking again for a start. 1 hour.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long after its end a sale's counters and reservations are kept: no event, message or repetition of a request may still ask for them, so no shorter
    /// than an inbox record is (<see cref="OrderPolicy.InboxRetention"/>). 35 days.
    /// </summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(35);

    /// <summary>Whether the sale is over for so long that nothing of its counters is kept any more.</summary>
    public bool IsForgotten(FlashSale sale, DateTimeOffset now) => now >= sale.EndsAt + Retention;

    /// <exception cref="InvalidOperationException">A setting is missing or makes no sense; the message names it.</exception>
    public void Check()
    {
        static InvalidOperationException Wrong(string name, string must) => new($"The setting FlashSales:{name} must {must}.");
        if (AdmissionKeys.Count == 0)
            throw Wrong(nameof(AdmissionKeys), "name at least one key: 32 bytes or more in base64");
        if (Difficulty is < 0 or > FlashSale.MostDifficulty)
            throw Wrong(nameof(Difficulty), $"be 0 to {FlashSale.MostDifficulty}");
        if (OrdersAtOnce is < 1 or > 1_000)
            throw Wrong(nameof(OrdersAtOnce), "be 1 to 1000");
        foreach (var (name, time) in new[]
        {
            (nameof(AdmissionLifetime), AdmissionLifetime), (nameof(LookAgainAfter), LookAgainAfter), (nameof(LongestRetryAfter), LongestRetryAfter),
            (nameof(Retention), Retention),
        })
        {
            if (time <= TimeSpan.Zero)
                throw Wrong(name, "be longer than zero");
        }
    }
}
