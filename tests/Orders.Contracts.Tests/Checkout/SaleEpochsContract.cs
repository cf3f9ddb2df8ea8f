using Orders.Application.Checkout;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>What every keeper of the epochs of sales' counters must do.</summary>
public abstract class SaleEpochsContract(Subject subject) : ContractTests(subject)
{
    private static readonly SaleId Friday = Id.Parse<SaleId>("friday");
    private static readonly SaleId Monday = Id.Parse<SaleId>("monday");

    private ISaleEpochs Epochs => Subject.Port<ISaleEpochs>();

    [Fact]
    public async Task Epoch_IsBuilt_ThenReady_ThenFollowedByTheNext()
    {
        Assert.Null(await Epochs.FindAsync(Friday, None));
        Assert.True(await Epochs.BeginAsync(Friday, 0, 8, 5, None));
        Assert.Equal(new SaleEpoch(Friday, 1, 8, SaleEpochState.Building), await Epochs.FindAsync(Friday, None));
        Assert.True(await Epochs.EndAsync(Friday, 1, 5, None));
        Assert.True(await Epochs.EndAsync(Friday, 1, 5, None));
        Assert.Equal(new SaleEpoch(Friday, 1, 8, SaleEpochState.Ready), await Epochs.FindAsync(Friday, None));
        Assert.True(await Epochs.BeginAsync(Friday, 1, 4, 5, None));
        Assert.Equal(new SaleEpoch(Friday, 2, 4, SaleEpochState.Building), await Epochs.FindAsync(Friday, None));
        Assert.Null(await Epochs.FindAsync(Monday, None));
    }

    [Fact]
    public async Task Begin_AfterAnotherEpochThanTheLast_IsRefused()
    {
        Assert.False(await Epochs.BeginAsync(Friday, 1, 8, 5, None));
        Assert.True(await Epochs.BeginAsync(Friday, 0, 8, 5, None));
        Assert.False(await Epochs.BeginAsync(Friday, 0, 8, 5, None));
        Assert.True(await Epochs.BeginAsync(Friday, 1, 8, 5, None));
        Assert.False(await Epochs.BeginAsync(Friday, 1, 8, 5, None));
    }

    [Fact]
    public async Task End_OfAnEpochThatWasOvertaken_IsRefused()
    {
        await Epochs.BeginAsync(Friday, 0, 8, 5, None);
        await Epochs.BeginAsync(Friday, 1, 8, 5, None);
        Assert.False(await Epochs.EndAsync(Friday, 1, 5, None));
        Assert.Equal(SaleEpochState.Building, (await Epochs.FindAsync(Friday, None))!.State);
        Assert.True(await Epochs.EndAsync(Friday, 2, 5, None));
    }

    [Fact]
    public async Task WhoHasLostTheLease_ChangesNothing()
    {
        await Epochs.BeginAsync(Friday, 0, 8, 5, None);
        await Epochs.BeginAsync(Friday, 1, 8, 6, None);
        Assert.False(await Epochs.EndAsync(Friday, 2, 5, None));
        Assert.False(await Epochs.BeginAsync(Friday, 2, 8, 5, None));
        Assert.Equal(new SaleEpoch(Friday, 2, 8, SaleEpochState.Building), await Epochs.FindAsync(Friday, None));
        Assert.True(await Epochs.EndAsync(Friday, 2, 6, None));
    }

    [Fact]
    public async Task Retired_IsListedNoMore_AndNeverReadyAgain()
    {
        foreach (var sale in new[] { Friday, Monday, Id.Parse<SaleId>("sunday") })
            await Epochs.BeginAsync(sale, 0, 8, 5, None);
        Assert.False(await Epochs.RetireAsync(Monday, 2, None));
        Assert.True(await Epochs.RetireAsync(Monday, 1, None));
        Assert.False(await Epochs.EndAsync(Monday, 1, 5, None));
        Assert.Equal(SaleEpochState.Retired, (await Epochs.FindAsync(Monday, None))!.State);
        Assert.Equal(["friday", "sunday"], (await ReadAllAsync(cursor => Epochs.ListAsync(1, cursor, None))).Select(epoch => epoch.Sale.Value));
        await Assert.ThrowsAsync<FormatException>(() => Epochs.ListAsync(1, "no cursor", None));
    }

    [Fact]
    public async Task Restart_ForgetsNothing()
    {
        await Epochs.BeginAsync(Friday, 0, 8, 5, None);
        await Subject.RestartAsync();
        Assert.Equal(new SaleEpoch(Friday, 1, 8, SaleEpochState.Building), await Epochs.FindAsync(Friday, None));
    }
}

public sealed class SaleEpochsInMemory() : SaleEpochsContract(Subject.OnMemory());

public sealed class SaleEpochsInFile() : SaleEpochsContract(Subject.OnFile());

/// <summary>Each promise's test fails where it is broken.</summary>
public sealed class SaleEpochsNegativeControls
{
    [Theory]
    [InlineData(nameof(SaleEpochsContract.Begin_AfterAnotherEpochThanTheLast_IsRefused))]
    [InlineData(nameof(SaleEpochsContract.End_OfAnEpochThatWasOvertaken_IsRefused))]
    [InlineData(nameof(SaleEpochsContract.WhoHasLostTheLease_ChangesNothing))]
    [InlineData(nameof(SaleEpochsContract.Retired_IsListedNoMore_AndNeverReadyAgain))]
    public async Task ACarelessKeeper_IsFound(string guard)
    {
        using var suite = new Suite(Subject.OnMemory().With<ISaleEpochs>((inner, _) => new Careless(inner)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(SaleEpochsContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    private sealed class Suite(Subject subject) : SaleEpochsContract(subject);

    /// <summary>Begins and ends whatever is there, for whoever asks.</summary>
    private sealed class Careless(ISaleEpochs inner) : ISaleEpochs
    {
        public Task<SaleEpoch?> FindAsync(SaleId sale, CancellationToken cancellation) => inner.FindAsync(sale, cancellation);

        public Task<Application.Page<SaleEpoch>> ListAsync(int limit, string? cursor, CancellationToken cancellation) => inner.ListAsync(limit, cursor, cancellation);

        public async Task<bool> BeginAsync(SaleId sale, long after, int parts, long fence, CancellationToken cancellation) =>
            await inner.BeginAsync(sale, (await inner.FindAsync(sale, cancellation))?.Number ?? 0, parts, long.MaxValue, cancellation);

        public async Task<bool> EndAsync(SaleId sale, long number, long fence, CancellationToken cancellation) =>
            await inner.FindAsync(sale, cancellation) is { } now && await inner.EndAsync(sale, now.Number, long.MaxValue, cancellation);

        public Task<bool> RetireAsync(SaleId sale, long number, CancellationToken cancellation) => Task.FromResult(true);
    }
}
