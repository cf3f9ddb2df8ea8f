namespace Orders.Application.Access;

/// <summary>A run's lease, which is renewed as the run gets on, and whether it is still this run's.</summary>
internal sealed class LeaseTurn(ILeases leases, Lease lease, TimeSpan duration, TimeProvider clock)
{
    private Lease lease = lease;

    /// <summary>What the run's writes carry, so that they are refused once somebody else had the lease.</summary>
    public long Fence => lease.FencingToken;

    /// <summary>Renews it when half of it is over. False when it is lost: another run may be at it.</summary>
    public async Task<bool> GoesOnAsync(CancellationToken cancellation)
    {
        if (lease.Until - clock.GetUtcNow() > duration / 2)
            return true;
        if (await leases.RenewAsync(lease, duration, cancellation).ConfigureAwait(false) is not { } renewed)
            return false;
        lease = renewed;
        return true;
    }
}
