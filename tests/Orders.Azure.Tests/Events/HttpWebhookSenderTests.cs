using System.Net;
using System.Net.Sockets;
using System.Text;
using Orders.Application.Events;
using Orders.Azure.Events;

namespace Orders.Azure.Tests.Events;

/// <summary>What goes over the wire, what counts as an answer, and where no connection is opened.</summary>
public sealed class HttpWebhookSenderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Send_PostsBodyAndHeadersAsTheyAre()
    {
        HttpRequestMessage? sent = null;
        var body = "";
        var outcome = await SendAsync(async request =>
        {
            (sent, body) = (request, await request.Content!.ReadAsStringAsync());
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        });

        Assert.Equal(204, Assert.IsType<SendOutcome.Answered>(outcome).StatusCode);
        Assert.Equal((HttpMethod.Post, "https://erp.example/in?shop=1"), (sent!.Method, sent.RequestUri!.ToString()));
        Assert.Equal(("""{"type":"order.paid"}""", "application/json"), (body, sent.Content!.Headers.ContentType!.ToString()));
        Assert.Equal(
            ["webhook-id: m-1", "webhook-signature: v1,abc v1,def", "webhook-timestamp: 1772366400"],
            sent.Headers.Select(header => $"{header.Key}: {string.Join('|', header.Value)}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(200, null, null)]
    [InlineData(302, null, null)]
    [InlineData(410, null, null)]
    [InlineData(503, "120", 120)]
    [InlineData(429, "Sun, 01 Mar 2026 12:01:00 GMT", 60)]
    [InlineData(429, "Sun, 01 Mar 2026 11:00:00 GMT", null)]
    [InlineData(429, "soon", null)]
    public async Task Send_TellsStatusAndWhenToComeAgain(int status, string? retryAfter, int? seconds)
    {
        var outcome = await SendAsync(_ =>
        {
            var response = new HttpResponseMessage((HttpStatusCode)status);
            if (retryAfter is not null)
                response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
            return Task.FromResult(response);
        });

        Assert.Equal(new SendOutcome.Answered(status, seconds is { } wait ? TimeSpan.FromSeconds(wait) : null), outcome with { DurationMs = 0 });
    }

    [Fact]
    public async Task Send_ToAnEndpointThatDoesNotAnswer_EndsInTime()
    {
        var outcome = await SendAsync(async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            throw new InvalidOperationException("It was not cancelled.");
        }, TimeSpan.FromMilliseconds(50));

        Assert.Equal(new SendOutcome.NotReached("no answer in time"), outcome with { DurationMs = 0 });
        Assert.True(outcome.DurationMs >= 45, $"{outcome.DurationMs} ms");
    }

    [Fact]
    public async Task Send_WhenTheHostStops_IsNoOutcome()
    {
        using var stopping = new CancellationTokenSource();
        var sender = new HttpWebhookSender(new Handler(async (_, token) =>
        {
            await stopping.CancelAsync();
            token.ThrowIfCancellationRequested();
            return new HttpResponseMessage(HttpStatusCode.OK);
        }), TimeSpan.FromSeconds(5), TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sender.SendAsync(Message("https://erp.example/"), stopping.Token));
    }

    /// <summary>Nobody listens there, and we don't find out.</summary>
    [Theory]
    [InlineData("http://127.0.0.1:9/")]
    [InlineData("http://localhost:9/")]
    [InlineData("http://[::1]:9/")]
    public async Task Network_WhereNothingPrivateIsAllowed_OpensNoConnectionInside(string url)
    {
        var sender = new HttpWebhookSender(WebhookSenderServices.Network(allowPrivate: false), TimeSpan.FromSeconds(5), TimeProvider.System);

        var outcome = await sender.SendAsync(Message(url), CancellationToken.None);

        Assert.Equal(new SendOutcome.NotReached("its address is not one of the open internet"), outcome with { DurationMs = 0 });
    }

    [Fact]
    public async Task Network_WhereItIsAllowed_Connects_FollowsNoRedirect_AndReadsNoBody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = ServeAsync(listener, $"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{port}/other\r\nContent-Length: 1000000000\r\n\r\nsome of it");
        var sender = new HttpWebhookSender(WebhookSenderServices.Network(allowPrivate: true), TimeSpan.FromSeconds(10), TimeProvider.System);

        var outcome = await sender.SendAsync(Message($"http://127.0.0.1:{port}/in"), CancellationToken.None);

        Assert.Equal(302, Assert.IsType<SendOutcome.Answered>(outcome).StatusCode);
        Assert.StartsWith("POST /in HTTP/1.1", await serving, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    /// <summary>A name with one address outside and one inside is reached outside only, at the very address that was looked at.</summary>
    [Fact]
    public async Task Connect_UsesWhatWasLookedAt()
    {
        IReadOnlyList<IPAddress>? used = null;
        var resolved = 0;
        await PublicConnections.ConnectAsync(
            new DnsEndPoint("erp.example", 443),
            (_, _) =>
            {
                resolved++;
                return Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1"), IPAddress.Parse("8.8.8.8"), IPAddress.IPv6Loopback]);
            },
            (addresses, _, _) =>
            {
                used = addresses;
                return new ValueTask<Stream>(Stream.Null);
            },
            CancellationToken.None);

        Assert.Equal([IPAddress.Parse("8.8.8.8")], used!);
        Assert.Equal(1, resolved);
    }

    [Fact]
    public async Task Connect_ToANameThatLeadsInside_IsRefused() => await Assert.ThrowsAsync<AddressNotAllowedException>(async () => await PublicConnections.ConnectAsync(
        new DnsEndPoint("rebound.example", 443), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.254")]),
        (_, _, _) => throw new InvalidOperationException("It was connected to."), CancellationToken.None));

    private static async Task<string> ServeAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var buffer = new byte[4_096];
        var length = await stream.ReadAsync(buffer);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private static Task<SendOutcome> SendAsync(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) => SendAsync((request, _) => answer(request), TimeSpan.FromSeconds(5));

    private static Task<SendOutcome> SendAsync(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer, TimeSpan timeout) =>
        new HttpWebhookSender(new Handler(answer), timeout, TimeProvider.System).SendAsync(Message("https://erp.example/in?shop=1"), CancellationToken.None);

    private static WebhookMessage Message(string url) => new(new Uri(url), "m-1", Now, "v1,abc v1,def", """{"type":"order.paid"}"""u8.ToArray());

    private sealed class Handler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request, cancellationToken);
    }
}
