using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Access;

/// <summary>
/// What the shop keeps of a user besides what their token says: one document, replaced as a whole on condition of the version that was read. The
/// addresses are personal data: they stand here and in the orders that were sent to them.
/// </summary>
public sealed record User
{
    public const int MostAddresses = 20;

    public required UserId UserId { get; init; }

    /// <summary>Grows by one with each save; 0 for somebody of whom nothing is kept yet.</summary>
    public long Version { get; init; }

    /// <summary>A name of <see cref="UserPolicy.Tiers"/>; null for <see cref="UserPolicy.DefaultTier"/>.</summary>
    public string? Tier { get; init; }

    /// <summary>Limits of their own, which stand before those of the tier.</summary>
    public UserLimits Limits { get; init; } = UserLimits.None;

    public IReadOnlyList<SavedAddress> Addresses { get; init; } = [];

    /// <summary>Of one of the addresses; null when there is none.</summary>
    public string? DefaultAddressId { get; init; }

    public SavedAddress? FindAddress(string? addressId) => Addresses.FirstOrDefault(saved => saved.AddressId == addressId);
}

/// <summary>An address in a user's book.</summary>
/// <param name="AddressId">The user's own name for it: 1 to 32 letters, digits, _ and -; each once.</param>
public sealed record SavedAddress(string AddressId, Address Address);

/// <summary>How much one user may. Null: no such limit.</summary>
public sealed record UserLimits
{
    public static readonly UserLimits None = new();

    /// <summary>By what the limit of requests per user is multiplied; 1 when null.</summary>
    public double? RateFactor { get; init; }

    /// <summary>Orders that wait for money at the same time; 1 to 100. Advisory: requests at the same instant can pass it together.</summary>
    public int? MostUnpaidOrders { get; init; }

    /// <summary>Units of all lines of one order.</summary>
    public int? MostUnitsPerOrder { get; init; }

    /// <summary>These, and where they say nothing those beneath.</summary>
    public UserLimits Over(UserLimits beneath) => new()
    {
        RateFactor = RateFactor ?? beneath.RateFactor,
        MostUnpaidOrders = MostUnpaidOrders ?? beneath.MostUnpaidOrders,
        MostUnitsPerOrder = MostUnitsPerOrder ?? beneath.MostUnitsPerOrder,
    };
}

/// <summary>Users' documents. Everything may be repeated; a <see cref="DependencyUnavailableException"/> means: unknown whether it happened.</summary>
public interface IUsers
{
    /// <summary>The document, or null when nothing is kept of this user. Reads its own writes.</summary>
    Task<User?> FindAsync(UserId user, CancellationToken cancellation);

    /// <summary>
    /// Stores the document if version <c>user.Version − 1</c> is stored (none for version 1). False when another one is: read again, decide again.
    /// </summary>
    Task<bool> SaveAsync(User user, CancellationToken cancellation);
}

/// <summary>The persisted form of a user.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(User))]
public sealed partial class UserJson : JsonSerializerContext
{
    public static byte[] Write(User user) => JsonSerializer.SerializeToUtf8Bytes(user, Default.User);

    /// <exception cref="JsonException">Not a stored user.</exception>
    public static User Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, Default.User) ?? throw new JsonException("A stored user is an object.");
}
