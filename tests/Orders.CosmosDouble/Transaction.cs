using System.Net;
using System.Text.Json;
using Orders.CosmosDouble.Sql;

namespace Orders.CosmosDouble;

internal enum Operation
{
    Create = 0,
    Patch = 1,
    Read = 2,
    Delete = 4,
    Replace = 5,
    Upsert = 20,
}

/// <param name="Id">Of the document; null where the body says it.</param>
internal sealed record Request(Operation Operation, string? Id, ReadOnlyMemory<byte> Body)
{
    public string? IfMatch { get; init; }

    public string? IfNoneMatch { get; init; }
}

/// <param name="Item">What is shown: the document after the operation; null after a delete.</param>
internal sealed record Done(HttpStatusCode Status, Item? Item, double Charge);

/// <summary>Operations on one partition, all of which happen or none.</summary>
internal sealed class Transaction(Container container, string partitionKey)
{
    private readonly Dictionary<(string PartitionKey, string Id), Item?> changes = [];

    public Done Run(Request request) => request.Operation switch
    {
        Operation.Create => Create(Bodies.Read(request.Body)),
        Operation.Upsert => Upsert(request),
        Operation.Read => Read(request),
        Operation.Replace => Replace(request),
        Operation.Delete => Delete(request),
        Operation.Patch => Patch(request),
        _ => throw Refused.Unsupported($"the operation {request.Operation}"),
    };

    public void Commit() => container.Commit(changes);

    private Item? Find(string id) => changes.TryGetValue((partitionKey, id), out var changed) ? changed : container.Find(partitionKey, id);

    private Done Create(JsonElement document)
    {
        var id = Bodies.IdOf(document);
        if (Find(id) is not null)
            throw Refused.Conflict();
        return Put(document, id, before: null, HttpStatusCode.Created);
    }

    private Done Upsert(Request request)
    {
        var document = Bodies.Read(request.Body);
        var id = Bodies.IdOf(document);
        var before = Find(id);
        if (before is null)
            return Put(document, id, before: null, HttpStatusCode.Created);
        Match(request, before);
        return Put(document, id, before, HttpStatusCode.OK);
    }

    private Done Read(Request request)
    {
        var item = Find(request.Id!) ?? throw Refused.NotFound();
        return request.IfNoneMatch == item.ETag
            ? new Done(HttpStatusCode.NotModified, Item: null, Charges.Read(item.Size))
            : new Done(HttpStatusCode.OK, item, Charges.Read(item.Size));
    }

    private Done Replace(Request request)
    {
        var document = Bodies.Read(request.Body);
        var before = Find(request.Id!) ?? throw Refused.NotFound();
        Match(request, before);
        if (Bodies.IdOf(document) != request.Id)
            throw Refused.Unsupported("the change of a document's id by a replace");
        return Put(document, request.Id!, before, HttpStatusCode.OK);
    }

    private Done Delete(Request request)
    {
        var before = Find(request.Id!) ?? throw Refused.NotFound();
        Match(request, before);
        changes[(partitionKey, request.Id!)] = null;
        return new Done(HttpStatusCode.NoContent, Item: null, Charges.Write(before.Size));
    }

    private Done Patch(Request request)
    {
        var before = Find(request.Id!) ?? throw Refused.NotFound();
        Match(request, before);
        var patch = Bodies.Read(request.Body);
        if (patch.TryGetProperty("condition", out var condition))
        {
            var query = Parser.ParseCondition(condition.GetString()!);
            if (query.Where is null || !new Evaluation(query.From, new Dictionary<string, JsonElement>()) { Document = before.Document }.Of(query.Where).IsTrue())
                throw Refused.Precondition();
        }

        var document = Patches.Apply(before.Document, patch.GetProperty("operations"));
        if (Bodies.IdOf(document) != request.Id)
            throw Refused.Bad("A patch can't change the id.");
        var done = Put(document, request.Id!, before, HttpStatusCode.OK);
        return done with { Charge = done.Charge * Charges.PatchFactor };
    }

    private Done Put(JsonElement document, string id, Item? before, HttpStatusCode status)
    {
        if (PartitionKeys.Of(document, container.PartitionKeyPath) != partitionKey)
            throw Refused.Bad("PartitionKey extracted from document doesn't match the one specified in the header", subStatus: 1001);
        Distinct(document, id);
        var item = container.Make(document, id, partitionKey, before?.Number);
        changes[(partitionKey, id)] = item;
        return new Done(status, item, Charges.Write(item.Size));
    }

    /// <summary>Within a partition no two documents have the same values at all paths of a unique key. A missing one counts as null.</summary>
    private void Distinct(JsonElement document, string id)
    {
        foreach (var paths in container.UniqueKeys)
        {
            var values = KeyOf(document, paths);
            var others = container.Partition(partitionKey).Where(item => !changes.ContainsKey((partitionKey, item.Id))).Concat(changes.Values.OfType<Item>());
            if (others.Any(other => other.Id != id && KeyOf(other.Document, paths) == values))
                throw Refused.Conflict("Unique index constraint violation.");
        }
    }

    private static string KeyOf(JsonElement document, IReadOnlyList<string> paths) =>
        string.Join('\n', paths.Select(path => PathValue(document, path) is { ValueKind: not JsonValueKind.Undefined } value ? Values.KeyOf(value) : "null"));

    private static JsonElement PathValue(JsonElement document, string path)
    {
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty(name, out document))
                return default;
        }

        return document;
    }

    private static void Match(Request request, Item item)
    {
        if (request.IfMatch is { } wanted && wanted != "*" && wanted != item.ETag)
            throw Refused.Precondition();
    }
}
