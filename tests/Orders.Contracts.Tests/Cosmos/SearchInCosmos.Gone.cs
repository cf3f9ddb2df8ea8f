using System.Net;
using Orders.Application;
using Orders.Application.Search;
using Orders.Contracts.Tests.Search;
using Orders.CosmosDouble;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>How a generation goes that is asked no more.</summary>
public sealed partial class CosmosSearchTests
{
    /// <summary>A set has as many documents as there are orders: neither step of a rebuild could delete them within a function's time. Nobody finds them meanwhile.</summary>
    [Fact]
    public async Task BeginAndSwitch_DeleteNothing_AndWhatWentIsFoundByNobody()
    {
        await Search.IndexAsync(Xanthippes(5), None);
        await Search.FillAsync(await Search.BeginAsync("abandoned", None), Xanthippes(5), None);
        server.Forget();
        var generation = await Search.BeginAsync("a", None);
        await Search.FillAsync(generation, [OrderSearchContract.Document(0) with { Words = "theirs" }], None);
        Assert.True(await Search.SwitchAsync(generation, None));
        Assert.DoesNotContain(server.Answered, answered => answered.Request.What == "delete");
        Assert.Equal(10, (await WithAsync("xanthippe")).Count);

        foreach (var query in new[] { new SearchQuery(), new SearchQuery { SortBy = SearchKey.UpdatedAt }, new SearchQuery { SortBy = SearchKey.Total } })
            Assert.Single((await Search.QueryAsync(query, 10, null, None)).Items);
        Assert.Empty((await Search.QueryAsync(new SearchQuery { Terms = SearchWords.Terms("xanthippe") }, 10, null, None)).Items);
        Assert.Equal(1, (await Search.CountAsync(new SearchQuery(), None)).Values.Sum());
        Assert.Equal(0, await Search.FindVersionAsync(OrderSearchContract.Document(3).OrderId, None));
        Assert.Equal(1, (await Search.ReadStateAsync(None)).Documents);

        Assert.Equal(7, await Search.PurgeAsync(7, None));
        Assert.Equal(3, (await WithAsync("xanthippe")).Count);
        Assert.Equal(3, await Search.PurgeAsync(7, None));
        Assert.Single(await WithAsync("theirs"));
    }

    /// <summary>Who died while a set went leaves the rest to the next call, which finds it written down.</summary>
    [Fact]
    public async Task Purge_ThatDies_GoesOnWhenItIsRepeated()
    {
        await Search.IndexAsync(Xanthippes(5), None);
        await Search.SwitchAsync(await Search.BeginAsync("a", None), None);
        var left = 2;
        server.Faults = request => request.What == "delete" && Interlocked.Decrement(ref left) < 0 ? new Fault(HttpStatusCode.ServiceUnavailable) : null;
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Search.PurgeAsync(100, None));
        server.Faults = _ => null;
        Assert.Equal(3, await Search.PurgeAsync(100, None));
        Assert.Empty(await WithAsync("xanthippe"));
    }

    /// <summary>One after the other a million would take days.</summary>
    [Fact]
    public async Task Purge_DeletesSomeAtOnce()
    {
        await Search.IndexAsync(Xanthippes(5), None);
        await Search.SwitchAsync(await Search.BeginAsync("a", None), None);
        using var two = new CountdownEvent(2);
        server.Faults = request =>
        {
            if (request.What == "delete" && !two.IsSet)
            {
                two.Signal();
                Assert.True(two.Wait(TimeSpan.FromSeconds(10)));
            }

            return null;
        };
        Assert.Equal(5, await Search.PurgeAsync(100, None));
        Assert.True(two.IsSet);
    }

    /// <summary>A page of orders that can't be read, each time, must not keep names and addresses.</summary>
    [Fact]
    public async Task TheSweep_WhosePageFails_HasPurgedBefore()
    {
        await Search.IndexAsync(Xanthippes(3), None);
        await Search.SwitchAsync(await Search.BeginAsync("a", None), None);
        server.Faults = request => request is { Container: "orders", What: "query" } ? new Fault(HttpStatusCode.ServiceUnavailable) : null;
        await Assert.ThrowsAsync<DependencyUnavailableException>(SweepAsync);
        server.Faults = _ => null;
        Assert.Empty(await WithAsync("xanthippe"));
    }
}
