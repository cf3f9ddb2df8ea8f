using System.Net;
using System.Text;
using System.Text.Json;
using LocalFunctions.ChangeFeed;
using LocalFunctions.Storage;
using Microsoft.Azure.Cosmos;

namespace Orders.Contracts.Tests.Cost;

/// <summary>Reads the change feed of a container as the trigger on Azure does, and hands what changed to the feed that the functions' trigger listens to.</summary>
internal sealed class FeedBridge(Container container, string partitionKey, LocalChangeFeed feed, LocalStore store)
{
    private readonly FeedIterator changes = container.GetChangeFeedStreamIterator(ChangeFeedStartFrom.Beginning(), ChangeFeedMode.LatestVersion);

    /// <summary>Returns how many documents had changed.</summary>
    public async Task<int> CarryAsync()
    {
        var count = 0;
        while (changes.HasMoreResults)
        {
            using var page = await changes.ReadNextAsync();
            if (page.StatusCode == HttpStatusCode.NotModified)
                break;
            page.EnsureSuccessStatusCode();
            using var body = await JsonDocument.ParseAsync(page.Content);
            var documents = body.RootElement.GetProperty("Documents").EnumerateArray().ToList();
            await store.WriteAsync(transaction => documents.ForEach(document => feed.Append(
                transaction, container.Id, document.GetProperty(partitionKey).GetString()!, Encoding.UTF8.GetBytes(document.GetRawText()), document.GetProperty("id").GetString())));
            count += documents.Count;
        }

        return count;
    }
}
