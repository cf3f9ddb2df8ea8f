using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrderFunctions.Access;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Checkout;

namespace OrderFunctions.Edge;

/// <summary>
/// What every HTTP function has in front of it, in this order: whether there is room, who asks, their limit, whether their role may, the headers,
/// the body, the key; and behind it: problems for what failed. The functions' own level is anonymous because callers bring a token of their issuer and not a key of ours.
/// </summary>
public sealed partial class HttpEdge(Admission admission, Identity identity, IdempotentRun idempotent, ILogger<HttpEdge> logger)
{
    private const int ClientClosedRequest = 499;

    /// <summary>An endpoint without a body.</summary>
    public Task<IResult> RunAsync(HttpRequest request, Rule rule, Func<Call, Task<Answer>> handle) => GuardAsync(request, async () =>
    {
        var admitted = await AdmitAsync(request, rule);
        return admitted.Refused ?? await RunOnceAsync(request, admitted, admitted.Key is null ? "" : Fingerprint.Of(request), handle);
    });

    /// <summary>An endpoint with a JSON body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="rule">Who may, and what the body is.</param>
    /// <param name="handle">Answers it.</param>
    /// <param name="earlier">Where answers need no record: the one that the same request had before, asked for when another's has the key.</param>
    public Task<IResult> RunAsync<TBody>(
        HttpRequest request, Rule<TBody> rule, Func<Call, TBody, Task<Answer>> handle, Func<Call, TBody, Task<Answer?>>? earlier = null)
        where TBody : class => GuardAsync(request, async () =>
    {
        var admitted = await AdmitAsync(request, rule);
        if (admitted.Refused is { } refused)
            return refused;
        var (body, wrong) = await JsonBody.ReadAsync(request, rule);
        return wrong ?? await RunOnceAsync(
            request, admitted, admitted.Key is null ? "" : Fingerprint.Of(request, body!, rule.Body), call => handle(call, body!),
            earlier is null ? null : call => earlier(call, body!));
    });

    /// <summary>
    /// An endpoint that only reads, often out of memory. Its handler is static and is handed what it needs, so that an answer that is at hand costs
    /// neither closures nor a task that waits.
    /// </summary>
    public Task<IResult> ReadAsync<TArguments>(HttpRequest request, Rule rule, TArguments arguments, Func<Call, TArguments, ValueTask<Answer>> handle) =>
        ResultOf(AnswerAsync(request, (Edge: this, request, rule, arguments, handle), static async of =>
        {
            var admitted = await of.Edge.AdmitAsync(of.request, of.rule);
            if (admitted.Refused is { } refused)
                return refused;
            var answer = await of.handle(
                new Call(admitted.Caller, idempotencyKey: null, fingerprint: "", admitted.IfMatch, of.request.HttpContext), of.arguments);
            if (admitted.Caller is { } caller)
                of.Edge.Answered(of.request, caller, answer);
            return answer;
        }));

    /// <summary>
    /// An endpoint that many ask at once for what is gone: <paramref name="first"/> may answer out of memory, before the key is claimed. What it answers is
    /// neither kept nor replayed.
    /// </summary>
    public Task<IResult> RunAsync(HttpRequest request, Rule rule, Func<Caller, string?, ValueTask<Answer?>> first, Func<Call, Task<Answer>> handle) =>
        GuardAsync(request, async () =>
        {
            var admitted = await AdmitAsync(request, rule);
            return admitted.Refused
                ?? await first(admitted.Caller!, admitted.Key)
                ?? await RunOnceAsync(request, admitted, admitted.Key is null ? "" : Fingerprint.Of(request), handle);
        });

    /// <summary>The same with a JSON body, which is not read either.</summary>
    public Task<IResult> RunAsync<TBody>(
        HttpRequest request, Rule<TBody> rule, Func<Caller, string?, ValueTask<Answer?>> first, Func<Call, TBody, Task<Answer>> handle)
        where TBody : class => GuardAsync(request, async () =>
    {
        var admitted = await AdmitAsync(request, rule);
        if ((admitted.Refused ?? await first(admitted.Caller!, admitted.Key)) is { } answered)
            return answered;
        var (body, wrong) = await JsonBody.ReadAsync(request, rule);
        return wrong ?? await RunOnceAsync(
            request, admitted, admitted.Key is null ? "" : Fingerprint.Of(request, body!, rule.Body), call => handle(call, body!));
    });

    /// <summary>An endpoint that looks at its request itself, as webhooks do: only what failed is looked after.</summary>
    public Task<IResult> GuardAsync(HttpRequest request, Func<Task<Answer>> handle, Traffic traffic = Traffic.Api) =>
        ResultOf(AnswerAsync(request, handle, static handle => new ValueTask<Answer>(handle()), traffic));

