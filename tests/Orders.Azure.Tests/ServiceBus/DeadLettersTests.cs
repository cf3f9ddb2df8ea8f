using Azure.Messaging.ServiceBus;
using Orders.Application;
using Orders.Application.Events;
using Orders.Azure.ServiceBus;

namespace Orders.Azure.Tests.ServiceBus;

/// <summary>Dead letters where a letter can't be moved, nor be had by its number.</summary>
public sealed class DeadLettersTests : BusTest
{
    private const string Inventory = "order-events/inventory";
    private const string Lifecycle = "order-events/lifecycle";
    private const string Payments = "payment-messages";

    private readonly ServiceBusDeadLetters letters;

    public DeadLettersTests() => letters = new ServiceBusDeadLetters(Connection);

    [Fact]
    public async Task Letter_SaysWhyItDied()
    {
        Die(Inventory, 1, "NotAnEvent", "The body is not an event of an order.");

        var letter = (await ListAsync(Inventory)).Single();

        Assert.Equal(("NotAnEvent", "The body is not an event of an order."), (letter.Reason, letter.Description));
        Assert.Equal((Event("a").Order.OrderId, 1L, Start), (letter.OrderId, letter.Version, letter.DiedAt));
    }

    /// <summary>Sent before it is taken away: a crash between the two leaves it in both places, not in none.</summary>
    [Fact]
    public async Task Resubmit_SendsFirst_AndTakesAwayThen()
    {
        Die(Inventory, 3);
        var second = (await ListAsync(Inventory))[1];
        Bus.Calls.Clear();

        Assert.True(await letters.ResubmitAsync(second.Id, body: null, None));

        Assert.Equal(["send order-events 1", $"complete {Inventory} 2"], Bus.Calls.Where(call => call.StartsWith("send", StringComparison.Ordinal) || call.StartsWith("complete", StringComparison.Ordinal)));
        Assert.Equal([1, 3], (await ListAsync(Inventory)).Select(letter => letter.Id.Number));
        var again = Assert.Single(Bus[Inventory].Live);
        Assert.Equal((second.MessageId, second.Session, second.Type, second.Body, 0), (again.MessageId, again.SessionId, again.Subject, again.Body.ToString(), again.DeliveryCount));
        Assert.Equal("application/cloudevents+json", again.ContentType);
        Assert.DoesNotContain(again.ApplicationProperties, property => property.Key.StartsWith("DeadLetter", StringComparison.Ordinal));
        Assert.Null(await letters.FindAsync(second.Id, None));
    }

    /// <summary>Only the topic can be sent to: its other subscriptions have an inbox. What their filters ask for is kept.</summary>
    [Fact]
    public async Task Resubmit_OfAnEvent_IsSeenByTheOthersToo_ByTheirFilters()
    {
        Bus.Put("order-events", [BusMessages.Of(Event("a", data: """{"couponCode":"X"}"""))], at: null);
        Bus[Inventory].KillAll("Rejected");

        Assert.True(await letters.ResubmitAsync((await ListAsync(Inventory)).Single().Id, body: null, None));

        Assert.Equal(2, Bus["order-events/coupon"].Live.Count);
        Assert.Equal(2, Bus[Lifecycle].Live.Count);
        Assert.Empty(Bus["order-events/sale"].Live);
    }

    [Fact]
    public async Task Resubmit_WithAnotherBody_SendsThat()
    {
        Die(Payments, 1);

        Assert.True(await letters.ResubmitAsync((await ListAsync(Payments)).Single().Id, """{"source":"acme"}""", None));

        Assert.Equal("""{"source":"acme"}""", Assert.Single(Bus[Payments].Live).Body.ToString());
    }

    [Fact]
    public async Task Resubmit_ThatCanNotSend_LeavesTheLetter_FreeForTheNext()
    {
        Die(Payments, 2);
        var letter = (await ListAsync(Payments))[1];
        Bus.Before = call => FailAt(call, "send");

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => letters.ResubmitAsync(letter.Id, body: null, None));
        Bus.Before = null;

