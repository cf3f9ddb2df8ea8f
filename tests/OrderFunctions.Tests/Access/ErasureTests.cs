using System.Net;
using LocalFunctions.Storage;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Access;

/// <summary>After an erasure nothing of the person is stored, and the books are as they were.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    private const string Path = "api/ops/users/alice/erasure";

    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task NothingOfThePerson_IsInAnyTable_AndTheBooksAreTheSame()
    {
        var returned = await ReturnedAsync();
        var cancelled = await app.PlacedAsync("alice", "c", Basket("Ring twice at Lovelace's"));
        await PostAsync($"api/orders/{cancelled}/cancel", "alice", "customer", """{"reason":"Mrs Lovelace changed her mind"}""", "cancel");
        await app.Host.AdvanceAsync(TimeSpan.FromDays(40));
        await app.SendAsync(
            HttpMethod.Put, "api/me/addresses", app.Tokens.For("alice", "customer"), $$"""{"addresses":[{"addressId":"home","address":{{Baskets.Address}}}]}""", "book");
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        var before = await BooksAsync(returned, cancelled);
        Assert.Contains("orders", TablesWithThePerson());
        Assert.Contains("users", TablesWithThePerson());

        var asked = await EraseAsync();
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        var waiting = await EraseAsync();

        Assert.Equal((HttpStatusCode.Accepted, "running"), (asked.Status, asked["status"]));
        Assert.Equal((HttpStatusCode.Accepted, "waiting", 2, 2), (waiting.Status, waiting["status"], (int)waiting.Json["orders"]!, (int)waiting.Json["erased"]!));
        Assert.All(TablesWithThePerson(), table => Assert.Equal("idempotency", table));
        await app.Host.AdvanceAsync(TimeSpan.FromHours(25));
        var done = await EraseAsync();
        Assert.Equal((HttpStatusCode.OK, "done"), (done.Status, done["status"]));
        Assert.Empty(TablesWithThePerson());
        Assert.Equal(before, await BooksAsync(returned, cancelled));
        Assert.Equal(done.Body, (await EraseAsync()).Body);

        var order = await app.ReadAsync(returned);
        Assert.Equal(("", "GB", null), ((string?)order.Json["shippingAddress"]!["name"], (string?)order.Json["shippingAddress"]!["country"], (string?)order.Json["note"]));
        Assert.Empty((await SearchAsync("q=lovelace")).Json["items"]!.AsArray());
        Assert.Equal(returned, (string?)Assert.Single((await SearchAsync($"q={returned}")).Json["items"]!.AsArray())!["orderId"]);
        Assert.DoesNotContain("Lovelace", app.Host.Log.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task WhileAnOrderIsNotOver_NothingIsErased()
    {
        var orderId = await app.AcceptedAsync();

        IsProblem(await EraseAsync(), 409, "orders-open");

        await app.Host.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal("Ada Lovelace", (string?)(await app.ReadAsync(orderId)).Json["shippingAddress"]!["name"]);
    }

    /// <summary>Late money could bring it back to life, and then it has to be sent somewhere.</summary>
    [Fact]
    public async Task AnOrderThatCanBeRevived_IsNotOver()
    {
        await app.PlacedAsync();
        await app.Host.AdvanceAsync(TimeSpan.FromHours(1));
        IsProblem(await EraseAsync(), 409, "orders-open");

        await app.Host.AdvanceAsync(TimeSpan.FromHours(24));
        Assert.Equal(HttpStatusCode.Accepted, (await EraseAsync()).Status);
    }

    [Fact]
    public async Task WhatComesAfterAnErasure_IsErasedByTheNext()
    {
        await EraseAsync();
        await app.Host.AdvanceAsync(TimeSpan.FromHours(25));
        Assert.Equal("done", (await EraseAsync())["status"]);
        var orderId = await app.PlacedAsync();
        await PostAsync($"api/orders/{orderId}/cancel", "alice", "customer", """{"reason":"no"}""", "cancel");
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal("running", (await EraseAsync())["status"]);
        await app.Host.AdvanceAsync(TimeSpan.FromHours(25));
        Assert.Equal(("done", 1), ((await EraseAsync())["status"], (int)(await EraseAsync()).Json["erased"]!));
        Assert.Empty(TablesWithThePerson());
    }

    [Fact]
    public async Task OnlyOperators_Erase_AndOthersKeepWhatIsTheirs()
    {
        foreach (var role in new[] { "customer", "merchant", "support" })
            IsProblem(await app.SendAsync(HttpMethod.Post, Path, app.Tokens.For("alice", role)), 403, "forbidden");
        var bobs = await app.PlacedAsync("bob");
        await PostAsync($"api/orders/{bobs}/cancel", "bob", "customer", """{"reason":"no"}""", "cancel");
        await EraseAsync();
        await app.Host.AdvanceAsync(TimeSpan.FromHours(25));
        Assert.Equal("Ada Lovelace", (string?)(await app.ReadAsync(bobs, "bob")).Json["shippingAddress"]!["name"]);
    }

    /// <summary>An order that was sent, received, and partly returned, with words of people all along.</summary>
    private async Task<string> ReturnedAsync()
    {
        var orderId = await app.PlacedAsync("alice", "r", Basket("For Ada Lovelace only"));
        await app.SettleAsync(await app.PayingAsync(orderId));
        var parcel = await PostAsync($"api/orders/{orderId}/shipments", "mia", "merchant", """{"carrier":"Royal Mail","trackingNumber":"RM1"}""", "s");
        await PostAsync(
            $"api/orders/{orderId}/shipments/{parcel["shipmentId"]}/events", "carl", "carrier",
            $$"""{"status":"delivered","at":"{{app.Host.Clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}}","location":"Lovelace's porch"}""", "e");
        var opened = await PostAsync(
            $"api/orders/{orderId}/after-sales", "alice", "customer",
            """{"type":"refund","lines":[{"sku":"MUG-WHITE","quantity":1}],"reason":"Ada Lovelace has one already"}""", "a");
        await PostAsync($"api/orders/{orderId}/after-sales/{opened["caseId"]}/approve", "mia", "merchant", null, "b");
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        return orderId;
    }

    private async Task<string> BooksAsync(params string[] orders)
    {
        var pages = new List<string>();
        foreach (var orderId in orders)
        {
            pages.Add((await app.SendAsync(HttpMethod.Get, $"api/orders/{orderId}/money", app.Tokens.For("sam", "support"))).Body);
            var order = await app.ReadAsync(orderId);
            pages.AddRange([order.Json["totals"]!.ToJsonString(), order.Json["lines"]!.ToJsonString(), order["status"]]);
        }

        pages.AddRange(Store.Read(session => session.Query(
            "SELECT order_id || key || amount || currency || state || at FROM payment_book ORDER BY order_id, key", row => row.GetString(0))));
        return string.Join('\n', pages);
    }

    private LocalStore Store => app.Get<LocalStore>();

    /// <summary>Every table of the whole store in which name, street or city stand, in whatever letters.</summary>
    private List<string> TablesWithThePerson() => Store.Read(session => session.Query(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'", row => row.GetString(0)).Where(table =>
            session.Query($"SELECT name FROM pragma_table_info('{table}')", row => row.GetString(0)).Any(column =>
                new[] { "Lovelace", "lovelace", "Square", "London", "london", "SW1Y", "sw1y" }.Any(word => session.Scalar(
                    $"SELECT EXISTS (SELECT 1 FROM \"{table}\" WHERE instr(CAST(\"{column}\" AS BLOB), CAST($1 AS BLOB)) > 0)", word) == 1))).ToList());

    private static string Basket(string note) =>
        $$"""{"lines":[{"sku":"{{OrderApp.Mug}}","quantity":2}],"shippingAddress":{{Baskets.Address}},"note":"{{note}}"}""";

    private Task<Reply> EraseAsync() => app.SendAsync(HttpMethod.Post, Path, app.Tokens.For("olga", "ops"));

    private Task<Reply> SearchAsync(string query) => app.SendAsync(HttpMethod.Get, $"api/search/orders?{query}", app.Tokens.For("sam", "support"));

    private async Task<Reply> PostAsync(string path, string user, string role, string? body, string key)
    {
        var reply = await app.SendAsync(HttpMethod.Post, path, app.Tokens.For(user, role), body, key);
        Assert.True((int)reply.Status < 300, reply.ToString() + app.Host.Log);
        return reply;
    }
}
