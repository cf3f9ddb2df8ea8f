using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using LocalFunctions.Time;

namespace Orders.Contracts.Tests.Payments;

/// <summary>
/// Speaks Stripe's API as far as we call it: form bodies in, JSON out, keys that are remembered with their answers for a day, refusals as Stripe words
/// them. What the network and the buyers do, the test says.
/// </summary>
internal sealed class StripeStandIn(LocalClock clock) : HttpMessageHandler
{
    public const string ApiKey = "sk_test_stand_in";

    private static readonly TimeSpan KeysLive = TimeSpan.FromHours(24);

    private readonly List<JsonObject> intents = [];
    private readonly List<JsonObject> charges = [];
    private readonly List<JsonObject> refunds = [];
    private readonly Dictionary<string, (string Request, HttpStatusCode Status, string Body, DateTimeOffset At)> keys = [];
    private int number;

    /// <summary>What was called, as <c>POST payment_intents</c>, in turn.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The requests' bodies, keys and versions.</summary>
    public List<(string Form, string? Key, string? Version)> Sent { get; } = [];

    /// <summary>The next calls have their effect and lose their answers.</summary>
    public int AnswersToLose { get; set; }

    /// <summary>The next calls are answered with these, without effect.</summary>
    public Queue<HttpStatusCode> Troubles { get; } = [];

    /// <summary>Intents younger than this are not found by the search yet.</summary>
    public TimeSpan SearchLag { get; set; }

    /// <summary>How refunds begin: <c>succeeded</c>, <c>pending</c> or <c>failed</c>.</summary>
    public string RefundAnswer { get; set; } = "succeeded";

    public IReadOnlyList<JsonObject> Intents => intents;

    /// <summary>The buyer pays, whatever the amount; the intent must not be cancelled.</summary>
    public void Pay(string paymentId, long amount, string? status = null)
    {
        var intent = intents.Last(one => Metadata(one, "payment_id") == paymentId);
        if (status is not null)
        {
            intent["status"] = status;
            return;
        }

        var charge = new JsonObject
        {
            ["id"] = $"ch_{++number}",
            ["object"] = "charge",
            ["status"] = "succeeded",
            ["paid"] = true,
            ["captured"] = true,
            ["amount"] = amount,
            ["amount_captured"] = amount,
            ["currency"] = (string)intent["currency"]!,
            ["created"] = clock.GetUtcNow().ToUnixTimeSeconds(),
            ["payment_intent"] = (string)intent["id"]!,
            ["metadata"] = intent["metadata"]!.DeepClone(),
        };
        charges.Add(charge);
        (intent["status"], intent["amount_received"], intent["latest_charge"]) = ("succeeded", amount, (string)charge["id"]!);
    }

    public void Decline(string paymentId) => intents.Last(one => Metadata(one, "payment_id") == paymentId)["last_payment_error"] = new JsonObject
    {
        ["type"] = "card_error",
        ["code"] = "card_declined",
        ["decline_code"] = "insufficient_funds",
    };

    public void Decide(string refundId, string status) => refunds.Single(one => Metadata(one, "refund_id") == refundId)["status"] = status;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath["/v1/".Length..];
        var form = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var key = request.Headers.TryGetValues("Idempotency-Key", out var keyed) ? keyed.Single() : null;
        Calls.Add($"{request.Method} {path}");
        Sent.Add((form, key, request.Headers.TryGetValues("Stripe-Version", out var version) ? version.Single() : null));
        if (Troubles.TryDequeue(out var trouble))
            return Json(trouble, Error("api_error", "lock_timeout"));
        if (request.Headers.Authorization?.ToString() != $"Bearer {ApiKey}")
            return Json(HttpStatusCode.Unauthorized, Error("invalid_request_error", "api_key_expired"));
        var answer = key is null || request.Method == HttpMethod.Get
            ? Answer(Run(request.Method, path, Fields(request.RequestUri.Query), Fields(form)))
            : Keyed(key, $"{path} {form}", () => Run(request.Method, path, Fields(request.RequestUri.Query), Fields(form)));
        if (AnswersToLose > 0)
        {
            AnswersToLose--;
            throw new HttpRequestException("The connection was reset.");
        }

