using System.Net;
using Orders.Application.Events;
using static OrderFunctions.Tests.Events.DeadLetterDesk;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Events;

/// <summary>The dead-letter workbench over HTTP: a poison message is isolated, seen, edited, sent back and applied once.</summary>
public sealed class DeadLettersHttpTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task PoisonMessage_IsIsolatedSeenEditedAndAppliedOnce()
    {
        var orderId = await app.PaidInSilenceAsync();
        Assert.Equal((2L, 0L), await HeldAndSoldAsync());
        var letters = await app.LettersAsync($"&orderId={orderId}");
        Assert.Equal(
            ["order-events/finance", "order-events/inventory", "order-events/lifecycle", "order-events/notification", "order-events/search", "order-events/statistics"],
            letters.Select(letter => letter["source"]!.ToString()));
        Assert.All(letters, letter => Assert.Equal(("NotAnEvent", $"{orderId}-4", "4"), (letter["reason"]!.ToString(), letter["messageId"]!.ToString(), letter["version"]!.ToString())));

        var id = letters[1]["deadLetterId"]!.ToString();
        var seen = await app.LetterAsync(id);
        Assert.Equal(("unreadable", orderId), (seen["verdict"]!["outcome"]!.ToString(), seen["order"]!["orderId"]!.ToString()));
        Assert.EndsWith("2500", seen["order"]!["totals"]!["paid"]!.ToString(), StringComparison.Ordinal);

        var mended = await app.TrueEventAsync(orderId, EventTypes.Paid, 4);
        var sent = await app.OpsAsync(HttpMethod.Post, $"dead-letters/{id}/resubmit", Edit(mended));
        Assert.True(sent.Status is HttpStatusCode.OK, sent.ToString());
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal((0L, 2L), await HeldAndSoldAsync());
        Assert.Empty(await app.LettersAsync($"&source={Inventory}"));
        IsProblem(await app.OpsAsync(HttpMethod.Get, $"dead-letters/{id}"), 404, "not-found");
        IsProblem(await app.OpsAsync(HttpMethod.Post, $"dead-letters/{id}/resubmit", Edit(mended)), 404, "not-found");
    }

    /// <summary>The same event among the dead letters of a consumer that has finished it: it goes away and changes nothing.</summary>
    [Fact]
    public async Task MessageThatWasApplied_IsJudgedSo_AndPassesTheInboxWithoutEffect()
    {
        var orderId = await app.AcceptedAsync();
        var before = await HeldAndSoldAsync();
        await app.SendPoisonAsync($"{orderId}-4", type: EventTypes.Paid);
        var id = Assert.Single(await app.LettersAsync($"&source={Inventory}"))["deadLetterId"]!.ToString();
        var original = await app.TrueEventAsync(orderId, EventTypes.Paid, 4);

        Assert.Equal(HttpStatusCode.OK, (await app.OpsAsync(HttpMethod.Post, $"dead-letters/{id}/resubmit", Edit(original))).Status);
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(before, await HeldAndSoldAsync());
        Assert.Empty(await app.LettersAsync($"&source={Inventory}"));
    }

    [Fact]
    public async Task Edit_ThatIsAnotherEventOrStillPoison_IsRefused()
    {
        var orderId = await app.PlacedAsync();
        await app.SendPoisonAsync($"{orderId}-1");
        var id = (await app.LettersAsync($"&source={Inventory}"))[0]["deadLetterId"]!.ToString();
        var good = await app.TrueEventAsync(orderId, EventTypes.Placed, 1);
        string[] wrong =
        [
            "{}", "not JSON", await app.TrueEventAsync(orderId, EventTypes.Placed, 2), await app.TrueEventAsync(orderId, EventTypes.Cancelled, 1),
            good.Replace($"\"subject\":\"{orderId}\"", $"\"subject\":\"{new string('a', 26)}\"", StringComparison.Ordinal), good + new string(' ', 200 * 1024),
        ];
        foreach (var payload in wrong)
            IsProblem(await app.OpsAsync(HttpMethod.Post, $"dead-letters/{id}/resubmit", Edit(payload)), 400, "invalid-request");
        IsProblem(await app.OpsAsync(HttpMethod.Post, $"dead-letters/{id}/resubmit", "{}"), 400, "invalid-request");
        Assert.Single(await app.LettersAsync($"&source={Inventory}"));
        Assert.Equal(HttpStatusCode.OK, (await app.OpsAsync(HttpMethod.Post, $"dead-letters/{id}/resubmit", Edit(good))).Status);
    }

    [Fact]
    public async Task Edit_KeepsTheOriginalInTheAudit()
    {
        var orderId = await app.PaidInSilenceAsync();
        var id = (await app.LettersAsync($"&source={Inventory}"))[0]["deadLetterId"]!.ToString();
        var original = (await app.LetterAsync(id))["payload"]!.ToString();
        await app.OpsAsync(HttpMethod.Post, $"dead-letters/{id}/resubmit", Edit(await app.TrueEventAsync(orderId, EventTypes.Paid, 4), "Cut off by the publisher"));

        var entry = Assert.Single((await app.OpsAsync(HttpMethod.Get, $"audit?subject={id}")).Json["items"]!.AsArray())!;
        Assert.Equal(("dead-letter.resubmitted", "olga", "ops", "Cut off by the publisher"), (entry["action"]!.ToString(), entry["by"]!.ToString(), entry["role"]!.ToString(), entry["reason"]!.ToString()));
        Assert.Null(entry["kept"]);
        Assert.Equal(original, (await app.OpsAsync(HttpMethod.Get, $"audit/{entry["auditId"]}"))["kept"]);
    }

    [Fact]
    public async Task List_IsFiltered_AndComesInPages()
    {
        var orders = new[] { new string('a', 26), new string('b', 26) };
        foreach (var order in orders)
        {
            await app.SendPoisonAsync($"{order}-1");
            await app.SendPoisonAsync($"{order}-2", type: EventTypes.Cancelled);
            await app.Host.AdvanceAsync(TimeSpan.FromHours(1));
        }

        Assert.Equal(20, (await app.LettersAsync()).Count);
        Assert.Equal(4, (await app.LettersAsync($"&source={Inventory}")).Count);
        Assert.Equal(10, (await app.LettersAsync("&type=order.cancelled.v1")).Count);
        Assert.Equal(10, (await app.LettersAsync($"&orderId={orders[0]}")).Count);
        Assert.Equal(10, (await app.LettersAsync("&olderThan=PT90M")).Count);
        Assert.Empty(await app.LettersAsync("&reason=MaxDeliveryCountExceeded"));

        var (ids, cursor) = (new List<string>(), "");
        do
        {
            var page = await app.OpsAsync(HttpMethod.Get, $"dead-letters?limit=5&type=order.placed.v1&cursor={cursor}");
            Assert.Equal("10", page.Json["total"]!.ToString());
            ids.AddRange(page.Json["items"]!.AsArray().Select(item => item!["deadLetterId"]!.ToString()));
            cursor = page.Json["nextCursor"]?.ToString();
        }
        while (cursor is not null);
        Assert.Equal(10, ids.Distinct().Count());
        IsProblem(await app.OpsAsync(HttpMethod.Get, "dead-letters?source=nowhere"), 400, "invalid-request");
        IsProblem(await app.OpsAsync(HttpMethod.Get, "dead-letters?olderThan=soon&orderId=7"), 400, "invalid-request");
    }

    [Fact]
    public async Task Purge_NeedsAFilterAndAReason_AndKeepsWhatItThrewAway()
    {
        await app.SendPoisonAsync($"{new string('a', 26)}-1", "poison");
        IsProblem(await app.OpsAsync(HttpMethod.Post, "dead-letters/purge", """{"reason":"All"}"""), 400, "invalid-request");
        IsProblem(await app.OpsAsync(HttpMethod.Post, "dead-letters/purge", """{"filter":{"reason":"NotAnEvent"}}"""), 400, "invalid-request");
        Assert.Equal("5", (await app.OpsAsync(HttpMethod.Post, "dead-letters/purge", """{"filter":{"reason":"NotAnEvent"},"reason":"Test","dryRun":true}""")).Json["left"]!.ToString());
        var letters = await app.LettersAsync();
        Assert.Equal(5, letters.Count);

        var purged = await app.OpsAsync(HttpMethod.Post, "dead-letters/purge", """{"filter":{"reason":"NotAnEvent"},"reason":"Sent by a test"}""");
        Assert.Equal("5 0", $"{purged.Json["purged"]} {purged.Json["left"]}");
        Assert.Empty(await app.LettersAsync());
        foreach (var letter in letters)
        {
            var entry = Assert.Single((await app.OpsAsync(HttpMethod.Get, $"audit?subject={letter["deadLetterId"]}", role: "support")).Json["items"]!.AsArray())!;
            Assert.Equal("poison", (await app.OpsAsync(HttpMethod.Get, $"audit/{entry["auditId"]}"))["kept"]);
        }
    }

    private async Task<(long Held, long Sold)> HeldAndSoldAsync() => await app.StockOfAsync() is var stock ? (stock.Held, stock.Sold) : default;
}
