using Orders.Application.Access;
using Orders.Application.Payments;
using Orders.Application.Tests.Subjects;

namespace Orders.Application.Tests.Payments;

/// <summary>The look at the last hours is one at a time, over all hosts.</summary>
public sealed class ReconcileLastHourTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    /// <summary>Who has the lease asks the provider, which here fails; who hasn't, asks nobody.</summary>
    [Fact]
    public async Task WhileAnotherIsAtIt_NobodyIsAsked()
    {
        shop.Provider.IsAway = true;
        var lease = await shop.Use<ILeases>().TryTakeAsync("reconcile-last-hour", TimeSpan.FromMinutes(30), default);

        Assert.Equal(0, await shop.Use<ReconcileLastHour>().RunAsync(default));

        await shop.Use<ILeases>().ReleaseAsync(lease!, default);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => shop.Use<ReconcileLastHour>().RunAsync(default));
    }

    /// <summary>A run that failed gives the lease back: the next one need not wait for it.</summary>
    [Fact]
    public async Task ARunThatFailed_GivesTheLeaseBack()
    {
        shop.Provider.IsAway = true;
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => shop.Use<ReconcileLastHour>().RunAsync(default));

        Assert.NotNull(await shop.Use<ILeases>().TryTakeAsync("reconcile-last-hour", TimeSpan.FromMinutes(30), default));
    }
}
