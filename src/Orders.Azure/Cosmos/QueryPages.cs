using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Orders.Azure.Cosmos;

/// <summary>
/// The pages of a query, each to be had by a try of its own: after one that failed the next begins behind the last page that came, so no row comes twice and none is asked
/// for again.
/// </summary>
/// <param name="begin">Begins the query behind a page; at its first one for null.</param>
internal sealed class QueryPages(Func<string?, FeedIterator> begin) : IDisposable
{
    private FeedIterator? iterator;
    private string? continuation;

    public bool HasMore { get; private set; } = true;

    /// <summary>One at a time. May be repeated when it failed.</summary>
    /// <exception cref="InvalidOperationException">The service keeps no place in this query: <see cref="CosmosDocuments.AskWholeAsync"/> is for such.</exception>
    public async Task<List<JsonElement>> NextAsync(CancellationToken cancellation)
    {
        // Whatever a try that fails leaves behind is not used again.
        var current = iterator ?? begin(continuation);
        iterator = null;
        try
        {
            using var page = await current.ReadNextAsync(cancellation).ConfigureAwait(false);
            var rows = (await CosmosDocuments.ReadAsync(page, cancellation).ConfigureAwait(false)).GetProperty("Documents").EnumerateArray().ToList();
            if (current.HasMoreResults)
                (continuation, iterator) = (PlaceOf(page), current);
            HasMore = current.HasMoreResults;
            return rows;
        }
        finally
        {
            if (iterator is null)
                current.Dispose();
        }
    }

    public void Dispose() => iterator?.Dispose();

    private static string PlaceOf(ResponseMessage page)
    {
        try
        {
            return page.ContinuationToken ?? throw new InvalidOperationException("The query has more rows, and keeps no place among them: it must be asked as a whole.");
        }
        catch (ArgumentException because)
        {
            // So the SDK says that it can't go on with groups and sums over several partitions.
            throw new InvalidOperationException("The query keeps no place among its rows: it must be asked as a whole.", because);
        }
    }
}
