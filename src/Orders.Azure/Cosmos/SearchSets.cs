using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Orders.Azure.Cosmos;

/// <summary>Which sets of documents there are.</summary>
/// <param name="Live">The generation that is asked.</param>
/// <param name="LiveSet">Its documents; each run has a set of its own, so that nothing of an abandoned one is ever in another.</param>
/// <param name="Building">What is being built beside it; null for nothing.</param>
/// <param name="Forgotten">Sets whose documents are to go.</param>
internal sealed record SearchGenerations(long Live, string LiveRun, string LiveSet, string? BuildingRun, string? BuildingSet, IReadOnlyList<string> Forgotten)
{
    public static readonly SearchGenerations First = new(1, "", "1", null, null, []);

    public long? Building => BuildingRun is null ? null : Live + 1;

    public SearchGenerations Begin(string run) => this with
    {
        BuildingRun = run,
        BuildingSet = $"{Live + 1}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(run)))[..12]}",
        Forgotten = BuildingSet is null ? Forgotten : [.. Forgotten, BuildingSet],
    };

    public SearchGenerations Switch() => new(Live + 1, BuildingRun!, BuildingSet!, null, null, [.. Forgotten, LiveSet]);
}

/// <summary>The document that says which set is asked, and the going of those that aren't any more. It changes on condition of what was read.</summary>
internal sealed class SearchSets(CosmosDocuments documents)
{
    private const string Id = "state";
    private const int DeletedAtOnce = 500;

    public async Task<SearchGenerations> ReadAsync(CancellationToken cancellation) => (await FindAsync(cancellation).ConfigureAwait(false)).State;

    /// <summary>Repeats the change until it is made on what was read; null leaves everything as it is. Returns what is there afterwards.</summary>
    public async Task<SearchGenerations> ChangeAsync(Func<SearchGenerations, SearchGenerations?> change, CancellationToken cancellation)
    {
        for (var turns = new Turns("The state of the search"); ;)
        {
            turns.Next(cancellation);
            var (before, etag) = await FindAsync(cancellation).ConfigureAwait(false);
            if (change(before) is not { } after)
                return before;
            var isDone = etag is null
                ? await documents.CreateAsync(Id, Write(after), cancellation).ConfigureAwait(false)
                : await documents.ReplaceAsync(Id, Id, Write(after), etag, cancellation).ConfigureAwait(false) == WriteResult.Done;
            if (isDone)
                return after;
        }
    }

    /// <summary>Deletes what sets that nobody asks hold. Who dies on the way leaves the rest to the next.</summary>
    public async Task ForgetAsync(CancellationToken cancellation)
    {
        foreach (var set in (await ReadAsync(cancellation).ConfigureAwait(false)).Forgotten)
        {
            var query = new QueryDefinition("SELECT c.orderId, c.id FROM c WHERE c.generation = @set").WithParameter("@set", set);
            while (await documents.AskAsync(query, partition: null, DeletedAtOnce, cancellation).ConfigureAwait(false) is { Count: > 0 } rows)
            {
                foreach (var row in rows)
                    await documents.DeleteAsync(row.Text("orderId"), row.Text("id"), etag: null, cancellation).ConfigureAwait(false);
            }

            await ChangeAsync(state => state.Forgotten.Contains(set) ? state with { Forgotten = [.. state.Forgotten.Where(one => one != set)] } : null, cancellation)
                .ConfigureAwait(false);
        }
    }

    private async Task<(SearchGenerations State, string? ETag)> FindAsync(CancellationToken cancellation) =>
        await documents.FindAsync(Id, Id, cancellation).ConfigureAwait(false) is { } found ? (Read(found.Document), found.ETag) : (SearchGenerations.First, null);

    private static SearchGenerations Read(JsonElement document) => new(
        document.GetProperty("live").GetInt64(), document.Text("liveRun"), document.Text("liveSet"), document.TextOrNull("buildingRun"), document.TextOrNull("buildingSet"),
        [.. document.GetProperty("forgotten").EnumerateArray().Select(set => set.GetString()!)]);

    private static byte[] Write(SearchGenerations state) => CosmosJson.Write(json =>
    {
        json.WriteString("id", Id);
        json.WriteString("kind", "state");
        json.WriteString("orderId", Id);
        json.WriteNumber("live", state.Live);
        json.WriteString("liveRun", state.LiveRun);
        json.WriteString("liveSet", state.LiveSet);
        json.WriteString("buildingRun", state.BuildingRun);
        json.WriteString("buildingSet", state.BuildingSet);
        json.WriteStartArray("forgotten");
        foreach (var set in state.Forgotten)
            json.WriteStringValue(set);
        json.WriteEndArray();
    });
}
