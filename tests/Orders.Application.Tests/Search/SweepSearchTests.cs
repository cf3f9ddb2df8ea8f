using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Search;
using Orders.Application.Tests.Subjects;

namespace Orders.Application.Tests.Search;

/// <summary>How much of a gone generation a round of the sweep takes away.</summary>
public sealed class SweepSearchTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(999, 1, 0)]
    [InlineData(2_500, 3, 0)]
    [InlineData(25_000, 10, 15_000)]
    public async Task ARound_PurgesPieceByPiece_AndNotWithoutEnd(int there, int pieces, int left)
    {
        var gone = Gone(there);
        await SweepAsync(gone);
        Assert.Equal((pieces, left), (gone.Pieces, gone.Left));
    }

    /// <summary>Else a slow database would leave no time for the orders, round after round.</summary>
    [Fact]
    public async Task ARound_PurgesForAMinuteAtMost()
    {
        var gone = Gone(25_000);
        gone.OnPiece = () => shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddSeconds(31));
        await SweepAsync(gone);
        Assert.Equal(2, gone.Pieces);
    }

    private GoneDocuments Gone(int there)
    {
        var gone = (GoneDocuments)(object)DispatchProxy.Create<IOrderSearch, GoneDocuments>();
        (gone.Inner, gone.Left) = (shop.Use<IOrderSearch>(), there);
        return gone;
    }

    private Task SweepAsync(GoneDocuments search) => new SweepSearch(
        shop.Use<IOrderStore>(), (IOrderSearch)(object)search, shop.Use<SearchRebuild>(), shop.Use<IWatermarks>(), shop.Clock, NullLogger<SweepSearch>.Instance).RunAsync(default);

    /// <summary>The shop's search, beside which so many documents of a gone generation lie.</summary>
    public class GoneDocuments : DispatchProxy
    {
        public IOrderSearch Inner { get; set; } = null!;

        public int Left { get; set; }

        public int Pieces { get; private set; }

        public Action OnPiece { get; set; } = () => { };

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name != nameof(IOrderSearch.PurgeAsync))
                return targetMethod.Invoke(Inner, args);
            Pieces++;
            OnPiece();
            var now = Math.Min(Left, (int)args![0]!);
            Left -= now;
            return Task.FromResult(now);
        }
    }
}
