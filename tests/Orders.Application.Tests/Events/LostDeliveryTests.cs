using Orders.Application.Events;
using Orders.Application.Tests.Subjects;

namespace Orders.Application.Tests.Events;

/// <summary>What is in the outbox of deliveries arrives, whatever is lost on the way.</summary>
public sealed class LostDeliveryTests : IDisposable
{
    private readonly WebhookStand stand = new();

    [Fact]
    public async Task ALostTurn_IsFoundByTheSweep()
    {
        await stand.RegisterAsync();
        await stand.PlaceAsync();
        stand.Shop.Turns.Forget();
        await SweepAsync();
        Assert.Equal(0, stand.Shop.Turns.Count);

        stand.Shop.Clock.MoveTo(stand.Now.AddMinutes(1).AddTicks(1));
        await SweepAsync();
        await SweepAsync();
        Assert.Equal(1, stand.Shop.Turns.Count);
        await stand.RunDueAsync();
        Assert.Single(stand.Endpoints.Received);
    }

    /// <summary>
    /// Killed after any commit between the event and the recorded answer, with a queue that forgets: the message arrives, always under its one id, at most
    /// once more than it was sent before.
    /// </summary>
    [Fact]
    public async Task AProcessKilledAfterAnyCommit_LosesNoMessage()
    {
        for (var commits = 0; ; commits++)
        {
            using var dying = new LostDeliveryTests();
            var webhook = await dying.stand.RegisterAsync();
            await dying.stand.Shop.PlaceAsync(Shop.Basket(("MUG", 1)));
            var died = await dying.stand.Shop.RunAndDieAsync(commits, async () =>
            {
                await dying.stand.TellAsync();
                await dying.stand.RunDueAsync();
            });
            dying.stand.Shop.Turns.Forget();
            await dying.stand.TellAsync();
            for (var minute = 0; minute < 15; minute++)
            {
                await dying.stand.RunForAsync(TimeSpan.FromMinutes(1));
                await dying.SweepAsync();
            }

            Assert.InRange(dying.stand.Endpoints.Received.Count, 1, 2);
            Assert.Single(dying.stand.Endpoints.Received.Select(message => message.Id).Distinct());
            Assert.Single(await dying.stand.DeliveriesAsync(webhook.WebhookId, "delivered"));
            if (!died)
                break;
            Assert.True(commits < 20, "It never ends.");
        }
    }

    /// <summary>Sent, and killed before the answer was recorded: nobody knows, so it is sent again under the same id.</summary>
    [Fact]
    public async Task AProcessKilledBetweenSendingAndRecording_SendsAgainUnderTheSameId()
    {
        await stand.RegisterAsync();
        await stand.PlaceAsync();
        stand.Endpoints.Meanwhile = () =>
        {
            stand.Shop.Store.CrashAfter(0);
            return Task.CompletedTask;
        };
        Assert.True(await stand.Shop.RunAndDieAsync(100, stand.RunDueAsync));
        stand.Endpoints.Meanwhile = null;
        Assert.Single(stand.Endpoints.Received);
        stand.Shop.Turns.Forget();

        stand.Shop.Clock.MoveTo(stand.Now.AddMinutes(2).AddTicks(1));
        await SweepAsync();
        await stand.RunDueAsync();
        Assert.Equal(2, stand.Endpoints.Received.Count);
        Assert.Single(stand.Endpoints.Received.Select(message => message.Id).Distinct());
    }

    [Fact]
    public async Task WhileItIsBeingSent_TheSweepLeavesItAlone()
    {
        await stand.RegisterAsync();
        await stand.PlaceAsync();
        stand.Endpoints.Meanwhile = async () =>
        {
            stand.Shop.Clock.MoveTo(stand.Now.AddSeconds(90));
            await SweepAsync();
            Assert.Equal(0, stand.Shop.Turns.Count);
        };
        await stand.RunDueAsync();
        Assert.Single(stand.Endpoints.Received);
    }

    [Fact]
    public async Task EndedDeliveries_AreForgottenAfterTheirDays_OthersStay()
    {
        var webhook = await stand.RegisterAsync();
        await stand.PlaceAsync("key-1");
        await stand.RunDueAsync();
        await stand.PlaceAsync("key-2");
        stand.Shop.Clock.MoveTo(stand.Now.AddDays(30));
        await stand.Shop.Use<PurgeRecords>().RunAsync(default);
        Assert.Equal(2, (await stand.DeliveriesAsync(webhook.WebhookId)).Count);

        stand.Shop.Clock.MoveTo(stand.Now.AddTicks(1));
        await stand.Shop.Use<PurgeRecords>().RunAsync(default);
        Assert.Equal(DeliveryStatus.Pending, Assert.Single(await stand.DeliveriesAsync(webhook.WebhookId)).Status);
    }

    public void Dispose() => stand.Dispose();

    private Task SweepAsync() => stand.Shop.Use<SweepDeliveries>().RunAsync(default);
}
