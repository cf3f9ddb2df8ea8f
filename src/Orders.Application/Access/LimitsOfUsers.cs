using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orders.Domain;

namespace Orders.Application.Access;

/// <summary>
/// What each user may, remembered for a minute: it is asked at every request. Bounded; emptied at the bound rather than trimmed, for it refills
/// within a minute.
/// </summary>
public sealed class LimitsOfUsers(IUsers users, OrderPolicy policy, TimeProvider clock, ILogger<LimitsOfUsers> log)
{
    private const int MostUsers = 50_000;

    private readonly ConcurrentDictionary<UserId, Known> known = [];
    private int count;

    /// <summary>How many users are remembered.</summary>
    public int Count => known.Count;

    private sealed record Known(UserLimits Limits, DateTimeOffset Until, bool IsGuess);

    /// <summary>For a decision about an order: what the user's document said at most a minute ago.</summary>
    /// <exception cref="DependencyUnavailableException">It is not known and can't be read.</exception>
    public ValueTask<UserLimits> OfAsync(UserId user, CancellationToken cancellation) =>
        Fresh(user) is { IsGuess: false } fresh ? new(fresh.Limits) : new(LearnAsync(user, cancellation));

    /// <summary>
    /// For what stands before every request: never waits and never fails. Of a user who is not known (any more) it is the last that was known, or the
    /// default tier's, until the document has been read.
    /// </summary>
    public double RateFactorOf(UserId user)
    {
        if (Fresh(user) is not { } now)
        {
            var guess = known.GetValueOrDefault(user)?.Limits ?? policy.Users.LimitsOf(user: null);
            Remember(user, guess, isGuess: true);
            var learning = GuessAsync(user, guess);
            now = new Known(learning.IsCompletedSuccessfully ? learning.Result : guess, default, IsGuess: true);
        }

        return now.Limits.RateFactor ?? 1;
    }

    /// <summary>They were changed here: the next question reads.</summary>
    public void Forget(UserId user) => known.TryRemove(user, out _);

    private Known? Fresh(UserId user) => known.TryGetValue(user, out var one) && clock.GetUtcNow() < one.Until ? one : null;

    private async Task<UserLimits> LearnAsync(UserId user, CancellationToken cancellation)
    {
        var limits = policy.Users.LimitsOf(await users.FindAsync(user, cancellation).ConfigureAwait(false));
        Remember(user, limits, isGuess: false);
        return limits;
    }

    private async Task<UserLimits> GuessAsync(UserId user, UserLimits guess)
    {
        try
        {
            return await LearnAsync(user, CancellationToken.None).ConfigureAwait(false);
        }
        catch (DependencyUnavailableException away)
        {
            // A limit of requests must not be the reason why requests fail.
            log.LimitsNotRead(away);
            return guess;
        }
    }

    private void Remember(UserId user, UserLimits limits, bool isGuess)
    {
        // Counted here because ConcurrentDictionary.Count takes all its locks.
        if (!known.ContainsKey(user) && Interlocked.Increment(ref count) > MostUsers)
        {
            known.Clear();
            Interlocked.Exchange(ref count, 1);
        }

        known[user] = new Known(limits, clock.GetUtcNow() + policy.Users.LimitsKnownFor, isGuess);
    }
}
