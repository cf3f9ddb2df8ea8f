using LocalFunctions.Storage;
using Microsoft.Data.Sqlite;

namespace LocalFunctions.Tests.Stores;

/// <summary>The file store: one writer for all, so no piece of work and no fault may keep it from the next.</summary>
public sealed class LocalStoreTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("local-store-");
    private readonly List<IDisposable> opened = [];

    [Fact]
    public async Task WorkThatThrows_IsUndoneAlone()
    {
        var store = Open();
        using var gate = new ManualResetEventSlim();
        var first = await KeepBusyAsync(store, gate);
        var good = store.WriteAsync(t => Add(t, 1));
        var bad = store.WriteAsync(t =>
        {
            Add(t, 2);
            t.AfterCommit(() => Assert.Fail("It wasn't committed."));
            throw new FormatException("mine");
        });
        var last = store.WriteAsync(t => Add(t, 3));
        gate.Set();
        await Task.WhenAll(first, good, last);
        await Assert.ThrowsAsync<FormatException>(() => bad);
        Assert.Equal([1, 3], Numbers(store));
    }

    [Fact]
    public async Task WorkBesideOneThatThrows_IsRepeated_AndCountsOnce()
    {
        var store = Open();
        using var gate = new ManualResetEventSlim();
        var first = await KeepBusyAsync(store, gate);
        var (ran, told) = (0, 0);
        var good = store.WriteAsync(t =>
        {
            ran++;
            t.AfterCommit(() => told++);
            return Add(t, 1) + t.Execute("INSERT INTO numbers SELECT n + 10 FROM numbers");
        });
        var bad = store.WriteAsync(_ => throw new FormatException("mine"));
        gate.Set();
        await first;
        Assert.Equal(2, await good);
        await Assert.ThrowsAsync<FormatException>(() => bad);
        Assert.Equal((2, 1), (ran, told));
        Assert.Equal([1, 11], Numbers(store));
    }

    /// <summary>Without the plan stability that <see cref="LocalStore"/> asks for, SQLite compiles it anew for each bound limit.</summary>
    [Fact]
    public async Task StatementWithABoundLimit_IsCompiledOnce()
    {
        const string Limited = "SELECT n FROM numbers ORDER BY n LIMIT $1";
        var store = Open();
        await store.WriteAsync(t => t.Execute("INSERT INTO numbers VALUES (1), (2), (3)"));
        var times = store.Read(session =>
        {
            for (var limit = 1; limit <= 3; limit++)
                Assert.Equal(limit, session.Query(Limited, row => row.GetInt64(0), limit).Count);
            return session.Compiled[Limited].TimesRecompiled;
        });
        Assert.Equal(0, times);
    }

    [Fact]
    public async Task Insert_TellsTheRowsNumber_AndWhenItWasLeftOut()
    {
        var store = Open();
        await store.WriteAsync(t => t.Execute("CREATE TABLE named (seq INTEGER PRIMARY KEY, name TEXT UNIQUE)"));
        const string Insert = "INSERT INTO named (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";
        var rows = await store.WriteAsync(t => new[] { t.Insert(Insert, "a"), t.Insert(Insert, "b"), t.Insert(Insert, "a"), t.Insert(Insert, "c") });
        Assert.Equal([1, 2, 0, 3], rows);
    }

    [Fact]
    public async Task ActionAfterCommit_InMemoryToo_WaitsForThoseOfTheCommitsBefore()
    {
        using var store = LocalStore.OpenMemory();
        var told = new List<int>();
        Task? second = null;
        await store.WriteAsync(t => t.AfterCommit(() =>
        {
            second = Task.Run(() => store.WriteAsync(after => after.AfterCommit(() => told.Add(2))));
            SpinWait.SpinUntil(() => told.Count > 0, TimeSpan.FromMilliseconds(200));
            told.Add(1);
        }));
        await second!;
        Assert.Equal([1, 2], told);
    }

    [Fact]
    public void ActionsAfterCommit_RunInTheOrderOfTheCommits()
    {
        var store = Open();
        var told = new List<long>();
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                store.WriteAsync(t =>
                {
                    var number = t.Insert("INSERT INTO numbers DEFAULT VALUES");
                    t.AfterCommit(() => told.Add(number));
                }).GetAwaiter().GetResult();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(Enumerable.Range(1, 2000).Select(n => (long)n), told);
    }

    [Fact]
    public async Task WorkThatUndoesTheWholeCommit_FailsAllInItAndNoLaterOne()
    {
        var store = Open();
        await store.WriteAsync(t => t.Execute("CREATE TRIGGER hurt BEFORE INSERT ON numbers WHEN new.n = 2 BEGIN SELECT RAISE(ROLLBACK, 'all'); END"));
        using var gate = new ManualResetEventSlim();
        var first = await KeepBusyAsync(store, gate);
        var (good, bad) = (store.WriteAsync(t => Add(t, 1)), store.WriteAsync(t => Add(t, 2)));
        gate.Set();
        await first;
        Assert.Contains("all", (await Assert.ThrowsAsync<SqliteException>(() => good)).Message, StringComparison.Ordinal);
        Assert.Contains("all", (await Assert.ThrowsAsync<SqliteException>(() => bad)).Message, StringComparison.Ordinal);
        await store.WriteAsync(t => Add(t, 3));
        Assert.Equal([3], Numbers(store));
    }

    [Fact]
    public async Task FullDisk_IsTheWritersFailure_AndTheNextWriteIsTriedAnew()
    {
        var store = Open();
        var pages = store.Read(s => s.Scalar("PRAGMA page_count"));
        await store.WriteAsync(t => t.Scalar($"PRAGMA max_page_count = {pages + 1}"));
        var failure = await Assert.ThrowsAsync<SqliteException>(() => store.WriteAsync(t =>
            t.Execute("INSERT INTO numbers VALUES (1), (2)") + t.Execute("CREATE TABLE large AS SELECT zeroblob(1000000) AS data")));
        Assert.Equal(13, failure.SqliteErrorCode);
        Assert.Empty(Numbers(store));
        await store.WriteAsync(t => t.Scalar("PRAGMA max_page_count = 100000"));
        await store.WriteAsync(t => Add(t, 3));
        Assert.Equal([3], Numbers(store));
    }

    [Fact]
    public async Task ActionAfterCommitThatThrows_HidesNeitherTheCommitNorTheOtherActions()
    {
        var store = Open();
        var told = 0;
        await Assert.ThrowsAsync<FormatException>(() => store.WriteAsync(t =>
        {
            Add(t, 1);
            t.AfterCommit(() => throw new FormatException("a listener's fault"));
            t.AfterCommit(() => told++);
        }));
        await store.WriteAsync(t => Add(t, 2));
        Assert.Equal((1, 2), (told, Numbers(store).Count));
    }

    [Fact]
    public async Task Dispose_FinishesWhatWaits_AndRefusesWhatComesAfter()
    {
        var store = Open();
        using var gate = new ManualResetEventSlim();
        var first = await KeepBusyAsync(store, gate);
        var waiting = Enumerable.Range(1, 100).Select(n => store.WriteAsync(t => Add(t, n))).ToList();
        gate.Set();
        store.Dispose();
        await Task.WhenAll([first, .. waiting]);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.WriteAsync(t => Add(t, 0)));
        Assert.Throws<ObjectDisposedException>(() => Numbers(store));
        Assert.Equal(100, Numbers(Open(create: false)).Count);
    }

    [Fact]
    public void SecondOpener_IsToldWhoIsThere_AndAFailedOneHoldsNothing()
    {
        var path = Path.Combine(folder.FullName, "broken.db");
        File.WriteAllBytes(path, [.. Enumerable.Repeat((byte)7, 5000)]);
        Assert.Throws<SqliteException>(() => LocalStore.OpenFile(path));
        File.Delete(path);
        using var mine = LocalStore.OpenFile(path, durable: false);
        Assert.Throws<IOException>(() => LocalStore.OpenFile(path));
    }

    [Fact]
    public async Task LogUnderReadersWithoutAGap_BeginsAnew()
    {
        const long Limit = 1_000_000;
        var path = Path.Combine(folder.FullName, "read.db");
        using var store = LocalStore.OpenFile(path, durable: false, longestLog: Limit);
        store.Migrate("Test", "CREATE TABLE numbers (n INTEGER PRIMARY KEY, data BLOB)", "INSERT INTO numbers VALUES (0, NULL)");
        var (begun, stop) = (0, false);
        var readers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            // Each reads until the other has begun to read after it.
            while (!Volatile.Read(ref stop))
            {
                store.Read(s => s.First("SELECT n FROM numbers LIMIT 1", _ =>
                {
                    var mine = Interlocked.Increment(ref begun);
                    return SpinWait.SpinUntil(() => Volatile.Read(ref begun) > mine || Volatile.Read(ref stop), TimeSpan.FromSeconds(30));
                }));
            }
        })).ToList();
        readers.ForEach(reader => reader.Start());
        for (var n = 1; n <= 400; n++)
            await store.WriteAsync(t => t.Execute("INSERT INTO numbers VALUES ($1, zeroblob(20000))", n));
        Volatile.Write(ref stop, true);
        readers.ForEach(reader => reader.Join());
        Assert.InRange(new FileInfo(path + "-wal").Length, 1, 3 * Limit);
        Assert.Equal(401, store.Read(s => s.Scalar("SELECT count(*) FROM numbers")));
    }

    public void Dispose()
    {
        opened.ForEach(store => store.Dispose());
        folder.Delete(recursive: true);
    }

    /// <summary>What is written until the gate opens waits, and shares one commit.</summary>
    private static async Task<Task> KeepBusyAsync(LocalStore store, ManualResetEventSlim gate)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = store.WriteAsync(_ =>
        {
            begun.SetResult();
            gate.Wait();
        });
        await begun.Task;
        return first;
    }

    private LocalStore Open(bool create = true)
    {
        var store = LocalStore.OpenFile(Path.Combine(folder.FullName, "store.db"), durable: false);
        opened.Add(store);
        if (create)
            store.Migrate("Test", "CREATE TABLE numbers (n INTEGER PRIMARY KEY)");
        return store;
    }

    private static int Add(WriteTransaction transaction, int number) => transaction.Execute("INSERT INTO numbers VALUES ($1)", number);

    private static List<long> Numbers(LocalStore store) => store.Read(s => s.Query("SELECT n FROM numbers ORDER BY n", row => row.GetInt64(0)));
}
