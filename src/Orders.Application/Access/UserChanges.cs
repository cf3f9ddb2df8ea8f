using Orders.Domain;

namespace Orders.Application.Access;

/// <summary>
/// The one way in which users are written: read, change, save on condition that nobody wrote meanwhile, else begin again. So the buyer who edits
/// addresses and the support that sets a tier lose nothing of each other's.
/// </summary>
public sealed class UserChanges(IUsers users, LimitsOfUsers limits)
{
    private const int MostTries = 10;

    /// <param name="expectedVersion">Of <c>If-Match</c>: the version that the caller saw; null when any will do.</param>
    /// <exception cref="DependencyUnavailableException">Too many others were writing this user.</exception>
    public async Task<Result<User>> ChangeAsync(UserId id, long? expectedVersion, Func<User, User> change, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var read = await users.FindAsync(id, cancellation).ConfigureAwait(false) ?? new User { UserId = id };
            if (expectedVersion is { } version && version != read.Version)
                return new Refusal.VersionMismatch(read.Version);
            var changed = change(read) with { Version = read.Version + 1 };
            if (!await users.SaveAsync(changed, cancellation).ConfigureAwait(false))
                continue;
            limits.Forget(id);
            return changed;
        }

        throw new DependencyUnavailableException("A user, written by many at once,");
    }
}
