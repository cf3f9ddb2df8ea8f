using Microsoft.Extensions.Logging;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>
/// The steps of a day's run: read the statements page by page, compare the orders in parts, sum up. Each may be repeated, and each says where the
/// run is afterwards; nothing is kept between them but what is stored.
/// </summary>
public sealed class ReconciliationRun(
    PaymentProviders providers, IStatements statements, IPaymentBook book, IReconciliations kept, ReconcileOrder compare, ReconciliationPolicy policy,
    TimeProvider clock, ILogger<ReconciliationRun> log)
{
    /// <summary>
    /// Begins, or begins again. A day's own statements are always read; those of the day before only if they never were, for money of its last
    /// moments is looked for in both.
    /// </summary>
    public async Task<ReconciliationPlace> BeginAsync(DateOnly date, CancellationToken cancellation)
    {
        var before = await kept.FindReportAsync(date, cancellation).ConfigureAwait(false);
        await kept.PutReportAsync(
            new ReconciliationReport(date, ReconciliationStatus.Running, clock.GetUtcNow(), CompletedAt: null, before?.Ours ?? [], before?.Theirs ?? []),
            cancellation).ConfigureAwait(false);
        var unread = new List<StatementOfDay>();
        foreach (var provider in providers.All)
        {
            var eve = date.AddDays(-1);
            if (!await statements.WasReadAsync(provider.Name, StatementPeriods.Of(eve), cancellation).ConfigureAwait(false))
                unread.Add(new StatementOfDay(provider.Name, eve));
            unread.Add(new StatementOfDay(provider.Name, date));
        }

        return new ReconciliationPlace(date, unread);
    }

    /// <summary>Reads and stores one page of the first unread statement.</summary>
    public async Task<ReconciliationPlace> ReadPageAsync(ReconciliationPlace place, CancellationToken cancellation)
    {
        if (place.Unread is not [var statement, ..])
            return place;
        var (from, period) = (ReconciliationScope.StartOf(statement.Date), StatementPeriods.Of(statement.Date));
        var page = await providers[statement.Provider].ReadStatementAsync(from, from.AddDays(1), place.Cursor, cancellation).ConfigureAwait(false);
        await statements.PutAsync(
            [.. page.Items.Select((line, index) => new StoredLine(statement.Provider, period, place.Lines + index, line))], cancellation).ConfigureAwait(false);
        var lines = place.Lines + page.Items.Count;
        if (page.NextCursor is { } next)
            return place with { Cursor = next, Lines = lines };
        await statements.CompleteAsync(statement.Provider, period, lines, cancellation).ConfigureAwait(false);
        return place with { Unread = [.. place.Unread.Skip(1)], Cursor = null, Lines = 0 };
    }

    /// <summary>The next parts to compare at once: orders with a line or an entry of the day, or a difference from an earlier run.</summary>
    public async Task<ReconciliationParts> PlanAsync(ReconciliationPlace place, CancellationToken cancellation)
    {
        var most = policy.PartSize * policy.PartsAtOnce;
        var keys = await ListAsync(place.Date, place.After, most, cancellation).ConfigureAwait(false);
        var parts = new List<ReconciliationPart>();
        foreach (var chunk in keys.Chunk(policy.PartSize))
            parts.Add(new ReconciliationPart(place.Date, parts is [.., var last] ? last.UpTo : place.After, chunk[^1]));
        return new ReconciliationParts(parts, place with { After = parts is [.., var end] ? end.UpTo : place.After, IsCompared = keys.Count < most });
    }

    /// <summary>Compares the orders of a part. Returns how many differences there are.</summary>
    /// <exception cref="DependencyUnavailableException">Of at least one order something was away, and the others are done; or the statements were. Repeating does what is left.</exception>
    public async Task<int> ComparePartAsync(ReconciliationPart part, CancellationToken cancellation)
    {
        var (after, found, away) = (part.After, 0, (DependencyUnavailableException?)null);
        while (await ListAsync(part.Date, after, Math.Min(policy.PartSize, IStatements.MostOrders), cancellation).ConfigureAwait(false) is { Count: > 0 } keys)
        {
            string[] ours = [.. keys.TakeWhile(key => string.CompareOrdinal(key, part.UpTo) <= 0)];
            var page = await ComparePageAsync(part.Date, ours, cancellation).ConfigureAwait(false);
            (found, away, after) = (found + page.Found, page.Away ?? away, keys[^1]);
            if (string.CompareOrdinal(after, part.UpTo) >= 0)
                break;
        }

        return away is null ? found : throw new DependencyUnavailableException(away.Dependency, away);
    }

    /// <summary>The lines of all are read first: one question for a page, and what an order says is younger than what its statements say, as it was with one for each.</summary>
    private async Task<(int Found, DependencyUnavailableException? Away)> ComparePageAsync(DateOnly date, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var scope = ReconciliationScope.Of(date, policy.Grace, clock.GetUtcNow());
        var theirs = await statements.FindManyAsync(keys, cancellation).ConfigureAwait(false);
        var (found, away) = (0, (DependencyUnavailableException?)null);
        foreach (var key in keys)
        {
            try
            {
                found += await compare.RunAsync(key, [.. theirs[key]], scope, cancellation).ConfigureAwait(false);
            }
            catch (DependencyUnavailableException later)
            {
                log.OrderNotReconciled(later, key);
                away = later;
            }
        }

        return (found, away);
    }

    /// <summary>Writes the day's report.</summary>
    public async Task EndAsync(DateOnly date, CancellationToken cancellation)
    {
        var start = ReconciliationScope.StartOf(date);
        var ours = await book.SumAsync(start, start.AddDays(1), cancellation).ConfigureAwait(false);
        var theirs = await statements.SumAsync(StatementPeriods.Of(date), cancellation).ConfigureAwait(false);
        var before = await kept.FindReportAsync(date, cancellation).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        await kept.PutReportAsync(
            new ReconciliationReport(date, ReconciliationStatus.Completed, before?.StartedAt ?? now, now, ours, theirs), cancellation).ConfigureAwait(false);
        var open = (await kept.CountAsync(date, cancellation).ConfigureAwait(false)).Where(count => count.State == DifferenceState.Open).Sum(count => count.Count);
        OrderMetrics.Differences.Record(open);
        if (open > 0)
            log.DayReconciledWithDifferences(StatementPeriods.Of(date), open);
        else
            log.DayReconciled(StatementPeriods.Of(date));
    }

    /// <summary>Keys of orders that the day touches, ascending. Of three lists the smallest keys: each is cut at the same number, so none is skipped.</summary>
    private async Task<IReadOnlyList<string>> ListAsync(DateOnly date, string? after, int most, CancellationToken cancellation)
    {
        var scope = ReconciliationScope.Of(date, policy.Grace, clock.GetUtcNow());
        var keys = new List<string>(await statements.ListOrdersAsync(scope.Period, after, most, cancellation).ConfigureAwait(false));
        keys.AddRange(await kept.ListOrdersAsync(date, after, most, cancellation).ConfigureAwait(false));

        // Keys that are no order's sort behind all orders: after one of them the books have nothing more.
        OrderId? last = OrderId.TryParse(after, out var order) ? order : null;
        if (after is null || last is not null)
            keys.AddRange((await book.ListOrdersAsync(scope.From, scope.Until, last, most, cancellation).ConfigureAwait(false)).Select(id => id.Value));
        return [.. keys.Distinct().Order(StringComparer.Ordinal).Take(most)];
    }
}
