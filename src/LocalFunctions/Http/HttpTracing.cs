using System.Diagnostics;
using System.Globalization;
using LocalFunctions.Functions;
using Microsoft.AspNetCore.Http;

namespace LocalFunctions.Http;

/// <summary>
/// Spans of requests to functions, named by method and route. Neither path nor query is in them: an address may hold what nobody is to read.
/// </summary>
internal static class HttpTracing
{
    public const string SourceName = "LocalFunctions.Http";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Its parent is the web server's own span, else the caller's (<c>traceparent</c>).</summary>
    public static Activity? Start(HttpFunction http, HttpContext context)
    {
        var headers = context.Request.Headers;
        var parent = Activity.Current?.Context ?? TraceText.Read(headers.TraceParent, headers.TraceState);
        var method = MethodOf(context.Request.Method);
        var span = Source.StartActivity($"{(method == "_OTHER" ? "HTTP" : method)} /{http.Route}", ActivityKind.Server, parent);
        span?.SetTag("http.request.method", method);
        span?.SetTag("http.route", "/" + http.Route);
        span?.SetTag("url.scheme", context.Request.Scheme);
        span?.SetTag("faas.name", http.Function.Name);
        span?.SetTag("faas.trigger", "http");
        return span;
    }

    public static void End(Activity? span, int status)
    {
        if (span is null)
            return;
        span.SetTag("http.response.status_code", status);
        if (status < StatusCodes.Status500InternalServerError)
            return;
        span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
        span.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Anybody can invent methods; the conventions have one name for all inventions.</summary>
    private static string MethodOf(string method) =>
        HttpMethods.GetCanonicalizedValue(method) is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" or "TRACE" or "CONNECT"
            ? HttpMethods.GetCanonicalizedValue(method)
            : "_OTHER";
}
