using Azure.Messaging.ServiceBus;
using Orders.Application;

namespace Orders.Azure.ServiceBus;

/// <summary>
/// Sends to one entity, in batches: while one batch is on its way the next one fills with what comes meanwhile. Messages go in the order in which they came, and
/// each sender learns of its own message alone.
/// </summary>
/// <param name="bus">The connection.</param>
/// <param name="entity">Queue or topic.</param>
internal sealed class BatchSender(BusConnection bus, string entity)
{
    /// <summary>At most in one batch, however small: a failed one is sent again whole.</summary>
    private const int MostInBatch = 100;

    private readonly Lock gate = new();
    private readonly Queue<Waiting> queue = new();
    private bool isSending;

    private sealed record Waiting(ServiceBusMessage Message)
    {
        public TaskCompletionSource Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Whoever finds nobody sending begins it, for all that come until the queue is empty. One who stops waiting doesn't stop the message.</summary>
    /// <exception cref="DependencyUnavailableException">Unknown whether it was sent.</exception>
    public async Task SendAsync(ServiceBusMessage message, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var mine = new Waiting(message);
        var isFirst = false;
        lock (gate)
        {
            queue.Enqueue(mine);
            if (!isSending)
                isFirst = isSending = true;
        }

        // Not awaited, or the first would wait for all that come after it. Nothing escapes from it: whatever happens is told to those whose messages they are.
        if (isFirst)
            _ = SendAllAsync();
        await mine.Sent.Task.WaitAsync(cancellation).ConfigureAwait(false);
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
                some.Add(next);
            isSending = some.Count > 0;
        }

        return some;
    }

    /// <summary>Every one of them has its answer when this ends, whatever happened: the next batch must go.</summary>
    private async Task SendAsync(List<Waiting> some)
    {
        for (var sent = 0; sent < some.Count;)
        {
            var rest = some[sent..];
            try
            {
                sent += await SendFirstOfAsync(rest).ConfigureAwait(false);
            }
            catch (DependencyUnavailableException away)
            {
                rest.ForEach(one => one.Sent.TrySetException(away));
                return;
            }
            catch (Exception) when (rest.Count > 1)
            {
                // The bus refuses one of them, and says not which: each by itself, so that it fails alone.
                foreach (var one in rest)
                    await SendAsync([one]).ConfigureAwait(false);
                return;
            }
            catch (Exception refused)
            {
                // The edge of the batch: who waits for this message hears what was thrown.
                rest.ForEach(one => one.Sent.TrySetException(refused));
                return;
            }
        }
    }

    /// <summary>Sends as many as fit into one batch; returns how many. A single one needs none, and the bus says itself when it is too large.</summary>
    private async Task<int> SendFirstOfAsync(List<Waiting> some)
    {
        var count = 1;
        if (some.Count > 1)
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
