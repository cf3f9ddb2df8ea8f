using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;

namespace LocalFunctions.Tests.Messaging;

/// <summary>Messages come into a window from their commit or from the table; either way all of them, once, in order.</summary>
public sealed class DeliveryWindowTests : IDisposable
{
    private readonly LocalStore store = LocalStore.OpenMemory();

    public DeliveryWindowTests() => store.Migrate("Messaging", BusSchema.Steps);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WindowThatKeepsUp_ReadsNothingBack(bool sessions)
    {
        var window = Open(sessions);
        Assert.False(window.HasReady());

        // It isn't in the table: only the hand-over can bring it.
        window.Arrived(Message(1, "s"));

        Assert.Equal([1], TakeAll(window));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MessageThatIsOnlyInTheTable_ComesBeforeOneThatArrivesAfterIt(bool sessions)
    {
        var window = Open(sessions);
        Assert.False(window.HasReady());
        Store(Message(1, "s"));
        window.LookAgain();
        Store(Message(2, "s"));
        window.Arrived(Message(2, "s"));

        Assert.Equal([1, 2], TakeAll(window));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MoreThanThereIsRoomFor_IsReadFromTheTable(bool sessions)
    {
        const int Many = 2000;
        var window = Open(sessions);
        Assert.False(window.HasReady());
        for (var n = 1; n <= Many; n++)
        {
            Store(Message(n, $"s{n % 700}"));
            window.Arrived(Message(n, $"s{n % 700}"));
        }

        var taken = TakeAll(window);

        Assert.Equal(Enumerable.Range(1, Many), sessions ? taken.Order() : taken);
        Assert.All(taken.GroupBy(n => n % 700), session => Assert.Equal(session.Order(), session));
    }

    [Fact]
    public void MessageThatArrivesAndIsReadToo_IsTakenOnce()
    {
        var window = Open(sessions: true);
        foreach (var n in Enumerable.Range(1, 20))
            Store(Message(n, "s"));
        Assert.True(window.HasReady());
        window.Arrived(Message(20, "s"));

        Assert.Equal(Enumerable.Range(1, 20), TakeAll(window));
    }

    /// <summary>Bodies of a held session can fill the window; then there is nothing to take, and nothing to wait for in a loop.</summary>
    [Fact]
    public void WindowFullOfWhatIsHeld_IsNotReady_UntilItIsReleased()
    {
        var window = Open(sessions: true);
        Assert.False(window.HasReady());
        for (var n = 1; n <= 3; n++)
        {
            Store(Message(n, "large", 5 * 1024 * 1024));
            window.Arrived(Message(n, "large", 5 * 1024 * 1024));
        }

        Store(Message(4, "other"));
        window.Arrived(Message(4, "other"));
        Assert.True(window.TryTake(chance: null, most: 1, out var first));
        Assert.False(window.TryTake(chance: null, most: 1, out _));
        window.Release("large");

        Assert.Equal([1, 2, 3, 4], [.. first.Select(message => (int)message.Sequence), .. TakeAll(window).Order()]);
    }

    /// <summary>Room comes back while what arrived is taken in; what comes then must not overtake what had no room.</summary>
    [Fact]
    public void MessageBehindOneThatHadNoRoom_DoesNotComeInBeforeIt()
    {
        var window = new RecordingWindow();
        window.Look();
        for (var n = 1; n <= 256; n++)
            window.Arrived(Message(n, "s"));
        window.OnTaken = taken =>
        {
            if (taken == 1)
                (_, _) = (Arrive(257), Arrive(258));
            if (taken == 2)
                Arrive(259);
        };
        window.Look();

        Assert.Equal(Enumerable.Range(1, 257), window.Taken);

        bool Arrive(int n)
        {
            window.Arrived(Message(n, "s"));
            return true;
        }
    }

    public void Dispose() => store.Dispose();

    private sealed class RecordingWindow : DeliveryWindow
    {
        public List<int> Taken { get; } = [];

        public Action<int> OnTaken { private get; set; } = _ => { };

        public void Look()
        {
            Absorb();
            IsBehind = false;
        }

        public override bool HasReady() => throw new NotSupportedException();

        public override bool TryTake(Random? chance, int most, out IReadOnlyList<StoredMessage> taken) => throw new NotSupportedException();

        public override void GiveBack(StoredMessage message) => throw new NotSupportedException();

        public override void Release(string? session) => throw new NotSupportedException();

        protected override bool TryTakeIn(StoredMessage message)
        {
            Taken.Add((int)message.Sequence);
            OnTaken((int)message.Sequence);
            return true;
        }
    }

    private DeliveryWindow Open(bool sessions) => DeliveryWindow.Open(store, entity: 1, new EntityRules { RequiresSession = sessions });

    private static StoredMessage Message(int sequence, string session, int bytes = 1) =>
        new() { Sequence = sequence, Session = session, Body = new byte[bytes] };

    private void Store(StoredMessage message) => store.WriteAsync(transaction => transaction.Execute(
        "INSERT INTO bus_messages (seq, entity, state, session, enqueued, body) VALUES ($1, 1, 0, $2, 0, $3)",
        message.Sequence, message.Session, message.Body)).GetAwaiter().GetResult();

    private List<int> TakeAll(DeliveryWindow window)
    {
        var all = new List<int>();
        while (window.TryTake(chance: null, most: 1, out var taken))
        {
            all.Add((int)taken[0].Sequence);
            store.WriteAsync(transaction => transaction.Execute("DELETE FROM bus_messages WHERE seq = $1", taken[0].Sequence)).GetAwaiter().GetResult();
            window.Release(taken[0].Session);
        }

        return all;
    }
}
