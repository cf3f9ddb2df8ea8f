using Orders.Application.Events;
using Orders.Contracts.Tests.Subjects;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Events;

/// <summary>What every outbox of deliveries must do.</summary>
public abstract class DeliveriesContract(Subject subject) : ContractTests(subject)
{
    private static readonly WebhookId One = WebhookId.Derive(Alice, "one");
    private static readonly WebhookId Two = WebhookId.Derive(Alice, "two");

    private IDeliveries Deliveries => Subject.Port<IDeliveries>();

    [Fact]
    public async Task Add_IsFound_WholeAndKept()
    {
        await Deliveries.AddAsync([Whole(1), Delivery(2)], None);
        await AreAsync(Whole(1), Delivery(2));
        await Subject.RestartAsync();
        await AreAsync(Whole(1), Delivery(2));
    }

    [Fact]
    public async Task Add_Again_ChangesNothing()
    {
        await Deliveries.AddAsync([Delivery(1)], None);
        Assert.True(await Deliveries.SaveAsync(Whole(1), None));
        await Deliveries.AddAsync([Delivery(1), Delivery(2)], None);
        await AreAsync(Whole(1), Delivery(2));
        Assert.Equal(2, (await Deliveries.ListAsync(One, null, 10, null, None)).Items.Count);
    }

    [Fact]
    public async Task Find_OfAnotherEndpoint_FindsNothing()
    {
        await Deliveries.AddAsync([Delivery(1)], None);
        Assert.Null(await Deliveries.FindAsync(Two, Delivery(1).DeliveryId, None));
        Assert.Null(await Deliveries.FindAsync(One, Delivery(2).DeliveryId, None));
    }

    [Fact]
    public async Task Save_OfADeliveryOnAnotherVersion_IsRefused()
    {
        await Deliveries.AddAsync([Delivery(1)], None);
        Assert.False(await Deliveries.SaveAsync(Whole(1) with { Version = 1 }, None));
        Assert.False(await Deliveries.SaveAsync(Whole(1) with { Version = 3 }, None));
        Assert.False(await Deliveries.SaveAsync(Whole(2), None));
        await AreAsync(Delivery(1));
        Assert.Null(await Deliveries.FindAsync(One, Delivery(2).DeliveryId, None));
        Assert.True(await Deliveries.SaveAsync(Whole(1), None));
        await AreAsync(Whole(1));
    }

    [Fact]
    public async Task Saves_OfOneDeliveryByManyAtOnce_OneWins()
    {
        await Deliveries.AddAsync([Delivery(1)], None);
        var saves = await Task.WhenAll(Enumerable.Range(1, 32).Select(n => Task.Run(() => Deliveries.SaveAsync(Whole(1) with { AttemptCount = n }, None))));
        var winner = Assert.Single(Enumerable.Range(1, 32), n => saves[n - 1]);
        Assert.Equal(winner, (await Deliveries.FindAsync(One, Delivery(1).DeliveryId, None))!.AttemptCount);
    }

    [Fact]
    public async Task Due_AreFoundByTheirTime_TheLongestDueFirst()
    {
        await Deliveries.AddAsync([DueAt(1, 30), DueAt(2, 10), DueAt(3, 20) with { WebhookId = Two }, Whole(4)], None);
        Assert.Equal([DueAt(2, 10).DeliveryId, DueAt(3, 20).DeliveryId], await DueAsync(30, 10));
        Assert.Equal([DueAt(2, 10).DeliveryId], await DueAsync(60, 1));
        Assert.True(await Deliveries.SaveAsync(DueAt(2, 40) with { Version = 2 }, None));
        Assert.Equal([DueAt(3, 20).DeliveryId, DueAt(1, 30).DeliveryId, DueAt(2, 40).DeliveryId], await DueAsync(60, 10));
        Assert.True(await Deliveries.SaveAsync(Whole(2) with { Version = 3 }, None));
        Assert.DoesNotContain(DueAt(2, 40).DeliveryId, await DueAsync(60, 10));
    }

    [Fact]
    public async Task List_IsOfOneEndpoint_TheNewestFirst_InPages()
    {
        await Deliveries.AddAsync([.. Enumerable.Range(1, 7).Select(Delivery)], None);
        await Deliveries.AddAsync([Delivery(8) with { WebhookId = Two, DeliveryId = "other" }], None);
        var all = await ReadAllAsync(cursor => Deliveries.ListAsync(One, null, 3, cursor, None));
        Assert.Equal(Enumerable.Range(1, 7).Reverse().Select(n => Delivery(n).DeliveryId), all.Select(delivery => delivery.DeliveryId));
    }

