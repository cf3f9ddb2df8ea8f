using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Azure.Payments;
using Orders.Domain;

namespace Orders.Azure.Tests.Payments;

public sealed class PaymentProviderServicesTests
{
    [Theory]
    [InlineData(null, "key")]
    [InlineData("https://acme.example", null)]
    [InlineData("https://acme.example", "")]
    [InlineData("acme.example/api", "key")]
    [InlineData("file:///etc/passwd", "key")]
    public void HalfASet_IsRefused_WithoutRepeatingTheKey(string? baseUrl, string? key)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Add(baseUrl, key));

        Assert.Contains("Payments:acme:BaseUrl", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("= key", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WholeSet_GivesAProviderOfThatName() =>
        Assert.Equal("acme", Add("https://acme.example/api/", "key").GetRequiredService<IPaymentProvider>().Name);

    /// <summary>On the real network handler: a followed POST would arrive as a GET, and what that answers would count as the refund's answer.</summary>
    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        using var elsewhere = new HttpListener();
        var address = Listen(elsewhere);
        var paths = new List<string>();
        var serving = ServeAsync();
        var provider = Add(address, "key").GetRequiredService<IPaymentProvider>();

        await Assert.ThrowsAsync<DependencyUnavailableException>(
            () => provider.RefundAsync("r", new ProviderKey(Id.Parse<PaymentId>("aaaaaaaaaaaaaaaaaaaaaaaaaa-p-aaaaaaaaaaaa")), new Money(5, Id.Parse<Currency>("EUR")), CancellationToken.None));

        elsewhere.Stop();
        await serving;

        // On a machine so busy that a try times out there is more than one: none may go where the answer points.
        Assert.NotEmpty(paths);
        Assert.DoesNotContain(paths, path => path.EndsWith("/elsewhere", StringComparison.Ordinal));

        async Task ServeAsync()
        {
            while (await NextAsync(elsewhere) is { } context)
            {
                paths.Add(context.Request.Url!.AbsolutePath);
                context.Response.Redirect(address + "v1/elsewhere");
                context.Response.Close();
            }
        }
    }

    [Fact]
    public void Stripe_WithAllItsSettings_IsAProviderOfThatName()
    {
        var settings = Stripe();

        Assert.IsType<StripePaymentProvider>(new ServiceCollection().AddSingleton(TimeProvider.System)
            .AddPaymentProvider(settings, "cards").BuildServiceProvider().GetRequiredService<IPaymentProvider>());
        Assert.Equal("cards", Assert.IsType<StripeWebhook>(PaymentProviderServices.SchemeOf(settings.GetSection("Payments:cards"))).Provider);
    }

    [Theory]
    [InlineData("ApiKey", "")]
    [InlineData("PayPage", null)]
    [InlineData("PayPage", "/pay")]
    [InlineData("PayPage", "https://shop.example/pay#form")]
    [InlineData("WebhookSecrets:0", null)]
    [InlineData("BaseUrl", "stripe.com")]
    public void Stripe_WithHalfItsSettings_NamesWhatIsMissing_WithoutRepeatingTheKey(string setting, string? value)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddPaymentProvider(Stripe((setting, value)), "cards"));

        Assert.Contains($"Payments:cards:{setting}", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk_live_never", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AKindThatNobodyKnows_IsRefused()
    {
        var settings = Stripe(("Kind", "paypal"));

        Assert.Contains("Payments:cards:Kind", Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddPaymentProvider(settings, "cards")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => PaymentProviderServices.SchemeOf(settings.GetSection("Payments:cards")));
    }

    private static IConfiguration Stripe(params (string Name, string? Value)[] instead)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Payments:cards:Kind"] = "stripe",
            ["Payments:cards:ApiKey"] = "sk_live_never_to_be_seen",
            ["Payments:cards:PayPage"] = "https://shop.example/pay",
            ["Payments:cards:WebhookSecrets:0"] = "whsec_test_a_signing_secret",
        };
        foreach (var (name, value) in instead)
            settings[$"Payments:cards:{name}"] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(settings.Where(setting => setting.Value is not null)).Build();
    }

    /// <summary>Listens on a free port of the loopback.</summary>
    private static string Listen(HttpListener listener)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        listener.Prefixes.Add(address);
        listener.Start();
        return address;
    }

    /// <summary>The next request; null when the listener was stopped.</summary>
    private static async Task<HttpListenerContext?> NextAsync(HttpListener listener)
    {
        try
        {
            return await listener.GetContextAsync();
        }
        catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static ServiceProvider Add(string? baseUrl, string? key) => new ServiceCollection()
        .AddSingleton(TimeProvider.System)
        .AddHttpPaymentProvider(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Payments:acme:BaseUrl"] = baseUrl,
                ["Payments:acme:ApiKey"] = key,
            }).Build(),
            "acme", () => 0.5)
        .BuildServiceProvider();
}
