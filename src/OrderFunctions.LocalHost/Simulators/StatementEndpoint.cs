using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary><c>GET /v1/statement?from=&amp;until=&amp;cursor=</c>: what moved from an instant until before another, in pages.</summary>
internal static class StatementEndpoint
{
    private const int LinesPerPage = 500;

    /// <summary>The cursor is how many lines stand before: they are told in the order of their moving, so none comes in between later.</summary>
    public static IResult Read(HttpRequest request, PaymentSimulator simulator)
    {
        var skip = 0;
        if (Instant(request.Query["from"]) is not { } from || Instant(request.Query["until"]) is not { } until
            || until < from || until.Year == DateTimeOffset.MaxValue.Year || until - from > TimeSpan.FromDays(SimulatorStatements.MostDays)
            || (request.Query.TryGetValue("cursor", out var cursor) && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out skip)))
        {
            return SimulatorJson.Problem(StatusCodes.Status400BadRequest, "Not a statement: 'from' and 'until' are instants, at most 100 days apart.");
        }

        var lines = simulator.Statement(from, until);
        var end = skip + LinesPerPage;
        return SimulatorJson.Ok(new
        {
            lines = lines.Skip(skip).Take(LinesPerPage),
            nextCursor = end < lines.Count ? end.ToString(CultureInfo.InvariantCulture) : null,
        });
    }

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
