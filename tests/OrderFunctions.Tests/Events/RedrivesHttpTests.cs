using System.Net;
using System.Text.Json.Nodes;
using Orders.Application.Events;
using static OrderFunctions.Tests.Events.DeadLetterDesk;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Events;

/// <summary>Many dead letters sent back at a rate, over HTTP.</summary>
public sealed class RedrivesHttpTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task DryRun_TellsPerSourceWhatWouldCome_AndDoesNothing()
    {
        var orderId = await app.AcceptedAsync();
        await app.SendPoisonAsync($"{orderId}-9", await app.TrueEventAsync(orderId, EventTypes.Placed, 9) + " ,");
        await app.SendPoisonAsync($"{new string('a', 26)}-1");
        var before = await app.LettersAsync();

        var tried = await app.OpsAsync(HttpMethod.Post, "dead-letters/redrive", $$"""{"filter":{"source":"{{Inventory}}"},"dryRun":true}""");

        var source = Assert.Single(tried.Json["sources"]!.AsArray())!;
        Assert.Equal(("2", "2", "2"), (tried.Json["matched"]!.ToString(), source["judged"]!.ToString(), source["unreadable"]!.ToString()));
        Assert.Null(tried.Json["redriveId"]);
        Assert.Equal(before.Count, (await app.LettersAsync()).Count);
    }

    [Fact]
    public async Task Redrive_SendsBackAtItsRate_AndTellsHowFarItIs()
    {
        var orders = await StockIsAwayAsync(orders: 5);
        var dead = await app.LettersAsync($"&source={Inventory}&reason=MaxDeliveryCountExceeded&type=order.placed.v1");
        Assert.Equal(orders.Count, dead.Count);
        Assert.All(await Task.WhenAll(dead.Select(letter => app.LetterAsync(letter["deadLetterId"]!.ToString()))), letter => Assert.Equal("wouldApply", letter["verdict"]!["outcome"]!.ToString()));
        await PlanAsync("[]");

        var body = $$"""{"filter":{"source":"{{Inventory}}"},"ratePerSecond":2,"reason":"Stock is up again"}""";
        var started = await app.OpsAsync(HttpMethod.Post, "dead-letters/redrive", body, "r1");
        Assert.True(started.Status is HttpStatusCode.OK, started.ToString() + app.Host.Log);
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal("running 2/5", await ProgressAsync(started["redriveId"]));
        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("running 4/5", await ProgressAsync(started["redriveId"]));
        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("completed 5/5", await ProgressAsync(started["redriveId"]));

        Assert.Empty(await app.LettersAsync($"&source={Inventory}"));
        Assert.Equal(started["redriveId"], (await app.OpsAsync(HttpMethod.Post, "dead-letters/redrive", body, "r1"))["redriveId"]);
        var entry = Assert.Single((await app.OpsAsync(HttpMethod.Get, $"audit?subject={started["redriveId"]}")).Json["items"]!.AsArray())!;
        Assert.Equal(("redrive.started", "5"), (entry["action"]!.ToString(), entry["detail"]!["matched"]!.ToString()));
        IsProblem(await app.OpsAsync(HttpMethod.Get, $"dead-letters/redrives/{orders[0]}"), 404, "not-found");
    }

    /// <summary>What dies again of the same poison is left for the next redrive: one that took it again would never end.</summary>
    [Fact]
    public async Task Redrive_TakesWhatDiesAgainOnce()
    {
        for (var n = 0; n < 4; n++)
            await app.SendPoisonAsync($"{new string('a', 26)}-{n}");
        // Those that lay there when it began were dead before.
        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(1));

        var started = await app.OpsAsync(HttpMethod.Post, "dead-letters/redrive", $$"""{"filter":{"source":"{{Inventory}}"},"ratePerSecond":3,"reason":"Try"}""");
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("completed 4/4", await ProgressAsync(started["redriveId"]));
        Assert.Equal(4, (await app.LettersAsync($"&source={Inventory}")).Count);
    }

    private async Task<string> ProgressAsync(string redriveId)
    {
        var redrive = await app.OpsAsync(HttpMethod.Get, $"dead-letters/redrives/{redriveId}", role: "support");
        return $"{redrive["status"]} {redrive.Json["redriven"]}/{redrive.Json["matched"]}";
    }

    /// <summary>Orders whose first event inventory gave up, for the stock was away for longer than its deliveries last.</summary>
    private async Task<IReadOnlyList<string>> StockIsAwayAsync(int orders)
    {
        await PlanAsync("""[{"port":"stock","operation":"Keep","mode":"fail"}]""");
        var placed = new List<string>();
        for (var n = 0; n < orders; n++)
            placed.Add(await app.PlacedAsync(key: $"away-{n}"));
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(12));
        return placed;
    }

    private async Task PlanAsync(string faults) => Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Put, "local/faults", body: faults)).Status);
}
