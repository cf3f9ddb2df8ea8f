using System.Net;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Search;
using Orders.Azure.Cosmos;
using Orders.Azure.Resilience;
using Orders.Contracts.Tests.Checkout;
using Orders.Contracts.Tests.Events;
using Orders.Contracts.Tests.Payments;
using Orders.Contracts.Tests.Search;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>
/// Each write of a call is done once, and its answer lost: the pipeline tries again, meets what it did itself, and the caller hears what it would have heard without that.
/// </summary>
public sealed class LostAnswersInCosmos
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] Writes = ["create", "upsert", "replace", "patch", "batch", "delete"];
    private static readonly Order Placed = Order(Alice, "1");
    private static readonly Order Changed = Cancelled(Placed, Subject.Start);
    private static readonly UnknownMoney Money = UnknownMoneyContract.Money(1);

    private static readonly Dictionary<string, Func<Subject, Task<object?>>> Calls = new()
    {
        ["save order"] = async s => await s.Port<IOrderStore>().SaveAsync(Changed, Event(Changed, EventTypes.Cancelled), None),
        ["place order"] = async s => (await s.Port<IOrderStore>().CreateAsync(Order(Alice, "2"), Event(Order(Alice, "2")), None))?.Version ?? 1,
        ["count failure"] = async s => await s.Port<IOutbox>().CountFailureAsync(Event(Placed), "away", parkAt: 9, None),
        ["count failure again"] = async s =>
            (await s.Port<IOutbox>().CountFailureAsync(Event(Placed), "away", 9, None), await s.Port<IOutbox>().CountFailureAsync(Event(Placed), "away", 9, None)),
        ["revive"] = async s =>
        {
            await s.Port<IOutbox>().CountFailureAsync(Event(Placed), "away", parkAt: 1, None);
            return (await s.Port<IOutbox>().ReviveAsync(Placed.Ref, None), (await s.Port<IOutbox>().FindOlderThanAsync(Subject.Start.AddDays(1), 10, None)).Count);
        },
        ["first user"] = async s => await s.Port<IUsers>().SaveAsync(new User { UserId = Bob, Version = 1, Tier = "gold" }, None),
        ["save user"] = async s => await s.Port<IUsers>().SaveAsync(new User { UserId = Alice, Version = 2, Tier = "gold" }, None),
        ["first webhooks"] = async s => await s.Port<IWebhooks>().SaveAsync(WebhooksContract.Register(1), None),
        ["save webhooks"] = async s => await s.Port<IWebhooks>().SaveAsync(WebhooksContract.Register(1), None) && await s.Port<IWebhooks>().SaveAsync(WebhooksContract.Register(2), None),
        ["save delivery"] = async s => await s.Port<IDeliveries>().SaveAsync(DeliveriesContract.Whole(1), None),
        ["first sale"] = async s => await s.Port<ISales>().PutAsync(SalesContract.Sale("monday"), None),
        ["put sale"] = async s => await s.Port<ISales>().PutAsync(SalesContract.Sale("friday") with { Version = 2 }, None),
        ["hold money"] = async s => await s.Port<IUnknownMoney>().HoldAsync(UnknownMoneyContract.Money(2), None),
        ["save money"] = async s => await s.Port<IUnknownMoney>().SaveAsync(Money.Next(UnknownMoneyState.Applying, null), None),
        ["keep difference"] = async s => await s.Port<IReconciliations>().KeepAsync(ReconciliationsContract.Found(2), None),
        ["save difference"] = async s => await s.Port<IReconciliations>().SaveAsync(ReconciliationsContract.Found(1) with { Version = 2, State = DifferenceState.Gone }, None),
        ["index"] = async s => await s.Port<IOrderSearch>().IndexAsync([OrderSearchContract.Document(1), OrderSearchContract.Document(2)], None),
        ["build anew"] = async s =>
        {
            var generation = await s.Port<IOrderSearch>().BeginAsync("run", None);
            return (await s.Port<IOrderSearch>().FillAsync(generation, [OrderSearchContract.Document(1)], None), await s.Port<IOrderSearch>().SwitchAsync(generation, None));
        },
        ["end epoch"] = async s => await s.Port<ISaleEpochs>().EndAsync(SalesContract.Sale("friday").SaleId, 1, 1, None),
        ["retire epoch"] = async s => await s.Port<ISaleEpochs>().RetireAsync(SalesContract.Sale("friday").SaleId, 1, None),
    };

    public static TheoryData<string> Names => [.. Calls.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task ALostAnswer_IsToldAsItWouldHaveBeen(string call)
    {
        var (expected, writes) = await RunAsync(call, lost: 0);
        Assert.True(writes > 0);
        for (var lost = 1; lost <= writes; lost++)
            Assert.Equal(expected, (await RunAsync(call, lost)).Outcome);
    }

    private static async Task<(object? Outcome, int Writes)> RunAsync(string call, int lost)
    {
        var pipeline = DependencyPipeline.Build(
            new PipelineOptions { Retries = 1, FirstWait = TimeSpan.Zero, TryTimeout = TimeSpan.FromMinutes(1), TotalTimeout = TimeSpan.FromMinutes(1) },
            CosmosErrors.IsTransient, TimeProvider.System, () => 0.5);
        using var subject = CosmosSubject.Create(out var server, new CosmosPipelines(pipeline, pipeline, pipeline));
        await PrepareAsync(subject);
        var writes = 0;
        server.Faults = request => Writes.Contains(request.What) && ++writes == lost ? new Fault(HttpStatusCode.ServiceUnavailable, AfterTheWrite: true) : null;
        return (await Calls[call](subject), writes);
    }

    private static async Task PrepareAsync(Subject subject)
    {
        await subject.Port<IOrderStore>().CreateAsync(Placed, Event(Placed), None);
        await subject.Port<IUsers>().SaveAsync(new User { UserId = Alice, Version = 1, Tier = "silver" }, None);
        await subject.Port<IDeliveries>().AddAsync([DeliveriesContract.Delivery(1)], None);
        await subject.Port<ISales>().PutAsync(SalesContract.Sale("friday"), None);
        await subject.Port<ISaleEpochs>().BeginAsync(SalesContract.Sale("friday").SaleId, 0, 8, 1, None);
        await subject.Port<IUnknownMoney>().HoldAsync(Money, None);
        await subject.Port<IReconciliations>().KeepAsync(ReconciliationsContract.Found(1), None);
    }
}
