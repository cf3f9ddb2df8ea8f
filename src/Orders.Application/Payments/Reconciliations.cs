using System.Globalization;
using Microsoft.Extensions.Logging;
using Orders.Application.Access;

namespace Orders.Application.Payments;

/// <summary>The query of a day's reconciliation, as a client sends it.</summary>
public sealed record ReadReconciliationRequest(string Date, string? State, string? Limit, string? Cursor);

/// <summary>A day's reconciliation for operators, with its differences page by page.</summary>
public sealed class ReadReconciliation(IReconciliations kept, PageCursors cursors)
{
    public async Task<Result<ReconciliationView>> RunAsync(ReadReconciliationRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        var date = ReconciliationDates.Check(form, request.Date);
        var state = CheckState(form, request.State);
        var limit = Paging.Limit(form, request.Limit);
        if (form.Refusal is { } refusal)
            return refusal;
        var page = await cursors.ReadAsync(request.Cursor, cursor => kept.ListAsync(date, state, limit, cursor, cancellation)).ConfigureAwait(false);
        if (!page.Succeeded)
            return page.Refusal;
        var report = await kept.FindReportAsync(date, cancellation).ConfigureAwait(false);
        var counts = await kept.CountAsync(date, cancellation).ConfigureAwait(false);
        return report is null && counts.Count == 0
            ? new Refusal.NotFound("reconciliation")
            : ReconciliationView.Of(date, report, counts, page.Value);
    }

    private static DifferenceState? CheckState(Form form, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        foreach (var state in Enum.GetValues<DifferenceState>())
        {
            if (state.ToString().ToLowerInvariant() == text)
                return state;
        }

        form.Error("state", $"must be one of {string.Join(", ", Enum.GetNames<DifferenceState>().Select(name => name.ToLowerInvariant()))}");
        return null;
    }
}

/// <summary>The last days at a glance, the newest first, each with its counts and without its differences; days that nothing was found out about are as not run.</summary>
public sealed class ListReconciliations(IReconciliations kept, TimeProvider clock)
{
    private const int MostDays = 31;
    private const int DefaultDays = 10;

    public async Task<Result<ReconciliationDaysView>> RunAsync(string? days, CancellationToken cancellation)
    {
        var count = DefaultDays;
        if (!string.IsNullOrEmpty(days) && (!int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > MostDays))
            return Refusal.Invalid.Field("days", $"must be 1 to {MostDays}");
        var yesterday = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-1);
        var views = new List<ReconciliationView>(count);
        for (var n = 0; n < count; n++)
        {
            var date = yesterday.AddDays(-n);
            var report = await kept.FindReportAsync(date, cancellation).ConfigureAwait(false);
            var counts = await kept.CountAsync(date, cancellation).ConfigureAwait(false);
            views.Add(ReconciliationView.Of(date, report, counts, new Page<Difference>([], NextCursor: null)));
        }

        return new ReconciliationDaysView(views);
    }
}

/// <summary>Days, the newest first.</summary>
public sealed record ReconciliationDaysView(IReadOnlyList<ReconciliationView> Items);

/// <summary>Runs a day again: what was put right has no second effect, and what was decided stays decided.</summary>
public sealed class RerunReconciliation(TimeProvider clock)
{
    /// <returns>The day, whose run was started or is under way.</returns>
    public async Task<Result<DateOnly>> RunAsync(string date, IReconciliationProcess process, CancellationToken cancellation)
    {
        var form = new Form();
        var day = ReconciliationDates.Check(form, date);
        if (form.Refusal is null && day > DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime))
            form.Error("date", "has not come yet");
        if (form.Refusal is { } refusal)
            return refusal;
        await process.StartAsync(day, cancellation).ConfigureAwait(false);
        return day;
    }
}

/// <summary>
/// Approves or dismisses a difference, once: the decision is written down before anything is done, so of two who decide at once one learns of the
/// other, and an approval whose effect was lost in a crash is carried out by the next run or by asking again.
/// </summary>
public sealed class DecideDifference(IReconciliations kept, CarryOutDifference carryOut, TimeProvider clock, ILogger<DecideDifference> log)
{
    private const int MostReasonCharacters = 500;
    private const int MostTries = 5;

    /// <param name="approve">False to dismiss.</param>
    public async Task<Result<Difference>> RunAsync(
        Caller caller, string date, string differenceId, bool approve, DifferenceDecisionRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        var day = ReconciliationDates.Check(form, date);
        var reason = form.Required("reason", request.Reason, MostReasonCharacters);
        if (form.Refusal is { } refusal)
            return refusal;
        var wanted = approve ? DifferenceState.Approved : DifferenceState.Dismissed;
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await kept.FindAsync(day, differenceId, cancellation).ConfigureAwait(false) is not { } difference)
                return new Refusal.NotFound("difference");
            if (difference.State == wanted)
                return await FinishAsync(difference, cancellation).ConfigureAwait(false);
            if (difference.State != DifferenceState.Open)
                return new Refusal.DifferenceDecided(difference.State);
            var decided = difference with
            {
                State = wanted,
                Version = difference.Version + 1,
                DecidedBy = caller.UserId.Value,
                DecidedBecause = reason,
                DecidedAt = clock.GetUtcNow(),
                Outcome = approve ? null : difference.Outcome,
            };
            if (!await kept.SaveAsync(decided, cancellation).ConfigureAwait(false))
                continue;
            log.DifferenceDecided(decided.Id, decided.Class, decided.OrderKey, decided.State);
            return await FinishAsync(decided, cancellation).ConfigureAwait(false);
        }

        throw new DependencyUnavailableException($"difference {differenceId}, decided by many at once,");
    }

    /// <summary>Carries an approval out if that is still to do.</summary>
    private async Task<Difference> FinishAsync(Difference decided, CancellationToken cancellation)
    {
        if (decided.State != DifferenceState.Approved || decided.Outcome is not null)
            return decided;
        var done = await carryOut.RunAsync(decided, cancellation).ConfigureAwait(false);
        log.DifferenceCarriedOut(decided.Id, decided.Class, decided.OrderKey, done.IsDone);
        var finished = decided with { Outcome = done.Outcome, Version = decided.Version + 1 };
        return await kept.SaveAsync(finished, cancellation).ConfigureAwait(false)
            ? finished
            : await kept.FindAsync(decided.Date, decided.Id, cancellation).ConfigureAwait(false) ?? finished;
    }
}

/// <summary>Days in routes: <c>2026-01-31</c>.</summary>
internal static class ReconciliationDates
{
    /// <summary>Before any shop of this kind; a run looks at the day before too, which the first day of all has not.</summary>
    private static readonly DateOnly First = new(2000, 1, 1);

    public static DateOnly Check(Form form, string text)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date < First)
            form.Error("date", "must be a day since 2000-01-01, as 2026-01-31");
        return date;
    }
}
