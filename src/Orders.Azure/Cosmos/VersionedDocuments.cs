using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Documents that keep their content as <c>document</c> and count it by <c>version</c>. Storing what is stored already is success: a first try may have been done and its
/// answer lost, and who then heard "refused" would do it once more.
/// </summary>
internal static class VersionedDocuments
{
    /// <summary>Stores the first version. False when there is another document.</summary>
    /// <param name="body">The whole document.</param>
    /// <param name="content">What it has as <c>document</c>.</param>
    public static async Task<bool> CreateVersionAsync(
        this CosmosDocuments documents, string partition, string id, byte[] body, byte[] content, CancellationToken cancellation) =>
        await documents.CreateAsync(partition, body, cancellation).ConfigureAwait(false)
        || await documents.HasVersionAsync(partition, id, version: 1, content, cancellation).ConfigureAwait(false);

    /// <summary>Stores a version if the one before is stored. False when another one, or nothing, is.</summary>
    /// <param name="others">What changes beside the content; at most 8.</param>
    public static async Task<bool> SaveVersionAsync(
        this CosmosDocuments documents, string partition, string id, long version, byte[] content, CancellationToken cancellation, params PatchOperation[] others)
    {
        using var parsed = JsonDocument.Parse(content);
        PatchOperation[] changes = [PatchOperation.Set("/document", parsed.RootElement.Clone()), PatchOperation.Set("/version", version), .. others];
        var condition = string.Create(CultureInfo.InvariantCulture, $"FROM c WHERE c.version = {version - 1}");
        return await documents.PatchAsync(partition, id, changes, condition, cancellation).ConfigureAwait(false) switch
        {
            WriteResult.Done => true,
            WriteResult.Refused => await documents.HasVersionAsync(partition, id, version, content, cancellation).ConfigureAwait(false),
            _ => false,
        };
    }

    private static async Task<bool> HasVersionAsync(
        this CosmosDocuments documents, string partition, string id, long version, byte[] content, CancellationToken cancellation) =>
        await documents.FindAsync(partition, id, cancellation).ConfigureAwait(false) is { } found
        && found.Document.GetProperty("version").GetInt64() == version
        && CosmosJson.IsSame(found.Document.GetProperty("document"), content);
}
