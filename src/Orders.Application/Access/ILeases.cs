namespace Orders.Application.Access;

/// <summary>The right to be the only one at something, for a while.</summary>
/// <param name="Name">What at: 1 to 100 of <c>A–Z a–z 0–9 _ -</c>.</param>
/// <param name="FencingToken">
/// Larger than that of every earlier lease of the name, so that what the holder writes elsewhere can carry it and be refused there once a larger one
/// was seen: the units and epochs of flash sales do (<see cref="Checkout.ISaleUnits"/>, <see cref="Checkout.ISaleEpochs"/>). Everything else that is done under a
/// lease must bear being done by two.
/// </param>
/// <param name="Until">From this instant on it may be somebody else's.</param>
public sealed record Lease(string Name, long FencingToken, DateTimeOffset Until);

/// <summary>
/// Leases on names, for work that is wasted or muddled when two do it at once: setting up a sale, nightly jobs, the reconciler. They make doubling
/// rare, not impossible, so nothing that an order's safety depends on may rest on one. Tokens of a name grow strictly, also over expiry,
/// release and restart.
/// </summary>
public interface ILeases
{
    /// <summary>The longest lease: work that takes longer renews it.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>
    /// Takes the name if nobody has it now; null when somebody has. After a lost answer another process finds it taken, by a lease that nobody holds and
    /// that ends with its time; the same one may have it anew, with a larger token.
    /// </summary>
    /// <param name="duration">Above zero, at most <see cref="Longest"/>.</param>
    Task<Lease?> TryTakeAsync(string name, TimeSpan duration, CancellationToken cancellation);

    /// <summary>The same lease with the same token until so much later than now; null when it has ended, even if nobody took it since.</summary>
    /// <inheritdoc cref="TryTakeAsync" path="/param"/>
    Task<Lease?> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellation);

    /// <summary>Ends it, so that the next one need not wait. One that is over, or is another's by now, is left alone.</summary>
    Task ReleaseAsync(Lease lease, CancellationToken cancellation);
}
