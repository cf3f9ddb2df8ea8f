using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrderFunctions.Edge;
using OrderFunctions.LocalHost.Simulators;
using Orders.Application.Payments;

namespace OrderFunctions.LocalHost.Controls;

/// <summary>Receivers of webhooks to look at: <c>/local/webhooks/receiver/{name}</c>, and what they got at <c>/local/webhooks/received</c>.</summary>
internal static partial class WebhookControls
{
    private sealed record ReceiverBody(string Secret, int Answer = StatusCodes.Status204NoContent, int? RetryAfter = null);

    public static void Map(IEndpointRouteBuilder controls)
    {
        controls.MapPut("/webhooks/receiver/{name}", PutAsync);
        controls.MapPost("/webhooks/receiver/{name}", TakeAsync);
        controls.MapGet("/webhooks/received", (WebhookReceivers receivers) => ControlResults.Ok(new { items = receivers.Received }));
    }

    private static async Task<IResult> PutAsync(HttpRequest request, string name, WebhookReceivers receivers)
    {
        var (body, problem) = await ControlResults.ReadAsync<ReceiverBody>(request);
        if (body is null)
            return problem!;
        if (!NameForm().IsMatch(name))
            return ControlResults.Invalid("A receiver's name is 1 to 64 letters, digits, _ and -.");
        if (!WebhookSecret.TryParse(body.Secret, out var secret))
            return ControlResults.Invalid("'secret' is what registering the webhook answered: whsec_ and base64.");
        if (body.Answer is < 200 or > 599 || body.RetryAfter is < 0)
            return ControlResults.Invalid("'answer' is a status from 200 to 599, 'retryAfter' seconds.");
        return receivers.Put(name, secret, body.Answer, body.RetryAfter)
            ? ControlResults.Ok(new { url = new Uri($"{request.Scheme}://{request.Host}/local/webhooks/receiver/{name}"), body.Answer, body.RetryAfter })
            : ControlResults.Invalid($"There are {WebhookReceivers.MostReceivers} receivers already.");
    }

    private static async Task<IResult> TakeAsync(HttpRequest request, string name, WebhookReceivers receivers)
    {
        if (await RequestBody.ReadAsync(request) is not { } body)
            return Problems.BodyTooLarge.With("Send less.");
        var headers = new WebhookHeaders(
            request.Headers[StandardWebhook.IdHeader], request.Headers[StandardWebhook.TimestampHeader], request.Headers[StandardWebhook.SignatureHeader]);
        try
        {
            if (receivers.Take(name, headers, body) is not { } answer)
                return ControlResults.NotFound("There is no such receiver: PUT it first.");
            if (answer.RetryAfter is { } seconds)
                request.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return answer.Because is { } because
                ? answer.Status == StatusCodes.Status401Unauthorized ? Problems.InvalidSignature.With(because) : ControlResults.Invalid(because)
                : Results.StatusCode(answer.Status);
        }
        catch (JsonException)
        {
            return ControlResults.Invalid("The body is not JSON.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
