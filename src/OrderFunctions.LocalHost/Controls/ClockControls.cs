using System.Xml;
using LocalFunctions.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>GET /local/clock</c> and <c>POST /local/clock/advance</c>: the whole host's time.</summary>
internal static class ClockControls
{
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(36_600);

    // Deadlines are sums with the time, and dates end in 9999.
    private static readonly DateTimeOffset LastTime = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private sealed record AdvanceBody(string By);

    public static void Map(IEndpointRouteBuilder controls)
    {
        controls.MapGet("/clock", (TimeProvider clock) => ControlResults.Ok(new { now = clock.GetUtcNow() }));
        controls.MapPost("/clock/advance", AdvanceAsync);
    }

    private static async Task<IResult> AdvanceAsync(HttpRequest request, TimeMachine machine, TimeProvider clock)
    {
        var (body, problem) = await ControlResults.ReadAsync<AdvanceBody>(request);
        if (body is null)
            return problem!;
        if (ParseDuration(body.By) is not { } by)
            return ControlResults.Invalid("'by' is an ISO 8601 duration from PT0S to P36600D, such as PT20M or P30D.");
        if (clock.GetUtcNow() + by > LastTime)
            return ControlResults.Invalid("The clock can't be moved past the year 9000.");
        return ControlResults.Ok(await machine.AdvanceAsync(by, request.HttpContext.RequestAborted));
    }

    /// <summary>An ISO 8601 duration from 0 to 36,600 days; null for anything else. A month counts 30 days, a year 365.</summary>
    internal static TimeSpan? ParseDuration(string? text)
    {
        try
        {
            return text is not null && XmlConvert.ToTimeSpan(text) is var duration && duration >= TimeSpan.Zero && duration <= LongestDuration ? duration : null;
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            return null;
        }
    }
}
