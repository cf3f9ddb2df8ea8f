using System.Net;
using Orders.Application;
using Orders.Application.Events;
using Orders.CosmosDouble;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class TurnsTests
{
    /// <summary>A document that others always change first, or a database that says so for ever: nobody tries without end.</summary>
    [Fact]
    public async Task AWriteThatLosesEveryTurn_EndsAsNotAvailable()
    {
        using var subject = CosmosSubject.Create(out var server);
        var order = Order(Alice, "a");
        server.Faults = seen => seen.What == "create" ? new Fault(HttpStatusCode.Conflict) : null;

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => subject.Port<IOutbox>().CountFailureAsync(Event(order), "no", parkAt: 3, CancellationToken.None));

        Assert.Equal(50, server.Answered.Count(one => one.Request.What == "create" && one.Status == 409));
    }
}
