using System.Net;
using Orders.Application.Payments;
using Orders.Domain;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Payments;

/// <summary>Money of nobody, over HTTP: listed for operations alone, and sent back with a reason.</summary>
public sealed class UnknownMoneyTests : IAsyncLifetime
{
    private const string Path = "api/ops/unknown-money";

    private OrderApp app = null!;

    private string Ops => app.Tokens.For("olga", "ops");

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Held_IsListedForOps_InPages_AndByState()
    {
        var ids = new[] { await HoldAsync("one", UnknownMoneyState.Held), await HoldAsync("two", UnknownMoneyState.Applied) };

        var first = await app.SendAsync(HttpMethod.Get, $"{Path}?limit=1", Ops);
        var rest = await app.SendAsync(HttpMethod.Get, $"{Path}?limit=1&cursor={first["nextCursor"]}", Ops);
        var applied = await app.SendAsync(HttpMethod.Get, $"{Path}?state=applied", Ops);

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(ids.Order(StringComparer.Ordinal), new[] { first, rest }.Select(page => (string)page.Json["items"]![0]!["moneyId"]!).Order(StringComparer.Ordinal));
        Assert.Null(rest.Json["nextCursor"]);
        Assert.Equal((ids[1], "applied"), ((string?)applied.Json["items"]![0]!["moneyId"], (string?)applied.Json["items"]![0]!["state"]));
        IsProblem(await app.SendAsync(HttpMethod.Get, $"{Path}?state=lost", Ops), 400, "invalid-request");
        foreach (var role in new[] { "customer", "merchant", "support" })
            IsProblem(await app.SendAsync(HttpMethod.Get, Path, app.Tokens.For("sam", role)), 403, "forbidden");
    }

    [Fact]
    public async Task Refund_NeedsAReason_AndMoneyThatIsStillToBeDecidedOn()
    {
        var applied = await HoldAsync("one", UnknownMoneyState.Applied);

        IsProblem(await app.SendAsync(HttpMethod.Post, $"{Path}/{applied}/refund", Ops, "{}"), 400, "invalid-request");
        IsProblem(await app.SendAsync(HttpMethod.Post, $"{Path}/00000000000000000000/refund", Ops, """{"reason":"why"}"""), 404, "not-found");
        IsProblem(await app.SendAsync(HttpMethod.Post, $"{Path}/{applied}/refund", Ops, """{"reason":"why"}"""), 409, "unknown-money-settled");
    }

    private async Task<string> HoldAsync(string key, UnknownMoneyState state)
    {
        var order = OrderId.Derive(Id.Parse<UserId>("alice"), key);
        var payment = PaymentId.Derive(order, "p");
        var now = app.Host.Clock.GetUtcNow();
        var money = new UnknownMoney(
            UnknownMoney.IdOf("simulator", payment, "r-1"), "simulator", "msg-1", order, payment, new Money(100, Id.Parse<Currency>("EUR")), "r-1", now, now)
        {
            State = state,
        };
        await app.Get<IUnknownMoney>().HoldAsync(money, default);
        return money.Id;
    }
}
