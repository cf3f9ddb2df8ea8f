using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OrderFunctions.LocalHost.Tests;

/// <summary>An answer with its JSON.</summary>
public sealed record ShopAnswer(HttpStatusCode Status, JsonNode Body);

/// <summary>A client that doesn't give up: no answer means "unknown", and the same request with the same key is sent until there is one.</summary>
public sealed class ShopClient(Uri address) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    private readonly Dictionary<string, string> tokens = [];

    public async Task<string> TokenAsync(string sub, string role)
    {
        lock (tokens)
        {
            if (tokens.TryGetValue(role + " " + sub, out var known))
                return known;
        }

        var answer = await SendAsync(HttpMethod.Post, "/local/tokens", null, new JsonObject { ["sub"] = sub, ["role"] = role });
        lock (tokens)
            return tokens[role + " " + sub] = (string)answer.Body["token"]!;
    }

    /// <summary>Repeats the request until the host answers something other than "busy" or "away".</summary>
    public async Task<ShopAnswer> SendAsync(HttpMethod method, string path, string? token, JsonNode? body = null, string? key = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            try
            {
                using var request = new HttpRequestMessage(method, path);
                if (token is not null)
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                if (key is not null)
                    request.Headers.Add("Idempotency-Key", key);
                if (body is not null)
                    request.Content = JsonContent.Create(body);
                using var response = await http.SendAsync(request, limit.Token);
                var text = await response.Content.ReadAsStringAsync(limit.Token);
                var stillRunning = response.StatusCode == HttpStatusCode.Conflict && response.Headers.RetryAfter is not null;
                if (!stillRunning && response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError))
                    return new ShopAnswer(response.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
            }
            catch (Exception unknown) when (unknown is HttpRequestException or IOException)
            {
                // The host was killed under the request: whether it happened is unknown, so it is asked again.
            }

            await Task.Delay(50, limit.Token);
        }
    }

    public void Dispose() => http.Dispose();
}
