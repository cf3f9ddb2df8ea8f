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
        return services.AddCircuit(DependencyOf(name), isNeeded: false).AddSingleton<IPaymentProvider>(provider => new HttpPaymentProvider(
            name, options, new TracedCalls(handler?.Invoke(provider) ?? Network(), name),
            HttpPipeline.Build(
                pipeline ?? ResilienceOptions.From(configuration).Provider, provider.GetRequiredService<TimeProvider>(), jitter ?? DrawJitter, network,
                Circuit.Of(provider, DependencyOf(name)))));
    }

    /// <summary>Adds the provider of that name, of the kind that its settings say.</summary>
    /// <exception cref="InvalidOperationException">Its kind is unknown, or a setting is missing; the message names it.</exception>
    public static IServiceCollection AddPaymentProvider(this IServiceCollection services, IConfiguration configuration, string name) =>
        IsStripe(configuration.GetSection($"Payments:{name}"))
            ? services.AddStripePaymentProvider(configuration, name)
            : services.AddHttpPaymentProvider(configuration, name);

    /// <summary>Adds Stripe under that name.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">With <c>Payments:&lt;name&gt;:ApiKey</c>, <c>:PayPage</c> and <c>:WebhookSecrets</c>; <c>:BaseUrl</c> when it is not Stripe's own.</param>
    /// <param name="name">1 to 30 of <c>a–z 0–9 -</c>.</param>
    /// <param name="handler">What sends the requests; null for the network.</param>
    /// <exception cref="InvalidOperationException">A setting is missing or is no address; the message names all of them.</exception>
    public static IServiceCollection AddStripePaymentProvider(
        this IServiceCollection services, IConfiguration configuration, string name, Func<IServiceProvider, HttpMessageHandler>? handler = null)
    {
        var section = configuration.GetSection($"Payments:{name}");
        var baseUrl = AddressOf(section["BaseUrl"] ?? "https://api.stripe.com");
        var payPage = AddressOf(section["PayPage"]);
        string?[] missing =
        [
            baseUrl is null ? "BaseUrl (an http or https address)" : null,
            string.IsNullOrEmpty(section["ApiKey"]) ? "ApiKey" : null,
            payPage is null || payPage.Fragment.Length > 0 ? "PayPage (the http or https address of the shop's page with Stripe's form)" : null,
            section.GetSection("WebhookSecrets").GetChildren().Any() ? null : "WebhookSecrets:0",
        ];
        if (missing.Any(one => one is not null))
        {
            throw new InvalidOperationException(
                $"The payment provider '{name}' of kind stripe needs the settings {string.Join(", ", missing.Where(one => one is not null).Select(one => $"Payments:{name}:{one}"))}.");
        }

        var options = new StripeOptions { BaseUrl = baseUrl!, ApiKey = section["ApiKey"]!, PayPage = payPage! };
        return services.AddCircuit(DependencyOf(name), isNeeded: false).AddSingleton<IPaymentProvider>(provider => new StripePaymentProvider(
            name, options, new TracedCalls(handler?.Invoke(provider) ?? Network(), name),
            HttpPipeline.Build(
                ResilienceOptions.From(configuration).Provider, provider.GetRequiredService<TimeProvider>(), DrawJitter,
                circuit: Circuit.Of(provider, DependencyOf(name)))));
    }

    /// <summary>How the provider of a section <c>Payments:&lt;name&gt;</c> signs its webhooks.</summary>
    /// <exception cref="InvalidOperationException">Its kind is unknown.</exception>
    /// <exception cref="FormatException">A secret is none. The message does not repeat it.</exception>
    public static IWebhookScheme SchemeOf(IConfigurationSection provider)
    {
        var secrets = provider.GetSection("WebhookSecrets").Get<string[]>() ?? [];
        return IsStripe(provider)
            ? new StripeWebhook(provider.Key, secrets)
            : new StandardWebhookScheme(provider.Key, [.. secrets.Select(WebhookSecret.Parse)]);
    }

    /// <summary>What <c>GET /api/health</c> calls it. Orders are placed without it, and paid later.</summary>
    private static string DependencyOf(string name) => $"provider-{name}";

    private static bool IsStripe(IConfigurationSection provider) => provider["Kind"] switch
    {
        null or "" => false,
        "stripe" => true,
        var kind => throw new InvalidOperationException($"The setting {provider.Path}:Kind is '{kind}'; it can be 'stripe', or be left out for a provider that speaks our own shape."),
    };

    private static Uri? AddressOf(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" ? url : null;

    private static SocketsHttpHandler Network() => new()
    {
        PooledConnectionLifetime = ConnectionLifetime,
        AllowAutoRedirect = false,
        UseCookies = false,
    };

    /// <summary>So that many hosts that lost the provider together don't come back together. Safe to call from all threads, as a shared Random is not.</summary>
    private static double DrawJitter() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
