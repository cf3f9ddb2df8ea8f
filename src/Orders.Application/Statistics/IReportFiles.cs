namespace Orders.Application.Statistics;

/// <param name="Name">With its folders, parted by <c>/</c>.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ReportFile(string Name, long Bytes);

/// <summary>
/// Files of the reports, by names like <c>facts/orders/date=2026-03-01/part-00.jsonl</c>: small letters, digits and <c>= . _ - /</c>. Everything may be
/// repeated. A <see cref="DependencyUnavailableException"/> means: unknown whether it happened.
/// </summary>
public interface IReportFiles
{
    /// <summary>Writes a whole file in place of the one before: a reader sees that or this, never a part, whenever the writer dies.</summary>
    /// <exception cref="ArgumentException">No such name.</exception>
    Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>The whole file; null when there is none.</summary>
    /// <exception cref="ArgumentException">No such name.</exception>
    Task<byte[]?> ReadAsync(string name, CancellationToken cancellation);

    /// <summary>The files that lie in a folder itself, by name.</summary>
    /// <param name="folder">Without a <c>/</c> at its end.</param>
    /// <exception cref="ArgumentException">No such name.</exception>
    Task<IReadOnlyList<ReportFile>> ListAsync(string folder, CancellationToken cancellation);
}

/// <summary>Which names files can have.</summary>
public static class ReportFileNames
{
    private const int MostCharacters = 200;

    /// <exception cref="ArgumentException">It can't.</exception>
    public static string Check(string name) =>
        name.Length is > 0 and <= MostCharacters && name.Split('/').All(IsPart) ? name : throw new ArgumentException($"'{name}' is no name of a file of reports.", nameof(name));

    private static bool IsPart(string part) =>
        part.Length > 0 && part[0] != '.' && part.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '=' or '.' or '_' or '-');
}
