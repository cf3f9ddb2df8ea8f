using System.Buffers.Binary;

namespace Orders.CosmosDouble;

/// <summary>The service's own ids: 4 bytes name a database, 8 a container in it, 16 a document in that.</summary>
internal static class Rids
{
    public static string Database(int number) => Text(DatabaseBytes(number));

    public static string Container(int database, int number) => Text(ContainerBytes(database, number));

    public static string Document(int database, int container, long number)
    {
        var bytes = new byte[16];
        ContainerBytes(database, container).CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), number);
        return Text(bytes);
    }

    /// <summary>The number of a document.</summary>
    public static long NumberOf(string rid)
    {
        var bytes = new byte[16];
        return Convert.TryFromBase64String(rid.Replace('-', '/'), bytes, out var length) && length == 16
            ? BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8))
            : throw Refused.Bad($"'{rid}' names no document.");
    }

    private static byte[] DatabaseBytes(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    /// <summary>The bit at the top of the fifth byte says that it is a container.</summary>
    private static byte[] ContainerBytes(int database, int number)
    {
        var bytes = new byte[8];
        DatabaseBytes(database).CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), number);
        bytes[4] |= 0x80;
        return bytes;
    }

    private static string Text(byte[] bytes) => Convert.ToBase64String(bytes).Replace('/', '-');
}
