using Orders.Application.Access;

namespace Orders.Application.Payments;

/// <summary>
/// The smaller run: what providers' statements show of the last hours, so that money that nobody told us of is found within the hour and not
/// the next night. What a statement lacks is the night's to find.
/// </summary>
public sealed class ReconcileLastHour(
    PaymentProviders providers, IStatements statements, ReconcileOrder compare, ILeases leases, ReconciliationPolicy policy, TimeProvider clock)
{
    private const string Lease = "reconcile-last-hour";
    private const int MostPages = 200;
    private const int OrdersPerPage = IStatements.MostOrders;

    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(30);

    /// <summary>Returns how many differences there are; 0, too, when another host is at it.</summary>
    /// <exception cref="DependencyUnavailableException">A provider was away; the next run looks at the same hours again.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (await leases.TryTakeAsync(Lease, LeaseTime, cancellation).ConfigureAwait(false) is not { } lease)
            return 0;
        try
        {
            DependencyUnavailableException? away = null;
            foreach (var provider in providers.All)
                away = await ReadAsync(provider, cancellation).ConfigureAwait(false) ?? away;
            var (found, after) = (0, (string?)null);
            while (await statements.ListOrdersAsync(StatementPeriods.Recent, after, OrdersPerPage, cancellation).ConfigureAwait(false) is { Count: > 0 } keys)
            {
                var theirs = await statements.FindManyAsync(keys, cancellation).ConfigureAwait(false);
                foreach (var key in keys)
                    found += await compare.RunAsync(key, [.. theirs[key]], ReconciliationScope.Recent, cancellation).ConfigureAwait(false);
                after = keys[^1];
                lease = await leases.RenewAsync(lease, LeaseTime, cancellation).ConfigureAwait(false) ?? lease;
            }

            return away is null ? found : throw new DependencyUnavailableException(away.Dependency, away);
        }
        finally
        {
            await leases.ReleaseAsync(lease, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Null when it was read; else why not: the others must not wait for it.</summary>
    private async Task<DependencyUnavailableException?> ReadAsync(IPaymentProvider provider, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var (cursor, count) = ((string?)null, 0L);
        try
        {
            for (var pages = 0; pages < MostPages; pages++)
            {
                var page = await provider.ReadStatementAsync(now - policy.LookBack, now, cursor, cancellation).ConfigureAwait(false);
                var first = count;
                await statements.PutAsync(
                    [.. page.Items.Select((line, index) => new StoredLine(provider.Name, StatementPeriods.Recent, first + index, line))], cancellation).ConfigureAwait(false);
                count += page.Items.Count;
                cursor = page.NextCursor;
                if (cursor is null)
                    break;
            }

            await statements.CompleteAsync(provider.Name, StatementPeriods.Recent, count, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (DependencyUnavailableException away)
        {
            return away;
        }
    }
}
