using Microsoft.Extensions.Logging;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Access;

/// <summary>
/// Has all that is of a person taken out of the system, and says how far that is when it is asked again. Refused while an order of theirs is not over: its
/// address is needed, and money may still go either way.
/// </summary>
public sealed class RequestErasure(IOrderStore orders, IUsers users, ErasureReports reports, TimeProvider clock, ILogger<RequestErasure> log)
{
    private const int OrdersPerPage = 100;

    /// <summary>Of a user with more orders the run itself finds what is open.</summary>
    private const int MostPages = 50;

    public async Task<Result<ErasureView>> RunAsync(Caller caller, string userId, IErasureProcess process, CancellationToken cancellation)
    {
        if (!UserId.TryParse(userId, out var user))
            return new Refusal.NotFound("user");
        var report = await reports.FindAsync(user, cancellation).ConfigureAwait(false);
        if (report is not null && await process.IsAliveAsync(user, cancellation).ConfigureAwait(false))
            return ErasureView.Of(user, report);
        var (open, unerased) = await LookAsync(user, cancellation).ConfigureAwait(false);
        if (open > 0)
            return new Refusal.OrdersOpen(open);
        if (report is { Status: ErasureStatus.Done } && !unerased)
            return ErasureView.Of(user, report);

        var now = clock.GetUtcNow();
        var begun = new ErasureReport(ErasureStatus.Running, now, 0, 0, 0, null, null);
        await reports.PutAsync(user, begun, cancellation).ConfigureAwait(false);
        await process.StartAsync(user, now, cancellation).ConfigureAwait(false);
        log.ErasureRequested(ErasureReports.NumberOf(user), caller.UserId.Value);
        return ErasureView.Of(user, begun);
    }

    /// <summary>How many orders are not over, of the first page that has one; and whether anything is there to be erased.</summary>
    private async Task<(int Open, bool Unerased)> LookAsync(UserId user, CancellationToken cancellation)
    {
        var unerased = await users.FindAsync(user, cancellation).ConfigureAwait(false) is { Addresses.Count: > 0 };
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            var read = await orders.ListAsync(user, status: null, OrdersPerPage, cursor, cancellation).ConfigureAwait(false);
            var now = clock.GetUtcNow();
            if (read.Items.Count(order => !order.CanBeErasedAt(now)) is var open and > 0)
                return (open, true);
            unerased |= read.Items.Any(order => !order.IsErased());
            cursor = read.NextCursor;
            if (cursor is null)
                break;
        }

        return (0, unerased);
    }
}
