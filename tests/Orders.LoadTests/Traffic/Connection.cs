using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orders.LoadTests.Traffic;

/// <summary>
/// One kept HTTP/1.1 connection to a server on this machine, one request at a time. It does so little that the server gets nearly all of the
/// processor: a full HTTP client would cost about as much as what it measures.
/// </summary>
public sealed class Connection : IDisposable
{
    private readonly Socket socket;
    private byte[] buffer = new byte[16 * 1024];
    private int filled;
    private int bodyStart;
    private int bodyEnd;

    private Connection(Socket socket) => this.socket = socket;

    /// <summary>For building the next request.</summary>
    public ArrayBufferWriter<byte> Request { get; } = new(2048);

    /// <summary>The last answer's body; chunks' lengths are still in it.</summary>
    public ReadOnlySpan<byte> Body => buffer.AsSpan(bodyStart, bodyEnd - bodyStart);

    /// <exception cref="InvalidOperationException">The address is not this machine's own: load is never sent anywhere else.</exception>
    public static async Task<Connection> OpenAsync(Uri address)
    {
        if (!IPAddress.TryParse(address.Host, out var host) || !IPAddress.IsLoopback(host))
            throw new InvalidOperationException($"Load goes to the loopback address only, not to {address.Host}.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, address.Port);
        return new Connection(socket);
    }

    /// <summary>Sends <see cref="Request"/> and reads the whole answer.</summary>
    /// <returns>The status.</returns>
    public async ValueTask<int> SendAsync()
    {
        for (var sent = 0; sent < Request.WrittenCount;)
            sent += await socket.SendAsync(Request.WrittenMemory[sent..]);
        filled = 0;
        while (true)
        {
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled));
            if (read == 0)
                throw new IOException("The server closed the connection within an answer.");
            filled += read;
            if (IsWhole())
                return ((buffer[9] - '0') * 100) + ((buffer[10] - '0') * 10) + buffer[11] - '0';
        }
    }

    /// <summary>The text after <c>"name":"</c> in the last body, up to the next quotation mark.</summary>
    public string TextOf(string name)
    {
        var mark = Encoding.ASCII.GetBytes($"\"{name}\":\"");
        var at = Body.IndexOf(mark);
        if (at < 0)
            throw new InvalidDataException($"The answer has no '{name}': {Encoding.UTF8.GetString(Body)}");
        var value = Body[(at + mark.Length)..];
        return Encoding.UTF8.GetString(value[..value.IndexOf((byte)'"')]);
    }

    public void Dispose() => socket.Dispose();

    private bool IsWhole()
    {
        var all = buffer.AsSpan(0, filled);
        var headEnd = all.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
            return false;
        var head = all[..(headEnd + 2)];
        (bodyStart, bodyEnd) = (headEnd + 4, filled);
        var length = head.IndexOf("\r\nContent-Length: "u8);
        if (length >= 0)
        {
            var digits = head[(length + 18)..];
            return filled - bodyStart >= int.Parse(digits[..digits.IndexOf((byte)'\r')], System.Globalization.CultureInfo.InvariantCulture);
        }

        return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0 || all.EndsWith("\r\n0\r\n\r\n"u8) || Body.SequenceEqual("0\r\n\r\n"u8);
    }
}
