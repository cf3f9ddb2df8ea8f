using Orders.Application;
using Orders.Application.Statistics;

namespace Orders.Embedded.Statistics;

/// <summary>Files of reports in a folder. A file is written beside its place, to the disk, and renamed into it; what a writer that died left lies about under a name that nobody reads.</summary>
public sealed class FileReports(string root) : IReportFiles
{
    private const string Unfinished = ".unfinished";

    private readonly Lock gate = new();

    public Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var path = PathOf(name);
        return GuardAsync(
            () =>
            {
                // One at a time: two that write the same file would share the place beside it.
                lock (gate)
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    using (var file = new FileStream(path + Unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
                    {
                        file.Write(content.Span);
                        file.Flush(flushToDisk: true);
                    }

                    File.Move(path + Unfinished, path, overwrite: true);
                }

                return true;
            },
            cancellation);
    }

    public Task<byte[]?> ReadAsync(string name, CancellationToken cancellation)
    {
        var path = PathOf(name);
        return GuardAsync(() => File.Exists(path) ? File.ReadAllBytes(path) : null, cancellation);
    }

    public Task<IReadOnlyList<ReportFile>> ListAsync(string folder, CancellationToken cancellation)
    {
        var path = PathOf(folder);
        return GuardAsync<IReadOnlyList<ReportFile>>(
            () => !Directory.Exists(path)
                ? []
                : [.. new DirectoryInfo(path).GetFiles().Where(file => file.Extension != Unfinished)
                    .Select(file => new ReportFile($"{folder}/{file.Name}", file.Length)).OrderBy(file => file.Name, StringComparer.Ordinal)],
            cancellation);
    }

    private string PathOf(string name) => Path.Combine([root, .. ReportFileNames.Check(name).Split('/')]);

    private static Task<T> GuardAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellation);
        try
        {
            return Task.FromResult(work());
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return Task.FromException<T>(new DependencyUnavailableException("The files of the reports", failed));
        }
    }
}
