using System.Text;
using Orders.Application.Checkout;
using Orders.Contracts.Tests.Subjects;
using Orders.Embedded.Checkout;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>The memory of keys is bounded, and an answer outlives a disk that fails for a while.</summary>
public sealed class IdempotencyMemoryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void Room_IsMadeByWhatLapsed()
    {
        var memory = new IdempotencyMemory(capacity: 64);
        Remember(memory, 0, Subject.Start.AddMinutes(2));
        Assert.True(memory.HasRoom(0, Subject.Start));
        Assert.True(memory.HasRoom(1, Subject.Start));
        Assert.False(memory.HasRoom(64, Subject.Start));
        Assert.True(memory.HasRoom(64, Subject.Start.AddMinutes(2)));
        Assert.Equal(0, memory.Count);
    }

    [Fact]
    public async Task Answer_WhileTheTableFails_IsKeptAndStoredLater()
    {
        using var subject = Subject.OnMemory();
        var store = (SqliteIdempotencyStore)subject.Port<IIdempotencyStore>();
        await store.ClaimAsync(Key(1), "f", None);
        await store.ClaimAsync(Key(2), "f", None);
        await subject.Store.WriteAsync(t => t.Execute("ALTER TABLE idempotency RENAME TO away"));
        await store.CompleteAsync(Key(1), "f", Answer, None);
        Assert.IsType<Claim.Answered>(await store.ClaimAsync(Key(1), "f", None));
        await subject.Store.WriteAsync(t => t.Execute("ALTER TABLE away RENAME TO idempotency"));
        await store.CompleteAsync(Key(2), "f", Answer, None);
        Assert.Equal(2, subject.Store.Read(s => s.Scalar("SELECT count(*) FROM idempotency")));
    }

    [Fact]
    public async Task Answers_ThatAreStored_LeaveTheMemory()
    {
        using var subject = Subject.OnFile();
        var store = (SqliteIdempotencyStore)subject.Port<IIdempotencyStore>();
        for (var n = 0; n < 100; n++)
        {
            await store.ClaimAsync(Key(n), "f", None);
            await store.CompleteAsync(Key(n), "f", Answer, None);
        }

        await store.FlushAsync();
        Assert.Equal(0, store.Remembered);
    }

    private static StoredAnswer Answer => new(201, "application/json", new Dictionary<string, string>(), Encoding.UTF8.GetBytes("{}"));

    private static IdempotencyKey Key(int number) => new("alice POST /api/orders", $"{number}");

    private static void Remember(IdempotencyMemory memory, UInt128 key, DateTimeOffset until) =>
        memory.Change<bool>(key, _ => (true, new KeyRecord.Running("f", until)));
}
