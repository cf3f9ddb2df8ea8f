using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Orders.CosmosDouble;

/// <summary>Partition keys, and where their hash (version 2) lies, as client and service compute it alike.</summary>
internal static class PartitionKeys
{
    /// <summary>The key of a document, as the header has it.</summary>
    /// <param name="path"><c>/userId</c>.</param>
    public static string Of(JsonElement document, string path)
    {
        var value = document;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
                return "[{}]";
        }

        return value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? throw Refused.Bad("A partition key is a text, a number, a boolean or null.") : Canonical(value);
    }

    /// <param name="header">A JSON array of one value.</param>
    public static string Read(string header)
    {
        JsonElement keys;
        try
        {
            using var parsed = JsonDocument.Parse(header);
            keys = parsed.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw Refused.Bad($"Partition key {header} is invalid.");
        }

        return keys.ValueKind == JsonValueKind.Array && keys.GetArrayLength() == 1 ? Canonical(keys[0]) : throw Refused.Unsupported("partition keys of several levels");
    }

    /// <summary>32 hexadecimal digits; the first two bits are 0, so that they stay below FF.</summary>
    public static string HashOf(string partitionKey)
    {
        using var parsed = JsonDocument.Parse(partitionKey);
        var hash = Murmur128(Encoded(parsed.RootElement[0]));
        Array.Reverse(hash);
        hash[0] &= 0x3F;
        return Convert.ToHexString(hash);
    }

    private static string Canonical(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && Encoding.UTF8.GetByteCount(value.GetString()!) > 2_048)
            throw Refused.Bad("Partition key value must be smaller than 2048 bytes.");
        return value.ValueKind switch
        {
            JsonValueKind.Object => "[{}]",
            JsonValueKind.Number => JsonSerializer.Serialize(new[] { value.GetDouble() }),
            _ => $"[{JsonSerializer.Serialize(value)}]",
        };
    }

    private static byte[] Encoded(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [0x08, .. Encoding.UTF8.GetBytes(value.GetString()!), 0xFF],
        JsonValueKind.Number => [0x05, .. BitConverter.GetBytes(value.GetDouble())],
        JsonValueKind.True => [0x03],
        JsonValueKind.False => [0x02],
        JsonValueKind.Null => [0x01],
        _ => [0x00],
    };

    /// <summary>MurmurHash3, x64, 128 bits, seed 0.</summary>
    private static byte[] Murmur128(ReadOnlySpan<byte> bytes)
    {
        const ulong C1 = 0x87c37b91114253d5;
        const ulong C2 = 0x4cf5ad432745937f;
        var (h1, h2) = (0UL, 0UL);
        var rest = bytes;
        for (; rest.Length >= 16; rest = rest[16..])
        {
            h1 ^= Mixed(BinaryPrimitives.ReadUInt64LittleEndian(rest), C1, 31, C2);
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
            h2 ^= Mixed(BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]), C2, 33, C1);
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
        }

        Span<byte> tail = stackalloc byte[16];
        rest.CopyTo(tail);
        h2 ^= Mixed(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]), C2, 33, C1);
        h1 ^= Mixed(BinaryPrimitives.ReadUInt64LittleEndian(tail), C1, 31, C2);
        h1 ^= (ulong)bytes.Length;
        h2 ^= (ulong)bytes.Length;
        h1 += h2;
        h2 += h1;
        (h1, h2) = (Final(h1), Final(h2));
        h1 += h2;
        h2 += h1;
        var hash = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(hash, h1);
        BinaryPrimitives.WriteUInt64LittleEndian(hash.AsSpan(8), h2);
        return hash;
    }

    private static ulong Mixed(ulong k, ulong before, int turn, ulong after) => BitOperations.RotateLeft(k * before, turn) * after;

    private static ulong Final(ulong h)
    {
        h ^= h >> 33;
        h *= 0xff51afd7ed558ccd;
        h ^= h >> 33;
        h *= 0xc4ceb9fe1a85ec53;
        return h ^ (h >> 33);
    }
}
