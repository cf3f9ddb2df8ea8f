using LocalFunctions.Storage;
using Microsoft.Data.Sqlite;
using Orders.Application;
using Orders.Application.Access;

namespace Orders.Embedded.Storage;

/// <summary>
/// The order system's tables in the host's store. Every adapter goes through here, so that a broken disk reaches the use cases as the one
/// exception that ports throw. One call of <see cref="WriteAsync{T}"/> is one port call: no adapter joins another's write.
/// </summary>
public sealed class EmbeddedTables
{
    private readonly LocalStore store;
    private readonly LastTry lastWrite;

    public EmbeddedTables(LocalStore store, TimeProvider clock)
    {
        (this.store, lastWrite) = (store, new LastTry(clock));
        store.Migrate("Orders.Embedded", Schema.Steps);
    }

    /// <summary>Whether the last write failed, within this minute: a disk that is full can still be read.</summary>
    public bool WritesFail => lastWrite.HasFailed;

    /// <summary>Runs the work in the next commit; durable when it completes.</summary>
    /// <exception cref="DependencyUnavailableException">The disk failed: unknown whether it happened.</exception>
    public async Task<T> WriteAsync<T>(Func<WriteTransaction, T> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            var answer = await store.WriteAsync(work).ConfigureAwait(false);
            lastWrite.Succeeded();
            return answer;
        }
        catch (SqliteException broken)
        {
            lastWrite.Failed();
            throw Unavailable(broken);
        }
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<WriteTransaction> work, CancellationToken cancellation) => WriteAsync(
        transaction =>
        {
            work(transaction);
            return true;
        },
        cancellation);

    /// <summary>Reads what is committed, on the caller's thread: microseconds, out of the page cache.</summary>
    /// <exception cref="DependencyUnavailableException">The disk failed.</exception>
    public T Read<T>(Func<SqlSession, T> query)
    {
        try
        {
            return store.Read(query);
        }
        catch (SqliteException broken)
        {
            throw Unavailable(broken);
        }
    }

    /// <summary>As <see cref="Read"/>; what it throws is in the task.</summary>
    public Task<T> ReadAsync<T>(Func<SqlSession, T> query, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellation);
        try
        {
            return Task.FromResult(Read(query));
        }
        catch (Exception failed) when (failed is DependencyUnavailableException or StoreCrashedException)
        {
            return Task.FromException<T>(failed);
        }
    }

    private static DependencyUnavailableException Unavailable(SqliteException broken) => new("The embedded store", broken);
}
