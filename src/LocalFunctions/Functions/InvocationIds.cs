using System.Buffers.Binary;

namespace LocalFunctions.Functions;

/// <summary>
/// Draws invocation ids: 64 bits of chance per host and a counter, so they are unique, cheap, and the same in every run of a stepped host.
/// </summary>
internal sealed class InvocationIds(Random chance)
{
    private readonly long host = chance.NextInt64();
    private long last;

    public string Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, host);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Interlocked.Increment(ref last));
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