        Assert.Equal(2, Bus[Payments].Dead.Count);
        Assert.True(await letters.ResubmitAsync(letter.Id, body: null, None));
    }

    /// <summary>It lies in both places then, and a repeated call sends it once more: at least once, as everywhere.</summary>
    [Fact]
    public async Task Resubmit_ThatCanNotTakeAway_MayBeRepeated()
    {
        Die(Payments, 1);
        var letter = (await ListAsync(Payments)).Single();
        Bus.Before = call => FailAt(call, "complete");

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => letters.ResubmitAsync(letter.Id, body: null, None));
        Bus.Before = null;
        Assert.NotNull(await letters.FindAsync(letter.Id, None));

        Assert.True(await letters.ResubmitAsync(letter.Id, body: null, None));
        Assert.Equal([letter.MessageId, letter.MessageId], Bus[Payments].Live.Select(message => message.MessageId));
        Assert.Empty(Bus[Payments].Dead);
    }

    [Fact]
    public async Task Resubmit_WhoseLockEnded_SaysThatNobodyKnows()
    {
        Die(Payments, 1);
        var letter = (await ListAsync(Payments)).Single();
        Bus.Before = call => Clock.MoveTo(call.StartsWith("complete", StringComparison.Ordinal) ? Start.AddMinutes(2) : Start);

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => letters.ResubmitAsync(letter.Id, body: null, None));
    }

    /// <summary>Two who send the same letter back: the lock lets one.</summary>
    [Fact]
    public async Task Resubmit_OfOneThatAnotherHas_SendsNothing()
    {
        Die(Payments, 1);
        var letter = (await ListAsync(Payments)).Single();
        Bus[Payments].Receive(SubQueue.DeadLetter, 1);

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => letters.ResubmitAsync(letter.Id, body: null, None));

        Assert.Empty(Bus[Payments].Live);
        Clock.MoveTo(Start.AddMinutes(2));
        Assert.True(await letters.ResubmitAsync(letter.Id, body: null, None));
    }

    /// <summary>It is not said to have gone back, and not said to be gone: those in front can be sent back or thrown away.</summary>
    [Fact]
    public async Task Resubmit_OfOneBehindVeryMany_IsGivenUp_AndAllAreFree()
    {
        Die(Payments, DeadLetterRemoval.MostHeld + 300);
        var last = DeadLetterId.Of(Payments, DeadLetterRemoval.MostHeld + 300);

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => letters.ResubmitAsync(last, body: null, None));

        Assert.Equal(DeadLetterRemoval.MostHeld + 300, Bus[Payments].Receive(SubQueue.DeadLetter, 10_000).Count);
    }

    [Fact]
    public async Task Purge_TakesThoseAlone_AndFreesTheRest()
    {
        Die(Payments, 10);

        Assert.Equal(2, await letters.PurgeAsync([DeadLetterId.Of(Payments, 7), DeadLetterId.Of(Payments, 3), DeadLetterId.Of(Payments, 99), DeadLetterId.Of("nowhere", 1)], None));

        Assert.Equal([1L, 2, 4, 5, 6, 8, 9, 10], Bus[Payments].Receive(SubQueue.DeadLetter, 100).Select(message => message.SequenceNumber));
    }

    /// <summary>What a call asked for and did not give is locked too: unless it is given back, nobody gets it for a minute.</summary>
    [Fact]
    public async Task Purge_FreesWhatWasOnItsWay()
    {
        Die(Payments, 40);
        Bus.MostPerReceive = 3;

        Assert.Equal(1, await letters.PurgeAsync([DeadLetterId.Of(Payments, 20)], None));

        Assert.Equal(39, Bus[Payments].Receive(SubQueue.DeadLetter, 100).Count);
    }

    /// <summary>A filter that fits little doesn't look through everything for one page.</summary>
    [Fact]
    public async Task List_ThatFindsLittle_EndsItsPageEarly_AndGoesOnThere()
    {
        Die(Payments, ServiceBusDeadLetters.MostLookedAt + 10);
        Die("sale-orders", 1, "Rare");
        var filter = new DeadLetterFilter(Reason: "Rare");

        var first = await letters.ListAsync(filter, 10, cursor: null, None);
        var second = await letters.ListAsync(filter, 10, first.NextCursor, None);

        Assert.Empty(first.Items);
        Assert.Equal("sale-orders", Assert.Single(second.Items).Source);
        Assert.Null(second.NextCursor);
    }

    [Fact]
    public async Task List_OfAnOrder_LooksAtSubscriptionsAlone()
    {
        Die(Inventory, 2);
        Die(Payments, 1);

        var mine = await letters.ListAsync(new DeadLetterFilter(Order: Event("a").Order.OrderId), 10, cursor: null, None);

        Assert.Equal(2, mine.Items.Count);
        Assert.DoesNotContain($"peek {Payments}", Bus.Calls);
    }

    /// <summary>What is sent back is a new message with a time of its own, so a redrive that is frozen at its start doesn't take it twice.</summary>
    [Fact]
    public async Task LetterThatDiesAgain_IsYoungerThanTheRedrive()
    {
        Die(Payments, 1);
        Clock.MoveTo(Start.AddHours(1));
        var frozen = new DeadLetterFilter(DiedBefore: Start.AddHours(1));

        Assert.True(await letters.ResubmitAsync((await letters.ListAsync(frozen, 10, null, None)).Items.Single().Id, body: null, None));
        Bus[Payments].KillAll("Again");

        Assert.Equal(0, await letters.CountAsync(frozen, None));
        Assert.Single(await ListAsync(Payments));
    }

    private static void FailAt(string call, string what)
    {
        if (call.StartsWith(what, StringComparison.Ordinal))
            throw Away;
    }

    private async Task<IReadOnlyList<DeadLetter>> ListAsync(string source) => (await letters.ListAsync(new DeadLetterFilter(source), 100, cursor: null, None)).Items;

    private void Die(string path, int count, string reason = "Rejected", string? description = null)
    {
        for (var n = 1; n <= count; n++)
            Bus[path].Put(path == Inventory ? BusMessages.Of(Event("a", n)) : BusMessages.OfProviderMessage("acme", $"m-{n}"), due: null);
        Bus[path].KillAll(reason, description);
    }
}
