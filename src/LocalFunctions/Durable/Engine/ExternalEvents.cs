using System.Diagnostics.CodeAnalysis;

namespace LocalFunctions.Durable.Engine;

/// <summary>
/// Waits and events by name, ignoring case. The newest wait gets the next event, as in the real SDK; events that nobody waits for
/// are kept in the order of their coming.
/// </summary>
internal sealed class ExternalEvents(DataConverter converter, bool cancelledWaitsTakeEvents)
{
    private readonly Dictionary<string, Stack<Wait>> waits = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HistoryEvent> kept = [];

    public bool AnyWait => waits.Values.Any(stack => stack.Any(wait => wait.IsOpen));

    /// <summary>Events that nobody has taken.</summary>
    public IReadOnlyList<HistoryEvent> Kept => kept;

    /// <exception cref="ArgumentException">The name is waited for with another type.</exception>
    public Task<T> WaitFor<T>(string name, CancellationToken cancellation)
    {
        if (!waits.TryGetValue(name, out var stack))
            waits.Add(name, stack = []);
        if (stack.TryPeek(out var other) && other.Type != typeof(T))
            throw new ArgumentException($"Event '{name}' is already waited for as {other.Type}, so it can't be waited for as {typeof(T)}.");
        var wait = new Wait<T>();
        stack.Push(wait);
        var first = kept.FindIndex(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));
        if (first >= 0)
        {
            var early = kept[first];
            kept.RemoveAt(first);
            Deliver(early);
        }

        if (cancellation.CanBeCanceled)
            cancellation.Register(() => wait.Cancel(cancellation));
        return wait.Task;
    }

    public void Deliver(HistoryEvent raised)
    {
        if (TryPop(raised.Name!, out var wait))
            wait.Take(raised, converter);
        else
            kept.Add(raised);
    }

    private bool TryPop(string name, [NotNullWhen(true)] out Wait? wait)
    {
        wait = null;
        if (!waits.TryGetValue(name, out var stack))
            return false;
        while (stack.TryPop(out wait) && !wait.IsOpen && !cancelledWaitsTakeEvents)
            wait = null;
        if (stack.Count == 0)
            waits.Remove(name);
        return wait is not null;
    }

    private abstract class Wait
    {
        public abstract Type Type { get; }

        public abstract bool IsOpen { get; }

        public abstract void Take(HistoryEvent raised, DataConverter converter);
    }

    private sealed class Wait<T> : Wait
    {
        private readonly TaskCompletionSource<T> source = new();

        public Task<T> Task => source.Task;

        public override Type Type => typeof(T);

        public override bool IsOpen => !source.Task.IsCompleted;

        public void Cancel(CancellationToken token) => source.TrySetCanceled(token);

        public override void Take(HistoryEvent raised, DataConverter converter)
        {
            T? payload;
            try
            {
                payload = converter.Deserialize<T>(raised.Data);
            }
            catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or NotSupportedException)
            {
                source.TrySetException(unreadable);
                return;
            }

            source.TrySetResult(payload!);
        }
    }
}
