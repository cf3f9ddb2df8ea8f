using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.LocalHost.Demo;

namespace OrderFunctions.LocalHost.Tests.Demo;

/// <summary>Each rule of the demo on a shop that breaks it, and only it.</summary>
public sealed class DemoAuditTests
{
    private const string Received = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string Unpaid = "bbbbbbbbbbbbbbbbbbbbbbbbbb";
    private const string InSale = "dddddddddddddddddddddddddd";

    [Fact]
    public async Task Shop_ThatKeepsEveryRule_IsFoundGood()
    {
        var findings = await AuditAsync(_ => { });

        Assert.Equal(14, findings.Count);
        Assert.All(findings, finding => Assert.True(finding.Holds, $"{finding.Rule}: {string.Join("; ", finding.Broken)}"));
    }

    public static TheoryData<string, string, string> Breaches => new()
    {
        { "every order ended as its story says", $"order {Unpaid} status", "\"Paid\"" },
        { "one order per buyer and key", $"again {Received} orderId", "\"cccccccccccccccccccccccccc\"" },
        { "no order that nobody placed", "orders demo-buyer-0 items 1", "{\"orderId\":\"cccccccccccccccccccccccccc\"}" },
        { "no order that nobody placed", "orders demo-buyer-1 items 0", "null" },
        { "captured − refunded = what the buyer keeps", $"order {Received} totals paid", "2629" },
        { "captured − refunded = what the buyer keeps", $"order {Received} totals refunded", "1" },
        { "captured − refunded = what the buyer keeps", $"order {Unpaid} totals paid", "1" },
        { "every state change follows from the one before", $"order {Received} timeline 1 from", "\"Cancelled\"" },
        { "every state change follows from the one before", $"order {Received} timeline 0 from", "\"PendingPayment\"" },
        { "no order waited for money past its deadline", $"order {Unpaid} timeline 1 at", "\"2030-01-01T00:33:00Z\"" },
        { "every shipped order was completed within ten days", $"order {Received} timeline 4 at", "\"2030-01-13T00:00:00Z\"" },
        { "never oversold: held + sold ≤ stock", "stock demo-tea sold", "801" },
        { "never undersold: available + held + sold = stock", "stock demo-tea available", "795" },
        { "sold is what buyers keep, nothing is still held", "stock demo-tea sold", "1" },
        { "sold is what buyers keep, nothing is still held", "stock demo-tea held", "1" },
        { "flash sale: left + held + sold = quantity, sold is kept", "sale demo left", "1" },
        { "flash sale: left + held + sold = quantity, sold is kept", "sale demo held", "1" },
        { "flash sale: left + held + sold = quantity, sold is kept", "sale demo sold", "3" },
        { "nobody waits: no orchestration is left", "health runningOrchestrations", "1" },
        { "no message waits, no event is unpublished", "health queuedMessages", "1" },
        { "no message waits, no event is unpublished", "health unpublishedEvents", "1" },
        { "no message waits, no event is unpublished", "health unpublishedEvents", "null" },
        { "no message lies among the dead letters", "health deadLetters", "1" },
    };

    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task Shop_ThatBreaksARule_IsFoundOut(string rule, string where, string value)
    {
        var findings = await AuditAsync(shop => shop.Break(where, value));

        Assert.Contains(rule, findings.Where(finding => !finding.Holds).Select(finding => finding.Rule));
    }

    [Fact]
    public async Task Order_ThatStillWaits_IsPastItsDeadline()
    {
        var findings = await AuditAsync(shop => shop.Break($"order {Unpaid} timeline", """[{"at":"2030-01-01T00:00:00Z","from":null,"to":"PendingPayment"}]"""));

        Assert.False(findings.Single(finding => finding.Rule == "no order waited for money past its deadline").Holds);
    }

    [Fact]
    public void Rule_ThatWasCheckedOnNothing_DoesNotHold()
    {
        Assert.False(new Finding("anything", Checked: 0, []).Holds);
        Assert.True(new Finding("anything", Checked: 1, []).Holds);
        Assert.False(new Finding("anything", Checked: 1, ["here"]).Holds);
    }

    private static async Task<IReadOnlyList<Finding>> AuditAsync(Action<CraftedShop> tamper)
    {
        DemoOrder[] orders =
        [
            new(0, "demo-buyer-0", Story.All[0]) { OrderId = Received, Basket = [("demo-tea", 2), ("demo-cup", 1)] },
            new(1, "demo-buyer-1", Story.All[1]) { OrderId = Unpaid, Basket = [("demo-tea", 2), ("demo-cup", 1)] },
            new(2, "demo-buyer-2", Story.All.Single(story => story is { InSale: true, Keeps: true })) { OrderId = InSale, Basket = [("demo-tea", 2)] },
        ];
        var crafted = new CraftedShop();
        tamper(crafted);
        using var http = new HttpClient(crafted) { BaseAddress = new Uri("http://shop.test") };
        return await DemoAudit.RunAsync(new DemoShop(http), orders, new Dictionary<string, int> { ["demo-tea"] = 800, ["demo-cup"] = 800 }, () => { });
    }

