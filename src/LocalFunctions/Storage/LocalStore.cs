using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace LocalFunctions.Storage;

/// <summary>
/// One SQLite database with one writer. A file store groups all the writes that wait into one commit and answers each only after
/// that commit is on disk (WAL, <c>synchronous=FULL</c>), so all that waits shares one fsync. A memory store has a single
/// connection and does everything on its caller's thread, which makes a run repeatable and a crash exact.
/// </summary>
public sealed class LocalStore : IDisposable
{
    private const int MostPerCommit = 1024;
    private const long LongestLog = 64 * 1024 * 1024;

    private readonly string connectionString;
    private readonly WriteTransaction writer;
    private readonly FileStream? fileLock;
    private readonly LogLimit? logLimit;
    private readonly BlockingCollection<PendingWrite>? queue;
    private readonly Thread? thread;
    private readonly ConcurrentBag<SqlSession> readers = [];
    private readonly Lock memoryLock = new();
    private readonly InOrder announcements = new();
    private readonly bool durable;
    private bool hasSuccessor;
    private volatile bool disposed;
    private long commits;
    private long crashAtCommit = long.MaxValue;
    private volatile bool crashed;

    private LocalStore(string? path, bool durable, long longestLog = LongestLog)
    {
        this.durable = durable;
        if (path is null)
        {
            connectionString = "Data Source=:memory:";
            writer = new WriteTransaction(OpenConnection("PRAGMA foreign_keys=OFF"));
        }
        else
        {
            path = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            fileLock = LockFile(path);
            connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
            logLimit = new LogLimit(path, longestLog);
            writer = OpenWriter(fileLock, logLimit);
            queue = new BlockingCollection<PendingWrite>(boundedCapacity: 65_536);
            thread = new Thread(WriteLoop) { IsBackground = true, Name = "LocalStore writer" };
            thread.Start();
        }

        FilePath = path;
        MigrateCore("LocalStore", ["CREATE TABLE IF NOT EXISTS local_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"]);
    }

    /// <summary>The successor of a killed memory store: the same database and the same lock, so that both never use it at once.</summary>
    private LocalStore(LocalStore killed)
    {
        connectionString = killed.connectionString;
        writer = killed.writer;
        memoryLock = killed.memoryLock;
        commits = killed.Commits;
    }

    /// <summary>Full path of the database file; null for a memory store.</summary>
    public string? FilePath { get; }

    /// <summary>Commits since the store was opened. It moves whenever anything that is stored changes.</summary>
    public long Commits => Interlocked.Read(ref commits);

    /// <summary>
    /// Opens or creates a store in a file. <paramref name="durable"/> false leaves out the fsync, for tests that don't pull plugs.
    /// </summary>
    /// <exception cref="IOException">Another process has this store open.</exception>
    public static LocalStore OpenFile(string path, bool durable = true) => new(path, durable);

    /// <summary>For tests of the log's limit, in bytes.</summary>
    internal static LocalStore OpenFile(string path, bool durable, long longestLog) => new(path, durable, longestLog);

    /// <summary>A store in memory: one connection, every call completes on its caller's thread.</summary>
    public static LocalStore OpenMemory() => new(path: null, durable: false);

    /// <summary>
    /// Runs <paramref name="work"/> in the next commit and completes when that is durable. An exception from the work undoes the work
    /// alone and reaches the caller; others in the same commit are untouched. The work runs on the writer: no waiting in it. It may run
    /// twice (when another one in the commit throws), so it changes nothing but through the transaction and <see cref="WriteTransaction.AfterCommit"/>.
    /// </summary>
    public Task<T> WriteAsync<T>(Func<WriteTransaction, T> work)
    {
        ThrowIfCrashed();
        if (queue is null)
            return WriteInline(work);
        var pending = new PendingWrite<T>(work);
        try
        {
            queue.Add(pending);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(LocalStore));
        }

