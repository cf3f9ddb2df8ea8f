using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace OrderFunctions.Tests.Edge;

/// <summary>How the console's files are served. What they do is driven in a browser, in OrderFunctions.Console.Tests.</summary>
public sealed partial class ConsoleTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Theory]
    [InlineData("console/", "text/html")]
    [InlineData("console/index.html", "text/html")]
    [InlineData("console/style/base.css", "text/css")]
    [InlineData("console/js/main.js", "text/javascript")]
    [InlineData("console/js/pages/order.js", "text/javascript")]
    [InlineData("console/favicon.svg", "image/svg+xml")]
    public async Task File_HasItsType_AndLetsInNoOtherScripts(string path, string type)
    {
        var reply = await app.SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(type, reply.ContentHeaders.ContentType!.MediaType);
        Assert.Contains("script-src 'self';", reply.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", reply.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
        Assert.Equal("no-cache", reply.Header("Cache-Control"));
    }

    [Fact]
    public async Task Address_WithoutASlash_LeadsToTheFileThatTheOthersAreBeside()
    {
        var reply = await app.SendAsync(HttpMethod.Get, "console");

        Assert.Equal(HttpStatusCode.Found, reply.Status);
        Assert.Equal("/console/index.html", reply.Header("Location"));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzip, deflate, br")]
    public async Task File_ThatIsKnown_IsNotSentAgain(string encodings)
    {
        var first = await AskAsync("console/js/main.js", encodings, known: null);
        var again = await AskAsync("console/js/main.js", encodings, first.Header("ETag"));
        var other = await AskAsync("console/js/main.js", encodings, "\"0000\"");

        Assert.Equal((HttpStatusCode.NotModified, ""), (again.Status, again.Body));
        Assert.Equal(first.Header("ETag"), again.Header("ETag"));
        Assert.Equal(HttpStatusCode.OK, other.Status);
    }

    [Fact]
    public async Task File_IsPackedForWhoTakesIt_AndIsAnotherRepresentationThen()
    {
        var plain = await AskAsync("console/js/main.js", "identity", known: null);
        var packed = await AskAsync("console/js/main.js", "gzip", known: null);

        Assert.Empty(plain.ContentHeaders.ContentEncoding);
        Assert.Equal(["gzip"], packed.ContentHeaders.ContentEncoding);
        Assert.True(packed.ContentHeaders.ContentLength < plain.ContentHeaders.ContentLength / 2);
        Assert.NotEqual(plain.Header("ETag"), packed.Header("ETag"));
    }

    [Theory]
    [InlineData("console/nothing.js")]
    [InlineData("console/../openapi.yaml")]
    [InlineData("console/js")]
    [InlineData("console/js%2Fmain.js/x")]
    public async Task File_ThatThereIsNot_IsAProblem(string path)
    {
        var reply = await app.SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
    }

    /// <summary>What names a file that isn't there would fail only on the page that needs it.</summary>
    [Fact]
    public async Task Files_NameOnlyFilesThatThereAre()
    {
        var seen = new HashSet<Uri> { new("http://localhost/console/index.html") };
        var open = new Queue<Uri>(seen);
        while (open.TryDequeue(out var address))
        {
            var reply = await app.SendAsync(HttpMethod.Get, address.AbsolutePath[1..]);
            Assert.True(reply.Status == HttpStatusCode.OK, $"{address}: {reply.Status}");
            var template = address.AbsolutePath.EndsWith("/main.js", StringComparison.Ordinal) ? Page().Matches(reply.Body).Select(match => $"./pages/{match.Groups[1].Value}.js") : [];
            foreach (var named in Named().Matches(reply.Body).Select(match => match.Groups[1].Value).Concat(template))
            {
                var next = new Uri(address, named);
                if (next.AbsolutePath.StartsWith("/console/", StringComparison.Ordinal) && seen.Add(next))
                    open.Enqueue(next);
            }
        }

        Assert.Contains(seen, address => address.AbsolutePath == "/console/js/pages/order-refund.js");
    }

    [Fact]
    public async Task Head_IsGetWithoutABody()
    {
        var reply = await app.SendAsync(HttpMethod.Head, "console/index.html");

        Assert.Equal((HttpStatusCode.OK, ""), (reply.Status, reply.Body));
        Assert.True(reply.ContentHeaders.ContentLength > 1000);
    }

    private Task<Reply> AskAsync(string path, string encodings, string? known)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        if (known is not null)
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(known));
        return app.SendAsync(request);
    }

    [GeneratedRegex("""(?:from |import\(|href=|src=)["']([./a-z][^"':#$]*)["']""")]
    private static partial Regex Named();

    [GeneratedRegex("""^  \['/[^']*', '([a-z-]+)'""", RegexOptions.Multiline)]
    private static partial Regex Page();
}
