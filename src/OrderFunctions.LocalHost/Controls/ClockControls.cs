using System.Xml;
using LocalFunctions.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>GET /local/clock</c> and <c>POST /local/clock/advance</c>: the whole host's time.</summary>
internal static class ClockControls
{
    private static readonly TimeSpan Most = TimeSpan.FromDays(366 * 100);

    private sealed record AdvanceBody(string By);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/local/clock", (TimeProvider clock) => ControlResults.Ok(new { now = clock.GetUtcNow() }));
        routes.MapPost("/local/clock/advance", AdvanceAsync);
    }

    private static async Task<IResult> AdvanceAsync(HttpRequest request, TimeMachine machine)
    {
        var (body, problem) = await ControlResults.ReadAsync<AdvanceBody>(request);
        if (body is null)
            return problem!;
        if (ParseDuration(body.By) is not { } by || by > Most)
            return ControlResults.Invalid("'by' is an ISO 8601 duration from PT0S to P36600D, such as PT20M or P30D.");
        return ControlResults.Ok(await machine.AdvanceAsync(by, request.HttpContext.RequestAborted));
    }

    /// <summary>An ISO 8601 duration that is not negative; null for anything else. A month counts 30 days, a year 365.</summary>
    internal static TimeSpan? ParseDuration(string? text)
    {
        try
        {
            return text is not null && XmlConvert.ToTimeSpan(text) is var duration && duration >= TimeSpan.Zero ? duration : null;
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            return null;
        }
    }
}
