using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Access;

/// <summary>
/// From where a request comes: the connection's own address, or what trusted proxies say of it. A client can write any
/// <c>X-Forwarded-For</c>; what our proxies append stands at its right end, so it is read from there, and no further than we have proxies.
/// </summary>
public sealed class CallerAddress
{
    private readonly int hops;
    private readonly IPNetwork[] trusted;

    /// <exception cref="InvalidOperationException">A setting makes no sense; the message names it.</exception>
    public CallerAddress(AccessLimits limits)
    {
        hops = limits.ForwardedHops is >= 0 and <= 10
            ? limits.ForwardedHops
            : throw new InvalidOperationException($"The setting Limits:{nameof(limits.ForwardedHops)} must be 0 to 10.");
        trusted = [.. limits.TrustedProxies.Select(text => IPNetwork.TryParse(text, out var network)
            ? network
            : throw new InvalidOperationException($"The setting Limits:{nameof(limits.TrustedProxies)} holds '{text}', which is no network like 10.0.0.0/8."))];
    }

    /// <summary>
    /// The address as one number: IPv4 whole, of IPv6 the first 64 bits, which is what one customer of a network gets. Null when the
    /// request came over no network, as within a test.
    /// </summary>
    public ulong? Of(HttpRequest request)
    {
        var address = request.HttpContext.Connection.RemoteIpAddress;
        if (hops > 0 && request.Headers["X-Forwarded-For"] is { Count: > 0 } forwarded)
            address = Before(address, string.Join(',', forwarded.AsEnumerable()));
        return address is null ? null : NumberOf(address);
    }

    /// <summary>Goes back from proxy to proxy while the one reached is to be believed and has said something that is an address.</summary>
    private IPAddress? Before(IPAddress? peer, ReadOnlySpan<char> forwarded)
    {
        for (var hop = 0; hop < hops && forwarded.Length > 0 && IsTrusted(peer); hop++)
        {
            var comma = forwarded.LastIndexOf(',');
            if (Parse(forwarded[(comma + 1)..].Trim()) is not { } before)
                return peer;
            peer = before;
            forwarded = comma < 0 ? default : forwarded[..comma];
        }

        return peer;
    }

    private bool IsTrusted(IPAddress? peer)
    {
        if (trusted.Length == 0)
            return true;
        if (peer is null)
            return false;
        var plain = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        return Array.Exists(trusted, network => network.Contains(plain));
    }

    /// <summary>With or without a port, which Azure's front end adds.</summary>
    private static IPAddress? Parse(ReadOnlySpan<char> entry) =>
        IPAddress.TryParse(entry, out var address) ? address
        : IPEndPoint.TryParse(entry, out var endPoint) ? endPoint.Address
        : null;

    private static ulong NumberOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6)
        {
            address.TryWriteBytes(bytes, out _);
            return BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }

        // Apart from every IPv6 network: none that begins 0000:ffff is given to anybody.
        (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).TryWriteBytes(bytes, out _);
        return 0x0000_FFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
