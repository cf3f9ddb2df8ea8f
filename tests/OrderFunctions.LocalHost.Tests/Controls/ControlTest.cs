namespace OrderFunctions.LocalHost.Tests.Controls;

/// <summary>A test of the local controls on a shop of its own.</summary>
public abstract class ControlTest : IAsyncLifetime
{
    protected TestShop Shop { get; private set; } = null!;

    public async Task InitializeAsync() => Shop = await TestShop.StartAsync();

    public async Task DisposeAsync() => await Shop.DisposeAsync();
}
