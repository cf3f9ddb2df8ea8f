using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Access;

/// <summary>What every keeper of leases must do.</summary>
public abstract class LeaseContract(Subject subject) : ContractTests(subject)
{
    private const string Name = "nightly-report";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private ILeases Leases => Subject.Port<ILeases>();

    [Fact]
    public async Task Take_OfAFreeName_GivesIt_AndToOneAlone()
    {
        var lease = await Leases.TryTakeAsync(Name, Minute, None);
        Assert.Equal((Name, Subject.Start + Minute), (lease!.Name, lease.Until));
        Assert.True(lease.FencingToken > 0);
        Assert.Null(await Leases.TryTakeAsync(Name, Minute, None));
        Assert.NotNull(await Leases.TryTakeAsync("another", Minute, None));
    }

    [Fact]
    public async Task Take_AfterItsEnd_GivesALargerToken()
    {
        var first = await Leases.TryTakeAsync(Name, Minute, None);
        Subject.Clock.MoveTo(first!.Until.AddTicks(-1));
        Assert.Null(await Leases.TryTakeAsync(Name, Minute, None));
        Subject.Clock.MoveTo(first.Until);
        var second = await Leases.TryTakeAsync(Name, Minute, None);
        Assert.NotNull(second);
        Assert.True(second.FencingToken > first.FencingToken);
    }

    [Fact]
    public async Task Release_EndsIt_AndTheNextTokenIsLargerAllTheSame()
    {
        var first = await Leases.TryTakeAsync(Name, Minute, None);
        await Leases.ReleaseAsync(first!, None);
        await Leases.ReleaseAsync(first!, None);
        var second = await Leases.TryTakeAsync(Name, Minute, None);
        Assert.NotNull(second);
        Assert.True(second.FencingToken > first!.FencingToken);
    }

    [Fact]
    public async Task Release_OfAnOldOne_LeavesTheNext()
    {
        var first = await Leases.TryTakeAsync(Name, Minute, None);
        Subject.Clock.MoveTo(first!.Until);
        await Leases.TryTakeAsync(Name, Minute, None);
        await Leases.ReleaseAsync(first, None);
        Assert.Null(await Leases.TryTakeAsync(Name, Minute, None));
    }

    [Fact]
    public async Task Release_OfWhatNobodyTook_IsHarmless()
    {
        await Leases.ReleaseAsync(new Lease(Name, 7, Subject.Start), None);
        Assert.NotNull(await Leases.TryTakeAsync(Name, Minute, None));
    }

    [Fact]
    public async Task Renew_KeepsTheTokenAndMovesTheEnd()
    {
        var first = await Leases.TryTakeAsync(Name, Minute, None);
        Subject.Clock.MoveTo(first!.Until.AddSeconds(-1));
        var renewed = await Leases.RenewAsync(first, Minute, None);
        Assert.Equal(first with { Until = Subject.Clock.GetUtcNow() + Minute }, renewed);
        Subject.Clock.MoveTo(first.Until);
        Assert.Null(await Leases.TryTakeAsync(Name, Minute, None));
        Subject.Clock.MoveTo(renewed!.Until);
        Assert.NotNull(await Leases.TryTakeAsync(Name, Minute, None));
    }

    [Fact]
    public async Task Renew_OfOneThatHasEnded_IsRefused()
    {
        var first = await Leases.TryTakeAsync(Name, Minute, None);
        Subject.Clock.MoveTo(first!.Until);
        Assert.Null(await Leases.RenewAsync(first, Minute, None));
        var second = await Leases.TryTakeAsync(Name, Minute, None);
        Assert.Null(await Leases.RenewAsync(first, Minute, None));
        await Leases.ReleaseAsync(second!, None);
        Assert.Null(await Leases.RenewAsync(second!, Minute, None));
    }

    [Fact]
    public async Task Duration_IsBounded()
    {
        var lease = await Leases.TryTakeAsync(Name, Minute, None);
        foreach (var wrong in new[] { TimeSpan.Zero, -Minute, ILeases.Longest + TimeSpan.FromTicks(1) })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Leases.TryTakeAsync("another", wrong, None));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Leases.RenewAsync(lease!, wrong, None));
        }
    }

    [Fact]
    public async Task Take_ByManyAtOnce_GivesItToOne()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Leases.TryTakeAsync(Name, Minute, None))));
        Assert.Single(taken, lease => lease is not null);
    }

    [Fact]
    public async Task Restart_ForgetsNeitherTheLeaseNorItsToken()
    {
        var first = await Leases.TryTakeAsync(Name, Minute, None);
        await Subject.RestartAsync();
        Assert.Null(await Leases.TryTakeAsync(Name, Minute, None));
        await Leases.ReleaseAsync(first!, None);
        await Subject.RestartAsync();
        Assert.True((await Leases.TryTakeAsync(Name, Minute, None))!.FencingToken > first!.FencingToken);
    }
}

public sealed class LeasesInMemory() : LeaseContract(Subject.OnMemory());

public sealed class LeasesInFile() : LeaseContract(Subject.OnFile());
