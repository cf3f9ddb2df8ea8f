using Orders.Application;

namespace Orders.Azure.Cosmos;

/// <summary>
/// The turns of a write that is made on what was read: each that is lost is somebody else's change of the same documents, and so many are far more than ever meet. Then the
/// caller hears that the database is not available, and comes again later.
/// </summary>
/// <param name="what">What is changed, for people.</param>
internal sealed class Turns(string what)
{
    public const int Most = 50;

    private int taken;

    /// <exception cref="DependencyUnavailableException">Others were faster each time.</exception>
    public void Next(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (taken++ == Most)
            throw Lost(what);
    }

    public static DependencyUnavailableException Lost(string what) => new("Cosmos DB", new TimeoutException($"{what} was changed by others {Most} times meanwhile."));
}
