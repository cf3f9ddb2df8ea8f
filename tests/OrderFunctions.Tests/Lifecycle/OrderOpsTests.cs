using System.Net;
using System.Text.Json.Nodes;
using OrderFunctions.Tests.Events;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Embedded.Events;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Lifecycle;

/// <summary>What support and operators see of an order's process, and how they help it along.</summary>
public sealed class OrderOpsTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Events_AreThoseThatWerePublished_InTheirOrder_PageByPage()
    {
        var orderId = await app.AcceptedAsync();
        await app.AcceptedAsync(user: "bob", key: "other");

        var all = (await ReadAsync($"orders/{orderId}/events")).Json["items"]!.AsArray();
        Assert.Equal(
            ["1 order.placed.v1", "2 order.payment-requested.v1", "3 order.payment-opened.v1", "4 order.paid.v1", "5 order.accepted.v1"],
            all.Select(item => $"{item!["version"]} {item["type"]}"));
        Assert.All(all, item => Assert.Equal($"{orderId}-{item!["version"]}", item["event"]!["id"]!.ToString()));

        var newest = await ReadAsync($"orders/{orderId}/events?limit=3");
        var before = await ReadAsync($"orders/{orderId}/events?limit=3&cursor={newest["nextCursor"]}");
        Assert.Equal(["3", "4", "5"], newest.Json["items"]!.AsArray().Select(item => item!["version"]!.ToString()));
        Assert.Equal(["1", "2"], before.Json["items"]!.AsArray().Select(item => item!["version"]!.ToString()));
        Assert.Null(before.Json["nextCursor"]);
    }

    [Fact]
    public async Task Process_TellsWhatItWaitsFor_WithoutWhatItCarries()
    {
        var orderId = await app.PlacedAsync();
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        var reply = await ReadAsync($"orders/{orderId}/process");
        var process = Assert.Single(reply.Json["processes"]!.AsArray())!;
        Assert.Equal(("order", "running", "2030-01-01T00:30:00Z"), (process["kind"]!.ToString(), process["status"]!.ToString(), process["until"]!.ToString()));
        Assert.Contains(process["history"]!.AsArray(), entry => entry!["event"]!.ToString() == "TaskCompleted" && entry["name"]!.ToString() == "LookAtOrder" && (bool)entry["ok"]!);
        Assert.DoesNotContain("alice", reply.Body, StringComparison.Ordinal);
        IsProblem(await ReadAsync($"orders/{new string('a', 26)}/process"), 404, "not-found");
    }

    [Fact]
    public async Task OrderWithoutAProcess_IsStuckAfterItsDeadline_AndARetryStartsIt()
    {
        await DisableSweepsAsync();
        var orderId = await app.PlacedAsync();
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        await app.Host.Durable.TerminateInstanceAsync(orderId);
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(29));
        Assert.Empty(await StuckAsync());
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(7));

        var stuck = Assert.Single(await StuckAsync());
        Assert.Equal((orderId, "noProcess", "alice"), (stuck["orderId"]!.ToString(), stuck["rule"]!.ToString(), stuck["userId"]!.ToString()));
        var retried = await app.OpsAsync(HttpMethod.Post, $"orders/{orderId}/retry", role: "support");
        Assert.Contains("processStarted", retried.Body, StringComparison.Ordinal);
        // A process that begins after its deadline tries it again a second later.
        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(5));

        Assert.Equal("Cancelled", (await app.ReadAsync(orderId))["status"]);
        Assert.Empty(await StuckAsync());
        var entry = Assert.Single((await ReadAsync($"audit?subject={orderId}")).Json["items"]!.AsArray())!;
        Assert.Equal("order.retried", entry["action"]!.ToString());
    }

    [Fact]
    public async Task MessageThatWasNotApplied_IsShown_AndARetryAppliesIt()
    {
        await DisableSweepsAsync();
        var orderId = await app.PlacedAsync();
        var message = new ProviderMessage("simulator", "m-1", new string('0', 64), "{}", app.Host.Clock.GetUtcNow()) { OrderId = Id.Parse<OrderId>(orderId) };
        await app.Get<IProviderMessages>().StoreAsync(message, CancellationToken.None);
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(6));

        Assert.Equal("messageUnapplied", Assert.Single(await StuckAsync())["rule"]!.ToString());
        Assert.Contains("messagesEnqueued", (await app.OpsAsync(HttpMethod.Post, $"orders/{orderId}/retry")).Body, StringComparison.Ordinal);
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        Assert.Empty(await StuckAsync());
    }

    [Fact]
    public async Task EventThatWasGivenUp_IsPublishedByARetry()
    {
        await app.SendAsync(HttpMethod.Put, "local/faults", body: """[{"port":"events","operation":"Publish","mode":"fail"}]""");
        var orderId = await app.PlacedAsync();
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(20));
        await app.SendAsync(HttpMethod.Put, "local/faults", body: "[]");
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Contains("is parked", app.Host.Log.ToString(), StringComparison.Ordinal);
        Assert.Empty(await app.Get<SqliteNotifier>().FindAsync(Id.Parse<OrderId>(orderId), CancellationToken.None));

        var retried = await app.OpsAsync(HttpMethod.Post, $"orders/{orderId}/retry");
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Contains("\"eventsRevived\"", retried.Body, StringComparison.Ordinal);
        Assert.Contains("1 of 1 unpublished events were published", retried.Body, StringComparison.Ordinal);
        Assert.Equal($"{orderId}-1", Assert.Single(await app.Get<SqliteNotifier>().FindAsync(Id.Parse<OrderId>(orderId), CancellationToken.None)).EventId);
        Assert.DoesNotContain("eventsRevived", (await app.OpsAsync(HttpMethod.Post, $"orders/{orderId}/retry")).Body, StringComparison.Ordinal);
    }

    private Task<Reply> ReadAsync(string path) => app.OpsAsync(HttpMethod.Get, path, role: "support");

    /// <summary>All pages: one may be empty with more behind it.</summary>
    private async Task<IReadOnlyList<JsonNode>> StuckAsync()
    {
        var (all, cursor) = (new List<JsonNode>(), "");
        for (var page = 0; cursor is not null && page < 20; page++)
        {
            var reply = await ReadAsync($"stuck-orders?cursor={cursor}");
            Assert.True(reply.Status is HttpStatusCode.OK, reply.ToString() + app.Host.Log);
            all.AddRange(reply.Json["items"]!.AsArray().Select(item => item!));
            cursor = reply.Json["nextCursor"]?.ToString();
        }

        return all;
    }

    /// <summary>The second layers are off: what they'd mend is what this is about.</summary>
    private async Task DisableSweepsAsync()
    {
        await app.DisposeAsync();
        app = await OrderApp.StartAsync(builder =>
        {
            foreach (var sweep in new[] { "SweepOverdueOrders", "SweepProcesses", "SweepPayments", "SweepUnappliedMessages", "SweepHolds" })
                builder.Configuration[$"AzureWebJobs.{sweep}.Disabled"] = "true";
        });
    }
}
