using System.Security.Cryptography;
using System.Text;
using Orders.Application.Access;

namespace Orders.Application.Events;

/// <summary>
/// Sends dead letters back, slowly enough that their consumers keep up; or tells what would come of it. Its id follows from caller and key, so a repeated request
/// finds its own.
/// </summary>
public sealed class StartRedrive(IDeadLetters letters, JudgeDeadLetter judge, AuditTrail trail, TimeProvider clock)
{
    private const int DefaultRate = 10;
    private const int JudgedPerSource = 100;

    /// <param name="key">The caller's idempotency key, or what else makes this request one of a kind.</param>
    /// <param name="process">An argument, because on Azure a client of the process exists only within a function's call.</param>
    public async Task<Result<RedriveStartedView>> RunAsync(
        Caller caller, RedriveRequest request, string key, IRedriveProcess process, CancellationToken cancellation)
    {
        var (form, now) = (new Form(), clock.GetUtcNow());
        var filter = (request.Filter ?? new DeadLetterFilterRequest()).Check(form, letters, now, "filter/");
        var rate = (int)form.Number("ratePerSecond", request.RatePerSecond ?? DefaultRate, 1, RedrivePlan.FastestRate);
        var reason = request.DryRun ? "" : StaffReasons.Check(form, request.Reason);
        if (form.Refusal is { } refusal)
            return refusal;
        if (request.DryRun)
            return await TryAsync(filter, cancellation).ConfigureAwait(false);

        var id = IdOf(caller, key);
        if (await process.FindAsync(id, cancellation).ConfigureAwait(false) is { } running)
            return new RedriveStartedView(id, DryRun: false, running.Plan.Matched, []);
        var frozen = filter with { DiedBefore = filter.DiedBefore ?? now };
        var plan = new RedrivePlan(id, frozen, rate, await letters.CountAsync(frozen, cancellation).ConfigureAwait(false), caller.UserId, now);
        await trail.NoteAsync(
            caller, AuditActions.RedriveStarted, id, key, reason, cancellation,
            ("source", filter.Source), ("type", filter.Type), ("diedOf", filter.Reason), ("orderId", filter.Order?.Value),
            ("matched", plan.Matched.ToString(System.Globalization.CultureInfo.InvariantCulture))).ConfigureAwait(false);
        await process.StartAsync(plan, cancellation).ConfigureAwait(false);
        return new RedriveStartedView(id, DryRun: false, plan.Matched, []);
    }

    private static string IdOf(Caller caller, string key) => "redrive-" + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"redrive\n{caller.UserId.Value.Length}\n{caller.UserId.Value}\n{key}")).AsSpan(0, 10));

    private async Task<RedriveStartedView> TryAsync(DeadLetterFilter filter, CancellationToken cancellation)
    {
        var sources = new List<RedriveSourceView>();
        foreach (var source in letters.Sources.Where(source => filter.Source is null || filter.Source == source))
        {
            var matched = await letters.CountAsync(filter with { Source = source }, cancellation).ConfigureAwait(false);
            if (matched > 0)
                sources.Add(await JudgeAsync(filter with { Source = source }, matched, cancellation).ConfigureAwait(false));
        }

        return new RedriveStartedView(RedriveId: null, DryRun: true, sources.Sum(source => source.Matched), sources);
    }

    private async Task<RedriveSourceView> JudgeAsync(DeadLetterFilter filter, long matched, CancellationToken cancellation)
    {
        var first = await letters.ListAsync(filter, JudgedPerSource, cursor: null, cancellation).ConfigureAwait(false);
        var outcomes = new List<VerdictOutcome>(first.Items.Count);
        foreach (var letter in first.Items)
            outcomes.Add((await judge.RunAsync(letter, cancellation).ConfigureAwait(false)).Outcome);
        return new RedriveSourceView(
            filter.Source!, matched, outcomes.Count, Count(VerdictOutcome.WouldApply), Count(VerdictOutcome.AlreadyApplied), Count(VerdictOutcome.Unreadable),
            Count(VerdictOutcome.OrderUnknown));

        int Count(VerdictOutcome outcome) => outcomes.Count(one => one == outcome);
    }
}

/// <summary>How far a redrive is.</summary>
public sealed class ReadRedrive
{
    public async Task<Result<RedriveView>> RunAsync(string redriveId, IRedriveProcess process, CancellationToken cancellation)
    {
        // The only ids that are given out: nobody reads another orchestration by this way.
        if (!redriveId.StartsWith("redrive-", StringComparison.Ordinal) || redriveId.Length > 100
            || await process.FindAsync(redriveId, cancellation).ConfigureAwait(false) is not { } found)
        {
            return new Refusal.NotFound("redrive");
        }

        var (plan, progress) = (found.Plan, found.Progress);
        return new RedriveView(
            redriveId, found.Status, plan.Matched, progress.Redriven, progress.Failed, plan.RatePerSecond, plan.StartedAt.UtcDateTime, found.FinishedAt?.UtcDateTime, plan.By);
    }
}

/// <summary>The two steps of a redrive, of which each may be repeated: what to take next, and to send it back.</summary>
public sealed class RedriveStep(IDeadLetters letters)
{
    public async Task<RedrivePick> PickAsync(RedrivePlan plan, CancellationToken cancellation)
    {
        var page = await letters.ListAsync(plan.Filter, plan.RatePerSecond, plan.Progress.After, cancellation).ConfigureAwait(false);
        return new RedrivePick([.. page.Items.Select(letter => letter.Id.Value)], page.NextCursor);
    }

    /// <returns>How many didn't go back and lie there still; one that a former try has sent back counts as sent.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var failed = 0;
        foreach (var id in ids.Select(Domain.Id.Parse<DeadLetterId>))
        {
            if (!await letters.ResubmitAsync(id, body: null, cancellation).ConfigureAwait(false)
                && await letters.FindAsync(id, cancellation).ConfigureAwait(false) is not null)
            {
                failed++;
            }
        }

        return failed;
    }
}
