using LocalFunctions.Time;
using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application.Access;
using Orders.Domain;

namespace Orders.Application.Tests.Users;

/// <summary>Limits are remembered for a minute, and a request never waits or fails for want of them.</summary>
public sealed class LimitsOfUsersTests
{
    private static readonly UserId Ada = Id.Parse<UserId>("ada");

    private readonly LocalClock clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), frozen: true);
    private readonly ScriptedUsers users = new();
    private readonly LimitsOfUsers limits;

    public LimitsOfUsersTests() => limits = new LimitsOfUsers(users, new OrderPolicy(), clock, NullLogger<LimitsOfUsers>.Instance);

    [Fact]
    public async Task Limits_AreReadOnceAMinute()
    {
        users.Tier = "gold";
        for (var times = 0; times < 5; times++)
            Assert.Equal((5.0, 5.0), (limits.RateFactorOf(Ada), (await limits.OfAsync(Ada, default)).RateFactor));
        Assert.Equal(1, users.Reads);

        users.Tier = "silver";
        clock.MoveTo(clock.GetUtcNow().AddMinutes(1));
        Assert.Equal(2, limits.RateFactorOf(Ada));
        Assert.Equal(2, users.Reads);
    }

    [Fact]
    public void Change_MadeHere_CountsAtOnce()
    {
        Assert.Equal(1, limits.RateFactorOf(Ada));
        users.Tier = "gold";
        limits.Forget(Ada);
        Assert.Equal(5, limits.RateFactorOf(Ada));
    }

    [Fact]
    public async Task StoreThatIsAway_LeavesTheFactorAsItWas_AndIsNotAskedAtEveryRequest()
    {
        users.Tier = "gold";
        limits.RateFactorOf(Ada);
        users.IsAway = true;
        clock.MoveTo(clock.GetUtcNow().AddMinutes(2));

        Assert.Equal((5.0, 5.0), (limits.RateFactorOf(Ada), limits.RateFactorOf(Ada)));
        Assert.Equal(1, limits.RateFactorOf(Id.Parse<UserId>("bob")));
        Assert.Equal(3, users.Reads);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => limits.OfAsync(Ada, default).AsTask());
    }

    [Fact]
    public async Task StoreThatIsSlow_HoldsUpNobody_AndAGuessDecidesNoOrder()
    {
        users.Tier = "gold";
        users.Slow = new TaskCompletionSource();

        Assert.Equal((1.0, 1.0), (limits.RateFactorOf(Ada), limits.RateFactorOf(Ada)));
        Assert.Equal(1, users.Reads);
        var asked = limits.OfAsync(Ada, default).AsTask();
        Assert.False(asked.IsCompleted);

        users.Slow.SetResult();
        Assert.Equal(5, (await asked).RateFactor);
        Assert.Equal(5, limits.RateFactorOf(Ada));
    }

    [Fact]
    public void Users_AreForgottenAtTheBound()
    {
        for (var number = 0; number < 120_000; number++)
            limits.RateFactorOf(Id.Parse<UserId>($"user-{number}"));
        Assert.InRange(limits.Count, 1, 50_000);
    }

    private sealed class ScriptedUsers : IUsers
    {
        public string? Tier { get; set; }

        public bool IsAway { get; set; }

        public TaskCompletionSource? Slow { get; set; }

        public int Reads { get; private set; }

        public async Task<User?> FindAsync(UserId user, CancellationToken cancellation)
        {
            Reads++;
            if (IsAway)
                throw new DependencyUnavailableException("users");
            if (Slow is not null)
                await Slow.Task;
            return new User { UserId = user, Tier = Tier };
        }

        public Task<bool> SaveAsync(User user, CancellationToken cancellation) => Task.FromResult(true);
    }
}
