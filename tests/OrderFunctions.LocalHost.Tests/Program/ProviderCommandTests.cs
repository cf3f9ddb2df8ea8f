using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Orders.Application.Payments;

namespace OrderFunctions.LocalHost.Tests.Program;

/// <summary>The simulated provider alone, over real sockets, as a deployed app would use it.</summary>
public sealed class ProviderCommandTests
{
    private const string Payment = "aaaaaaaaaaaaaaaaaaaaaaaaaa-p-aaaaaaaaaaaa";

    [Fact]
    public async Task Provider_OpensSettlesAndSendsASignedWebhook()
    {
        var folder = Directory.CreateTempSubdirectory("order-functions-provider-");
        using var shop = new HttpListener();
        var hook = RunningProgram.FreeUrl() + "/hook/";
        shop.Prefixes.Add(hook);
        shop.Start();
        var url = RunningProgram.FreeUrl();
        try
        {
            await RunningProgram.VisitAsync(["provider", "--urls", url, "--data", folder.FullName, "--webhooks", hook], url, async (provider, printed) =>
            {
                var opened = await OpenAsync(provider, Setting(printed, "ApiKey"));
                Assert.Equal($"{url}/pay/{Payment}", (string)opened["payUrl"]!);
                var page = await provider.GetStringAsync($"/pay/{Payment}");
                Assert.Contains("12.50 EUR", page, StringComparison.Ordinal);

                await SettleAsync(provider, """{"webhook":"late"}""", HttpStatusCode.BadRequest);
                await SettleAsync(provider, """{"webhook":"send"}""", HttpStatusCode.OK);

                var message = await ReceiveAsync(shop, HttpStatusCode.ServiceUnavailable, Setting(printed, "WebhookSecrets__0"));
                Assert.Equal((ProviderMessageTypes.PaymentSucceeded, 1250), (message.Type, message.Data.Amount));

                // It was not taken, so it comes again: by the table after five seconds, which the clock brings near.
                var again = ReceiveAsync(shop, HttpStatusCode.Accepted, Setting(printed, "WebhookSecrets__0"), ahead: TimeSpan.FromMinutes(1));
                using var advanced = await provider.PostAsync("/local/clock/advance", Json("""{"by":"PT1M"}"""));
                Assert.Equal(HttpStatusCode.OK, advanced.StatusCode);
                Assert.Equal(message, await again);
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<JsonNode> OpenAsync(HttpClient provider, string apiKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/payments")
        {
            Content = Json($$"""{"paymentId":"{{Payment}}","orderId":"{{Payment[..26]}}","amount":1250,"currency":"EUR"}"""),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        request.Headers.Add("Idempotency-Key", Payment);
        using var answer = await provider.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task SettleAsync(HttpClient provider, string body, HttpStatusCode expected)
    {
        using var settled = await provider.PostAsync($"/local/payments/{Payment}/settle", Json(body));
        Assert.Equal(expected, settled.StatusCode);
    }

    /// <summary>The next webhook, whose signature must hold.</summary>
    private static async Task<ProviderMessageBody> ReceiveAsync(HttpListener shop, HttpStatusCode answer, string secret, TimeSpan ahead = default)
    {
        var context = await shop.GetContextAsync().WaitAsync(TimeSpan.FromMinutes(1));
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var headers = new WebhookHeaders(
            context.Request.Headers[StandardWebhook.IdHeader], context.Request.Headers[StandardWebhook.TimestampHeader], context.Request.Headers[StandardWebhook.SignatureHeader]);
        context.Response.StatusCode = (int)answer;
        context.Response.Close();

        Assert.IsType<WebhookVerdict.Genuine>(StandardWebhook.Verify([WebhookSecret.Parse(secret)], headers, body.ToArray(), DateTimeOffset.UtcNow + ahead));
        Assert.IsType<WebhookVerdict.NotGenuine>(StandardWebhook.Verify([WebhookSecret.Parse(LocalKeys.New().WebhookSecret)], headers, body.ToArray(), DateTimeOffset.UtcNow + ahead));
        Assert.True(ProviderMessageBody.TryRead(body.ToArray(), out var message, out var because), because);
        return message;
    }

    private static string Setting(string printed, string name) =>
        printed.Split('\n').Select(line => line.Trim()).Single(line => line.StartsWith($"Payments__simulator__{name}=", StringComparison.Ordinal)).Split('=', 2)[1];

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
