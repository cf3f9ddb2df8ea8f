using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Payments;
using Orders.Azure.Resilience;

namespace Orders.Azure.Payments;

/// <summary>Sets payment providers up from the section <c>Payments</c>.</summary>
public static class PaymentProviderServices
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Adds the provider of that name over HTTP.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">With <c>Payments:&lt;name&gt;:BaseUrl</c> and <c>:ApiKey</c>.</param>
    /// <param name="name">1 to 30 of <c>a–z 0–9 -</c>.</param>
    /// <param name="jitter">A number from 0 to 1 for each wait; null for the operating system's chance.</param>
    /// <param name="handler">What sends the requests; null for the network.</param>
    /// <param name="network">The time that bounds the calls; null for the app's. See <see cref="HttpPipeline.Build"/>.</param>
    /// <param name="pipeline">The bounds of the calls; those of the section <c>Resilience:Provider</c> when null.</param>
    /// <exception cref="InvalidOperationException">A setting is missing or is no address.</exception>
    public static IServiceCollection AddHttpPaymentProvider(
        this IServiceCollection services, IConfiguration configuration, string name, Func<double>? jitter = null,
        Func<IServiceProvider, HttpMessageHandler>? handler = null, TimeProvider? network = null,
        PipelineOptions? pipeline = null)
    {
        var section = configuration.GetSection($"Payments:{name}");
        if (!Uri.TryCreate(section["BaseUrl"], UriKind.Absolute, out var baseUrl) || baseUrl.Scheme is not ("https" or "http") || string.IsNullOrEmpty(section["ApiKey"]))
        {
            throw new InvalidOperationException(
                $"The payment provider '{name}' needs the settings Payments:{name}:BaseUrl (an http or https address) and Payments:{name}:ApiKey.");
        }

        var options = new HttpPaymentProviderOptions { BaseUrl = baseUrl, ApiKey = section["ApiKey"]! };
        return services.AddSingleton<IPaymentProvider>(provider => new HttpPaymentProvider(
            name, options, handler?.Invoke(provider) ?? Network(),
            HttpPipeline.Build(pipeline ?? ResilienceOptions.From(configuration).Provider, provider.GetRequiredService<TimeProvider>(), jitter ?? DrawJitter, network)));
    }

    private static SocketsHttpHandler Network() => new()
    {
        PooledConnectionLifetime = ConnectionLifetime,
        AllowAutoRedirect = false,
        UseCookies = false,
    };

    /// <summary>So that many hosts that lost the provider together don't come back together. Safe to call from all threads, as a shared Random is not.</summary>
    private static double DrawJitter() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
