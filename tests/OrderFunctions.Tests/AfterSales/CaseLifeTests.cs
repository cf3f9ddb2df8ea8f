using System.Net;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.AfterSales;

/// <summary>After-sale cases over HTTP.</summary>
public sealed class CaseLifeTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Return_IsOpenedApprovedSentReceived_AndSeenStepByStep()
    {
        var orderId = await ShippedAsync();
        var opened = await OpenAsync(orderId, "return");
        Assert.Equal(HttpStatusCode.Created, opened.Status);
        Assert.Equal($"/api/orders/{orderId}/after-sales/{opened["caseId"]}", opened.Header("Location"));
        Assert.Equal("AfterSale", (await app.ReadAsync(orderId))["status"]);

        var approved = await StepAsync(opened, "approve", "merchant");
        Assert.Equal("AwaitingGoods", approved["status"]);
        Assert.Contains("sends the goods back", approved["next"], StringComparison.Ordinal);
        Assert.NotEmpty(approved["by"]);
        await StepAsync(opened, "return-shipment", "customer", """{"carrier":"Royal Mail","trackingNumber":"1"}""");
        var received = await StepAsync(opened, "receive", "support", """{"lines":[{"sku":"MUG-WHITE","accepted":1}]}""");

        Assert.Equal(1250, received.Json["refundDue"]!.GetValue<int>());
        Assert.Equal(
            ["Opened", "Approved", "GoodsSent", "GoodsReceived"],
            received.Json["steps"]!.AsArray().Take(4).Select(step => step!["what"]!.GetValue<string>()));
        Assert.Equal(opened["caseId"], (await app.ReadAsync(orderId)).Json["afterSales"]![0]!["caseId"]!.GetValue<string>());
    }

    [Fact]
    public async Task SameKeyAgain_IsReplayed_AndAnotherBodyUnderIt_IsRefused()
    {
        var orderId = await ShippedAsync();
        var first = await OpenAsync(orderId, "return");

        var again = await OpenAsync(orderId, "return");

        Assert.Equal((HttpStatusCode.Created, first.Body, "true"), (again.Status, again.Body, again.Header("Idempotency-Replayed")));
        IsProblem(await OpenAsync(orderId, "refund"), 422, "idempotency-key-reused");
    }

    [Fact]
    public async Task WhatIsNotEligible_IsRefused_ByTypeOfProblem()
    {
        var accepted = await app.AcceptedAsync("alice", "k2");
        IsProblem(await OpenAsync(accepted, "return"), 409, "not-shipped");
        var orderId = await ShippedAsync();
        await OpenAsync(orderId, "return");
        IsProblem(await OpenAsync(orderId, "return", "c2"), 409, "not-enough-left");
        IsProblem(await OpenAsync(await app.PlacedAsync("alice", "k3"), "refund"), 409, "illegal-in-state");
        IsProblem(await OpenAsync(orderId, "gift", "c3"), 400, "invalid-request");
    }

    [Fact]
    public async Task StepsOutOfTurn_OfAnotherVersion_OrOfUnknownCases_AreRefused()
    {
        var orderId = await ShippedAsync();
        var opened = await OpenAsync(orderId, "return");

        IsProblem(await SendAsync(opened, "receive", "merchant"), 409, "illegal-in-case");
        foreach (var (step, role, body) in Steps)
        {
            IsProblem(await SendAsync(opened, step, role, body, $"{orderId}-c-aaaaaaaaaaaa"), 404, "not-found");
            IsProblem(await SendAsync(opened, step, role, body, "nothing"), 404, "not-found");
        }

        IsProblem(await SendAsync(opened, "approve", "merchant", ifMatch: "\"1\""), 412, "version-mismatch");
        IsProblem(await SendAsync(opened, "reject", "merchant", """{"reason":"no"}""", ifMatch: "\"1\""), 412, "version-mismatch");
        IsProblem(await SendAsync(opened, "withdraw", "customer", ifMatch: "\"1\""), 412, "version-mismatch");
        Assert.Equal("InReview", (await app.ReadAsync(orderId)).Json["afterSales"]![0]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Rejected_TheOrderIsWhereItWas()
    {
        var orderId = await ShippedAsync();
        var opened = await OpenAsync(orderId, "return");

        var rejected = await StepAsync(opened, "reject", "support", """{"reason":"It shows traces of use"}""");

        Assert.Equal(("Rejected", null), (rejected["status"], rejected.Json["next"]));
        Assert.Equal("It shows traces of use", rejected.Json["steps"]![1]!["note"]!.GetValue<string>());
        Assert.Equal("Shipped", (await app.ReadAsync(orderId))["status"]);
    }

    /// <summary>The body may be left out; one that nobody knows is refused, as everywhere.</summary>
    [Fact]
    public async Task Approved_WithANote_ShowsItToTheBuyer()
    {
        var opened = await OpenAsync(await ShippedAsync(), "return");
        IsProblem(await SendAsync(opened, "approve", "merchant", """{"reason":"yes"}"""), 400, "invalid-request");

        await StepAsync(opened, "approve", "merchant", """{"note":"Use the label in the parcel"}""");

        var read = await app.SendAsync(HttpMethod.Get, $"api/orders/{opened["orderId"]}/after-sales/{opened["caseId"]}", app.Tokens.For("alice", "customer"));
        Assert.Equal("Use the label in the parcel", read.Json["steps"]![1]!["note"]!.GetValue<string>());
        Assert.Null(read.Json["steps"]![1]!["staffNote"]);
    }

    private static readonly (string Step, string Role, string? Body)[] Steps =
    [
        ("approve", "merchant", null),
        ("reject", "merchant", """{"reason":"no"}"""),
        ("withdraw", "customer", null),
        ("return-shipment", "customer", """{"carrier":"DHL","trackingNumber":"1"}"""),
        ("receive", "merchant", null),
        ("replacement", "merchant", """{"carrier":"DHL","trackingNumber":"1"}"""),
    ];

    private async Task<string> ShippedAsync()
    {
        var orderId = await app.AcceptedAsync();
        var parcel = await app.SendAsync(
            HttpMethod.Post, $"api/orders/{orderId}/shipments", app.Tokens.For("mia", "merchant"), """{"carrier":"Royal Mail","trackingNumber":"RM1"}""", "s1");
        Assert.Equal(HttpStatusCode.Created, parcel.Status);
        return orderId;
    }

    /// <summary>About both mugs.</summary>
    private Task<Reply> OpenAsync(string orderId, string type, string key = "c1") => app.SendAsync(
        HttpMethod.Post, $"api/orders/{orderId}/after-sales", app.Tokens.For("alice", "customer"),
        $$"""{"type":"{{type}}","lines":[{"sku":"MUG-WHITE","quantity":2}],"reason":"Chipped"}""", key);

    private async Task<Reply> StepAsync(Reply opened, string step, string role, string? body = null)
    {
        var done = await SendAsync(opened, step, role, body);
        Assert.True(done.Status is HttpStatusCode.OK, done.ToString() + app.Host.Log);
        return done;
    }

    private Task<Reply> SendAsync(Reply opened, string step, string role, string? body = null, string? caseId = null, string? ifMatch = null) => app.SendAsync(
        HttpMethod.Post, $"api/orders/{opened["orderId"]}/after-sales/{caseId ?? opened["caseId"]}/{step}", app.Tokens.For(role == "customer" ? "alice" : "mia", role), body,
        ifMatch: ifMatch);
}
