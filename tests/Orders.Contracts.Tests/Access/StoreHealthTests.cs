using Orders.Application;
using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;
using Orders.Embedded.Storage;

namespace Orders.Contracts.Tests.Access;

/// <summary>How the embedded store is when it can't be read: a table is away. What a write that fails makes of it is in the contract.</summary>
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

    public void Dispose() => subject.Dispose();

    private Task<DependencyState> LookAsync() => Health.LookAsync(CancellationToken.None);
}
