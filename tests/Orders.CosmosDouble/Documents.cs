using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orders.CosmosDouble.Sql;

namespace Orders.CosmosDouble;

/// <summary>Requests to the documents of a container.</summary>
internal static class Documents
{
    public static Task<Answer> AnswerAsync(Container container, GatewayRequest request) => request switch
    {
        { Method: "POST", IsPlan: true } => Task.FromResult(Plan(request)),
        { Method: "POST", IsBatch: true } => BatchAsync(container, request),
        { Method: "POST", IsQuery: true } => Task.FromResult(Ask(container, request)),
        { Method: "GET", Path.Length: 5, IsFeed: true } => Task.FromResult(ChangeFeed.Read(container, request)),
        { Path.Length: 5, Method: "POST" } => Task.FromResult(One(container, request, request.IsUpsert ? Operation.Upsert : Operation.Create, id: null)),
        { Path.Length: 6, Method: "GET" } => Task.FromResult(One(container, request, Operation.Read, request.Path[5])),
        { Path.Length: 6, Method: "PUT" } => Task.FromResult(One(container, request, Operation.Replace, request.Path[5])),
        { Path.Length: 6, Method: "DELETE" } => Task.FromResult(One(container, request, Operation.Delete, request.Path[5])),
        { Path.Length: 6, Method: "PATCH" } => Task.FromResult(One(container, request, Operation.Patch, request.Path[5])),
        _ => throw Refused.Unsupported($"{request.Method} on documents (reading all of a container among them: ask for them by a query)"),
    };

    /// <summary>Which documents a query or feed goes over.</summary>
    public static (IEnumerable<Item> Items, int Range) ScopeOf(Container container, GatewayRequest request)
    {
        if (request["x-ms-documentdb-partitionkey"] is { } key && PartitionKeys.Read(key) is var partition)
            return (container.Partition(partition), container.RangeFor(partition));
        if (request["x-ms-start-epk"] is { } from && request["x-ms-end-epk"] is { } until)
            return (container.Between(from, until), 0);
        if (int.TryParse(request["x-ms-documentdb-partitionkeyrangeid"], NumberStyles.None, CultureInfo.InvariantCulture, out var range) && range < container.Ranges)
            return (container.Between(container.RangeOf(range).From, container.RangeOf(range).Until), range);
        throw Refused.Bad("Cross partition query is required but disabled: the request names neither a partition nor a range.");
    }

    /// <summary>The page size that was asked for; −1 leaves it to the service.</summary>
    public static int PageSizeOf(GatewayRequest request) =>
        int.TryParse(request["x-ms-max-item-count"], CultureInfo.InvariantCulture, out var most) && most > 0 ? Math.Min(most, request.MostInAPage) : Math.Min(100, request.MostInAPage);

    public static Answer Sessioned(Answer answer, Container container, int range) => answer
        .With("x-ms-session-token", string.Create(CultureInfo.InvariantCulture, $"{range}:-1#{container.Lsn}"))
        .With("x-ms-documentdb-partitionkeyrangeid", Answer.Text(range))
        .With("lsn", Answer.Text(container.Lsn));

    public static byte[] Bytes(JsonElement document) => Encoding.UTF8.GetBytes(document.GetRawText());

    private static string PartitionOf(GatewayRequest request) =>
        PartitionKeys.Read(request["x-ms-documentdb-partitionkey"] ?? throw Refused.Bad("The partition key is missing: x-ms-documentdb-partitionkey."));

    private static Answer One(Container container, GatewayRequest request, Operation operation, string? id)
    {
        var partition = PartitionOf(request);
        lock (container.Gate)
        {
            var transaction = new Transaction(container, partition);
            var done = transaction.Run(new Request(operation, id is null ? null : Uri.UnescapeDataString(id), request.Body)
            {
                IfMatch = request["If-Match"],
                IfNoneMatch = request["If-None-Match"],
            });
            transaction.Commit();
            var isShown = done.Item is not null && (operation == Operation.Read || !request.IsMinimal);
            return Sessioned(new Answer(done.Status, isShown ? Bytes(done.Item!.Document) : default, done.Charge), container, container.RangeFor(partition))
                .With("ETag", done.Item?.ETag);
        }
    }

