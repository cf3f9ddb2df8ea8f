using Orders.Application.Events;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Events;

/// <summary>Named places of sweeps and nightly jobs.</summary>
public sealed class SqliteWatermarks(EmbeddedTables tables) : IWatermarks
{
    public Task<string?> FindAsync(string name, CancellationToken cancellation) => tables.ReadAsync(
        session => session.First("SELECT value FROM watermarks WHERE name = $1", row => row.GetString(0), name), cancellation);

    public Task SetAsync(string name, string? value, CancellationToken cancellation) => tables.WriteAsync(
        transaction => value is null
            ? transaction.Execute("DELETE FROM watermarks WHERE name = $1", name)
            : transaction.Execute("INSERT INTO watermarks (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2", name, value),
        cancellation);
}
