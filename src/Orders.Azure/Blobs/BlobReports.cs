using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Orders.Application;
using Orders.Application.Statistics;
using Orders.Azure.Resilience;
using Polly;

namespace Orders.Azure.Blobs;

/// <summary>
/// Files of reports as block blobs of one container. A file is put by one request, so it replaces the one before as a whole; blocks that are staged and committed would be
/// as whole, but two writers at once would take each other's blocks away.
/// </summary>
/// <param name="container">Infra makes it; in the emulator the app does.</param>
/// <param name="pipeline">Guards every call; the SDK's own repetition is off.</param>
public sealed class BlobReports(BlobContainerClient container, ResiliencePipeline pipeline) : IReportFiles
{
    private const long MostBytesOfARequest = 5_000L * 1024 * 1024;
    private const string Folders = "/";

    private static readonly BlobUploadOptions InOneRequest = new() { TransferOptions = new() { InitialTransferSize = MostBytesOfARequest } };

    public Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var file = container.GetBlobClient(ReportFileNames.Check(name));
        return RunAsync(token => file.UploadAsync(BinaryData.FromBytes(content), InOneRequest, token), cancellation);
    }

    public Task<byte[]?> ReadAsync(string name, CancellationToken cancellation)
    {
        var file = container.GetBlobClient(ReportFileNames.Check(name));
        return RunAsync(token => ReadAsync(file, token), cancellation);
    }

    public Task<IReadOnlyList<ReportFile>> ListAsync(string folder, CancellationToken cancellation)
    {
        var start = ReportFileNames.Check(folder) + Folders;
        return RunAsync(token => ListFolderAsync(start, token), cancellation);
    }

    private static async Task<byte[]?> ReadAsync(BlobClient file, CancellationToken cancellation)
    {
        try
        {
            return (await file.DownloadContentAsync(cancellation).ConfigureAwait(false)).Value.Content.ToArray();
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    /// <summary>All pages; folders within the folder are no files.</summary>
    private async Task<IReadOnlyList<ReportFile>> ListFolderAsync(string start, CancellationToken cancellation)
    {
        var found = new List<ReportFile>();
        await foreach (var item in container.GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, Folders, start, cancellation).ConfigureAwait(false))
        {
            if (item.IsBlob)
                found.Add(new ReportFile(item.Blob.Name, item.Blob.Properties.ContentLength ?? 0));
        }

        found.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return found;
    }

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await pipeline.ExecuteAsync(async token => await call(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (DependencyPipeline.SaysAway(failure, BlobErrors.IsTransient))
        {
            throw new DependencyUnavailableException("Blob storage", failure);
        }
    }
}
