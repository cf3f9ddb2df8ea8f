using LocalFunctions.Storage;

namespace LocalFunctions.Durable.Engine;

/// <summary>Removes ended instances with all that belongs to them; living ones are left alone.</summary>
internal static class Purge
{
    /// <summary>Instances per commit, so that a sweep doesn't keep others from writing.</summary>
    private const int Portion = 200;

    /// <summary>The number of instances that were removed.</summary>
    public static int One(WriteTransaction transaction, DurableTables tables, InstanceRow? row, bool recursive)
    {
        if (row is not { HasEnded: true })
            return 0;
        tables.Delete(transaction, row);
        if (!recursive)
            return 1;
        var children = transaction.Query(
            $"SELECT {InstanceRow.Columns} FROM durable_instances WHERE parent = $1", InstanceRow.Read, row.Seq);
        return 1 + children.Sum(child => One(transaction, tables, child, recursive));
    }

    public static async Task<PurgeResult> AllAsync(
        LocalStore store, DurableTables tables, TimeProvider clock, PurgeInstancesFilter filter, bool recursive, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        var purged = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var portion = await store.WriteAsync(transaction => Next(transaction, tables, filter, recursive)).ConfigureAwait(false);
            purged += portion;
            if (portion == 0)
                return new PurgeResult(purged, isComplete: true);
            if (clock.GetElapsedTime(began) > filter.Timeout)
                return new PurgeResult(purged, isComplete: false);
        }
    }

    private static int Next(WriteTransaction transaction, DurableTables tables, PurgeInstancesFilter filter, bool recursive)
    {
        var statuses = filter.Statuses?.Where(status => status.HasEnded()).Select(status => (int)status).Distinct().Order().ToList();
        var also = statuses is null ? "" : $" AND +status IN ({string.Join(',', statuses)})";
        // The term of InstanceRow.Ended stands here as in the index durable_ended, or SQLite would not use that.
        var found = transaction.Query(
            $"SELECT {InstanceRow.Columns} FROM durable_instances WHERE {InstanceRow.Ended} AND created >= $1 AND created <= $2{also} "
            + "ORDER BY created LIMIT $3",
            InstanceRow.Read,
            filter.CreatedFrom ?? DateTimeOffset.MinValue,
            filter.CreatedTo ?? DateTimeOffset.MaxValue,
            Portion);
        return found.Sum(row => One(transaction, tables, DurableTables.Find(transaction, row.Seq), recursive));
    }
}
