using System.Net;
using System.Text.Json.Nodes;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Payments;

/// <summary>A statement in which every class of difference is planted: found, repaired or left to people, and nothing the second time.</summary>
public sealed class ReconciliationTests : IAsyncLifetime
{
    private const string Day = "2030-01-01";
    private const string Path = $"api/ops/reconciliations/{Day}";

    private OrderApp app = null!;

    private string Ops => app.Tokens.For("olga", "ops");

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task EachPlantedClass_IsFoundAndRepaired_AndTheSecondTimeNothing()
    {
        var orders = await PlantAsync();

        await RunAsync();

        var first = await ReadAsync();
        Assert.Equal("completed", first["status"]);
        Assert.Equal(
            [
                ("amount", "capture", "investigate", "open"), ("currency", "capture", "investigate", "open"), ("duplicate", "capture", "refundDuplicate", "open"),
                ("late", "capture", "applyCapture", "applied"), ("missingHere", "capture", "applyCapture", "applied"), ("missingHere", "capture", "investigate", "open"),
                ("missingThere", "capture", "askProvider", "applied"),
            ],
            Found(first));
        Assert.Equal(("PendingShipment", 2_500, 0), await MoneyOfAsync(orders["missingHere"]));
        Assert.Equal(("Cancelled", 2_500, 2_500), await MoneyOfAsync(orders["late"]));
        foreach (var untouched in new[] { "amount", "currency", "duplicate", "missingThere" })
            Assert.Equal(("PendingShipment", 2_500, 0), await MoneyOfAsync(orders[untouched]));

        var versions = await VersionsAsync(orders.Values);
        var logged = app.Host.Log.ToString();
        await RunAsync();

        Assert.Equal(first.Json["differences"]!.ToJsonString(), (await ReadAsync()).Json["differences"]!.ToJsonString());
        Assert.Equal(versions, await VersionsAsync(orders.Values));
        Assert.DoesNotContain("contradict", logged, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task ADuplicate_OnceApproved_GoesBackOnce()
    {
        var orders = await PlantAsync();
        await RunAsync();
        var approve = $"{Path}/differences/{await IdOfAsync("duplicate")}/approve";

        var approved = await PostAsync(approve);
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        var again = await PostAsync(approve);
        await RunAsync();

        Assert.Equal((HttpStatusCode.OK, "approved", "olga"), (approved.Status, approved["state"], approved["decidedBy"]));
        Assert.Equal(approved.Body, again.Body);
        var refund = Assert.Single((await MoneyAsync(orders["duplicate"])).Json["entries"]!.AsArray(), entry => (string?)entry!["kind"] == "refund")!;
        Assert.Equal((2_500, "Done"), ((int)refund["amount"]!, (string?)refund["state"]));
        Assert.Contains((string)refund["reference"]!, approved["outcome"], StringComparison.Ordinal);
        IsProblem(await PostAsync(approve.Replace("/approve", "/dismiss", StringComparison.Ordinal)), 409, "difference-decided");
        // The provider's own message about that refund is known for what it is.
        Assert.DoesNotContain("it belongs to no refund of ours", app.Host.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADifference_OnceDismissed_StaysSo()
    {
        await PlantAsync();
        await RunAsync();
        var dismiss = $"{Path}/differences/{await IdOfAsync("amount")}/dismiss";

        var dismissed = await PostAsync(dismiss);
        await RunAsync();

        Assert.Equal("dismissed", dismissed["state"]);
        Assert.Equal(dismissed.Body, (await PostAsync(dismiss)).Body);
        IsProblem(await PostAsync(dismiss.Replace("/dismiss", "/approve", StringComparison.Ordinal)), 409, "difference-decided");
        IsProblem(await PostAsync($"{Path}/differences/{await IdOfAsync("late")}/approve"), 409, "difference-decided");
        IsProblem(await PostAsync($"{Path}/differences/00000000000000000000/approve"), 404, "not-found");
        IsProblem(await app.SendAsync(HttpMethod.Post, dismiss, Ops, """{"reason":" "}"""), 400, "invalid-request");
    }

    [Fact]
    public async Task TheNight_ReconcilesTheDay_AndWhatAgreesIsNoDifference()
    {
        await app.AcceptedAsync();
        await app.Host.AdvanceAsync(TimeSpan.FromHours(28));

        var day = await ReadAsync();

        Assert.Equal("completed", day["status"]);
        Assert.Empty(day.Json["differences"]!.AsArray());
        Assert.Equal(day.Json["ours"]!.ToJsonString(), day.Json["theirs"]!.ToJsonString());
        Assert.Equal(2_500, (int)Assert.Single(day.Json["ours"]!.AsArray())!["amount"]!);
    }

    /// <summary>No webhook, and nobody can ask: the statement of the last hours is the third way to hear of money.</summary>
    [Fact]
    public async Task TheHour_FindsMoneyThatNobodyToldOf()
    {
        var orderId = await app.PlacedAsync();
        var paymentId = await app.PayingAsync(orderId);
        await app.SendAsync(HttpMethod.Put, "local/faults", body: """[{"port":"provider","operation":"Find","mode":"fail"}]""");
        await app.SettleAsync(paymentId, """{"webhook":"lose"}""");

        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(8));

        Assert.Equal(("PendingShipment", 2_500, 0), await MoneyOfAsync(orderId));
        Assert.Equal("notRun", (await ReadAsync())["status"]);
        Assert.Contains("no webhook reached us; the reconciliation found it on 2030-01-01 00:0", (await MoneyAsync(orderId))["explanation"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task LastDays_AreListedWithTheirCounts_AndDaysWithoutARunAreThereToo()
    {
        await PlantAsync();
        await RunAsync();
        await app.Host.AdvanceAsync(TimeSpan.FromDays(1));

        var days = await app.SendAsync(HttpMethod.Get, "api/ops/reconciliations?days=3", app.Tokens.For("olga", "ops"));

        Assert.Equal(["completed", "notRun", "notRun"], days.Json["items"]!.AsArray().Select(day => (string)day!["status"]!));
        Assert.Equal((await ReadAsync()).Json["counts"]!.ToJsonString(), days.Json["items"]![0]!["counts"]!.ToJsonString());
        IsProblem(await app.SendAsync(HttpMethod.Get, "api/ops/reconciliations?days=32", app.Tokens.For("olga", "ops")), 400, "invalid-request");
    }

    [Fact]
    public async Task Differences_ComeInPages_AndByState()
    {
        await PlantAsync();
        await RunAsync();

        var page = await app.SendAsync(HttpMethod.Get, $"{Path}?limit=4", Ops);
        var rest = await app.SendAsync(HttpMethod.Get, $"{Path}?limit=4&cursor={page["nextCursor"]}", Ops);
        var open = await app.SendAsync(HttpMethod.Get, $"{Path}?state=open", Ops);

        Assert.Equal((4, 3), (page.Json["differences"]!.AsArray().Count, rest.Json["differences"]!.AsArray().Count));
        Assert.Null(rest.Json["nextCursor"]);
        Assert.All(open.Json["differences"]!.AsArray(), difference => Assert.Equal("open", (string?)difference!["state"]));
        Assert.Equal(4, open.Json["differences"]!.AsArray().Count);
        IsProblem(await app.SendAsync(HttpMethod.Get, $"{Path}?state=odd", Ops), 400, "invalid-request");
        IsProblem(await app.SendAsync(HttpMethod.Get, $"{Path}?cursor=odd", Ops), 400, "invalid-request");
    }

    [Fact]
    public async Task ADay_ThatIsNone_IsRefused()
    {
        IsProblem(await app.SendAsync(HttpMethod.Get, Path, Ops), 404, "not-found");
        IsProblem(await app.SendAsync(HttpMethod.Get, "api/ops/reconciliations/yesterday", Ops), 400, "invalid-request");
        IsProblem(await app.SendAsync(HttpMethod.Post, "api/ops/reconciliations/2030-02-31", Ops), 400, "invalid-request");
        IsProblem(await app.SendAsync(HttpMethod.Post, "api/ops/reconciliations/2030-01-02", Ops), 400, "invalid-request");
        IsProblem(await app.SendAsync(HttpMethod.Post, "api/ops/reconciliations/0001-01-01", Ops), 400, "invalid-request");
        IsProblem(await app.SendAsync(HttpMethod.Post, "api/ops/reconciliations/1999-12-31", Ops), 400, "invalid-request");
    }

    [Theory]
    [InlineData("customer")]
    [InlineData("merchant")]
    [InlineData("support")]
    public async Task OnlyOperators_ReadAndDecide(string role)
    {
        var token = app.Tokens.For("somebody", role);
        IsProblem(await app.SendAsync(HttpMethod.Get, Path, token), 403, "forbidden");
        IsProblem(await app.SendAsync(HttpMethod.Post, Path, token), 403, "forbidden");
        IsProblem(await app.SendAsync(HttpMethod.Post, $"{Path}/differences/00000000000000000000/approve", token, """{"reason":"x"}"""), 403, "forbidden");
    }

    [Fact]
    public async Task Money_IsForTheOwnerAndStaff()
    {
        var orderId = await app.AcceptedAsync();
        var path = $"api/orders/{orderId}/money";

        var own = await app.SendAsync(HttpMethod.Get, path, app.Tokens.For("alice", "customer"));

        Assert.Equal("Nothing is missing: captured 25.00 EUR, refunded 0.00 EUR.", own["explanation"]);
        Assert.Equal(own.Body, (await app.SendAsync(HttpMethod.Get, path, app.Tokens.For("sam", "support"))).Body);
        IsProblem(await app.SendAsync(HttpMethod.Get, path, app.Tokens.For("bob", "customer")), 404, "not-found");
        IsProblem(await app.SendAsync(HttpMethod.Get, "api/orders/nonsense/money", app.Tokens.For("alice", "customer")), 404, "not-found");
        foreach (var personal in new[] { "alice", "Ada Lovelace", "London" })
            Assert.DoesNotContain(personal, own.Body, StringComparison.Ordinal);
    }

    /// <summary>One order per class, two of them with money that nobody told of, and a statement that is wrong about the others.</summary>
    private async Task<Dictionary<string, string>> PlantAsync()
    {
        var orders = new Dictionary<string, string>();
        foreach (var told in new[] { "amount", "currency", "duplicate", "missingThere" })
            orders[told] = await app.AcceptedAsync(key: told);
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(150));
        foreach (var untold in new[] { "missingHere", "late" })
        {
            orders[untold] = await app.PlacedAsync(key: untold);
            var payment = await app.PayingAsync(orders[untold], key: untold);
            if (untold == "late")
                await app.SendAsync(HttpMethod.Post, $"api/orders/{orders[untold]}/cancel", app.Tokens.For("alice", "customer"), """{"reason":"changed my mind"}""");
            await app.SettleAsync(payment, """{"webhook":"lose"}""");
        }

        var lines = (await app.SendAsync(HttpMethod.Get, $"local/statements/{Day}")).Json["lines"]!.AsArray();
        JsonNode LineOf(string name) => lines.Single(line => (string?)line!["orderId"] == orders[name])!;
        LineOf("amount")["amount"] = 2_499;
        LineOf("currency")["currency"] = "USD";
        lines.Add(Copy(LineOf("duplicate"), "cap-twice"));
        lines.Remove(LineOf("missingThere"));
        var unknown = Copy(LineOf("amount"), "cap-unknown");
        (unknown["orderId"], unknown["paymentId"]) = ("none of ours", "nor this");
        lines.Add(unknown);
        var put = await app.SendAsync(HttpMethod.Put, $"local/statements/{Day}", body: new JsonObject { ["lines"] = lines.DeepClone() }.ToJsonString());
        Assert.True(put.Status is HttpStatusCode.OK, put.ToString());
        return orders;
    }

    private static JsonNode Copy(JsonNode line, string reference)
    {
        var copy = line.DeepClone();
        copy["reference"] = reference;
        return copy;
    }

    private async Task RunAsync()
    {
        var started = await app.SendAsync(HttpMethod.Post, Path, Ops);
        Assert.Equal((HttpStatusCode.Accepted, $"/{Path}"), (started.Status, started.Header("Location")));
        await app.Host.AdvanceAsync(TimeSpan.Zero);
    }

    private Task<Reply> ReadAsync() => app.SendAsync(HttpMethod.Get, $"{Path}?limit=100", Ops);

    private Task<Reply> PostAsync(string path) => app.SendAsync(HttpMethod.Post, path, Ops, """{"reason":"seen with the provider"}""");

    private Task<Reply> MoneyAsync(string orderId) => app.SendAsync(HttpMethod.Get, $"api/orders/{orderId}/money", app.Tokens.For("sam", "support"));

    private static IEnumerable<(string?, string?, string?, string?)> Found(Reply day) => day.Json["differences"]!.AsArray()
        .Select(one => ((string?)one!["class"], (string?)one["kind"], (string?)one["proposal"], (string?)one["state"]))
        .Order();

    private async Task<string> IdOfAsync(string @class) =>
        (string)(await ReadAsync()).Json["differences"]!.AsArray().First(one => (string?)one!["class"] == @class)!["differenceId"]!;

    private async Task<(string Status, int Paid, int Refunded)> MoneyOfAsync(string orderId)
    {
        var order = await app.ReadAsync(orderId);
        return (order["status"], (int)order.Json["totals"]!["paid"]!, (int)order.Json["totals"]!["refunded"]!);
    }

    private async Task<IReadOnlyList<int>> VersionsAsync(IEnumerable<string> orders)
    {
        var versions = new List<int>();
        foreach (var order in orders)
            versions.Add((int)(await app.ReadAsync(order)).Json["version"]!);
        return versions;
    }
}
