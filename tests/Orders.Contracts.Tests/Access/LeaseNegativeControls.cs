using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Access;

/// <summary>What a keeper of leases can get wrong.</summary>
public enum LeaseBug
{
    None,
    GivesWhatIsTaken,
    NeverEnds,
    TokenStandsStill,
    TokenStartsAnewAfterARelease,
    ReleasesAnothers,
    RenewsWhatHasEnded,
    RenewsWithANewToken,
}

/// <summary>Each bug is found by the test that guards against it.</summary>
public sealed class LeaseNegativeControls
{
    public static TheoryData<LeaseBug, string> Guards => new()
    {
        { LeaseBug.GivesWhatIsTaken, nameof(LeaseContract.Take_OfAFreeName_GivesIt_AndToOneAlone) },
        { LeaseBug.NeverEnds, nameof(LeaseContract.Take_AfterItsEnd_GivesALargerToken) },
        { LeaseBug.TokenStandsStill, nameof(LeaseContract.Take_AfterItsEnd_GivesALargerToken) },
        { LeaseBug.TokenStartsAnewAfterARelease, nameof(LeaseContract.Release_EndsIt_AndTheNextTokenIsLargerAllTheSame) },
        { LeaseBug.ReleasesAnothers, nameof(LeaseContract.Release_OfAnOldOne_LeavesTheNext) },
        { LeaseBug.RenewsWhatHasEnded, nameof(LeaseContract.Renew_OfOneThatHasEnded_IsRefused) },
        { LeaseBug.RenewsWithANewToken, nameof(LeaseContract.Renew_KeepsTheTokenAndMovesTheEnd) },
    };

    public static TheoryData<string> Promises => [.. typeof(LeaseContract).GetMethods()
        .Where(method => method.IsDefined(typeof(FactAttribute), inherit: false)).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Guards))]
    public Task Bug_IsFound(LeaseBug bug, string guard) => NegativeControl.IsFoundByAsync(() => RunAsync(bug, guard));

    /// <summary>The model without a bug keeps its promises, so what is found above is the bug.</summary>
    [Theory]
    [MemberData(nameof(Promises))]
    public Task Model_KeepsEveryPromise(string promise) => RunAsync(LeaseBug.None, promise);

    [Fact]
    public void EveryBug_HasItsGuard() => Assert.Equal(
        Enum.GetValues<LeaseBug>().Except([LeaseBug.None]), Guards.Select(row => (LeaseBug)((object[])row)[0]).Order());

    private static async Task RunAsync(LeaseBug bug, string test)
    {
        // One model for the subject's life: a restart forgets services, and the model is no store.
        ModelLeases? model = null;
        using var suite = new Suite(Subject.OnMemory().With<ILeases>((_, clock) => model ??= new ModelLeases(clock, bug)));
        await (Task)typeof(LeaseContract).GetMethod(test)!.Invoke(suite, parameters: null)!;
    }

    private sealed class Suite(Subject subject) : LeaseContract(subject);

    private sealed class ModelLeases(TimeProvider clock, LeaseBug bug) : ILeases
    {
        private readonly Lock gate = new();
        private readonly Dictionary<string, Lease> taken = [];

        public async Task<Lease?> TryTakeAsync(string name, TimeSpan duration, CancellationToken cancellation)
        {
            Check(duration);
            await Task.CompletedTask;
            lock (gate)
            {
                var before = taken.GetValueOrDefault(name);
                if (before is not null && (before.Until > clock.GetUtcNow() || bug == LeaseBug.NeverEnds) && bug != LeaseBug.GivesWhatIsTaken)
                    return null;
                return taken[name] = new Lease(name, (before?.FencingToken ?? 0) + (bug == LeaseBug.TokenStandsStill && before is not null ? 0 : 1), clock.GetUtcNow() + duration);
            }
        }

        public async Task<Lease?> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellation)
        {
            Check(duration);
            await Task.CompletedTask;
            lock (gate)
            {
                if (!taken.TryGetValue(lease.Name, out var now) || now.FencingToken != lease.FencingToken)
                    return null;
                if (now.Until <= clock.GetUtcNow() && bug != LeaseBug.RenewsWhatHasEnded)
                    return null;
                return taken[lease.Name] = now with
                {
                    Until = clock.GetUtcNow() + duration,
                    FencingToken = now.FencingToken + (bug == LeaseBug.RenewsWithANewToken ? 1 : 0),
                };
            }
        }

        public Task ReleaseAsync(Lease lease, CancellationToken cancellation)
        {
            lock (gate)
            {
                if (!taken.TryGetValue(lease.Name, out var now) || (now.FencingToken != lease.FencingToken && bug != LeaseBug.ReleasesAnothers))
                    return Task.CompletedTask;
                taken[lease.Name] = now with { Until = DateTimeOffset.MinValue };
                if (bug == LeaseBug.TokenStartsAnewAfterARelease)
                    taken.Remove(lease.Name);
            }

            return Task.CompletedTask;
        }

        private static void Check(TimeSpan duration)
        {
            if (duration <= TimeSpan.Zero || duration > ILeases.Longest)
                throw new ArgumentOutOfRangeException(nameof(duration));
        }
    }
}
