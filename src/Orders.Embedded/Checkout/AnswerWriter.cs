using Microsoft.Extensions.Logging;
using Orders.Application;

namespace Orders.Embedded.Checkout;

/// <summary>
/// Writes answers to the table behind the requests' backs, many in one write: nobody waits for it, but what fails is tried again with the
/// next answer and at the end, and what has to be given up is said.
/// </summary>
internal sealed class AnswerWriter(IdempotencyTable table, Action<UInt128, KeyRecord.Answered> forget, int capacity, ILogger logger)
{
    private const int MostPerWrite = 256;

    private readonly Lock gate = new();
    private readonly Queue<(UInt128 Key, KeyRecord.Answered Record)> waiting = [];
    private Task writing = Task.CompletedTask;

    /// <summary>Hands an answer over. The task is done at once, unless the store died under a write that it does on its caller's thread.</summary>
    public Task Add(UInt128 key, KeyRecord.Answered record)
    {
        lock (gate)
        {
            if (waiting.Count >= capacity)
                GiveUpOldest();
            waiting.Enqueue((key, record));
            if (writing.IsCompleted)
                writing = WriteAllAsync();
            return writing.IsFaulted ? writing : Task.CompletedTask;
        }
    }

    /// <summary>Completes when everything handed over so far is in the table, or another try has failed.</summary>
    public async Task FlushAsync()
    {
        Task last;
        lock (gate)
            last = writing;
        await last.ConfigureAwait(false);
        lock (gate)
        {
            if (writing.IsCompleted && waiting.Count > 0)
                writing = WriteAllAsync();
            last = writing;
        }

        await last.ConfigureAwait(false);
        lock (gate)
        {
            if (writing.IsCompleted && waiting.Count > 0)
                IdempotencyLog.AnswersLeft(logger, waiting.Count);
        }
    }

    private async Task WriteAllAsync()
    {
        while (NextBatch() is { Length: > 0 } batch)
        {
            try
            {
                await table.PutAsync(batch).ConfigureAwait(false);
            }
            catch (DependencyUnavailableException failure)
            {
                IdempotencyLog.WriteFailed(logger, failure, batch.Length);
                return;
            }

            Written(batch);
        }
    }

    private (UInt128 Key, KeyRecord.Answered Record)[] NextBatch()
    {
        lock (gate)
            return [.. waiting.Take(MostPerWrite)];
    }

    private void Written((UInt128 Key, KeyRecord.Answered Record)[] batch)
    {
        lock (gate)
        {
            foreach (var item in batch)
            {
                // Not at the head when it was given up meanwhile.
                if (waiting.TryPeek(out var head) && head == item)
                    waiting.Dequeue();
            }
        }

        foreach (var (key, record) in batch)
            forget(key, record);
    }

    private void GiveUpOldest()
    {
        var (key, record) = waiting.Dequeue();
        IdempotencyLog.AnswerGivenUp(logger, capacity);
        forget(key, record);
    }
}
