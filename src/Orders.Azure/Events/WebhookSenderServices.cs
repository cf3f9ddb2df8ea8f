using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Events;
using Orders.Azure.Resilience;

namespace Orders.Azure.Events;

/// <summary>Sets up what sends webhooks.</summary>
public static class WebhookSenderServices
{
    private const int MostDrainedBytes = 16 * 1024;
    private const int MostConnectionsPerEndpoint = 8;
    private const int MostHeaderKilobytes = 16;

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    /// <summary>Adds the sender over HTTP. <see cref="WebhookPolicy"/> must be registered besides.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="handler">What sends the requests; null for the network.</param>
    /// <param name="network">The time that bounds the calls; null for the app's.</param>
    public static IServiceCollection AddHttpWebhookSender(
        this IServiceCollection services, Func<IServiceProvider, HttpMessageHandler>? handler = null, TimeProvider? network = null) =>
        services.AddSingleton<IWebhookSender>(provider =>
        {
            var policy = provider.GetRequiredService<WebhookPolicy>();
            return new HttpWebhookSender(
                new TracedCalls(handler?.Invoke(provider) ?? Network(policy.AllowPrivate), "webhooks"), policy.Timeout, network ?? provider.GetRequiredService<TimeProvider>());
        });

    /// <summary>No proxy: it would do the resolving, and the connecting, that we have to look at.</summary>
    internal static SocketsHttpHandler Network(bool allowPrivate)
    {
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = ConnectionLifetime,
            MaxConnectionsPerServer = MostConnectionsPerEndpoint,
            MaxResponseHeadersLength = MostHeaderKilobytes,
            MaxResponseDrainSize = MostDrainedBytes,
            ResponseDrainTimeout = DrainTime,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        };
        if (!allowPrivate)
        {
            handler.ConnectCallback = (context, cancellation) => PublicConnections.ConnectAsync(
                context.DnsEndPoint, Dns.GetHostAddressesAsync, PublicConnections.OpenAsync, cancellation);
        }

        return handler;
    }
}
