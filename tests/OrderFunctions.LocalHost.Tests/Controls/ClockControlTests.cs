using System.Globalization;
using System.Net;

namespace OrderFunctions.LocalHost.Tests.Controls;

public sealed class ClockControlTests : ControlTest
{
    [Fact]
    public async Task Advance_ByNothing_LetsRunWhatIsDue()
    {
        var payment = await Shop.PayAsync(await Shop.PlaceAsync());
        await Shop.SettleAsync(payment);

        var advanced = await Shop.AdvanceAsync("PT0S");

        Assert.Equal(Shop.Now, NowOf(advanced));
        Assert.True((long)advanced["ran"]! > 0, advanced.Body);
        Assert.Equal("PendingShipment", (string)(await Shop.OrderAsync(payment[..26]))["status"]!);
    }

    [Fact]
    public async Task Advance_WhatIsReadAfterwards_IsFinal()
    {
        var orders = new List<string>();
        for (var number = 0; number < 20; number++)
            orders.Add(await Shop.PlaceAsync($"k{number}"));

        // Past the night's work: in the first hours of a day the report of the day before still waits for its reconciliation.
        await Shop.AdvanceAsync("P1DT6H");

        foreach (var order in orders)
            Assert.Equal("Cancelled", (string)(await Shop.OrderAsync(order))["status"]!);
        Assert.Equal("""{"sku":"test-tea","available":100,"held":0,"sold":0,"stock":100}""", (await Shop.GetAsync("/local/stock/test-tea")).Body);
        var health = await Shop.GetAsync("/local/health");
        foreach (var waiting in new[] { "runningOrchestrations", "queuedMessages", "unpublishedEvents", "deadLetters" })
            Assert.Equal((waiting, 0), (waiting, (long)health[waiting]!));
    }

    /// <summary>Each deadline is kept at its own second although the clock is moved by a day at once.</summary>
    [Fact]
    public async Task Advance_StopsAtDueTimesInOrder()
    {
        var orders = new List<string>();
        for (var number = 0; number < 3; number++)
        {
            orders.Add(await Shop.PlaceAsync($"k{number}"));
            await Shop.AdvanceAsync("PT5M");
        }

        Assert.True((long)(await Shop.AdvanceAsync("P1D"))["steps"]! >= 3);

        foreach (var order in orders)
        {
            var json = (await Shop.OrderAsync(order)).Json;
            Assert.Equal(Time((string)json["payBy"]!), Time((string)json["timeline"]![1]!["at"]!));
        }
    }

    [Fact]
    public async Task Advance_ByAYearOfNothing_IsFewSteps()
    {
        await Shop.AdvanceAsync("PT0S");

        var advanced = await Shop.AdvanceAsync("P365D");

        Assert.True((long)advanced["ran"]! < 100, advanced.Body);
        Assert.Equal(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero), NowOf(await Shop.GetAsync("/local/clock")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"by":null}""")]
    [InlineData("""{"by":""}""")]
    [InlineData("""{"by":"20 minutes"}""")]
    [InlineData("""{"by":"P"}""")]
    [InlineData("""{"by":"-PT1M"}""")]
    [InlineData("""{"by":"P36601D"}""")]
    [InlineData("""{"by":"P99999999999999999999D"}""")]
    [InlineData("""{"by":"P1000000Y"}""")]
    [InlineData("""{"by":60}""")]
    [InlineData("""{"by":["PT1M"]}""")]
    [InlineData("""{"by":"PT1M","to":"2031-01-01"}""")]
    public async Task Advance_ByNonsense_IsRefusedAndTheClockStands(string body)
    {
        (await Shop.PostAsync("/local/clock/advance", body)).IsProblem(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), NowOf(await Shop.GetAsync("/local/clock")));
    }

    /// <summary>Deadlines are sums with the time and must stay dates.</summary>
    [Fact]
    public async Task Advance_ToTheEndOfTheCalendar_IsRefusedBeforeAnythingBreaks()
    {
        for (var century = 0; century < 69; century++)
            await Shop.AdvanceAsync("P36500D");

        (await Shop.PostAsync("/local/clock/advance", """{"by":"P36500D"}""")).IsProblem(HttpStatusCode.BadRequest, "invalid-request");

        Assert.Equal("PendingPayment", (string)(await Shop.OrderAsync(await Shop.PlaceAsync()))["status"]!);
    }

    private static DateTimeOffset NowOf(Reply reply) => Time((string)reply["now"]!);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
