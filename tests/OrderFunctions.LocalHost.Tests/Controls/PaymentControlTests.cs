using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace OrderFunctions.LocalHost.Tests.Controls;

/// <summary>What the simulated provider is told to do, and what the shop makes of it.</summary>
public sealed class PaymentControlTests : ControlTest
{
    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"webhook":"send"}""")]
    [InlineData("""{"webhook":"duplicate"}""")]
    public async Task Settle_PaysTheOrderOnce(string? body)
    {
        var order = await Shop.PlaceAsync();

        Assert.Equal("succeeded", (string)(await Shop.SettleAsync(await Shop.PayAsync(order), body))["status"]!);
        await Shop.AdvanceAsync();

        await IsAsync(order, "PendingShipment", paid: TestShop.Price, refunded: 0);
    }

    [Fact]
    public async Task Settle_WhoseMessageIsLost_IsFoundByAskingMinutesLater()
    {
        var order = await Shop.PlaceAsync();
        await Shop.SettleAsync(await Shop.PayAsync(order), """{"webhook":"lose"}""");
        await Shop.AdvanceAsync();
        await IsAsync(order, "PendingPayment", paid: 0, refunded: 0);

        await Shop.AdvanceAsync("PT2M");

        await IsAsync(order, "PendingShipment", paid: TestShop.Price, refunded: 0);
    }

    /// <summary>Neither the sweep nor the last hour's reconciliation can look: asking at the deadline is the layer behind them.</summary>
    [Fact]
    public async Task Settle_WhoseMessageIsLost_IsFoundAtTheDeadlineWithoutTheSweep()
    {
        (await Shop.PutAsync("/local/faults", """[{"port":"payments","operation":"findDue","mode":"fail"},{"port":"provider","operation":"readStatement","mode":"fail"}]""")).IsOk();
        var order = await Shop.PlaceAsync();
        await Shop.SettleAsync(await Shop.PayAsync(order), """{"webhook":"lose"}""");
        await Shop.AdvanceAsync("PT29M");
        await IsAsync(order, "PendingPayment", paid: 0, refunded: 0);

        await Shop.AdvanceAsync("PT2M");

        await IsAsync(order, "PendingShipment", paid: TestShop.Price, refunded: 0);
    }

    /// <summary>Revived within the day: nobody but the sweep asks about an attempt of an order that is over.</summary>
    [Fact]
    public async Task Settle_LateAndUnheard_IsFoundAndRevivesTheOrder()
    {
        var order = await Shop.PlaceAsync();
        var payment = await Shop.PayAsync(order);
        await Shop.AdvanceAsync("PT45M");
        await IsAsync(order, "Cancelled", paid: 0, refunded: 0);
        await Shop.SettleAsync(payment, """{"webhook":"lose"}""");

        await Shop.AdvanceAsync("PT1H");

        await IsAsync(order, "PendingShipment", paid: TestShop.Price, refunded: 0);
    }

    [Fact]
    public async Task Settle_Late_HappensTenMinutesAfterTheDeadlineAndRevivesTheOrder()
    {
        var order = await Shop.PlaceAsync();
        var payBy = Time((await Shop.OrderAsync(order))["payBy"]);

        var told = await Shop.SettleAsync(await Shop.PayAsync(order), """{"webhook":"late"}""");
        Assert.Equal(payBy.AddMinutes(10), Time(told["at"]));
        await Shop.AdvanceAsync("PT39M");
        await IsAsync(order, "Cancelled", paid: 0, refunded: 0);
        await Shop.AdvanceAsync("PT2M");

        var json = await IsAsync(order, "PendingShipment", paid: TestShop.Price, refunded: 0);
        Assert.Equal(payBy.AddMinutes(10), Time(json["payments"]![0]!["capturedAt"] ?? json["timeline"]![2]!["at"]));
    }

    [Fact]
    public async Task Settle_LateWhenThatIsPastAlready_HappensNow()
    {
        var payment = await Shop.PayAsync(await Shop.PlaceAsync());
        await Shop.AdvanceAsync("P2D");

        Assert.Equal(Shop.Now, Time((await Shop.SettleAsync(payment, """{"webhook":"late"}"""))["at"]));
    }

    [Fact]
    public async Task Settle_WithDelay_HappensThen_AndWithLateAfterThat()
    {
        var order = await Shop.PlaceAsync();
        var payBy = Time((await Shop.OrderAsync(order))["payBy"]);
        var payment = await Shop.PayAsync(order);

        Assert.Equal(Shop.Now.AddMinutes(20), Time((await Shop.SettleAsync(payment, """{"delay":"PT20M"}"""))["at"]));
        Assert.Equal(payBy.AddMinutes(70), Time((await Shop.SettleAsync(payment, """{"webhook":"late","delay":"PT1H"}"""))["at"]));
        await Shop.AdvanceAsync("PT19M");
        await IsAsync(order, "PendingPayment", paid: 0, refunded: 0);
        await Shop.AdvanceAsync("PT2M");

        await IsAsync(order, "PendingShipment", paid: TestShop.Price, refunded: 0);
    }

    [Fact]
    public async Task Settle_OfAnAttemptThatWasVoided_GivesTheMoneyBack()
    {
        var order = await Shop.PlaceAsync();
        var first = await Shop.PayAsync(order, key: "p1");
        var second = await Shop.PayAsync(order, key: "p2");

        await Shop.SettleAsync(second);
        await Shop.AdvanceAsync();
        Assert.Equal("succeeded", (string)(await Shop.SettleAsync(first))["status"]!);
        await Shop.AdvanceAsync();

        await IsAsync(order, "PendingShipment", paid: 2 * TestShop.Price, refunded: TestShop.Price);
    }

    [Theory]
    [InlineData("""{"amount":100}""", 100, 100, "Cancelled")]
    [InlineData("""{"amount":1000}""", 1000, 310, "PendingShipment")]
    public async Task Settle_WithAnotherAmount_GivesBackWhatIsNotOwed(string body, long paid, long refunded, string ends)
    {
        var order = await Shop.PlaceAsync();
        await Shop.SettleAsync(await Shop.PayAsync(order), body);

        await Shop.AdvanceAsync("PT1H");

        await IsAsync(order, ends, paid, refunded);
    }

    [Fact]
    public async Task Settle_InAnotherCurrency_GoesBackAndPaysNothing()
    {
        var order = await Shop.PlaceAsync();
        await Shop.SettleAsync(await Shop.PayAsync(order), """{"currency":"CHF"}""");

        await Shop.AdvanceAsync("PT1H");

        await IsAsync(order, "Cancelled", paid: 0, refunded: 0);
        Assert.Equal([("capture", "CHF"), ("refund", "CHF")], (await LinesAsync("2030-01-01")).Select(line => ((string)line["type"]!, (string)line["currency"]!)));
    }

    [Fact]
    public async Task Fail_EndsTheAttempt_AndAnotherOneCanBePaid()
    {
        var order = await Shop.PlaceAsync();
        var first = await Shop.PayAsync(order, key: "p1");
        Assert.Equal("failed", (string)(await Shop.PostAsync($"/local/payments/{first}/fail")).IsOk()["status"]!);
        await Shop.AdvanceAsync();
        await IsAsync(order, "PendingPayment", paid: 0, refunded: 0);

        await Shop.SettleAsync(await Shop.PayAsync(order, key: "p2"));
        await Shop.AdvanceAsync();

        await IsAsync(order, "PendingShipment", paid: TestShop.Price, refunded: 0);
    }

    [Fact]
    public async Task Fail_OfAnAttemptThatWasVoided_LeavesItVoided()
    {
        var order = await Shop.PlaceAsync();
        var first = await Shop.PayAsync(order, key: "p1");
        await Shop.PayAsync(order, key: "p2");

        Assert.Equal("voided", (string)(await Shop.PostAsync($"/local/payments/{first}/fail")).IsOk()["status"]!);
    }

    /// <summary>Provider and shop die between the act and its message's delivery.</summary>
    [Fact]
    public async Task Settle_ThenKill_IsDeliveredAfterTheRestart()
    {
        var order = await Shop.PlaceAsync();
        var payment = await Shop.PayAsync(order);
        (await Shop.PutAsync("/local/faults", """[{"port":"providerMessages","mode":"fail"}]""")).IsOk();
        await Shop.SettleAsync(payment);
        await Shop.AdvanceAsync();
        await IsAsync(order, "PendingPayment", paid: 0, refunded: 0);

        await Shop.Host.RestartAsync(kill: true);
        await Shop.AdvanceAsync("PT5M");

        await IsAsync(order, "PendingShipment", paid: TestShop.Price, refunded: 0);
    }

    [Fact]
    public async Task Statement_TellsTheDay_AndCanBeReplaced()
    {
        var order = await Shop.PlaceAsync();
        var payment = await Shop.PayAsync(order);
        await Shop.SettleAsync(payment);
        await Shop.AdvanceAsync();

        var line = Assert.Single(await LinesAsync("2030-01-01"));
        Assert.Equal(("capture", payment, order, TestShop.Price), ((string)line["type"]!, (string)line["paymentId"]!, (string)line["orderId"]!, (long)line["amount"]!));
        Assert.Empty(await LinesAsync("2030-01-02"));

        line["amount"] = 1;
        (await Shop.PutAsync("/local/statements/2030-01-01", new JsonObject { ["lines"] = new JsonArray(line.DeepClone()) }.ToJsonString())).IsOk();
        Assert.Equal(1, (long)Assert.Single(await LinesAsync("2030-01-01"))["amount"]!);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"lines":null}""")]
    [InlineData("""{"lines":[null]}""")]
    [InlineData("""{"lines":[{}]}""")]
    [InlineData("""{"lines":[{"type":"gift","reference":"r","paymentId":"p","orderId":"o","amount":1,"currency":"EUR","at":"2030-01-01T00:00:00Z"}]}""")]
    [InlineData("""{"lines":[{"type":"capture","reference":"r","paymentId":"p","orderId":"o","amount":1,"currency":"euro","at":"2030-01-01T00:00:00Z"}]}""")]
    [InlineData("""{"lines":[{"type":"capture","reference":null,"paymentId":"p","orderId":"o","amount":1,"currency":"EUR","at":"2030-01-01T00:00:00Z"}]}""")]
    [InlineData("""{"lines":[{"type":"capture","reference":"r","paymentId":"p","orderId":"o","amount":"1","currency":"EUR","at":"2030-01-01T00:00:00Z"}]}""")]
    [InlineData("""{"lines":[{"type":"capture","reference":"r","paymentId":"p","orderId":"o","amount":1,"currency":"EUR","at":"yesterday"}]}""")]
    public async Task Statement_OfNonsense_IsRefusedAndChangesNothing(string body)
    {
        (await Shop.PutAsync("/local/statements/2030-01-01", body)).IsProblem(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Empty(await LinesAsync("2030-01-01"));
    }

    [Theory]
    [InlineData("today")]
    [InlineData("2030-13-01")]
    [InlineData("01.01.2030")]
    public async Task Statement_OfNoDay_IsRefused(string date)
    {
        (await Shop.GetAsync($"/local/statements/{date}")).IsProblem(HttpStatusCode.BadRequest, "invalid-request");
        (await Shop.PutAsync($"/local/statements/{date}", """{"lines":[]}""")).IsProblem(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Theory]
    [InlineData("""{"amount":0}""")]
    [InlineData("""{"amount":-1}""")]
    [InlineData("""{"amount":1.5}""")]
    [InlineData("""{"amount":"1"}""")]
    [InlineData("""{"amount":9223372036854775807}""")]
    [InlineData("""{"currency":"euro"}""")]
    [InlineData("""{"currency":"QQQ"}""")]
    [InlineData("""{"webhook":"shout"}""")]
    [InlineData("""{"webhook":1}""")]
    [InlineData("""{"webhook":null}""")]
    [InlineData("""{"delay":"soon"}""")]
    [InlineData("""{"delay":"-PT1M"}""")]
    [InlineData("""{"delay":"P9999999999D"}""")]
    [InlineData("""{"delay":60}""")]
    public async Task Act_OfNonsense_IsRefusedAndNothingHappens(string body)
    {
        var order = await Shop.PlaceAsync();
        var payment = await Shop.PayAsync(order);

        (await Shop.PostAsync($"/local/payments/{payment}/settle", body)).IsProblem(HttpStatusCode.BadRequest, "invalid-request");
        (await Shop.PostAsync($"/local/payments/{payment}/fail", body)).IsProblem(HttpStatusCode.BadRequest, "invalid-request");

        await Shop.AdvanceAsync();
        var json = await IsAsync(order, "PendingPayment", paid: 0, refunded: 0);
        Assert.Equal("open", (string)json["payments"]![0]!["status"]!, ignoreCase: true);
    }

    [Fact]
    public async Task Act_OnWhatNobodyOpened_IsNotFound()
    {
        (await Shop.PostAsync("/local/payments/nobody-knows/settle")).IsProblem(HttpStatusCode.NotFound, "not-found");
        (await Shop.PostAsync("/local/payments/nobody-knows/fail")).IsProblem(HttpStatusCode.NotFound, "not-found");
    }

    private async Task<JsonNode> IsAsync(string order, string status, long paid, long refunded)
    {
        var json = (await Shop.OrderAsync(order)).Json;
        var totals = json["totals"]!;
        Assert.True(
            status == (string)json["status"]! && paid == (long)totals["paid"]! && refunded == (long)totals["refunded"]!,
            $"expected {status}, paid {paid}, refunded {refunded}: {json.ToJsonString()}");
        return json;
    }

    private async Task<IReadOnlyList<JsonNode>> LinesAsync(string date) => [.. (await Shop.GetAsync($"/local/statements/{date}")).IsOk()["lines"]!.AsArray().Select(line => line!)];

    private static DateTimeOffset Time(JsonNode? text) => DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
