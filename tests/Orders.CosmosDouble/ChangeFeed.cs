using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Orders.CosmosDouble;

/// <summary>
/// The change feed, latest version: each document once, where its last write stands; what was deleted is not in it. What one batch wrote comes in one page.
/// </summary>
internal static class ChangeFeed
{
    public static Answer Read(Container container, GatewayRequest request)
    {
        if (request["A-IM"] is not "Incremental feed" and not "Incremental Feed")
            throw Refused.Unsupported($"the change feed '{request["A-IM"]}'");
        lock (container.Gate)
        {
            var (items, range) = Documents.ScopeOf(container, request);
            var after = AfterOf(container, request);
            var changed = items.Where(item => item.Lsn > after && IsSince(item, request["If-Modified-Since"])).OrderBy(item => item.Lsn).ThenBy(item => item.Number).ToList();
            var page = Page(changed, Documents.PageSizeOf(request));
            var next = page.Count > 0 ? page[^1].Lsn : Math.Max(after, changed.Count == 0 ? container.Lsn : after);
            var answer = page.Count == 0
                ? new Answer(HttpStatusCode.NotModified, default, Charges.Nothing)
                : Answer.Json(HttpStatusCode.OK, new JsonObject
                {
                    ["_rid"] = container.Rid,
                    ["Documents"] = new JsonArray([.. page.Select(item => JsonNode.Parse(item.Document.GetRawText()))]),
                    ["_count"] = page.Count,
                }, Charges.Query(page));
            return Documents.Sessioned(answer, container, range).With("ETag", $"\"{Answer.Text(next)}\"").With("x-ms-item-count", Answer.Text(page.Count));
        }
    }

    /// <summary>Nothing for the beginning, <c>*</c> for now, else where the last page ended.</summary>
    private static long AfterOf(Container container, GatewayRequest request) => request["If-None-Match"] switch
    {
        null => 0,
        "*" => container.Lsn,
        var place when long.TryParse(place.Trim('"'), CultureInfo.InvariantCulture, out var lsn) => lsn,
        _ => throw Refused.Bad("Invalid continuation of the change feed."),
    };

    private static bool IsSince(Item item, string? instant) => instant is null
        || item.Document.GetProperty("_ts").GetInt64() >= DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    private static List<Item> Page(List<Item> changed, int size)
    {
        if (changed.Count <= size)
            return changed;
        var last = changed[size - 1].Lsn;
        return [.. changed.TakeWhile(item => item.Lsn <= last)];
    }
}
