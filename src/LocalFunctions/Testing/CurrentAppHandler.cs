using Microsoft.AspNetCore.TestHost;

namespace LocalFunctions.Testing;

/// <summary>Sends to the app that runs at the moment, so that a client outlives a restart.</summary>
internal sealed class CurrentAppHandler(Func<TestServer> current) : HttpMessageHandler
{
    private readonly Lock gate = new();
    private TestServer? known;
    private HttpMessageInvoker? toKnown;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        ToCurrent().SendAsync(request, cancellationToken);

    private HttpMessageInvoker ToCurrent()
    {
        var server = current();
        lock (gate)
        {
            if (server != known)
            {
                known = server;
                toKnown = new HttpMessageInvoker(server.CreateHandler());
            }

            return toKnown!;
        }
    }
}
