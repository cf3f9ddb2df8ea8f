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
