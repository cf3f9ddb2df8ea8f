using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Search;
using Orders.Application.Statistics;
using Orders.Azure.Cosmos;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;
using Orders.Domain.Statistics;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>What staff and nightly jobs ask for has circuits of its own, as <c>AddCosmos</c> sets them up.</summary>
public sealed class CosmosCircuitsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private CosmosServer server = null!;
    private Subject subject = null!;

    public static TheoryData<string> Questions => [.. Asked.Keys];

    private static readonly Dictionary<string, (string Circuit, Func<Subject, Task> Ask)> Asked = new()
    {
        ["search"] = ("cosmos-queries", s => s.Port<IOrderSearch>().QueryAsync(new SearchQuery(), 10, cursor: null, None)),
        ["statistics"] = ("cosmos-queries", s => s.Port<IStatistics>().PulseAsync(None)),
        ["part of a report"] = ("cosmos-queries", s => s.Port<IChangedOrders>().ListAsync(0, Subject.Start, Subject.Start.AddDays(1), 10, cursor: null, None)),
        ["reconciliation's orders"] = ("cosmos-queries", s => s.Port<IPaymentBook>().ListOrdersAsync(Subject.Start, Subject.Start.AddDays(1), after: null, 10, None)),
        ["statement"] = ("cosmos-queries", s => s.Port<IStatements>().ListOrdersAsync("2026-03-01", after: null, 10, None)),
        ["differences"] = ("cosmos-queries", s => s.Port<IReconciliations>().ListAsync(new DateOnly(2026, 3, 1), state: null, 10, cursor: null, None)),
        ["audit"] = ("cosmos-queries", s => s.Port<IAudit>().ListAsync(new AuditFilter(), 10, cursor: null, None)),
        ["sum of the books"] = ("cosmos-sums", s => s.Port<IPaymentBook>().SumAsync(Subject.Start, Subject.Start.AddDays(1), None)),
        ["sum of a statement"] = ("cosmos-sums", s => s.Port<IStatements>().SumAsync("2026-03-01", None)),
        ["count of differences"] = ("cosmos-sums", s => s.Port<IReconciliations>().CountAsync(new DateOnly(2026, 3, 1), None)),
    };

    public async Task InitializeAsync()
    {
        subject = Subject.OnMemory();
        server = await CosmosServer.StartAsync(subject.Clock);
        var settings = new Dictionary<string, string?> { ["CosmosDB"] = $"AccountEndpoint={server.Endpoint};AccountKey={CosmosServer.Key}" };
        foreach (var (pipeline, setting, value) in new[] { "Cosmos", "CosmosQueries", "CosmosSums" }
            .SelectMany(name => new[] { (name, "TryTimeout", "00:00:30"), (name, "TotalTimeout", "00:00:30"), (name, "Retries", "0"), (name, "BreakerMinimum", "4") }))
        {
            settings[$"Resilience:{pipeline}:{setting}"] = value;
        }

        subject.On(services => services.AddCosmos(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()), server);
        await CosmosContainers.CreateAsync(subject.Port<Microsoft.Azure.Cosmos.CosmosClient>(), CosmosContainers.DefaultDatabase, None);
    }

    public Task DisposeAsync()
    {
        subject.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task WhatFailsForStaff_ClosesNoShop(string question)
    {
        var (circuit, ask) = Asked[question];
        server.Faults = request => request.What is "query" or "plan" ? new Fault(HttpStatusCode.ServiceUnavailable) : null;
        for (var n = 0; n < 4; n++)
            await Assert.ThrowsAsync<DependencyUnavailableException>(() => ask(subject));

        server.Forget();
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => ask(subject));
        Assert.DoesNotContain(server.Answered, answered => answered.Request.What is "query" or "plan");

        var order = Order(Alice, "1");
        Assert.Null(await subject.Port<IOrderStore>().CreateAsync(order, Event(order), None));
        Assert.NotNull(await subject.Port<IOrderStore>().FindAsync(order.Ref, None));
        Assert.Equal((DependencyState.Healthy, true), await StateAsync("cosmos"));
        Assert.Equal((DependencyState.Unhealthy, false), await StateAsync(circuit));
    }

    /// <summary>The other way round: what a buyer waits for is known by its own calls.</summary>
    [Fact]
    public async Task WhatFailsForBuyers_IsTheShops()
    {
        server.Faults = request => request.Container == "orders" ? new Fault(HttpStatusCode.ServiceUnavailable) : null;
        for (var n = 0; n < 4; n++)
            await Assert.ThrowsAsync<DependencyUnavailableException>(() => subject.Port<IOrderStore>().ListAsync(Alice, status: null, 10, cursor: null, None));
        Assert.Equal((DependencyState.Unhealthy, true), await StateAsync("cosmos"));
        Assert.Equal((DependencyState.Healthy, false), await StateAsync("cosmos-queries"));
        Assert.Empty((await subject.Port<IOrderSearch>().QueryAsync(new SearchQuery(), 10, cursor: null, None)).Items);
    }

    /// <summary>Throttled, it is known no better than before: neither does the circuit open, nor is a failure forgotten.</summary>
    [Fact]
    public async Task Throttling_SaysNothingOfHowTheDatabaseIs()
    {
        foreach (var status in new[] { HttpStatusCode.ServiceUnavailable, HttpStatusCode.TooManyRequests })
        {
            server.Faults = request => request.What == "read" ? new Fault(status, TimeSpan.FromSeconds(9)) : null;
            await Assert.ThrowsAsync<DependencyUnavailableException>(() => subject.Port<IOrderStore>().FindAsync(Ref(1), None));
            Assert.Equal((DependencyState.Degraded, true), await StateAsync("cosmos"));
        }
    }

    private async Task<(DependencyState State, bool IsNeeded)> StateAsync(string name)
    {
        var one = subject.Port<IEnumerable<IDependency>>().Single(one => one.Name == name);
        return (await one.LookAsync(None), one.IsNeeded);
    }
}