    private static Task<IResult> ResultOf(ValueTask<Answer> answering)
    {
        return answering.IsCompletedSuccessfully ? Task.FromResult<IResult>(answering.Result) : WaitAsync(answering);

        static async Task<IResult> WaitAsync(ValueTask<Answer> answering) => await answering;
    }

    private async ValueTask<Answer> AnswerAsync<TState>(HttpRequest request, TState state, Func<TState, ValueTask<Answer>> handle, Traffic traffic = Traffic.Api)
    {
        Correlation.Tag(request);
        using var entry = await admission.EnterAsync(request, traffic);
        if (entry.Refused is { } refused)
            return refused;
        var correlation = Correlation.Of(request);
        using (correlation is null ? null : logger.BeginScope(correlation))
        {
            try
            {
                return await handle(state);
            }
            catch (Exception failure)
            {
                // The host's edge: nobody outside sees more of it than a problem and a number to ask by.
                return AnswerTo(failure, request);
            }
        }
    }

    private Answer AnswerTo(Exception failure, HttpRequest request)
    {
        if (failure is OperationCanceledException && request.HttpContext.RequestAborted.IsCancellationRequested)
            return Answer.Empty(ClientClosedRequest);
        if (failure is BadHttpRequestException broken)
        {
            // The web server's own: a body over its limit, cut short, or sent too slowly.
            return broken.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problems.BodyTooLarge.With("Send less.")
                : Problems.InvalidRequest.With("The request could not be read to its end.");
        }

        var trace = Correlation.TraceOf(request.HttpContext);
        if (failure is DependencyUnavailableException down)
        {
            Unavailable(down, down.Dependency, trace);
            return Problems.Unavailable.With("Whether it happened is not known. Ask again, with the same key if there was one.", traceId: trace);
        }

        Failed(failure, request.Method, trace);
        return Problems.Internal.With("It is logged under this trace id.", traceId: trace);
    }

    private async ValueTask<Admitted> AdmitAsync(HttpRequest request, Rule rule)
    {
        Caller? caller = null;
        if (rule.Who.NeedsToken)
        {
            switch (await identity.OfAsync(request))
            {
                case Identified.As known when admission.Admit(request, known.Caller) is { } tooMany:
                    return new(tooMany);
                case Identified.As known when rule.Who.Allows(known.Caller):
                    caller = known.Caller;
                    break;
                case Identified.As:
                    return new(Problems.Forbidden.With($"One of these roles is needed: {string.Join(", ", rule.Who.Roles.Select(RoleNames.Of))}."));
                case Identified.NotBelieved { Because: var because }:
                    return new(Problems.Unauthenticated.With(because)
                        .WithHeader("WWW-Authenticate", $"Bearer realm=\"orders\", error=\"invalid_token\", error_description=\"{because}\""));
                default:
                    return new(Problems.Unauthenticated.With("Send Authorization: Bearer and a token.")
                        .WithHeader("WWW-Authenticate", "Bearer realm=\"orders\""));
            }
        }

        var (key, wrongKey) = IsReading(request) ? (null, null) : RequestHeaders.IdempotencyKey(request, rule.KeyIsRequired);
        var (version, wrongVersion) = RequestHeaders.IfMatch(request);
        return new Admitted(wrongKey ?? wrongVersion, caller, key, version);
    }

    private async Task<Answer> RunOnceAsync(
        HttpRequest request, Admitted admitted, string fingerprint, Func<Call, Task<Answer>> handle, Func<Call, Task<Answer?>>? earlier = null)
    {
        var call = new Call(admitted.Caller, admitted.Key, fingerprint, admitted.IfMatch, IsReading(request) ? request.HttpContext : null);
        if (admitted.Caller is not { } caller)
            return await handle(call);
        var answer = admitted.Key is { } key
            ? await idempotent.RunAsync(
                new IdempotencyKey($"{caller.UserId} {request.Method} {request.Path.Value!.TrimEnd('/')}", key), fingerprint, () => handle(call),
                earlier is null ? null : () => earlier(call))
            : await handle(call);
        Answered(request, caller, answer);
        return answer;
    }

    private void Answered(HttpRequest request, Caller caller, Answer answer) => admission.Answered(request, caller, answer);

    private static bool IsReading(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    [LoggerMessage(300, LogLevel.Warning, "{Dependency} is not available ({TraceId}).")]
    private partial void Unavailable(Exception down, string dependency, string traceId);

    [LoggerMessage(301, LogLevel.Error, "A {Method} request failed ({TraceId}).")]
    private partial void Failed(Exception failure, string method, string traceId);

    /// <summary>What the head of a request tells, or why it goes no further.</summary>
    private readonly record struct Admitted(Answer? Refused, Caller? Caller = null, string? Key = null, long? IfMatch = null);
}
