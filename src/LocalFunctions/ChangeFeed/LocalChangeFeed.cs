using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using LocalFunctions.Storage;

namespace LocalFunctions.ChangeFeed;

/// <summary>
/// The change feed of the containers that embedded adapters keep in the host's store. A change is appended in the same write as the
/// document, so there is never one without the other. Order holds per partition key: keys are spread over a fixed number of feed
/// ranges, each of which is read in order. The log is cut behind the slowest reader.
/// </summary>
public sealed class LocalChangeFeed
{
    private const string RangesSetting = "feed.ranges";

    private readonly LocalStore store;
    private readonly ConcurrentDictionary<string, ContainerFeed> containers = new(StringComparer.Ordinal);
    private volatile bool started;

    /// <param name="store">Where documents and changes lie.</param>
    /// <param name="ranges">Feed ranges, which are read side by side; counts only the first time that a store is opened.</param>
    public LocalChangeFeed(LocalStore store, int ranges = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranges, 1);
        this.store = store;
        store.Migrate(
            "ChangeFeed",
            "CREATE TABLE feed_containers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
            """
            CREATE TABLE feed_changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, container INTEGER NOT NULL, range INTEGER NOT NULL, item TEXT,
                json BLOB NOT NULL)
            """,
            "CREATE INDEX feed_changes_in_order ON feed_changes (container, range, seq)",
            """
            CREATE TABLE feed_checkpoints (function TEXT NOT NULL COLLATE NOCASE, container INTEGER NOT NULL, range INTEGER NOT NULL,
                seq INTEGER NOT NULL, PRIMARY KEY (function, container, range)) WITHOUT ROWID
            """);
        Ranges = FixRanges(ranges);
        store.Read(session =>
        {
            foreach (var (id, name) in session.Query("SELECT id, name FROM feed_containers", row => (row.GetInt64(0), row.GetString(1))))
            {
                var feed = Container(name);
                feed.Id = id;
                feed.Load(session);
            }

            return true;
        });
    }

    internal int Ranges { get; }

    internal LocalStore Store => store;

    /// <summary>
    /// Appends a change, as part of the write that changes the document. Nothing is kept of containers that no function reads.
    /// </summary>
    /// <param name="transaction">The document's write.</param>
    /// <param name="container">The container's name, as in <c>[CosmosDBTrigger]</c>.</param>
    /// <param name="partitionKey">Changes with the same key are delivered in order.</param>
    /// <param name="json">The document as it is now.</param>
    /// <param name="id">
    /// The document's id. When it is given, a batch that would hold several versions of the document holds the last one only, as Cosmos
    /// DB's latest-version mode allows; null delivers every version.
    /// </param>
    public void Append(WriteTransaction transaction, string container, string partitionKey, byte[] json, string? id = null)
    {
        var feed = Container(container);
        if (started && !feed.HasReaders)
            return;
        var range = RangeOf(partitionKey);
        var item = id is null ? null : $"{partitionKey}/{id}";
        var sequence = transaction.Insert(
            "INSERT INTO feed_changes (container, range, item, json) VALUES ($1, $2, $3, $4)", IdOf(transaction, feed), range, item, json);
        transaction.AfterCommit(() => feed.Wrote(range, new Change(sequence, item, json)));
    }

    /// <inheritdoc cref="Append(WriteTransaction, string, string, byte[], string?)"/>
    public void Append(WriteTransaction transaction, string container, string partitionKey, string json, string? id = null) =>
        Append(transaction, container, partitionKey, Encoding.UTF8.GetBytes(json), id);

    /// <summary>
    /// Forgets how far a function has read that the app doesn't have any more, so that the log needn't be kept for it.
    /// </summary>
    public Task ForgetAsync(string function)
    {
        foreach (var feed in containers.Values)
            feed.Forget(function);
        return store.WriteAsync(transaction => transaction.Execute("DELETE FROM feed_checkpoints WHERE function = $1", function));
    }

    /// <summary>Changes that are kept, of all containers.</summary>
    public long CountKept() => store.Read(session => session.Scalar("SELECT count(*) FROM feed_changes"));

    internal ContainerFeed Container(string name) => containers.GetOrAdd(name, static (key, ranges) => new ContainerFeed(key, ranges), Ranges);

    /// <summary>Remembers where a new function begins; a function that was here before goes on where it was.</summary>
    internal ContainerFeed Register(string function, string container, bool fromBeginning)
    {
        var feed = Container(container);
        if (feed.Knows(function))
            return feed;
        var begin = Enumerable.Range(0, Ranges).Select(range => fromBeginning ? 0 : feed.Head(range)).ToArray();
        store.WriteAsync(transaction =>
        {
            var id = IdOf(transaction, feed);
            for (var range = 0; range < begin.Length; range++)
            {
                transaction.Execute(
                    "INSERT INTO feed_checkpoints (function, container, range, seq) VALUES ($1, $2, $3, $4)", function, id, range, begin[range]);
            }
        }).GetAwaiter().GetResult();
        for (var range = 0; range < begin.Length; range++)
            feed.SetCheckpoint(function, range, begin[range]);
        return feed;
    }

    /// <summary>All readers are registered: what has none is thrown away from now on.</summary>
    internal void Started()
    {
        if (started)
            return;
        started = true;
        foreach (var feed in containers.Values.Where(feed => feed is { Id: not null, HasReaders: false }))
            store.WriteAsync(transaction => transaction.Execute("DELETE FROM feed_changes WHERE container = $1", feed.Id)).GetAwaiter().GetResult();
    }

    /// <summary>The function has read so far; what all have read goes. One write, so one fsync a batch.</summary>
    internal async Task CheckpointAsync(ContainerFeed feed, string function, int range, long sequence)
    {
        await store.WriteAsync(transaction =>
        {
            transaction.Execute(
                "UPDATE feed_checkpoints SET seq = $4 WHERE function = $1 AND container = $2 AND range = $3", function, feed.Id, range, sequence);
            transaction.Execute(
                "DELETE FROM feed_changes WHERE container = $1 AND range = $2 AND seq <= $3",
                feed.Id, range, feed.ReadByAll(function, range, sequence));
        }).ConfigureAwait(false);
        feed.SetCheckpoint(function, range, sequence);
    }

    /// <summary>FNV-1a: which range a key is in is stored, so it must be the same in every process.</summary>
    private int RangeOf(string partitionKey)
    {
        var hash = 2166136261u;
        foreach (var character in partitionKey)
            hash = (hash ^ character) * 16777619u;
        return (int)(hash % (uint)Ranges);
    }

    private static long IdOf(WriteTransaction transaction, ContainerFeed feed)
    {
        if (feed.Id is { } known)
            return known;
        transaction.Execute("INSERT INTO feed_containers (name) VALUES ($1) ON CONFLICT DO NOTHING", feed.Name);
        var id = transaction.Scalar("SELECT id FROM feed_containers WHERE name = $1", feed.Name);
        transaction.AfterCommit(() => feed.Id = id);
        return id;
    }

    private int FixRanges(int wanted) => store.WriteAsync(transaction =>
    {
        transaction.Execute(
            "INSERT INTO local_settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            RangesSetting, wanted.ToString(CultureInfo.InvariantCulture));
        return int.Parse(
            transaction.First("SELECT value FROM local_settings WHERE name = $1", row => row.GetString(0), RangesSetting)!, CultureInfo.InvariantCulture);
    }).GetAwaiter().GetResult();
}
