using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Orders.Azure.Cosmos;

/// <summary>Which sets of documents there are.</summary>
/// <param name="Live">The generation that is asked.</param>
/// <param name="LiveSet">Its documents; each run has a set of its own, so that nothing of an abandoned one is ever in another.</param>
/// <param name="BuildingSet">What is being built beside it; null for nothing.</param>
internal sealed record SearchGenerations(long Live, string LiveRun, string LiveSet, string? BuildingRun, string? BuildingSet)
{
    public static readonly SearchGenerations First = new(1, "", "1", null, null);

    public long? Building => BuildingRun is null ? null : Live + 1;

    /// <summary>A set that is gone never comes back, also if its run begins anew: its name is made of those before it.</summary>
    public SearchGenerations Begin(string run) => this with
    {
        BuildingRun = run,
        BuildingSet = $"{Live + 1}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{BuildingSet} {run}")))[..12]}",
    };

    public SearchGenerations Switch() => new(Live + 1, BuildingRun!, BuildingSet!, null, null);

    /// <summary>What an order is written to; the live one last, so that what it has the other has, too.</summary>
    public IReadOnlyList<string> Sets => BuildingSet is { } building ? [building, LiveSet] : [LiveSet];

    /// <summary>Whether anybody asks it, or will.</summary>
    public bool Has(string set) => set == LiveSet || set == BuildingSet;
}

/// <summary>The document that says which set is asked, and the going of those that aren't any more. It changes on condition of what was read.</summary>
internal sealed class SearchSets(CosmosDocuments documents)
{
    private const string Id = "state";
    private const int AskedForAtOnce = 500;
    private const int DeletedAtOnce = 20;

    private SearchGenerations? seen;

    public async Task<SearchGenerations> ReadAsync(CancellationToken cancellation)
    {
        var (state, _) = await FindAsync(cancellation).ConfigureAwait(false);
        Volatile.Write(ref seen, state);
        return state;
    }

    /// <summary>As somebody read it last here, however long ago: for who reads it afterwards and makes good what has changed.</summary>
    public async Task<SearchGenerations> GuessAsync(CancellationToken cancellation) => Volatile.Read(ref seen) ?? await ReadAsync(cancellation).ConfigureAwait(false);

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

    /// <summary>
    /// Deletes the documents of all sets but the live one and the one that is being built, whoever left them: names and addresses don't lie about. Some at once, for a
    /// set has as many as there are orders.
    /// </summary>
    /// <param name="most">At most so many.</param>
    /// <returns>How many.</returns>
    public async Task<int> ForgetAsync(int most, CancellationToken cancellation)
    {
        var gone = 0;
        while (gone < most)
        {
            var wanted = Math.Min(most - gone, AskedForAtOnce);
            var rows = await documents.AskAsync(Others(await ReadAsync(cancellation).ConfigureAwait(false)), partition: null, wanted, cancellation).ConfigureAwait(false);
            // Read once more: what was begun while they were looked for is none of the others.
            var state = await ReadAsync(cancellation).ConfigureAwait(false);
            var leaving = rows.Where(row => !state.Has(row.Text("generation"))).ToList();
            await Parallel.ForEachAsync(
                leaving, new ParallelOptions { MaxDegreeOfParallelism = DeletedAtOnce, CancellationToken = cancellation },
                async (row, token) => await documents.DeleteAsync(row.Text("orderId"), row.Text("id"), etag: null, token).ConfigureAwait(false)).ConfigureAwait(false);
            gone += leaving.Count;
            if (rows.Count < wanted)
                break;
        }

        return gone;
    }

    /// <summary>By stretches of the index: "not equal" would go through all of it.</summary>
    private static QueryDefinition Others(SearchGenerations state)
    {
        string[] sets = [state.LiveSet, state.BuildingSet ?? state.LiveSet];
        Array.Sort(sets, StringComparer.Ordinal);
        return new QueryDefinition(
                "SELECT c.orderId, c.id, c.generation FROM c WHERE (c.generation > '' AND c.generation < @first) "
                + "OR (c.generation > @first AND c.generation < @second) OR c.generation > @second")
            .WithParameter("@first", sets[0]).WithParameter("@second", sets[1]);
    }

    private async Task<(SearchGenerations State, string? ETag)> FindAsync(CancellationToken cancellation) =>
        await documents.FindAsync(Id, Id, cancellation).ConfigureAwait(false) is { } found ? (Read(found.Document), found.ETag) : (SearchGenerations.First, null);

    private static SearchGenerations Read(JsonElement document) => new(
        document.GetProperty("live").GetInt64(), document.Text("liveRun"), document.Text("liveSet"), document.TextOrNull("buildingRun"), document.TextOrNull("buildingSet"));

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
    });
}
