using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Checkout;

/// <summary>
/// Claims live in this process alone: it is the only one, and after its death nothing it claimed is running. Answers are seen at once and
/// reach the table soon after, so that no request waits for a disk because of its key.
/// </summary>
public sealed class SqliteIdempotencyStore : IIdempotencyStore, IAsyncDisposable
{
    /// <summary>How long a claim whose request neither completes nor abandons it keeps others out.</summary>
    public static readonly TimeSpan ClaimLapses = TimeSpan.FromMinutes(2);

    private const int MostInMemory = 65_536;
    private const int MostUnwritten = 8_192;

    private readonly TimeProvider clock;
    private readonly OrderPolicy policy;
    private readonly IdempotencyTable table;
    private readonly IdempotencyMemory memory = new(MostInMemory);
    private readonly AnswerWriter writer;

    public SqliteIdempotencyStore(EmbeddedTables tables, TimeProvider clock, OrderPolicy policy, ILogger<SqliteIdempotencyStore> logger)
    {
        this.clock = clock;
        this.policy = policy;
        table = new IdempotencyTable(tables);
        writer = new AnswerWriter(table, Forget, MostUnwritten, logger);
    }

    public Task<Claim> ClaimAsync(IdempotencyKey key, string fingerprint, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<Claim>(cancellation);
        var hash = HashOf(key);
        var now = clock.GetUtcNow();
        if (!memory.HasRoom(hash, now))
            return Task.FromException<Claim>(new DependencyUnavailableException("The memory for idempotency keys"));
        try
        {
            return Task.FromResult(memory.Change(hash, known => Decide(hash, Current(known, now), fingerprint, now)));
        }
        catch (DependencyUnavailableException broken)
        {
            return Task.FromException<Claim>(broken);
        }
    }

    public Task CompleteAsync(IdempotencyKey key, string fingerprint, StoredAnswer answer, CancellationToken cancellation)
    {
        var hash = HashOf(key);
        var answered = new KeyRecord.Answered(fingerprint, answer, clock.GetUtcNow() + policy.IdempotencyWindow);
        // Only the request that holds the claim answers for the key: one whose claim lapsed must not replace what came after it.
        var isNew = memory.Change<bool>(
            hash, known => known is KeyRecord.Running && known.Fingerprint == fingerprint ? (true, answered) : (false, known));
        return isNew ? writer.Add(hash, answered) : Task.CompletedTask;
    }

    public Task AbandonAsync(IdempotencyKey key, CancellationToken cancellation)
    {
        memory.Change<bool>(HashOf(key), known => (true, known is KeyRecord.Running ? null : known));
        return Task.CompletedTask;
    }

    public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => table.PurgeAsync(before, limit, cancellation);

    internal int Remembered => memory.Count;

    /// <summary>Completes when all answers given so far are in the table.</summary>
    public Task FlushAsync() => writer.FlushAsync();

    public async ValueTask DisposeAsync() => await writer.FlushAsync().ConfigureAwait(false);

    /// <summary>
    /// Runs within the key's lock, the look into the table too: else two requests could both miss an answer that is just being forgotten here.
    /// </summary>
    private (Claim Claim, KeyRecord? Record) Decide(UInt128 hash, KeyRecord? known, string fingerprint, DateTimeOffset now)
    {
        if (known is not null)
            return (Meet(known, fingerprint), known);
        return Current(table.Find(hash), now) is { } stored
            ? (Meet(stored, fingerprint), null)
            : (new Claim.Granted(), new KeyRecord.Running(fingerprint, now + ClaimLapses));
    }

    private static Claim Meet(KeyRecord known, string fingerprint) =>
        known.Fingerprint != fingerprint ? new Claim.OtherRequest()
        : known is KeyRecord.Answered answered ? new Claim.Answered(answered.Answer)
        : new Claim.StillRunning();

    private static KeyRecord? Current(KeyRecord? record, DateTimeOffset now) => record switch
    {
        KeyRecord.Running running when running.LapsesAt <= now => null,
        KeyRecord.Answered answered when answered.ExpiresAt <= now => null,
        _ => record,
    };

    /// <summary>The table has it. Only that very record: the key may have been claimed again since.</summary>
    private void Forget(UInt128 hash, KeyRecord.Answered written) =>
        memory.Change<bool>(hash, known => (true, ReferenceEquals(known, written) ? null : known));

    private static UInt128 HashOf(IdempotencyKey key) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Scope.Length} {key.Scope} {key.Key}")));
}
