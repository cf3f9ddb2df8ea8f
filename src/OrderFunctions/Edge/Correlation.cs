using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Orders.Application;
using Orders.Domain;

namespace OrderFunctions.Edge;

/// <summary>The numbers under which a request is found in logs: the caller's own, and ours.</summary>
internal static class Correlation
{
    private const string Header = "X-Correlation-Id";

    /// <summary>A log scope with the caller's own number, which is sent back too; null when there is none or it is not 1–100 visible characters.</summary>
    public static Dictionary<string, object>? Of(HttpRequest request)
    {
        if (request.Headers[Header] is not [{ Length: >= 1 and <= 100 } given] || given.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return null;
        request.HttpContext.Response.Headers[Header] = given;
        return new Dictionary<string, object>(StringComparer.Ordinal) { ["CorrelationId"] = given };
    }

    /// <summary>Says in the request's span which order it is about, where its address does.</summary>
    public static void Tag(HttpRequest request)
    {
        if (Activity.Current is { IsAllDataRequested: true } span
            && request.RouteValues.TryGetValue("orderId", out var value) && value is string given && OrderId.TryParse(given, out var order))
        {
            span.SetTag(OrderTracing.OrderTag, order.Value);
        }
    }

    /// <summary>Our number: the distributed trace's, else the web server's for this request.</summary>
    public static string TraceOf(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
}
