using Orders.Application.Access;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Access;

/// <summary>Leases as a row per name. The row stays when its lease ends, and with it the token that the next one must exceed.</summary>
public sealed class SqliteLeases(EmbeddedTables tables, TimeProvider clock) : ILeases
{
    public Task<Lease?> TryTakeAsync(string name, TimeSpan duration, CancellationToken cancellation)
    {
        CheckDuration(duration);
        return tables.WriteAsync(
            transaction =>
            {
                var now = clock.GetUtcNow();
                return transaction.First(
                    """
                    INSERT INTO named_leases (name, token, until) VALUES ($1, 1, $3)
                    ON CONFLICT (name) DO UPDATE SET token = token + 1, until = $3 WHERE until <= $2
                    RETURNING token
                    """,
                    row => new Lease(name, row.GetInt64(0), now + duration), name, now, now + duration);
            },
            cancellation);
    }

    public Task<Lease?> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellation)
    {
        CheckDuration(duration);
        return tables.WriteAsync(
            transaction =>
            {
                var now = clock.GetUtcNow();
                const string Renew = "UPDATE named_leases SET until = $4 WHERE name = $1 AND token = $2 AND until > $3";
                return transaction.Execute(Renew, lease.Name, lease.FencingToken, now, now + duration) == 1 ? lease with { Until = now + duration } : null;
            },
            cancellation);
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute("UPDATE named_leases SET until = 0 WHERE name = $1 AND token = $2", lease.Name, lease.FencingToken),
        cancellation);

    private static void CheckDuration(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, ILeases.Longest);
    }
}
