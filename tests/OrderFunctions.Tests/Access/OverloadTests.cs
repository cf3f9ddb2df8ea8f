using System.Net;
using OrderFunctions.Access;
using Orders.Application;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Access;

/// <summary>More requests under way than the shop takes.</summary>
public sealed class OverloadTests : IAsyncLifetime
{
    private const int Writes = 4;
    private const int Reads = 3;

    private readonly Gate gate = new();
    private OrderApp app = null!;

    public async Task InitializeAsync()
    {
        app = await OrderApp.StartAsync(builder =>
        {
            builder.Services.AddLimits(new AccessLimits { WritesAtOnce = Writes, ReadsAtOnce = Reads, WebhooksAtOnce = 1, User = new(), Address = new() });
            gate.PutBeforeTheCatalogue(builder.Services);
        });
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task MoreAtOnceThanThereIsRoom_AreShedAtOnce_AndTheOthersFinish()
    {
        gate.Close();
        var placing = Enumerable.Range(0, Writes + 7).Select(n => app.PlaceAsync("alice", $"k{n}", Baskets.Of(OrderApp.Mug, 1))).ToList();

        // The gate is closed, so whatever is answered now was not served: exactly those for which there was no room.
        var shed = new List<Reply>();
        for (var n = 0; n < 7; n++)
        {
            var answered = await Task.WhenAny(placing).WaitAsync(Gate.Patience);
            placing.Remove(answered);
            shed.Add(await answered);
        }

        Assert.All(shed, reply =>
        {
            IsProblem(reply, 503, "overloaded");
            Assert.Equal("1", reply.Header("Retry-After"));
        });
        Assert.All(placing, one => Assert.False(one.IsCompleted));
        Assert.Equal(Writes, app.Get<Admission>().UnderWay);
        gate.Open();
        Assert.All(await Task.WhenAll(placing), reply => Assert.Equal(HttpStatusCode.Created, reply.Status));
        Assert.Equal(0, app.Get<Admission>().UnderWay);
        Assert.Equal(Writes, (await app.StockOfAsync()).Held);
    }

    [Fact]
    public async Task WritesReadsAndWebhooks_DontTakeEachOthersRoom_AndHealthIsAlwaysAnswered()
    {
        gate.Close();
        var placing = Enumerable.Range(0, Writes).Select(n => app.PlaceAsync("alice", $"k{n}")).ToList();
        await Eventually(() => app.Get<Admission>().UnderWay == Writes);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.PlaceAsync("alice", "one-more")).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Get, "api/orders", app.Tokens.For("alice", "customer"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await app.SendAsync(HttpMethod.Post, "api/payments/webhooks/simulator", body: "{}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Get, "api/health")).Status);

        var reading = Enumerable.Range(0, Reads).Select(_ => app.SendAsync(HttpMethod.Get, "api/catalogue/MUG-WHITE")).ToList();
        await Eventually(() => app.Get<Admission>().UnderWay == Writes + Reads);
        IsProblem(await app.SendAsync(HttpMethod.Get, "api/catalogue"), 503, "overloaded");
        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Get, "api/health")).Status);
        gate.Open();
        await Task.WhenAll([.. placing, .. reading]);
    }

    [Fact]
    public async Task Slots_ComeBackAfterWhateverHappens()
    {
        gate.Failure = new InvalidOperationException("broken");
        for (var n = 0; n < Writes + 1; n++)
            Assert.Equal(HttpStatusCode.InternalServerError, (await app.PlaceAsync("alice", $"k{n}")).Status);
        gate.Failure = new DependencyUnavailableException("The catalogue");
        for (var n = 0; n < Writes + 1; n++)
            IsProblem(await app.PlaceAsync("alice", $"k{n}"), 503, "unavailable");
        gate.Failure = null;
        for (var n = 0; n < Writes + 1; n++)
        {
            await app.PlaceAsync("alice", "not json", "{");
            await app.SendAsync(HttpMethod.Post, "api/orders", token: "none", body: "{}");
            await app.SendAsync(HttpMethod.Post, "api/nothing");
        }

        Assert.Equal(0, app.Get<Admission>().UnderWay);
        Assert.Equal(HttpStatusCode.Created, (await app.PlaceAsync("alice", "k0")).Status);
    }

    [Fact]
    public async Task Slots_OfRequestsThatWereGivenUp_ComeBack()
    {
        gate.Close();
        using var givingUp = new CancellationTokenSource();
        var reading = Enumerable.Range(0, Reads).Select(_ => app.Client.GetAsync("api/catalogue/MUG-WHITE", givingUp.Token)).ToList();
        await Eventually(() => app.Get<Admission>().UnderWay == Reads);
        await givingUp.CancelAsync();
        foreach (var one in reading)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);

        await Eventually(() => app.Get<Admission>().UnderWay == 0);
        gate.Open();
        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Get, "api/catalogue/MUG-WHITE")).Status);
    }

    /// <summary>Looks again and again until it holds: the other side works on threads of its own.</summary>
    private static async Task Eventually(Func<bool> holds)
    {
        for (var n = 0; n < 3_000 && !holds(); n++)
            await Task.Delay(5);
        Assert.True(holds());
    }
}
