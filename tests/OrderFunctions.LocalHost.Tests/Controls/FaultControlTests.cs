using System.Net;

namespace OrderFunctions.LocalHost.Tests.Controls;

public sealed class FaultControlTests : ControlTest
{
    [Fact]
    public async Task Fail_HasNoEffect_AndAnEmptyListClearsIt()
    {
        await PlanAsync("""[{"port":"stock","operation":"reserve","mode":"fail"}]""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Shop.TryPlaceAsync("k")).Status);
        Assert.Equal(100, await AvailableAsync());

        await PlanAsync("[]");
        Assert.Equal(HttpStatusCode.Created, (await Shop.TryPlaceAsync("k")).Status);
        Assert.Equal(99, await AvailableAsync());
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("loseAnswer")]
    [InlineData("answerTwice")]
    public async Task HotOrders_ThatGoWrong_AreDoneWithout(string mode)
    {
        var order = await Shop.PlaceAsync();
        await PlanAsync($$"""[{"port":"hotOrders","mode":"{{mode}}"}]""");

        Assert.Equal("PendingPayment", (string)(await Shop.OrderAsync(order))["status"]!);
        await Shop.SettleAsync(await Shop.PayAsync(order));
        await Shop.AdvanceAsync();

        Assert.Equal("PendingShipment", (string)(await Shop.OrderAsync(order))["status"]!);
    }

    [Fact]
    public async Task LoseAnswer_HasItsEffect_AndTheRetryFindsIt()
    {
        await PlanAsync("""[{"port":"orders","operation":"create","mode":"loseAnswer","times":1}]""");

        var lost = await Shop.TryPlaceAsync("k");
        var again = await Shop.TryPlaceAsync("k");

        lost.IsProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        again.IsOk();
        Assert.Equal(99, await AvailableAsync());
    }

    [Fact]
    public async Task AnswerTwice_OfWhatTakesAKey_HasOneEffect()
    {
        await PlanAsync("""[{"port":"stock","mode":"answerTwice"},{"port":"provider","mode":"answerTwice"},{"port":"inbox","mode":"answerTwice"}]""");

        var order = await Shop.PlaceAsync();
        await Shop.SettleAsync(await Shop.PayAsync(order));
        await Shop.AdvanceAsync();

        Assert.Equal("PendingShipment", (string)(await Shop.OrderAsync(order))["status"]!);
        Assert.Equal("""{"sku":"test-tea","available":99,"held":0,"sold":1,"stock":100}""", (await Shop.GetAsync("/local/stock/test-tea")).Body);
    }

    [Fact]
    public async Task Hang_EndsAfterFifteenSecondsOfTheHostsTime()
    {
        await PlanAsync("""[{"port":"catalogue","operation":"find","mode":"hang","times":1}]""");

        var hanging = Shop.GetAsync("/api/catalogue/test-tea");
        for (var second = 0; second < 60 && !hanging.IsCompleted; second++)
        {
            Shop.Host.Clock.MoveTo(Shop.Now + TimeSpan.FromSeconds(1));
            await Task.WhenAny(hanging, Task.Delay(10));
        }

        (await hanging).IsProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.InRange(Shop.Now.Second, 15, 30);
        (await Shop.GetAsync("/api/catalogue/test-tea")).IsOk();
    }

    [Fact]
    public async Task Times_CountsDown()
    {
        await PlanAsync("""[{"port":"catalogue","mode":"fail","times":2}]""");

        Assert.Equal([503, 503, 200, 200], await StatusesAsync(4));
    }

    [Fact]
    public async Task Rate_IsDrawnFromTheSeed()
    {
        async Task<List<int>> DrawAsync(int seed)
        {
            await PlanAsync($$"""[{"port":"catalogue","mode":"fail","rate":0.5,"seed":{{seed}}}]""");
            return await StatusesAsync(40);
        }

        var first = await DrawAsync(7);

        Assert.Equal(first, await DrawAsync(7));
        Assert.NotEqual(first, await DrawAsync(8));
        Assert.InRange(first.Count(status => status == 503), 10, 30);
    }

    [Fact]
    public async Task Plan_CanBeRead()
    {
        await PlanAsync("""[{"port":"Stock","mode":"loseAnswer","operation":"Reserve","times":3,"rate":0.25,"seed":4}]""");

        Assert.Equal("""[{"port":"Stock","operation":"Reserve","mode":"loseAnswer","times":3,"rate":0.25,"seed":4}]""", (await Shop.GetAsync("/local/faults")).Body);
    }

    /// <summary>A control that needs a port which fails says so like the API does.</summary>
    [Fact]
    public async Task Controls_WhosePortFails_AnswerAProblem()
    {
        await PlanAsync("""[{"port":"stock","mode":"fail"},{"port":"outbox","mode":"fail"}]""");

        (await Shop.GetAsync("/local/stock/test-tea")).IsProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.Null((await Shop.GetAsync("/local/health")).IsOk()["unpublishedEvents"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[[]]")]
    [InlineData("""[{"mode":"fail"}]""")]
    [InlineData("""[{"port":"stock"}]""")]
    [InlineData("""[{"port":null,"mode":"fail"}]""")]
    [InlineData("""[{"port":"weather","mode":"fail"}]""")]
    [InlineData("""[{"port":"stock","mode":"explode"}]""")]
    [InlineData("""[{"port":"stock","mode":1}]""")]
    [InlineData("""[{"port":"stock","mode":"fail","operation":"fly"}]""")]
    [InlineData("""[{"port":"provider","mode":"fail","operation":"Name"}]""")]
    [InlineData("""[{"port":"stock","mode":"fail","times":0}]""")]
    [InlineData("""[{"port":"stock","mode":"fail","times":-1}]""")]
    [InlineData("""[{"port":"stock","mode":"fail","times":"3"}]""")]
    [InlineData("""[{"port":"stock","mode":"fail","rate":0}]""")]
    [InlineData("""[{"port":"stock","mode":"fail","rate":1.01}]""")]
    [InlineData("""[{"port":"stock","mode":"fail","rate":"often"}]""")]
    [InlineData("""[{"port":"stock","mode":"fail","seed":1.5}]""")]
    [InlineData("""[{"port":"stock","mode":"fail"},{"port":"weather","mode":"fail"}]""")]
    public async Task Plan_OfNonsense_IsRefusedAndThePlanStays(string body)
    {
        await PlanAsync("""[{"port":"catalogue","mode":"fail","times":5}]""");

        (await Shop.PutAsync("/local/faults", body)).IsProblem(HttpStatusCode.BadRequest, "invalid-request");

        Assert.Contains("catalogue", (await Shop.GetAsync("/local/faults")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OfTooManyFaults_IsRefused() => (await Shop.PutAsync(
        "/local/faults", "[" + string.Join(',', Enumerable.Repeat("""{"port":"stock","mode":"fail"}""", 101)) + "]")).IsProblem(HttpStatusCode.BadRequest, "invalid-request");

    private async Task PlanAsync(string body) => (await Shop.PutAsync("/local/faults", body)).IsOk();

    private async Task<long> AvailableAsync() => (long)(await Shop.GetAsync("/local/stock/test-tea")).IsOk()["available"]!;

    private async Task<List<int>> StatusesAsync(int calls)
    {
        var statuses = new List<int>();
        for (var call = 0; call < calls; call++)
            statuses.Add((int)(await Shop.GetAsync("/api/catalogue/test-tea")).Status);
        return statuses;
    }
}
