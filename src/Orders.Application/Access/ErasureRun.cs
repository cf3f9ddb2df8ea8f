using Microsoft.Extensions.Logging;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Search;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Access;

/// <summary>How far an erasure has come: all that its orchestration knows. A persisted format: it stands in histories.</summary>
public sealed record ErasurePlace(UserId UserId, DateTimeOffset StartedAt)
{
    /// <summary>The store's cursor of the next page; null at the beginning.</summary>
    public string? Cursor { get; init; }

    public long Orders { get; init; }

    public long Erased { get; init; }

    public long Open { get; init; }

    /// <summary>Whether no orders are left.</summary>
    public bool IsThrough { get; init; }

    /// <summary>When the last kept answer has run out; null before that is known.</summary>
    public DateTimeOffset? WaitsUntil { get; init; }
}

/// <summary>
/// The steps of an erasure: the address book first, so that no order is placed by it any more; then the orders, page by page, with the search and what the buyer was told; then the
/// kept answers, which may show an address, by waiting until the last one has run out. Each may be repeated, and does what is left.
/// </summary>
public sealed class ErasureRun(
    IOrderStore orders, OrderChanges changes, IUsers users, UserChanges userChanges, IOrderSearch search, INotifier notifier, IIdempotencyStore keys,
    ErasureReports reports, OrderPolicy policy, TimeProvider clock, ILogger<ErasureRun> log)
{
    private const int OrdersPerPage = 100;
    private const int RecordsPerBatch = 1_000;
    private const int MostBatches = 1_000;

    /// <summary>Within which a request that was under way when the last order was erased has stored its answer, or never will.</summary>
    private static readonly TimeSpan UnderWay = TimeSpan.FromMinutes(2);

    public async Task<ErasurePlace> BeginAsync(ErasurePlace place, CancellationToken cancellation)
    {
        if (await users.FindAsync(place.UserId, cancellation).ConfigureAwait(false) is { Addresses.Count: > 0 })
        {
            await userChanges.ChangeAsync(
                place.UserId, expectedVersion: null, user => user with { Addresses = [], DefaultAddressId = null }, cancellation).ConfigureAwait(false);
        }

        await ReportAsync(place, ErasureStatus.Running, cancellation).ConfigureAwait(false);
        return place;
    }

    /// <summary>A page of orders; says where to go on.</summary>
    public async Task<ErasurePlace> ErasePageAsync(ErasurePlace place, CancellationToken cancellation)
    {
        var page = await orders.ListAsync(place.UserId, status: null, OrdersPerPage, place.Cursor, cancellation).ConfigureAwait(false);
        var (erased, open) = (0, 0);
        foreach (var order in page.Items)
        {
            if (await EraseAsync(order.Ref, cancellation).ConfigureAwait(false))
                erased++;
            else
                open++;
        }

        place = place with
        {
            Cursor = page.NextCursor,
            Orders = place.Orders + page.Items.Count,
            Erased = place.Erased + erased,
            Open = place.Open + open,
            IsThrough = page.NextCursor is null,
            WaitsUntil = page.NextCursor is null ? clock.GetUtcNow() + UnderWay + policy.IdempotencyWindow : null,
        };
        await ReportAsync(place, place.IsThrough ? ErasureStatus.Waiting : ErasureStatus.Running, cancellation).ConfigureAwait(false);
        return place;
    }

    /// <summary>Forgets the kept answers that have run out, those from before the erasure among them.</summary>
    public async Task EndAsync(ErasurePlace place, CancellationToken cancellation)
    {
        for (var batch = 0; batch < MostBatches; batch++)
        {
            if (await keys.PurgeAsync(clock.GetUtcNow(), RecordsPerBatch, cancellation).ConfigureAwait(false) < RecordsPerBatch)
                break;
        }

        await ReportAsync(place, ErasureStatus.Done, cancellation).ConfigureAwait(false);
        log.UserErased(ErasureReports.NumberOf(place.UserId), place.Orders, place.Erased, place.Open);
    }

    /// <summary>False for one that is not over.</summary>
    private async Task<bool> EraseAsync(OrderRef reference, CancellationToken cancellation)
    {
        var changed = await changes.ChangeAsync(
            reference,
            order => order.IsErased() ? new Decision<bool>(Outcome: true)
                : order.CanBeErasedAt(clock.GetUtcNow()) ? new Decision<bool>(Outcome: true, order.Erased(clock.GetUtcNow()), EventTypes.Erased)
                : new Decision<bool>(Outcome: false),
            cancellation).ConfigureAwait(false);
        if (changed is not (true, var order))
            return false;

        // Its event would bring the same to the live search; here nobody has to wait for that, and a generation that has gone, which no event reaches, has names and
        // addresses until the sweep has come to them.
        await search.RemoveAsync(reference.OrderId, cancellation).ConfigureAwait(false);
        await search.IndexAsync([SearchDocument.Of(order)], cancellation).ConfigureAwait(false);
        await notifier.ForgetAsync(reference, cancellation).ConfigureAwait(false);
        return true;
    }

    private Task ReportAsync(ErasurePlace place, ErasureStatus status, CancellationToken cancellation) => reports.PutAsync(
        place.UserId,
        new ErasureReport(
            status, place.StartedAt, place.Orders, place.Erased, place.Open, place.WaitsUntil, status == ErasureStatus.Done ? clock.GetUtcNow() : null),
        cancellation);
}