    private static async Task<Answer> BatchAsync(Container container, GatewayRequest request)
    {
        var partition = PartitionOf(request);
        if (request.Body.Length > Bodies.MostBytes)
            throw new Refused(HttpStatusCode.RequestEntityTooLarge, "Request size is too large.");
        var operations = await Batches.ReadAsync(request.Body).ConfigureAwait(false);
        if (operations.Count > Batches.Most)
            throw Refused.Bad($"Batch request has more operations than what is supported: {operations.Count}, at most {Batches.Most}.");
        List<BatchResult> results;
        Answer answer;
        lock (container.Gate)
        {
            var transaction = new Transaction(container, partition);
            results = [.. operations.Select(operation => Run(transaction, operation.Request, operation.IsMinimal))];
            var failed = results.FindIndex(result => (int)result.Status >= 400);
            if (failed < 0)
                transaction.Commit();
            else
                results = [.. results.Select((result, at) => at == failed ? result : new BatchResult(HttpStatusCode.FailedDependency, 0, null, default, 0))];
            answer = Sessioned(
                new Answer(failed < 0 ? HttpStatusCode.OK : HttpStatusCode.MultiStatus, default, results.Sum(result => result.Charge)), container, container.RangeFor(partition));
        }

        var whole = answer with { Body = await Batches.WriteAsync(results).ConfigureAwait(false) };
        foreach (var (name, value) in answer.Headers)
            whole.With(name, value);
        return whole;
    }

    private static BatchResult Run(Transaction transaction, Request request, bool isMinimal)
    {
        try
        {
            var done = transaction.Run(request);
            var isShown = done.Item is not null && (request.Operation == Operation.Read || !isMinimal);
            return new BatchResult(done.Status, 0, done.Item?.ETag, isShown ? Bytes(done.Item!.Document) : default, done.Charge);
        }
        catch (Refused refused) when (refused.Status is not (HttpStatusCode.NotImplemented or HttpStatusCode.BadRequest))
        {
            return new BatchResult(refused.Status, refused.SubStatus, null, Encoding.UTF8.GetBytes(refused.Message), Charges.Nothing);
        }
    }

    private static Answer Plan(GatewayRequest request)
    {
        var (query, parameters, _) = QueryOf(request);
        return Answer.Json(HttpStatusCode.OK, QueryPlan.Of(query, parameters));
    }

    private static Answer Ask(Container container, GatewayRequest request)
    {
        var (query, parameters, resume) = QueryOf(request);
        lock (container.Gate)
        {
            var (items, range) = ScopeOf(container, request);
            var page = new QueryRun(query, parameters, container.Index).Page(items, PageSizeOf(request), request["x-ms-continuation"], resume);
            var body = new JsonObject
            {
                ["_rid"] = container.Rid,
                ["Documents"] = new JsonArray([.. page.Rows.Select(row => JsonNode.Parse(row.GetRawText()))]),
                ["_count"] = page.Rows.Count,
            };
            return Sessioned(Answer.Json(HttpStatusCode.OK, body, Charges.Query(page.Loaded)), container, range)
                .With("x-ms-continuation", page.Continuation).With("x-ms-item-count", Answer.Text(page.Rows.Count));
        }
    }

    private static (Query Query, Dictionary<string, JsonElement> Parameters, Resume? Resume) QueryOf(GatewayRequest request)
    {
        var body = Bodies.Read(request.Body);
        if (body.EnumerateObject().FirstOrDefault(member => member.Name is not ("query" or "parameters" or "resumeFilter" or "clientQLCompatibilityLevel")) is { Value.ValueKind: not JsonValueKind.Undefined } other)
            throw Refused.Unsupported($"'{other.Name}' in a query");
        var parameters = body.TryGetProperty("parameters", out var given) && given.ValueKind == JsonValueKind.Array
            ? given.EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!, one => one.TryGetProperty("value", out var value) ? value : default)
            : [];
        var sql = body.GetProperty("query").GetString()!;
        if (!ClientGrammar.Takes(sql) && Parser.Parse(sql) is not null)
            throw Refused.Bad("Syntax error: the SDK's own grammar does not take the query.");
        return (Parser.Parse(sql), parameters, body.TryGetProperty("resumeFilter", out var filter) ? Resume.Read(filter) : null);
    }
}