    [Fact]
    public async Task List_OfAStatus_FollowsTheStatus()
    {
        await Deliveries.AddAsync([Delivery(1), Delivery(2), Delivery(3)], None);
        await Deliveries.SaveAsync(Whole(2), None);
        Assert.Equal([Delivery(3).DeliveryId, Delivery(1).DeliveryId], await ListAsync(DeliveryStatus.Pending));
        Assert.Equal([Delivery(2).DeliveryId], await ListAsync(DeliveryStatus.Delivered));
        Assert.Empty(await ListAsync(DeliveryStatus.Failed));
    }

    [Fact]
    public async Task List_WithAnotherListsCursor_IsRefused()
    {
        await Deliveries.AddAsync([Delivery(1), Delivery(2), Delivery(3)], None);
        var cursor = (await Deliveries.ListAsync(One, null, 1, null, None)).NextCursor;
        await Assert.ThrowsAsync<FormatException>(() => Deliveries.ListAsync(Two, null, 1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Deliveries.ListAsync(One, DeliveryStatus.Pending, 1, cursor, None));
    }

    [Fact]
    public async Task Purge_ForgetsWhatEndedBefore_InBoundedSteps()
    {
        await Deliveries.AddAsync([.. Enumerable.Range(1, 5).Select(n => Whole(n) with { EndedAt = Subject.Start.AddMinutes(n) }), Delivery(6)], None);
        Assert.Equal(2, await Deliveries.PurgeAsync(Subject.Start.AddMinutes(4), 2, None));
        Assert.Equal(1, await Deliveries.PurgeAsync(Subject.Start.AddMinutes(4), 2, None));
        Assert.Equal(0, await Deliveries.PurgeAsync(Subject.Start.AddMinutes(4), 2, None));
        Assert.Equal([Delivery(6).DeliveryId, Delivery(5).DeliveryId, Delivery(4).DeliveryId], await ListAsync(null));
    }

    /// <summary>One that waits for its first attempt.</summary>
    internal static WebhookDelivery Delivery(int n) => WebhookDelivery.New(One, $"event-{n}", "order.paid", $$"""{"number":{{n}},"type":"order.paid"}""", Subject.Start);

    /// <summary>The same after it has ended, with all that can be said of one.</summary>
    internal static WebhookDelivery Whole(int n) => Delivery(n) with
    {
        Version = 2,
        Status = DeliveryStatus.Delivered,
        AttemptCount = 2,
        Attempts =
        [
            new DeliveryAttempt(1, Subject.Start, StatusCode: null, "no answer in time", 15_000, Subject.Start.AddSeconds(5)),
            new DeliveryAttempt(2, Subject.Start.AddSeconds(5), 204, Error: null, 12, NextAt: null),
        ],
        NextAt = null,
        EndedAt = Subject.Start.AddSeconds(5),
        ClaimedUntil = Subject.Start.AddMinutes(1),
        Note = "a note",
    };

    private static WebhookDelivery DueAt(int n, int minutes) => Delivery(n) with { NextAt = Subject.Start.AddMinutes(minutes) };

    private async Task<IEnumerable<string>> DueAsync(int minutes, int limit) =>
        (await Deliveries.FindDueAsync(Subject.Start.AddMinutes(minutes).AddTicks(minutes == 30 ? 0 : 1), limit, None)).Select(delivery => delivery.DeliveryId);

    private async Task<IEnumerable<string>> ListAsync(DeliveryStatus? status) =>
        (await Deliveries.ListAsync(One, status, 10, null, None)).Items.Select(delivery => delivery.DeliveryId);

    private async Task AreAsync(params WebhookDelivery[] expected)
    {
        foreach (var one in expected)
        {
            var found = await Deliveries.FindAsync(One, one.DeliveryId, None);
            Assert.NotNull(found);
            Assert.Equal(WebhookJson.Write(one), WebhookJson.Write(found));
        }
    }
}

public sealed class DeliveriesInMemory() : DeliveriesContract(Subject.OnMemory());

public sealed class DeliveriesInFile() : DeliveriesContract(Subject.OnFile());
