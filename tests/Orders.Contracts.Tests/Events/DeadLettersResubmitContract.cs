using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using Orders.Application.Events;
using Orders.Contracts.Tests.Subjects;
using DeadLetterFilter = Orders.Application.Events.DeadLetterFilter;

namespace Orders.Contracts.Tests.Events;

/// <summary>What every keeper of dead letters must do with one that can go back: an event with its session, given up by its consumer.</summary>
public abstract class DeadLettersResubmitContract(Subject subject) : ContractTests(subject)
{
    private const string Inventory = "order-events/inventory";
    private static readonly string Alices = Sample.Ref(1).OrderId.Value;
    private static readonly string Bobs = Sample.Ref(2).OrderId.Value;

    private IDeadLetters Letters => Subject.Port<IDeadLetters>();

    [Fact]
    public async Task Resubmit_PutsItBackOnce_AsItWas()
    {
        await DieAsync("m-1", Alices);
        await DieAsync("m-2", Alices);
        var letter = (await ListAsync(new DeadLetterFilter(Inventory)))[0];

        Assert.True(await Letters.ResubmitAsync(letter.Id, null, None));
        Assert.False(await Letters.ResubmitAsync(letter.Id, null, None));

        Assert.Equal([("m-1", Alices, "{\"n\":1}")], await WaitingAsync());
        Assert.Null(await Letters.FindAsync(letter.Id, None));
        Assert.Equal(["m-2"], (await ListAsync(new DeadLetterFilter(Inventory))).Select(left => left.MessageId));
        Assert.Equal(1, await Letters.CountAsync(new DeadLetterFilter(Inventory, EventTypes.Placed), None));
    }

    [Fact]
    public async Task Resubmit_WithAnotherBody_PutsThatBack_UnderTheSameMessageId()
    {
        await DieAsync("m-1", Alices);
        var letter = (await ListAsync(new DeadLetterFilter(Inventory)))[0];

        Assert.True(await Letters.ResubmitAsync(letter.Id, "{\"mended\":\"ä\"}", None));

        Assert.Equal([("m-1", Alices, "{\"mended\":\"ä\"}")], await WaitingAsync());
    }

    [Fact]
    public async Task Filter_ByOrder_TakesItsEventsAlone()
    {
        await DieAsync("m-1", Alices);
        await DieAsync("m-2", Bobs);
        var its = new DeadLetterFilter(Order: Sample.Ref(2).OrderId);

        var found = await ListAsync(its);

        Assert.Equal(["m-2"], found.Select(letter => letter.MessageId).Distinct());
        Assert.Equal(found.Count, await Letters.CountAsync(its, None));
        Assert.All(found, letter => Assert.Equal(Sample.Ref(2).OrderId, letter.OrderId));
    }

    /// <summary>A cursor stands between letters, not upon one: what went back meanwhile makes nobody else be passed over.</summary>
    [Fact]
    public async Task List_GoesOn_WhenWhatItShowedHasGoneBack()
    {
        for (var n = 1; n <= 5; n++)
            await DieAsync($"m-{n}", Alices);
        var first = await Letters.ListAsync(new DeadLetterFilter(Inventory), 2, null, None);
        foreach (var letter in first.Items)
            await Letters.ResubmitAsync(letter.Id, null, None);

        var second = await Letters.ListAsync(new DeadLetterFilter(Inventory), 10, first.NextCursor, None);

        Assert.Equal(["m-3", "m-4", "m-5"], second.Items.Select(letter => letter.MessageId));
    }

    /// <summary>An event of that session becomes a dead letter of the inventory and of no other. Nobody consumes here, so its row is set as a consumer leaves it.</summary>
    protected virtual async Task DieAsync(string messageId, string session)
    {
        await Subject.Port<LocalServiceBus>().SendAsync(
            "order-events", new ServiceBusMessage($"{{\"n\":{messageId[2..]}}}") { MessageId = messageId, SessionId = session, Subject = EventTypes.Placed });
        await Subject.Store.WriteAsync(transaction => transaction.Execute(
            "UPDATE bus_messages SET state = 2, died = $2, dead_reason = 'Poison' WHERE message_id = $1 AND entity = (SELECT id FROM bus_entities WHERE name = $3)",
            messageId, Subject.Clock.GetUtcNow(), Inventory));
    }

    /// <summary>What the inventory would get next: message id, session, body.</summary>
    protected virtual Task<IReadOnlyList<(string, string, string)>> WaitingAsync() => Task.FromResult<IReadOnlyList<(string, string, string)>>(Subject.Store.Read(session => session.Query(
        "SELECT message_id, session, CAST(body AS TEXT) FROM bus_messages WHERE state = 0 AND entity = (SELECT id FROM bus_entities WHERE name = $1) ORDER BY seq",
        row => (row.GetString(0), row.GetString(1), row.GetString(2)), Inventory)));

    private async Task<List<Application.Events.DeadLetter>> ListAsync(DeadLetterFilter filter) =>
        await ReadAllAsync(cursor => Letters.ListAsync(filter, 100, cursor, None));
}

public sealed class DeadLettersResubmitInMemory() : DeadLettersResubmitContract(Subject.OnMemory());

public sealed class DeadLettersResubmitInFile() : DeadLettersResubmitContract(Subject.OnFile());
