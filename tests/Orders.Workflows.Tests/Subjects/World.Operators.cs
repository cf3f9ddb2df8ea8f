using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Access;
using OrderFunctions.Events;
using OrderFunctions.Search;
using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Search;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Workflows.Access;
using Orders.Workflows.Events;
using Orders.Workflows.Search;

namespace Orders.Workflows.Tests.Subjects;

/// <summary>The orchestrations that operators start: redrives, rebuilds of the search, erasures.</summary>
public sealed partial class World
{
    public DurableRedrives Redrives => new(Host.Client);

    public DurableSearch SearchProcess => new(Host.Client);

    public DurableErasure ErasureProcess => new(Host.Client);

    /// <summary>Writes down so many cancelled orders of that buyer, which are over.</summary>
    public async Task CancelledOrdersAsync(UserId user, int count)
    {
        for (var n = 0; n < count; n++)
            await CancelledAsync(user, $"{user}-{n}");
    }

    private async Task CancelledAsync(UserId user, string key)
    {
        var at = Host.Clock.GetUtcNow();
        var mug = new CatalogueItem(Mug, "Mug", 1_250, Id.Parse<Currency>("EUR"));
        var basket = Pricing.Price([new WantedLine(Mug, 1)], new Dictionary<Sku, CatalogueItem> { [Mug] = mug }, shipping: 0);
        var address = new Address("Ada Lovelace", "12 Square", null, "London", null, "SW1Y", "GB");
        var placed = Order.Place(new OrderRef(user, OrderId.Derive(user, key)), basket, address, "Ring twice", null, $"fingerprint of {key}", at, at.AddMinutes(30));
        await Use<IOrderStore>().CreateAsync(placed, OrderEventEnvelope.ItemFor(placed, EventTypes.Placed), default);
        var (_, cancelled) = placed.Apply(new OrderEvent.CancelRequested(at, CancelCause.Buyer), Actor.Customer, "changed my mind");
        cancelled = cancelled with { ClosedAt = at };
        await Use<IOrderStore>().SaveAsync(cancelled, OrderEventEnvelope.ItemFor(cancelled, EventTypes.Cancelled), default);
    }

    private void AddOperators()
    {
        Host.AddOrchestrators(typeof(RedriveDeadLetters)).AddOrchestrators(typeof(RebuildSearch)).AddOrchestrators(typeof(EraseUser));
        AddOf<RedriveActivityFunctions, RedrivePlan, RedrivePick>(RedriveActivities.PickDeadLetters, (redrive, plan) => redrive.PickAsync(plan, default));
        AddOf<RedriveActivityFunctions, IReadOnlyList<string>, int>(RedriveActivities.SendDeadLettersBack, (redrive, ids) => redrive.SendBackAsync(ids, default));
        AddOf<SearchFunctions, DateTimeOffset, SearchRebuildPlace>(SearchActivities.BeginSearchRebuild, (search, at) => search.BeginAsync(at, default));
        AddOf<SearchFunctions, SearchRebuildPlace, SearchRebuildPlace>(SearchActivities.FillSearch, (search, place) => search.FillAsync(place, default));
        AddOf<SearchFunctions, SearchRebuildPlace, long>(SearchActivities.EndSearchRebuild, (search, place) => search.EndAsync(place, default));
        AddOf<ErasureActivityFunctions, ErasurePlace, ErasurePlace>(ErasureActivities.BeginErasure, (erasure, place) => erasure.BeginAsync(place, default));
        AddOf<ErasureActivityFunctions, ErasurePlace, ErasurePlace>(ErasureActivities.EraseOrders, (erasure, place) => erasure.ErasePageAsync(place, default));
        AddOf<ErasureActivityFunctions, ErasurePlace, long>(ErasureActivities.EndErasure, (erasure, place) => erasure.EndAsync(place, default));
    }

    private void AddOf<TFunctions, TInput, TResult>(string name, Func<TFunctions, TInput, Task<TResult>> method) =>
        Host.AddAsyncActivity<TInput, TResult>(name, input =>
        {
            Activities.Add(name);
            return method(ActivatorUtilities.CreateInstance<TFunctions>(UseServices()), input);
        });
}