    /// <summary>Answers as the shop would after a good run, but where it was broken.</summary>
    private sealed class CraftedShop : HttpMessageHandler
    {
        private readonly Dictionary<string, JsonNode> answers = new()
        {
            [$"order {Received}"] = Parse(
                """
                {"orderId":"aaaaaaaaaaaaaaaaaaaaaaaaaa","status":"Completed","payBy":"2030-01-01T00:30:00Z","totals":{"total":2630,"paid":2630,"refunded":0},"timeline":[
                  {"at":"2030-01-01T00:00:00Z","from":null,"to":"PendingPayment"},{"at":"2030-01-01T00:01:00Z","from":"PendingPayment","to":"Paid"},
                  {"at":"2030-01-01T00:01:00Z","from":"Paid","to":"PendingShipment"},{"at":"2030-01-02T00:00:00Z","from":"PendingShipment","to":"Shipped"},
                  {"at":"2030-01-12T00:00:00Z","from":"Shipped","to":"Completed"}]}
                """),
            [$"order {Unpaid}"] = Parse(
                """
                {"orderId":"bbbbbbbbbbbbbbbbbbbbbbbbbb","status":"Cancelled","payBy":"2030-01-01T00:30:00Z","totals":{"total":2630,"paid":0,"refunded":0},"timeline":[
                  {"at":"2030-01-01T00:00:00Z","from":null,"to":"PendingPayment"},{"at":"2030-01-01T00:30:00Z","from":"PendingPayment","to":"Cancelled"}]}
                """),
            [$"order {InSale}"] = Parse(
                """
                {"orderId":"dddddddddddddddddddddddddd","status":"Completed","payBy":"2030-01-01T00:30:00Z","totals":{"total":1380,"paid":1380,"refunded":0},"timeline":[
                  {"at":"2030-01-01T00:00:00Z","from":null,"to":"PendingPayment"},{"at":"2030-01-01T00:01:00Z","from":"PendingPayment","to":"Paid"},
                  {"at":"2030-01-01T00:01:00Z","from":"Paid","to":"PendingShipment"},{"at":"2030-01-02T00:00:00Z","from":"PendingShipment","to":"Shipped"},
                  {"at":"2030-01-12T00:00:00Z","from":"Shipped","to":"Completed"}]}
                """),
            ["ticket"] = Parse($$"""{"status":"ordered","orderId":"{{InSale}}"}"""),
            ["sale demo"] = Parse("""{"saleId":"demo","quantity":4,"left":2,"held":0,"sold":2}"""),
            [$"again {Received}"] = Parse($$"""{"orderId":"{{Received}}"}"""),
            [$"again {Unpaid}"] = Parse($$"""{"orderId":"{{Unpaid}}"}"""),
            ["orders demo-buyer-0"] = Parse($$"""{"items":[{"orderId":"{{Received}}"}],"nextCursor":null}"""),
            ["orders demo-buyer-1"] = Parse($$"""{"items":[{"orderId":"{{Unpaid}}"}],"nextCursor":null}"""),
            ["orders demo-buyer-2"] = Parse($$"""{"items":[{"orderId":"{{InSale}}"}],"nextCursor":null}"""),
            ["stock demo-tea"] = Parse("""{"sku":"demo-tea","available":796,"held":0,"sold":4,"stock":800}"""),
            ["stock demo-cup"] = Parse("""{"sku":"demo-cup","available":799,"held":0,"sold":1,"stock":800}"""),
            ["health"] = Parse("""{"now":"2030-02-03T00:00:00Z","runningOrchestrations":0,"queuedMessages":0,"unpublishedEvents":0,"deadLetters":0}"""),
        };

        /// <summary>Puts another value in an answer: its name, the way to the value, and the value; null takes an item of a list away.</summary>
        public void Break(string where, string value)
        {
            var way = where.Split(' ');
            var isNamed = way[0] != "health";
            var node = answers[isNamed ? $"{way[0]} {way[1]}" : way[0]];
            var steps = way[(isNamed ? 2 : 1)..];
            foreach (var step in steps[..^1])
                node = node is JsonArray list ? list[int.Parse(step)]! : node[step]!;
            if (node is not JsonArray items)
                node[steps[^1]] = JsonNode.Parse(value);
            else if (value == "null")
                items.RemoveAt(int.Parse(steps[^1]));
            else
                items.Insert(int.Parse(steps[^1]), JsonNode.Parse(value));
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var who = request.Headers.Authorization?.Parameter;
            var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
            var path = request.RequestUri!.AbsolutePath;
            var answer = (request.Method.Method, path) switch
            {
                ("POST", "/local/tokens") => new JsonObject { ["token"] = (string)body!["sub"]! },
                ("POST", "/api/orders") => answers[$"again {(who == "demo-buyer-0" ? Received : Unpaid)}"],
                ("GET", "/api/orders") => answers[$"orders {who}"],
                ("GET", "/local/health") => answers["health"],
                ("POST", "/api/flash-sales/demo/admissions") => new JsonObject { ["admission"] = "let-me-in" },
                ("POST", "/api/flash-sales/demo/orders") => new JsonObject { ["ticketId"] = "ticket" },
                ("GET", "/api/flash-sales/demo/tickets/ticket") => answers["ticket"],
                ("GET", "/api/flash-sales/demo/units") => answers["sale demo"],
                _ when path.StartsWith("/local/stock/", StringComparison.Ordinal) => answers["stock " + path["/local/stock/".Length..]],
                _ => answers["order " + path["/api/orders/".Length..]],
            };
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer.ToJsonString(), Encoding.UTF8, "application/json") };
        }

        private static JsonNode Parse(string json) => JsonNode.Parse(json)!;
    }
}
