using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orders.Domain.Checkout;

/// <summary>Why a sale can't be changed as asked.</summary>
public enum SaleChangeProblem
{
    /// <summary>It is over, and over it stays.</summary>
    Ended,

    /// <summary>It has begun: what buyers came for stays.</summary>
    SkusAreFixed,

    /// <summary>It has begun: when, is the past.</summary>
    StartIsFixed,
}

/// <summary>
/// A flash sale's terms: a fixed number of units of some SKUs for a while, at the catalogue's prices. How many are taken is counted by its port; everything
/// else is decided here.
/// </summary>
public sealed record FlashSale
{
    /// <summary>The most zero bits that a buyer can be asked to find: some seconds of a phone's work.</summary>
    public const int MostDifficulty = 24;

    /// <summary>The most SKUs of a sale.</summary>
    public const int MostSkus = 100;

    public required SaleId SaleId { get; init; }

    /// <summary>1 when first put, one more with each change.</summary>
    public required long Version { get; init; }

    /// <summary>What is on sale, each once, in the merchant's order.</summary>
    public required IReadOnlyList<Sku> Skus { get; init; }

    /// <summary>Units of all its SKUs together.</summary>
    public required int Quantity { get; init; }

    /// <summary>From then on buyers are admitted.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>From then on they are not any more.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Units that one buyer may have.</summary>
    public required int PerUser { get; init; }

    /// <summary>Zero bits at the head of the hash that a buyer has to find; 0 for no such work.</summary>
    public required int Difficulty { get; init; }

    public bool HasStarted(DateTimeOffset at) => at >= StartsAt;

    public bool HasEnded(DateTimeOffset at) => at >= EndsAt;

    /// <summary>Whether the other has the same terms; the version is none.</summary>
    public bool IsSameAs(FlashSale other) =>
        Skus.SequenceEqual(other.Skus) && this with { Version = 0, Skus = [] } == other with { Version = 0, Skus = [] };

    /// <summary>
    /// Why it can't get these terms at that instant; null when it can. Quantity, end, limit and difficulty of a running sale can change (the quantity never
    /// below what is taken, which the units refuse); the rest only before it begins.
    /// </summary>
    public SaleChangeProblem? ProblemWith(FlashSale next, DateTimeOffset at) =>
        IsSameAs(next) ? null
        : HasEnded(at) ? SaleChangeProblem.Ended
        : !HasStarted(at) ? null
        : next.StartsAt != StartsAt ? SaleChangeProblem.StartIsFixed
        : !next.Skus.SequenceEqual(Skus) ? SaleChangeProblem.SkusAreFixed
        : null;

    /// <summary>Of two sales with the same list of SKUs, too, for a list equals only itself.</summary>
    public bool Equals(FlashSale? other) =>
        other is not null && SaleId == other.SaleId && Version == other.Version && Quantity == other.Quantity && StartsAt == other.StartsAt
        && EndsAt == other.EndsAt && PerUser == other.PerUser && Difficulty == other.Difficulty && Skus.SequenceEqual(other.Skus);

    public override int GetHashCode() => HashCode.Combine(SaleId, Version, Quantity, StartsAt, EndsAt);
}

/// <summary>The persisted form of a sale.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FlashSale))]
public sealed partial class FlashSaleJson : JsonSerializerContext
{
    public static byte[] Write(FlashSale sale) => JsonSerializer.SerializeToUtf8Bytes(sale, Default.FlashSale);

    /// <exception cref="JsonException">Not a stored sale.</exception>
    public static FlashSale Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, Default.FlashSale)
        ?? throw new JsonException("A stored sale is an object.");
}
