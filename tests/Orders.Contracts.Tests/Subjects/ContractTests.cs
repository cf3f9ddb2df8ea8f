namespace Orders.Contracts.Tests.Subjects;

/// <summary>What the suites share: a subject of their own for each test.</summary>
public abstract class ContractTests(Subject subject) : IDisposable
{
    protected static CancellationToken None => CancellationToken.None;

    protected Subject Subject { get; } = subject;

    public void Dispose()
    {
        Subject.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>All items of a list that comes in pages.</summary>
    protected static async Task<List<T>> ReadAllAsync<T>(Func<string?, Task<Application.Page<T>>> read)
    {
        var all = new List<T>();
        string? cursor = null;
        do
        {
            var page = await read(cursor);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }
}
