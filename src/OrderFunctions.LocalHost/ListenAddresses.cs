using System.Diagnostics.CodeAnalysis;

namespace OrderFunctions.LocalHost;

/// <summary>Where the host listens: one or several <c>http://host:port</c>, separated by semicolons.</summary>
public sealed record ListenAddresses
{
    private static readonly string[] Everywhere = ["*", "+", "0.0.0.0", "[::]"];

    private ListenAddresses(string urls, Uri own) => (Urls, Own) = (urls, own);

    /// <summary>As the web server takes them.</summary>
    public string Urls { get; }

    /// <summary>The first one as this machine reaches it: whoever listens everywhere is found at localhost.</summary>
    public Uri Own { get; }

    /// <summary>False when one is no such address. A port must be named: the simulated provider has to know where the app is.</summary>
    public static bool TryParse(string urls, [NotNullWhen(true)] out ListenAddresses? addresses)
    {
        addresses = null;
        var all = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (all.Length == 0 || !Array.TrueForAll(all, url => OwnAddress(url) is not null))
            return false;
        addresses = new ListenAddresses(string.Join(';', all), OwnAddress(all[0])!);
        return true;
    }

    /// <summary>An address that a command has for itself.</summary>
    public static ListenAddresses Of(string urls) =>
        TryParse(urls, out var addresses) ? addresses : throw new ArgumentException($"{urls} is no address.", nameof(urls));

    private static Uri? OwnAddress(string url)
    {
        var reachable = Array.Find(Everywhere, host => url.StartsWith($"http://{host}:", StringComparison.OrdinalIgnoreCase)) is { } every
            ? "http://localhost" + url["http://".Length..][every.Length..]
            : url;
        return Uri.TryCreate(reachable, UriKind.Absolute, out var address)
            && address is { Scheme: "http", Port: > 0, PathAndQuery: "/", UserInfo: "", Fragment: "" }
                ? address
                : null;
    }
}
