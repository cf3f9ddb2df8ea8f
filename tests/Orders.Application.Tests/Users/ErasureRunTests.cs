using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Access;
using Orders.Application.Lifecycle;
using Orders.Application.Search;
using Orders.Application.Tests.Subjects;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Users;

/// <summary>An erasure that dies anywhere goes on and does what is left, once.</summary>
public sealed class ErasureRunTests
{
    [Fact]
    public async Task AfterADeathAtAnyCommit_AllIsErased_WithOneVersionEach()
    {
        for (var commits = 0; ; commits++)
        {
            using var shop = new Shop();
            var first = await CancelledAsync(shop, "one");
            var second = await CancelledAsync(shop, "two");
            var died = await shop.RunAndDieAsync(commits, () => RunAsync(shop));
            await RunAsync(shop);

            foreach (var order in new[] { first, second })
            {
                var erased = await shop.ReadAsync(order.Ref);
                Assert.True(erased.IsErased());
                Assert.Equal((commits, order.Version + 1), (commits, erased.Version));
            }

            Assert.Empty((await shop.Use<IOrderSearch>().QueryAsync(new SearchQuery { Terms = SearchWords.Terms("zürich") }, 10, cursor: null, default)).Items);
            Assert.Equal((ErasureStatus.Done, 2), ((await shop.Use<ErasureReports>().FindAsync(Shop.Ada.UserId, default))!.Status, 2));
            if (!died)
                break;
        }
    }

    /// <summary>It was placed between the question and the run, or came back to life.</summary>
    [Fact]
    public async Task AnOrderThatIsNotOver_IsLeftAsItIs_AndCounted()
    {
        using var shop = new Shop();
        await CancelledAsync(shop, "over");
        var open = (await shop.PlaceAsync(Shop.Basket(("TEA", 1)), "open")).Value!.Order;

        await RunAsync(shop);

        var report = await shop.Use<ErasureReports>().FindAsync(Shop.Ada.UserId, default);
        Assert.Equal((2, 1, 1), (report!.Orders, report.Erased, report.Open));
        Assert.Equal(open.Version, (await shop.ReadAsync(open.Ref)).Version);
    }

    /// <summary>What was replaced would be gone in the live generation alone, and lie about in one that isn't asked any more.</summary>
    [Fact]
    public async Task AnErasedOrder_IsTakenOutOfEveryGeneration_AndPutInAnew()
    {
        using var shop = new Shop();
        var order = await CancelledAsync(shop, "first");
        var search = (NotedCalls)(object)DispatchProxy.Create<IOrderSearch, NotedCalls>();
        search.Inner = shop.Use<IOrderSearch>();

        await RunAsync(ActivatorUtilities.CreateInstance<ErasureRun>(shop.Use<IServiceProvider>(), search));

        Assert.Equal([nameof(IOrderSearch.RemoveAsync), nameof(IOrderSearch.IndexAsync)], search.Calls);
        Assert.Equal(order.Version + 1, await search.Inner.FindVersionAsync(order.OrderId, default));
    }

    private static async Task<Order> CancelledAsync(Shop shop, string key)
    {
        var order = (await shop.PlaceAsync(Shop.Basket(("MUG", 1)), key)).Value!.Order;
        await shop.Use<IOrderSearch>().IndexAsync([SearchDocument.Of(order)], default);
        return (await shop.Use<CancelOrder>().RunAsync(Shop.Ada, order.OrderId, new CancelRequest("changed my mind"), expectedVersion: null, default)).Value!;
    }

    private static async Task RunAsync(Shop shop)
    {
        await RunAsync(shop.Use<ErasureRun>());
    }

    private static async Task RunAsync(ErasureRun run)
    {
        var place = await run.BeginAsync(new ErasurePlace(Shop.Ada.UserId, Shop.Start), default);
        while (!place.IsThrough)
            place = await run.ErasePageAsync(place, default);
        await run.EndAsync(place, default);
    }

    /// <summary>The shop's search, with its calls in their order.</summary>
    public class NotedCalls : DispatchProxy
    {
        public IOrderSearch Inner { get; set; } = null!;

        public List<string> Calls { get; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Calls.Add(targetMethod!.Name);
            return targetMethod.Invoke(Inner, args);
        }
    }
}
