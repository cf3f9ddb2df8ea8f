namespace Orders.Application.Statistics;

/// <summary>Forgets what was kept long enough: every night, in bounded bites.</summary>
public sealed class PurgeStatistics(IStatistics statistics, StatisticsPolicy policy, TimeProvider clock)
{
    private const int RowsAtOnce = 1_000;
    private const int MostBites = 1_000;

    /// <summary>Returns how many rows went.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var before = policy.HorizonsAt(clock.GetUtcNow());
        var purged = 0;
        for (var bite = 0; bite < MostBites; bite++)
        {
            var count = await statistics.PurgeAsync(before, RowsAtOnce, cancellation).ConfigureAwait(false);
            purged += count;
            if (count < RowsAtOnce)
                break;
        }

        return purged;
    }
}
