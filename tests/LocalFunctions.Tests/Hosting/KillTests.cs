using LocalFunctions.Storage;

namespace LocalFunctions.Tests.Hosting;

public sealed class KillTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KilledStore_IsDeadForGood_AndItsSuccessorHasWhatWasCommitted(bool file)
    {
        var store = file ? LocalStore.OpenFile(Path.Combine(Directory.CreateTempSubdirectory("local-functions-").FullName, "x.db")) : LocalStore.OpenMemory();
        await store.WriteAsync(t => t.Execute("CREATE TABLE kept (id INTEGER)"));
        await store.WriteAsync(t => t.Execute("INSERT INTO kept VALUES (1)"));

        using var successor = store.KillAndReopen();
        await Assert.ThrowsAsync<StoreCrashedException>(() => store.WriteAsync(t => t.Execute("INSERT INTO kept VALUES (2)")));
        Assert.Throws<StoreCrashedException>(() => store.Read(s => s.Scalar("SELECT count(*) FROM kept")));
        store.Dispose();

        await successor.WriteAsync(t => t.Execute("INSERT INTO kept VALUES (3)"));
        Assert.Equal([1, 3], successor.Read(s => s.Query("SELECT id FROM kept ORDER BY id", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task MemoryStore_SharedByManyThreads_RunsEveryAfterCommitOnce()
    {
        using var store = LocalStore.OpenMemory();
        await store.WriteAsync(t => t.Execute("CREATE TABLE row (id INTEGER PRIMARY KEY)"));
        var after = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), async (id, _) => await store.WriteAsync(t =>
        {
            t.Execute("INSERT INTO row VALUES ($1)", id);
            t.AfterCommit(() => Interlocked.Increment(ref after));
        }));
        Assert.Equal(2000, after);
    }
}
