using System.Collections.Concurrent;
using Orders.Application.Statistics;

namespace Orders.Embedded.Statistics;

/// <summary>Files of reports for a host that keeps nothing on disk.</summary>
public sealed class ReportsInMemory : IReportFiles
{
    private readonly ConcurrentDictionary<string, byte[]> files = new(StringComparer.Ordinal);

    public Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        files[ReportFileNames.Check(name)] = content.ToArray();
        return Task.CompletedTask;
    }

    public Task<byte[]?> ReadAsync(string name, CancellationToken cancellation) =>
        Task.FromResult(files.TryGetValue(ReportFileNames.Check(name), out var content) ? (byte[])content.Clone() : null);

    public Task<IReadOnlyList<ReportFile>> ListAsync(string folder, CancellationToken cancellation)
    {
        var start = ReportFileNames.Check(folder) + "/";
        return Task.FromResult<IReadOnlyList<ReportFile>>(
        [
            .. files.Where(file => file.Key.StartsWith(start, StringComparison.Ordinal) && !file.Key[start.Length..].Contains('/', StringComparison.Ordinal))
                .Select(file => new ReportFile(file.Key, file.Value.Length)).OrderBy(file => file.Name, StringComparer.Ordinal),
        ]);
    }
}
