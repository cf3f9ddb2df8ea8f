using Orders.Application.Access;

namespace Orders.Application.Events;

/// <summary>
/// Sends a dead letter back to its consumer, as it is or mended. It was never finished there, so the inbox lets it through; one that had its effect all the same
/// goes away. What it was before is written down first: nothing can be lost between.
/// </summary>
public sealed class ResubmitDeadLetter(IDeadLetters letters, AuditTrail trail, IAudit audit)
{
    public async Task<Result<ResubmittedView>> RunAsync(Caller caller, string deadLetterId, ResubmitRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        var reason = StaffReasons.Check(form, request.Reason);
        if (!DeadLetterId.TryParse(deadLetterId, out var id) || await letters.FindAsync(id, cancellation).ConfigureAwait(false) is not { } letter)
            return ReadDeadLetter.NoSuchLetter;
        if (request.Payload is { } payload && MessageBodies.WrongWith(letter, payload) is { } wrong)
            form.Error("payload", wrong);
        if (form.Refusal is { } refusal)
            return refusal;

        var edited = request.Payload is { } other && other != letter.Body;
        var entry = trail.Entry(
            caller, AuditActions.LetterResubmitted, id.Value, request.Payload ?? "", reason, [.. AuditWords.Of(letter), ("edited", edited ? "yes" : "no")]);
        await audit.AppendAsync([entry with { Kept = edited ? letter.Body : null }], cancellation).ConfigureAwait(false);
        if (await letters.ResubmitAsync(id, edited ? request.Payload : null, cancellation).ConfigureAwait(false))
            return new ResubmittedView(id, letter.Source, letter.MessageId, edited);
        return await letters.FindAsync(id, cancellation).ConfigureAwait(false) is null
            ? ReadDeadLetter.NoSuchLetter
            : Refusal.Invalid.Field("deadLetterId", "has no session, and its queue takes none without: it can only be purged");
    }
}

/// <summary>
/// Throws dead letters away, a bounded number at each call. Each is written down whole before it goes, so what was thrown away can be read for as long as the
/// audit is kept.
/// </summary>
public sealed class PurgeDeadLetters(IDeadLetters letters, AuditTrail trail, IAudit audit, TimeProvider clock)
{
    /// <summary>Most letters of one call.</summary>
    public const int Most = 500;

    private const int PerStep = 50;

    public async Task<Result<PurgedView>> RunAsync(Caller caller, PurgeRequest request, CancellationToken cancellation)
    {
        var (form, wanted) = (new Form(), request.Filter ?? new DeadLetterFilterRequest());
        var reason = StaffReasons.Check(form, request.Reason);
        if (wanted.NamesNothing)
            form.Error("filter", "must name something: nobody means to throw away everything");
        var filter = wanted.Check(form, letters, clock.GetUtcNow(), "filter/");
        if (form.Refusal is { } refusal)
            return refusal;
        var matched = await letters.CountAsync(filter, cancellation).ConfigureAwait(false);
        if (request.DryRun)
            return new PurgedView(DryRun: true, matched, Purged: 0, matched);

        var purged = 0;
        while (purged < Most)
        {
            var page = await letters.ListAsync(filter, PerStep, cursor: null, cancellation).ConfigureAwait(false);
            await audit.AppendAsync([.. page.Items.Select(letter => Entry(caller, letter, reason))], cancellation).ConfigureAwait(false);
            var gone = await letters.PurgeAsync([.. page.Items.Select(letter => letter.Id)], cancellation).ConfigureAwait(false);
            purged += gone;
            if (gone == 0 || page.NextCursor is null)
                break;
        }

        return new PurgedView(DryRun: false, matched, purged, await letters.CountAsync(filter, cancellation).ConfigureAwait(false));
    }

    private AuditEntry Entry(Caller caller, DeadLetter letter, string reason) =>
        trail.Entry(caller, AuditActions.LetterPurged, letter.Id.Value, key: "", reason, AuditWords.Of(letter)) with { Kept = letter.Body };
}

/// <summary>A dead letter in a few words.</summary>
internal static class AuditWords
{
    public static IReadOnlyList<(string Name, string? Value)> Of(DeadLetter letter) =>
        [("source", letter.Source), ("messageId", letter.MessageId), ("type", letter.Type), ("orderId", letter.OrderId?.Value), ("diedOf", letter.Reason)];
}
