using Microsoft.Data.Sqlite;
using Orders.Application;
using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;
using Orders.Embedded.Storage;

namespace Orders.Contracts.Tests.Access;

/// <summary>How the embedded store is, broken in earnest: a table is away, a write fails.</summary>
public sealed class StoreHealthTests : IDisposable
{
    private readonly Subject subject = Subject.OnMemory();

    private IDependency Health => subject.Port<IDependency>();

    private EmbeddedTables Tables => subject.Port<EmbeddedTables>();

    [Fact]
    public async Task AStoreThatCantBeRead_IsAway_AndWellWhenItCan()
    {
        Assert.Equal(DependencyState.Healthy, await LookAsync());
        await Tables.WriteAsync(transaction => transaction.Execute("ALTER TABLE orders RENAME TO orders_away"), CancellationToken.None);
        await Assert.ThrowsAsync<DependencyUnavailableException>(LookAsync);
        await Tables.WriteAsync(transaction => transaction.Execute("ALTER TABLE orders_away RENAME TO orders"), CancellationToken.None);
        Assert.Equal(DependencyState.Healthy, await LookAsync());
    }

    [Fact]
    public async Task AStoreThatCantBeWritten_IsUnhealthy_UntilAWriteGoesThrough()
    {
        await FailAsync();
        Assert.Equal(DependencyState.Unhealthy, await LookAsync());
        await Tables.WriteAsync(_ => { }, CancellationToken.None);
        Assert.Equal(DependencyState.Healthy, await LookAsync());
    }

    /// <summary>An instance that nobody writes to because it was unhealthy would never be well again.</summary>
    [Fact]
    public async Task AWriteThatFailed_IsForgottenAfterAMinute()
    {
        await FailAsync();
        subject.Clock.MoveTo(Subject.Start.AddMinutes(1));
        Assert.Equal(DependencyState.Healthy, await LookAsync());
    }

    public void Dispose() => subject.Dispose();

    private Task<DependencyState> LookAsync() => Health.LookAsync(CancellationToken.None);

    private Task FailAsync() => Assert.ThrowsAsync<DependencyUnavailableException>(() => Tables.WriteAsync<bool>(
        _ => throw new SqliteException("database or disk is full", 13), CancellationToken.None));
}
