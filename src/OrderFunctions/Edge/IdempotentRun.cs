using Orders.Application.Checkout;

namespace OrderFunctions.Edge;

/// <summary>
/// Runs a request once per caller, method, path and key, as the IETF draft on the Idempotency-Key header has it: answered before – the same
/// answer again; running – a conflict; the key of another request – refused.
/// </summary>
public sealed class IdempotentRun(IIdempotencyStore records)
{
    /// <param name="key">The caller's key.</param>
    /// <param name="fingerprint">The request's hash.</param>
    /// <param name="run">Answers it.</param>
    /// <param name="earlier">
    /// For requests whose answers need no record: the answer that this very request had before, else null. Without a record another body
    /// may hold the key, or have been refused with it; the first request finds what it made all the same.
    /// </param>
    public async Task<Answer> RunAsync(IdempotencyKey key, string fingerprint, Func<Task<Answer>> run, Func<Task<Answer?>>? earlier = null)
    {
        switch (await records.ClaimAsync(key, fingerprint, CancellationToken.None))
        {
            case Claim.Answered { Answer: var answer }:
                return Answer.Replay(answer);
            case Claim.StillRunning:
                return Problems.RequestInProgress.With("Ask again with the same key.");
            case Claim.OtherRequest:
                return (earlier is null ? null : await earlier()) ?? Problems.KeyReused.With("Use a new key for a new request.");
        }

        var settled = false;
        try
        {
            var answer = await run();
            if (answer is { IsFinal: true, NeedsRecord: true })
            {
                await records.CompleteAsync(key, fingerprint, answer.ToStored(), CancellationToken.None);
                settled = true;
            }

            return answer;
        }
        finally
        {
            // Whatever happened, a retry may run: everything that a use case does has a key of its own.
            if (!settled)
                await records.AbandonAsync(key, CancellationToken.None);
        }
    }
}
