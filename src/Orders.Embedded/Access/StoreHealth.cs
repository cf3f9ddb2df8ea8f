using Orders.Application.Access;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Access;

/// <summary>How the store is: one row is read, and the last write is remembered. Nothing is written for it, which would cost a commit each time.</summary>
public sealed class StoreHealth(EmbeddedTables tables) : IDependency
{
    public string Name => "store";

    public bool IsNeeded => true;

    public async Task<DependencyState> LookAsync(CancellationToken cancellation)
    {
        await tables.ReadAsync(session => session.Query("SELECT 1 FROM orders LIMIT 1", row => row.GetInt64(0)), cancellation).ConfigureAwait(false);
        return tables.WritesFail ? DependencyState.Unhealthy : DependencyState.Healthy;
    }
}
