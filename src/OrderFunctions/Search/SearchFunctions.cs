using OrderFunctions.Events;
using Orders.Application.Search;
using Orders.Workflows.Search;

namespace OrderFunctions.Search;

/// <summary>What keeps the search up to date: the subscription, the second look, and the steps of a rebuild.</summary>
public sealed class SearchFunctions(EventDelivery delivery, SearchConsumer consumer, SweepSearch sweepSearch, SearchRebuild rebuild)
{
    [Function(nameof(UpdateSearch))]
    public Task UpdateSearch(
        [ServiceBusTrigger("order-events", SearchConsumer.Name, Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => delivery.RunAsync(message, actions, consumer.RunAsync, cancellation);

    [Function(nameof(SweepSearch))]
    public Task SweepSearchAsync([TimerTrigger(Schedules.EveryFiveMinutes)] TimerInfo timer, CancellationToken cancellation) => sweepSearch.RunAsync(cancellation);

    [Function(SearchActivities.BeginSearchRebuild)]
    public Task<SearchRebuildPlace> BeginAsync([ActivityTrigger] DateTimeOffset startedAt, CancellationToken cancellation) => rebuild.BeginAsync(startedAt, cancellation);

    [Function(SearchActivities.FillSearch)]
    public Task<SearchRebuildPlace> FillAsync([ActivityTrigger] SearchRebuildPlace place, CancellationToken cancellation) => rebuild.FillAsync(place, cancellation);

    [Function(SearchActivities.EndSearchRebuild)]
    public async Task<long> EndAsync([ActivityTrigger] SearchRebuildPlace place, CancellationToken cancellation)
    {
        await rebuild.EndAsync(place, cancellation);
        return place.Indexed;
    }
}
