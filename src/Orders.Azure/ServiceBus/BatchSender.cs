using Azure.Messaging.ServiceBus;
using Orders.Application;

namespace Orders.Azure.ServiceBus;

/// <summary>
/// Sends to one entity, in batches: while one batch is on its way the next one fills with what comes meanwhile. Messages go in the order in which they came, and
/// each sender learns of its own message alone. Bounded: so many, and so many bytes, wait and no more, and none for longer than for its turn and a call.
/// </summary>
/// <param name="bus">The connection.</param>
/// <param name="entity">Queue or topic.</param>
internal sealed class BatchSender(BusConnection bus, string entity)
{
    /// <summary>At most in one batch, however small: a failed one is sent again whole.</summary>
    private const int MostInBatch = 100;

    /// <summary>Twenty full batches; who comes then is told at once that the bus is away.</summary>
    internal const int MostWaiting = 2_000;

    /// <summary>An event may have 192 KB, and an instance 512 MB for all that it does. One batch more is on its way.</summary>
    internal const int MostBytesWaiting = 64 << 20;

    /// <summary>Twice the bound of a call: the one that is on its way, and its own.</summary>
    internal static readonly TimeSpan WaitsAtMost = TimeSpan.FromSeconds(20);

    private readonly Lock gate = new();
    private readonly Queue<Waiting> queue = new();
    private int bytesWaiting;
    private bool isSending;

    private sealed record Waiting(ServiceBusMessage Message)
    {
        public int Bytes { get; } = Message.Body.ToMemory().Length;

        public TaskCompletionSource Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Whoever finds nobody sending begins it, for all that come until the queue is empty. One who stops waiting doesn't stop a message that is on its way.</summary>
    /// <exception cref="DependencyUnavailableException">Unknown whether it was sent; or too many wait.</exception>
    public async Task SendAsync(ServiceBusMessage message, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var mine = new Waiting(message);
        var isFirst = false;
        lock (gate)
        {
            if (queue.Count >= MostWaiting)
                throw new DependencyUnavailableException($"Service Bus ({entity}: {MostWaiting} messages wait)");
            if (bytesWaiting + mine.Bytes > MostBytesWaiting)
                throw new DependencyUnavailableException($"Service Bus ({entity}: {bytesWaiting:N0} bytes wait)");
            queue.Enqueue(mine);
            bytesWaiting += mine.Bytes;
            if (!isSending)
                isFirst = isSending = true;
        }

        // Not awaited, or the first would wait for all that come after it. Nothing escapes from it: whatever happens is told to those whose messages they are.
        if (isFirst)
            _ = SendAllAsync();
        try
        {
            await mine.Sent.Task.WaitAsync(WaitsAtMost, bus.Network, cancellation).ConfigureAwait(false);
        }
        catch (Exception gaveUp) when (gaveUp is TimeoutException or OperationCanceledException)
        {
            // What nobody waits for any more is not sent, unless it is on its way: its sender tries again.
            mine.Sent.TrySetCanceled(CancellationToken.None);
            if (gaveUp is OperationCanceledException)
                throw;
            throw new DependencyUnavailableException($"Service Bus ({entity})", gaveUp);
        }
    }

    private async Task SendAllAsync()
    {
        while (Take() is { Count: > 0 } some)
            await SendAsync(some).ConfigureAwait(false);
    }

    private List<Waiting> Take()
    {
        var some = new List<Waiting>();
        lock (gate)
        {
            while (some.Count < MostInBatch && queue.TryDequeue(out var next))
            {
                bytesWaiting -= next.Bytes;
                if (!next.Sent.Task.IsCompleted)
                    some.Add(next);
            }

            isSending = some.Count > 0;
        }

        return some;
    }

    /// <summary>Every one of them has its answer when this ends, whatever happened: the next batch must go.</summary>
    private async Task SendAsync(List<Waiting> some)
    {
        var most = MostInBatch;
        for (var sent = 0; sent < some.Count;)
        {
            var rest = some[sent..];
            try
            {
                sent += await SendFirstOfAsync(rest, most).ConfigureAwait(false);
            }
            catch (DependencyUnavailableException away)
            {
                // Nor would the rest go, and each would wait for the whole bound of a call.
                rest.ForEach(one => one.Sent.TrySetException(away));
                return;
            }
            catch (Exception) when (most > 1 && rest.Count > 1)
            {
                // The bus refuses one of them, and says not which: from here on each by itself, so that it fails alone.
                most = 1;
            }
            catch (Exception refused)
            {
                // The edge of the batch: who waits for this message hears what was thrown.
                rest[0].Sent.TrySetException(refused);
                sent++;
            }
        }
    }

    /// <summary>Sends as many as fit into one batch; returns how many. A single one needs none, and the bus says itself when it is too large.</summary>
    private async Task<int> SendFirstOfAsync(List<Waiting> some, int most)
    {
        var count = 1;
        if (some.Count > 1 && most > 1)
        {
            using var batch = await bus.OpenBatchAsync(entity, CancellationToken.None).ConfigureAwait(false);
            for (count = 0; count < some.Count && batch.TryAddMessage(some[count].Message);)
                count++;
            if (count > 1)
                await bus.SendAsync(entity, batch, CancellationToken.None).ConfigureAwait(false);
        }

        if (count <= 1)
        {
            count = 1;
            await bus.SendAsync(entity, some[0].Message, at: null, CancellationToken.None).ConfigureAwait(false);
        }

        some[..count].ForEach(one => one.Sent.TrySetResult());
        return count;
    }
}