        return answer;
    }

    private HttpResponseMessage Keyed(string key, string request, Func<(HttpStatusCode, JsonObject)> run)
    {
        if (keys.TryGetValue(key, out var known) && clock.GetUtcNow() - known.At < KeysLive)
        {
            if (known.Request != request)
                return Json(HttpStatusCode.BadRequest, Error("idempotency_error", code: null));
            var replayed = Text(known.Status, known.Body);
            replayed.Headers.Add("Idempotent-Replayed", "true");
            return replayed;
        }

        var (status, body) = run();
        keys[key] = (request, status, body.ToJsonString(), clock.GetUtcNow());
        return Json(status, body);
    }

    private (HttpStatusCode Status, JsonObject Body) Run(HttpMethod method, string path, Dictionary<string, string> query, Dictionary<string, string> form) =>
        (method.Method, path.Split('/')) switch
        {
            ("POST", ["payment_intents"]) => Create(form),
            ("GET", ["payment_intents", "search"]) => (HttpStatusCode.OK, Search(query)),
            ("GET", ["payment_intents", var id]) => Found(intents, id, query),
            ("POST", ["payment_intents", var id, "cancel"]) => Cancel(id, query),
            ("POST", ["refunds"]) => Refund(form),
            ("GET", ["refunds", var id]) => Found(refunds, id, query),
            ("GET", ["refunds"]) => (HttpStatusCode.OK, Page(refunds, query)),
            ("GET", ["charges"]) => (HttpStatusCode.OK, Page(charges, query)),
            _ => (HttpStatusCode.NotFound, Error("invalid_request_error", code: null)),
        };

    private (HttpStatusCode, JsonObject) Create(Dictionary<string, string> form)
    {
        if (!long.TryParse(form["amount"], CultureInfo.InvariantCulture, out var amount) || amount < 1 || form["currency"] != form["currency"].ToLowerInvariant())
            return (HttpStatusCode.BadRequest, Error("invalid_request_error", "parameter_invalid_integer"));
        var id = $"pi_{++number}";
        var intent = new JsonObject
        {
            ["id"] = id,
            ["object"] = "payment_intent",
            ["status"] = "requires_payment_method",
            ["amount"] = amount,
            ["amount_received"] = 0,
            ["currency"] = form["currency"],
            ["client_secret"] = $"{id}_secret_{number}",
            ["created"] = clock.GetUtcNow().ToUnixTimeSeconds(),
            ["latest_charge"] = null,
            ["last_payment_error"] = null,
            ["metadata"] = MetadataOf(form),
        };
        intents.Add(intent);
        return (HttpStatusCode.OK, (JsonObject)intent.DeepClone());
    }

    private JsonObject Search(Dictionary<string, string> query)
    {
        var wanted = query["query"].Split('"') is ["metadata[", "payment_id", "]:", var id, ""] ? id : throw new InvalidOperationException($"Not Stripe's query language: {query["query"]}");
        var old = clock.GetUtcNow() - SearchLag;
        var found = intents.Where(one => Metadata(one, "payment_id") == wanted && DateTimeOffset.FromUnixTimeSeconds((long)one["created"]!) <= old);
        return new JsonObject { ["object"] = "search_result", ["has_more"] = false, ["data"] = new JsonArray([.. found.Select(one => Expanded(one, query, "data.latest_charge"))]) };
    }

    private (HttpStatusCode, JsonObject) Cancel(string id, Dictionary<string, string> query)
    {
        if (intents.Find(one => (string)one["id"]! == id) is not { } intent)
            return (HttpStatusCode.NotFound, Error("invalid_request_error", "resource_missing"));
        if ((string)intent["status"]! is "succeeded" or "canceled" or "processing")
            return (HttpStatusCode.BadRequest, Error("invalid_request_error", "payment_intent_unexpected_state"));
        intent["status"] = "canceled";
        return (HttpStatusCode.OK, Expanded(intent, query, "latest_charge"));
    }

    private (HttpStatusCode, JsonObject) Refund(Dictionary<string, string> form)
    {
        var charge = charges.Find(one => (string)one["payment_intent"]! == form["payment_intent"]);
        var before = refunds.Where(one => (string)one["payment_intent"]! == form["payment_intent"] && (string)one["status"]! != "failed").Sum(one => (long)one["amount"]!);
        if (charge is null)
            return (HttpStatusCode.BadRequest, Error("invalid_request_error", code: null));
        if (!long.TryParse(form["amount"], CultureInfo.InvariantCulture, out var amount) || amount < 1 || amount > (long)charge["amount_captured"]! - before)
            return (HttpStatusCode.BadRequest, Error("invalid_request_error", "charge_already_refunded"));
        var refund = new JsonObject
        {
            ["id"] = $"re_{++number}",
            ["object"] = "refund",
            ["status"] = RefundAnswer,
            ["failure_reason"] = RefundAnswer == "failed" ? "expired_or_canceled_card" : null,
            ["amount"] = amount,
            ["currency"] = (string)charge["currency"]!,
            ["created"] = clock.GetUtcNow().ToUnixTimeSeconds(),
            ["payment_intent"] = form["payment_intent"],
            ["charge"] = (string)charge["id"]!,
            ["metadata"] = MetadataOf(form),
        };
        refunds.Add(refund);
        return (HttpStatusCode.OK, (JsonObject)refund.DeepClone());
    }

    private (HttpStatusCode, JsonObject) Found(List<JsonObject> all, string id, Dictionary<string, string> query) =>
        all.Find(one => (string)one["id"]! == id) is { } found
            ? (HttpStatusCode.OK, Expanded(found, query, "latest_charge"))
            : (HttpStatusCode.NotFound, Error("invalid_request_error", "resource_missing"));

    /// <summary>Newest first, as Stripe lists.</summary>
    private static JsonObject Page(List<JsonObject> all, Dictionary<string, string> query)
    {
        var matching = all.AsEnumerable().Reverse().Where(one =>
            (!query.TryGetValue("payment_intent", out var intent) || (string)one["payment_intent"]! == intent)
            && (!query.TryGetValue("created[gte]", out var from) || (long)one["created"]! >= long.Parse(from, CultureInfo.InvariantCulture))
            && (!query.TryGetValue("created[lt]", out var until) || (long)one["created"]! < long.Parse(until, CultureInfo.InvariantCulture))).ToList();
        if (query.TryGetValue("starting_after", out var after))
            matching = [.. matching.SkipWhile(one => (string)one["id"]! != after).Skip(1)];
        var limit = Math.Min(int.Parse(query.GetValueOrDefault("limit", "10"), CultureInfo.InvariantCulture), 100);
        return new JsonObject
        {
            ["object"] = "list",
            ["has_more"] = matching.Count > limit,
            ["data"] = new JsonArray([.. matching.Take(limit).Select(one => one.DeepClone())]),
        };
    }

    private JsonObject Expanded(JsonObject subject, Dictionary<string, string> query, string path)
    {
        var copy = (JsonObject)subject.DeepClone();
        if (query.GetValueOrDefault("expand[]") == path && (string?)copy["latest_charge"] is { } id)
            copy["latest_charge"] = charges.Single(charge => (string)charge["id"]! == id).DeepClone();
        return copy;
    }

    private static JsonObject MetadataOf(Dictionary<string, string> form) => new(form
        .Where(field => field.Key.StartsWith("metadata[", StringComparison.Ordinal))
        .Select(field => KeyValuePair.Create(field.Key["metadata[".Length..^1], (JsonNode?)field.Value)));

    private static string? Metadata(JsonObject subject, string name) => (string?)subject["metadata"]![name];

    private static JsonObject Error(string type, string? code) => new() { ["error"] = new JsonObject { ["type"] = type, ["code"] = code, ["message"] = "Ada's card ending in 4242." } };

    private static Dictionary<string, string> Fields(string text)
    {
        var parsed = HttpUtility.ParseQueryString(text);
        return parsed.AllKeys.ToDictionary(name => name!, name => parsed[name]!, StringComparer.Ordinal);
    }

    private static HttpResponseMessage Answer((HttpStatusCode Status, JsonObject Body) answer) => Json(answer.Status, answer.Body);

    private static HttpResponseMessage Json(HttpStatusCode status, JsonObject body) => Text(status, body.ToJsonString());

    private static HttpResponseMessage Text(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