        return pending.Completion;
    }

    /// <inheritdoc cref="WriteAsync{T}(Func{WriteTransaction, T})"/>
    public Task WriteAsync(Action<WriteTransaction> work) => WriteAsync(transaction =>
    {
        work(transaction);
        return true;
    });

    /// <summary>Reads what is committed, on a read-only session. Each statement sees the newest commit.</summary>
    public T Read<T>(Func<SqlSession, T> query)
    {
        ThrowIfCrashed();
        if (queue is null)
        {
            lock (memoryLock)
            {
                ThrowIfCrashed();
                return query(writer);
            }
        }

        ObjectDisposedException.ThrowIf(disposed, this);
        if (!readers.TryTake(out var session))
            session = new SqlSession(OpenConnection("PRAGMA busy_timeout=10000; PRAGMA query_only=ON; PRAGMA cache_size=-16384"));
        try
        {
            return query(session);
        }
        finally
        {
            readers.Add(session);
            if (disposed)
                CloseReaders();
        }
    }

    /// <summary>
    /// Brings a component's tables up to date: step <c>i</c> runs once ever. Steps are persisted formats: append, never edit.
    /// </summary>
    public void Migrate(string component, params IReadOnlyList<string> steps) => MigrateCore(component, steps);

    /// <summary>
    /// Memory stores only: after that many more commits the process counts as killed. The commit itself happens; its caller and
    /// everybody after it get <see cref="StoreCrashedException"/> until <see cref="Restart"/>.
    /// </summary>
    public void CrashAfter(int moreCommits)
    {
        if (queue is not null)
            throw new InvalidOperationException("Only a memory store can pretend to crash; kill the process instead.");
        crashAtCommit = Commits + moreCommits;
        crashed = moreCommits == 0;
    }

    /// <summary>What was committed before the crash is there again, as for a new process.</summary>
    public void Restart()
    {
        crashAtCommit = long.MaxValue;
        crashed = false;
    }

    /// <summary>Whether a planned crash has happened.</summary>
    public bool HasCrashed => crashed;

    /// <summary>
    /// Stands for <c>kill -9</c> and a new process. This object is dead for good: whoever still holds it gets
    /// <see cref="StoreCrashedException"/>, so nothing of the old life can reach the new one. The store that is returned has what was committed.
    /// </summary>
    public LocalStore KillAndReopen()
    {
        lock (memoryLock)
            crashed = true;
        if (queue is not null)
        {
            Dispose();
            return OpenFile(FilePath!, durable);
        }

        hasSuccessor = true;
        return new LocalStore(this);
    }

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        queue?.CompleteAdding();
        thread?.Join();
        queue?.Dispose();
        CloseReaders();
        if (!hasSuccessor)
            writer.Dispose();
        fileLock?.Dispose();
    }

    private void CloseReaders()
    {
        while (readers.TryTake(out var session))
            session.Dispose();
    }

    private Task<T> WriteInline<T>(Func<WriteTransaction, T> work)
    {
        T result;
        InOrder.Entry afterCommit;
        lock (memoryLock)
        {
            ThrowIfCrashed();
            writer.Execute("BEGIN IMMEDIATE");
            try
            {
                result = work(writer);
                writer.Execute("COMMIT");
            }
            catch (Exception refused)
            {
                writer.TakeAfterCommit();
                writer.Execute("ROLLBACK");
                return Task.FromException<T>(refused);
            }

            if (Interlocked.Increment(ref commits) >= crashAtCommit)
            {
                crashed = true;
                writer.TakeAfterCommit();
                return Task.FromException<T>(new StoreCrashedException());
            }

            afterCommit = announcements.Add(writer.TakeAfterCommit());
        }

        return announcements.Run(afterCommit) is { } thrown ? Task.FromException<T>(thrown) : Task.FromResult(result);
    }

    private void WriteLoop()
    {
        var batch = new List<PendingWrite>(MostPerCommit);
        foreach (var first in queue!.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < MostPerCommit && queue.TryTake(out var next))
                batch.Add(next);
            Commit(batch);
            batch.Clear();
        }
    }

    private void Commit(List<PendingWrite> batch)
    {
        if (crashed)
        {
            foreach (var write in batch)
                write.Fail(new StoreCrashedException());
            return;
        }

        try
        {
            Begin();
            if (!batch.TrueForAll(write => write.Run(writer)))
            {
                // A savepoint copies every page that its work touches. Hardly any work throws, so the others don't pay for it in advance.
                Begin();
                foreach (var write in batch)
                    RunAlone(write);
            }

            writer.Execute("COMMIT");
        }
        catch (Exception failure)
        {
            // The disk is full or broken: nobody in this commit may believe that it happened. The writer goes on with the next.
            foreach (var write in batch)
                write.Fail(failure);
            return;
        }

        Interlocked.Increment(ref commits);
        foreach (var write in batch)
            write.Complete();
        logLimit?.Keep(writer);
    }

    /// <summary>Begins from what is committed: whatever a transaction that is still open has written is undone.</summary>
    private void Begin()
    {
        if (IsInTransaction)
            writer.Execute("ROLLBACK");
        writer.Execute("BEGIN IMMEDIATE");
    }

    private void RunAlone(PendingWrite write)
    {
        writer.Execute("SAVEPOINT work");
        if (write.Run(writer))
        {
            writer.Execute("RELEASE work");
            return;
        }

        // On a full disk, for one, SQLite undoes the whole transaction by itself: then this is the failure of all that were in it.
        if (!IsInTransaction)
            throw write.Refused!;
        writer.Execute("ROLLBACK TO work");
        writer.Execute("RELEASE work");
    }

    private bool IsInTransaction => SQLitePCL.raw.sqlite3_get_autocommit(writer.Connection.Handle!) == 0;

    private void MigrateCore(string component, IReadOnlyList<string> steps) => WriteAsync(transaction =>
    {
        transaction.Execute("CREATE TABLE IF NOT EXISTS local_schema (component TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID");
        var done = (int)transaction.Scalar("SELECT version FROM local_schema WHERE component = $1", component);
        for (var step = done; step < steps.Count; step++)
            transaction.Execute(steps[step]);
        transaction.Execute(
            "INSERT INTO local_schema (component, version) VALUES ($1, $2) ON CONFLICT (component) DO UPDATE SET version = max(version, $2)",
            component, steps.Count);
    }).GetAwaiter().GetResult();

    private WriteTransaction OpenWriter(FileStream held, LogLimit limit)
    {
        try
        {
            return new WriteTransaction(OpenConnection(
                $"PRAGMA journal_mode=WAL; PRAGMA synchronous={(durable ? "FULL" : "OFF")}; PRAGMA busy_timeout=10000; " +
                // A commit in which a B-tree was balanced walks over all cached pages: a large cache cost more than the reads that it saved.
                "PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY; " + limit.Pragma));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private SqliteConnection OpenConnection(string pragmas)
    {
        SqliteEngine.EnsureConfigured();
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            SqliteEngine.KeepPlans(connection.Handle!);
            using var command = connection.CreateCommand();
            command.CommandText = pragmas;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static FileStream LockFile(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inUse)
        {
            throw new IOException($"{path} is in use by another process. Stop that one, or choose another data folder.", inUse);
        }
    }

    private void ThrowIfCrashed()
    {
        if (crashed)
            throw new StoreCrashedException();
    }
}

/// <summary>Stands for the death of the process in tests: nothing after it happened.</summary>
public sealed class StoreCrashedException() : Exception("The process was killed here (a planned crash of the memory store).");
