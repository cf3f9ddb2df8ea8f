using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Edge;

/// <summary>
/// The console of support and operations: its files, for anybody, since they hold nothing but markup and scripts. What they show they ask the API for, with the
/// token of whoever looks. The scripts run under a policy that lets in no others.
/// </summary>
public sealed class ConsoleHttp(HttpEdge edge)
{
    private const string Root = "/console";
    private const string Index = "index.html";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly Lazy<ConsoleFiles> Files = new(ConsoleFiles.OfTheApp);

    [Function("ReadConsole")]
    public Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "console/{*path}")] HttpRequest request) =>
        edge.GuardAsync(request, () => Task.FromResult(AnswerTo(request)));

    private static Answer AnswerTo(HttpRequest request)
    {
        // Named by its file and not by a slash: the files name each other relatively, and whether a slash at the end survives is up to every proxy before us.
        var path = request.Path.Value![Root.Length..].Trim('/');
        if (path.Length == 0 && !request.Path.Value.EndsWith('/'))
            return Answer.Empty(StatusCodes.Status302Found).WithHeader("Location", $"{Root}/{Index}");
        if (Files.Value.Find(path.Length == 0 ? Index : path) is not { } file)
            return Problems.NotFound.With("The console has no such file.");

        var packed = file.Packed is not null && request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal);
        var tag = packed ? file.PackedTag : file.Tag;
        var known = request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal);
        var answer = known ? Answer.Empty(StatusCodes.Status304NotModified) : new Answer(StatusCodes.Status200OK, packed ? file.Packed! : file.Bytes) { ContentType = file.ContentType };
        return (packed && !known ? answer.WithHeader("Content-Encoding", "gzip") : answer)
            .WithHeader("ETag", tag)
            .WithHeader("Vary", "Accept-Encoding")
            // Asked for again each time, and answered 304 until the next deployment: files of two versions never meet in one page.
            .WithHeader("Cache-Control", "no-cache")
            .WithHeader("Content-Security-Policy", Policy)
            .WithHeader("X-Content-Type-Options", "nosniff")
            .WithHeader("Referrer-Policy", "no-referrer");
    }
}
