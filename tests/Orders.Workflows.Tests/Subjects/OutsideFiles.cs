using Orders.Application.Statistics;
using Orders.Embedded.Statistics;

namespace Orders.Workflows.Tests.Subjects;

/// <summary>The files of reports on a disk that outlives the process, which may die after any write.</summary>
public sealed class OutsideFiles : IReportFiles
{
    private readonly ReportsInMemory disk = new();
    private int writes;

    /// <summary>Called after each write with its number.</summary>
    public Action<int>? AfterWrite { get; set; }

    public int Writes => writes;

    public async Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        await disk.WriteAsync(name, content, cancellation);
        AfterWrite?.Invoke(++writes);
    }

    public Task<byte[]?> ReadAsync(string name, CancellationToken cancellation) => disk.ReadAsync(name, cancellation);

    public Task<IReadOnlyList<ReportFile>> ListAsync(string folder, CancellationToken cancellation) => disk.ListAsync(folder, cancellation);
}
