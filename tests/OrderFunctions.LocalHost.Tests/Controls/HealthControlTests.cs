using System.Net;

namespace OrderFunctions.LocalHost.Tests.Controls;

public sealed class HealthControlTests : ControlTest
{
    [Fact]
    public async Task Health_CountsWhatRunsAndWaits()
    {
        await Shop.PlaceAsync("k1");
        await Shop.PlaceAsync("k2");
        await Shop.AdvanceAsync();

        var health = (await Shop.GetAsync("/local/health")).IsOk();

        Assert.Equal("ready", (string)health["status"]!);
        Assert.Equal((2, 2, 0), ((long)health["runningOrchestrations"]!, (long)health["dueTimers"]!, (long)health["queuedMessages"]!));
        Assert.True((long)health["functions"]! > 20);
    }

    [Fact]
    public async Task Health_TellsOfMessagesThatWait()
    {
        await Shop.Host.Bus.SendAsync("payment-messages", new LocalFunctions.Messaging.ServiceBusMessage("{}") { ScheduledEnqueueTime = Shop.Now.AddHours(1) });

        Assert.Equal(1, (long)(await Shop.GetAsync("/local/health"))["queuedMessages"]!);
        Assert.Equal(HttpStatusCode.OK, (await Shop.GetAsync("/api/health")).Status);
    }
}
