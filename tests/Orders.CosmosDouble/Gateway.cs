using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orders.CosmosDouble;

/// <summary>The account: its databases and their containers, and who answers which request.</summary>
internal sealed class Gateway(TimeProvider clock, int ranges)
{
    /// <summary>The sub-status by which a document's container is told from the document.</summary>
    private const int OwnerNotFound = 1003;

    private readonly Dictionary<string, (int Number, Dictionary<string, Container> Containers)> databases = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private int lastNumber;

    public Uri Endpoint { get; set; } = null!;

    public void Empty()
    {
        lock (gate)
            databases.Clear();
    }

    public async Task<Answer> AnswerAsync(GatewayRequest request)
    {
        try
        {
            if (request["Authorization"] is not { Length: > 0 })
                throw new Refused(HttpStatusCode.Unauthorized, "Required Header authorization is missing.");
            return request.Path switch
            {
                [] => Account(),
                ["dbs", ..] when request.Path.Length <= 2 => Databases(request),
                ["dbs", _, "colls", ..] when request.Path.Length <= 4 => Containers(request),
                ["dbs", var database, "colls", var container, "pkranges"] => Ranges(Find(database, container), request),
                ["dbs", var database, "colls", var container, "docs", ..] => await Documents.AnswerAsync(Find(database, container), request).ConfigureAwait(false),
                _ => throw Refused.Unsupported($"{request.Method} /{string.Join('/', request.Path)}"),
            };
        }
        catch (Refused refused)
        {
            return Answer.Of(refused);
        }
    }

    private Answer Account()
    {
        JsonArray Here() => [new JsonObject { ["name"] = "Here", ["databaseAccountEndpoint"] = Endpoint.ToString() }];
        return Answer.Json(HttpStatusCode.OK, new JsonObject
        {
            ["id"] = "double",
            ["_rid"] = "double",
            ["_self"] = "",
            ["media"] = "//media/",
            ["addresses"] = "//addresses/",
            ["_dbs"] = "//dbs/",
            ["writableLocations"] = Here(),
            ["readableLocations"] = Here(),
            ["enableMultipleWriteLocations"] = false,
            ["userConsistencyPolicy"] = new JsonObject { ["defaultConsistencyLevel"] = "Session" },
            ["userReplicationPolicy"] = new JsonObject { ["asyncReplication"] = false, ["minReplicaSetSize"] = 1, ["maxReplicasetSize"] = 4 },
            ["systemReplicationPolicy"] = new JsonObject { ["minReplicaSetSize"] = 1, ["maxReplicasetSize"] = 4 },
            ["readPolicy"] = new JsonObject { ["primaryReadCoefficient"] = 1, ["secondaryReadCoefficient"] = 1 },
            ["queryEngineConfiguration"] = "{\"maxSqlQueryInputLength\":262144,\"maxJoinsPerSqlQuery\":5,\"sqlAllowAggregateFunctions\":true}",
        });
    }

    private Answer Databases(GatewayRequest request)
    {
        lock (gate)
        {
            switch (request)
            {
                case { Method: "POST", Path.Length: 1 }:
                    var id = Bodies.IdOf(Bodies.Read(request.Body));
                    return databases.TryAdd(id, (++lastNumber, new(StringComparer.Ordinal)))
                        ? Answer.Json(HttpStatusCode.Created, Database(id))
                        : throw Refused.Conflict();
                case { Method: "GET", Path: [_, var name] }:
                    return databases.ContainsKey(name) ? Answer.Json(HttpStatusCode.OK, Database(name)) : throw Refused.NotFound();
                case { Method: "DELETE", Path: [_, var name] }:
                    return databases.Remove(name) ? new Answer(HttpStatusCode.NoContent, default, Charges.Nothing) : throw Refused.NotFound();
                default:
                    throw Refused.Unsupported($"{request.Method} on databases");
            }
        }
    }

    private JsonObject Database(string id) => new()
    {
        ["id"] = id,
        ["_rid"] = Rids.Database(databases[id].Number),
        ["_self"] = $"dbs/{Rids.Database(databases[id].Number)}/",
        ["_etag"] = "\"0\"",
        ["_colls"] = "colls/",
        ["_users"] = "users/",
        ["_ts"] = clock.GetUtcNow().ToUnixTimeSeconds(),
    };

    private Answer Containers(GatewayRequest request)
    {
        lock (gate)
        {
            var database = databases.TryGetValue(request.Path[1], out var found) ? found : throw Refused.NotFound();
            switch (request)
            {
                case { Method: "POST", Path.Length: 3 }:
                    var container = new Container(Bodies.Read(request.Body), (database.Number, ++lastNumber), ranges, clock);
                    return database.Containers.TryAdd(container.Id, container) ? Shown(HttpStatusCode.Created, container) : throw Refused.Conflict();
                case { Method: "GET", Path.Length: 3 }:
                    return Answer.Json(HttpStatusCode.OK, new JsonObject
                    {
                        ["_rid"] = Rids.Database(database.Number),
                        ["DocumentCollections"] = new JsonArray([.. database.Containers.Values.Select(one => JsonNode.Parse(one.Definition))]),
                        ["_count"] = database.Containers.Count,
                    });
                case { Method: "GET" }:
                    return Shown(HttpStatusCode.OK, ContainerOf(database.Containers, request.Path[3]));
                case { Method: "DELETE", Path.Length: 4 }:
                    return database.Containers.Remove(request.Path[3]) ? new Answer(HttpStatusCode.NoContent, default, Charges.Nothing) : throw Refused.NotFound();
                default:
                    throw Refused.Unsupported($"{request.Method} on containers");
            }
        }
    }

    private static Answer Shown(HttpStatusCode status, Container container) =>
        new(status, System.Text.Encoding.UTF8.GetBytes(container.Definition), Charges.Nothing);

    /// <summary>The client asks once, and again until nothing is new.</summary>
    private static Answer Ranges(Container container, GatewayRequest request)
    {
        const string ETag = "\"1\"";
        if (request["If-None-Match"] == ETag)
            return new Answer(HttpStatusCode.NotModified, default, Charges.Nothing).With("ETag", ETag);
        var all = Enumerable.Range(0, container.Ranges).Select(range => (JsonNode)new JsonObject
        {
            ["id"] = Answer.Text(range),
            ["_rid"] = container.Rid,
            ["minInclusive"] = container.RangeOf(range).From,
            ["maxExclusive"] = container.RangeOf(range).Until,
            ["ridPrefix"] = range,
            ["throughputFraction"] = 1.0 / container.Ranges,
            ["status"] = "online",
            ["parents"] = new JsonArray(),
        });
        return Answer.Json(HttpStatusCode.OK, new JsonObject { ["_rid"] = container.Rid, ["PartitionKeyRanges"] = new JsonArray([.. all]), ["_count"] = container.Ranges })
            .With("ETag", ETag);
    }

    private Container Find(string database, string container)
    {
        lock (gate)
        {
            var containers = databases.TryGetValue(database, out var found)
                ? found.Containers
                : databases.Values.FirstOrDefault(one => Rids.Database(one.Number) == database).Containers ?? [];
            return FindIn(containers, container) ?? throw new Refused(HttpStatusCode.NotFound, "Owner resource does not exist", OwnerNotFound);
        }
    }

    private static Container ContainerOf(Dictionary<string, Container> containers, string name) =>
        FindIn(containers, name) ?? throw Refused.NotFound("Resource Not Found: the container does not exist.");

    private static Container? FindIn(Dictionary<string, Container> containers, string name) =>
        containers.TryGetValue(name, out var found) ? found : containers.Values.FirstOrDefault(one => one.Rid == name);
}
