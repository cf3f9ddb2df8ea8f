using System.Net;
using System.Net.Sockets;
using Orders.Application.Events;

namespace Orders.Azure.Events;

/// <summary>A name that an endpoint's owner chose leads into a network that is not theirs to knock at.</summary>
public sealed class AddressNotAllowedException() : IOException("The address is not one of the open internet.");

/// <summary>
/// Connects to addresses of the open internet only. The name is resolved once, and what was looked at is what is connected to: a name that answers otherwise
/// the second time gains nothing.
/// </summary>
public static class PublicConnections
{
    /// <param name="resolve">Addresses of a name.</param>
    /// <param name="connect">Opens a connection to one of them.</param>
    /// <exception cref="AddressNotAllowedException">None of its addresses may be reached.</exception>
    public static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint target, Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        Func<IReadOnlyList<IPAddress>, int, CancellationToken, ValueTask<Stream>> connect, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(target.Host.Trim('[', ']'), out var literal) ? [literal] : await resolve(target.Host, cancellation).ConfigureAwait(false);
        var allowed = addresses.Where(PublicAddresses.Contains).ToList();
        return allowed.Count > 0
            ? await connect(allowed, target.Port, cancellation).ConfigureAwait(false)
            : throw new AddressNotAllowedException();
    }

    /// <summary>Opens a TCP connection to the first of these addresses that takes one.</summary>
    public static async ValueTask<Stream> OpenAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
