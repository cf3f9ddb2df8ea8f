using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>Why a text admits nobody.</summary>
public enum AdmissionProblem
{
    /// <summary>We never gave it to this buyer for this sale.</summary>
    NotOurs,

    Expired,
}

/// <summary>An admission as its text says; only a genuine one comes to be.</summary>
/// <param name="Id">What its use is recorded under.</param>
/// <param name="Difficulty">Zero bits that its proof must show, whatever the sale has come to ask since.</param>
public sealed record SaleAdmission(string Text, string Id, DateTimeOffset ExpiresAt, int Difficulty)
{
    private const int MostProofCharacters = 64;

    /// <summary>Whether SHA-256 over <c>{admission}.{proof}</c> begins with so many zero bits. True without a proof when none are asked for.</summary>
    public bool IsProvenBy(string? proof)
    {
        if (Difficulty == 0)
            return true;
        if (proof is not { Length: >= 1 and <= MostProofCharacters } || proof.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return false;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes($"{Text}.{proof}"), hash);
        // The longest work is far less than 64 bits.
        return BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt64BigEndian(hash)) >= Difficulty;
    }
}

/// <summary>
/// Admissions to flash sales: text that we signed, bound to one buyer and one sale, good for a short time and for one order. Nothing is stored until it is
/// used; the use is recorded with the buyer's mark. Derived and not drawn: one buyer's admissions of one instant are one.
/// </summary>
public sealed class SaleAdmissions
{
    // version, difficulty, expiry; then the signature. Buyer and sale are signed with it and stand in no text.
    private const int HeadBytes = 1 + 1 + sizeof(long);
    private const int TextBytes = HeadBytes + HMACSHA256.HashSizeInBytes;
    private const byte FormatVersion = 1;
    private const int IdBytes = 16;

    private readonly byte[][] keys;
    private readonly TimeSpan lifetime;
    private readonly TimeProvider clock;

    /// <exception cref="InvalidOperationException">A key is no base64 of at least 32 bytes. The message does not repeat it.</exception>
    public SaleAdmissions(FlashSalePolicy policy, TimeProvider clock)
    {
        keys = [.. policy.AdmissionKeys.Select(Key)];
        lifetime = policy.AdmissionLifetime;
        this.clock = clock;
    }

    public SaleAdmission Issue(FlashSale sale, UserId buyer)
    {
        var expiresAt = clock.GetUtcNow() + lifetime;
        Span<byte> bytes = stackalloc byte[TextBytes];
        bytes[0] = FormatVersion;
        bytes[1] = (byte)sale.Difficulty;
        BinaryPrimitives.WriteInt64BigEndian(bytes[2..], expiresAt.UtcTicks);
        Sign(keys[0], bytes[..HeadBytes], sale.SaleId, buyer, bytes[HeadBytes..]);
        return Of(Base64Url.EncodeToString(bytes), bytes, expiresAt);
    }

    /// <summary>The admission in this text, expired or not; null when we gave this buyer no such admission to this sale.</summary>
    public SaleAdmission? Read(string? text, SaleId sale, UserId buyer)
    {
        Span<byte> bytes = stackalloc byte[TextBytes];
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (text is null || text.Length != Base64Url.GetEncodedLength(TextBytes) || !Base64Url.TryDecodeFromChars(text, bytes, out var length)
            || length != TextBytes || bytes[0] != FormatVersion)
        {
            return null;
        }

        foreach (var key in keys)
        {
            Sign(key, bytes[..HeadBytes], sale, buyer, signature);
            if (CryptographicOperations.FixedTimeEquals(signature, bytes[HeadBytes..]))
                return Of(text, bytes, new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(bytes[2..]), TimeSpan.Zero));
        }

        return null;
    }

    private static SaleAdmission Of(string text, ReadOnlySpan<byte> bytes, DateTimeOffset expiresAt) =>
        new(text, Base64Url.EncodeToString(bytes.Slice(HeadBytes, IdBytes)), expiresAt, bytes[1]);

    private static void Sign(byte[] key, ReadOnlySpan<byte> head, SaleId sale, UserId buyer, Span<byte> signature)
    {
        // A sale's id holds no line break, so two pairs of sale and buyer are two texts.
        var whom = Encoding.UTF8.GetBytes($"admission\n{sale.Value}\n{buyer.Value}\n");
        HMACSHA256.HashData(key, [.. whom, .. head], signature);
    }

    private static byte[] Key(string text)
    {
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var length) && length >= 32
            ? buffer[..length]
            : throw new InvalidOperationException("A key of the setting FlashSales:AdmissionKeys is not 32 bytes or more in base64.");
    }
}
