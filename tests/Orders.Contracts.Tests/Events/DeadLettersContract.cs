using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using Orders.Application.Events;
using Orders.Contracts.Tests.Subjects;
using DeadLetterFilter = Orders.Application.Events.DeadLetterFilter;

namespace Orders.Contracts.Tests.Events;

/// <summary>What every keeper of dead letters must do. On the embedded bus a message without its session is dead at once, which makes them without consumers.</summary>
public abstract class DeadLettersContract(Subject subject) : ContractTests(subject)
{
    private const string Inventory = "order-events/inventory";

    private IDeadLetters Letters => Subject.Port<IDeadLetters>();

    [Fact]
    public async Task List_HasAllSources_InPages_TheOldestFirstInEach()
    {
        for (var n = 1; n <= 4; n++)
            await DieAsync($"m-{n}");
        var all = await ReadAllAsync(cursor => Letters.ListAsync(new DeadLetterFilter(), 3, cursor, None));
        Assert.Equal(20, all.Select(letter => letter.Id).Distinct().Count());
        Assert.All(all.GroupBy(letter => letter.Source), source => Assert.Equal(["m-1", "m-2", "m-3", "m-4"], source.Select(letter => letter.MessageId)));
        Assert.Equal(20, await Letters.CountAsync(new DeadLetterFilter(), None));
    }

    [Theory]
    [InlineData(Inventory, null, null, 2)]
    [InlineData(null, "order.placed.v1", null, 5)]
    [InlineData(Inventory, "order.paid.v1", null, 1)]
    [InlineData(null, null, "Nothing", 0)]
    public async Task Filter_IsThatOfListAndCount(string? source, string? type, string? reason, int count)
    {
        await DieAsync("m-1", "order.placed.v1");
        await DieAsync("m-2", "order.paid.v1");
        var filter = new DeadLetterFilter(source, type, reason);
        Assert.Equal(count, (await Letters.ListAsync(filter, 100, null, None)).Items.Count);
        Assert.Equal(count, await Letters.CountAsync(filter, None));
    }

    [Fact]
    public async Task Filter_ByAge_IsByTheTimeOfDeath()
    {
        await DieAsync("m-1");
        Subject.Clock.MoveTo(Subject.Start.AddHours(1));
        await DieAsync("m-2");
        var old = new DeadLetterFilter(Inventory, DiedBefore: Subject.Start.AddHours(1));
        Assert.Equal("m-1", Assert.Single((await Letters.ListAsync(old, 100, null, None)).Items).MessageId);
        Assert.Equal(1, await Letters.CountAsync(old, None));
    }

    [Fact]
    public async Task Find_GivesItWhole_AlsoAfterARestart()
    {
        await DieAsync("m-1", "order.paid.v1", "{\"a\":\"ä\"}");
        await Subject.RestartAsync();
        var letter = (await Letters.ListAsync(new DeadLetterFilter(Inventory), 10, null, None)).Items[0];
        Assert.Equal(letter, await Letters.FindAsync(letter.Id, None));
        Assert.Equal(("m-1", "order.paid.v1", "{\"a\":\"ä\"}", Inventory), (letter.MessageId, letter.Type, letter.Body, letter.Source));
        Assert.Null(await Letters.FindAsync(DeadLetterId.Of(Inventory, 999_999), None));
        Assert.Null(await Letters.FindAsync(DeadLetterId.Of("nowhere", letter.Id.Number), None));
    }

    [Fact]
    public async Task Resubmit_OfOneWithoutItsSession_IsRefused_AndItStays()
    {
        await DieAsync("m-1");
        var letter = (await Letters.ListAsync(new DeadLetterFilter(Inventory), 10, null, None)).Items[0];
        Assert.False(await Letters.ResubmitAsync(letter.Id, null, None));
        Assert.Equal(letter, await Letters.FindAsync(letter.Id, None));
    }

    [Fact]
    public async Task Resubmit_OfWhatIsNotThere_DoesNothing()
    {
        Assert.False(await Letters.ResubmitAsync(DeadLetterId.Of(Inventory, 7), "{}", None));
        Assert.False(await Letters.ResubmitAsync(DeadLetterId.Of("nowhere", 7), null, None));
    }

    [Fact]
    public async Task Purge_TakesThoseAlone_AndCountsWhatWasThere()
    {
        await DieAsync("m-1");
        await DieAsync("m-2");
        var letters = (await Letters.ListAsync(new DeadLetterFilter(), 100, null, None)).Items;
        var gone = letters.Where(letter => letter.MessageId == "m-1").Select(letter => letter.Id).ToList();
        Assert.Equal(5, await Letters.PurgeAsync(gone, None));
        Assert.Equal(0, await Letters.PurgeAsync(gone, None));
        Assert.All((await Letters.ListAsync(new DeadLetterFilter(), 100, null, None)).Items, letter => Assert.Equal("m-2", letter.MessageId));
    }

    [Fact]
    public async Task List_WithAnotherListsCursor_IsRefused()
    {
        await DieAsync("m-1");
        var cursor = (await Letters.ListAsync(new DeadLetterFilter(), 1, null, None)).NextCursor;
        await Assert.ThrowsAsync<FormatException>(() => Letters.ListAsync(new DeadLetterFilter(Type: "order.paid.v1"), 1, cursor, None));
    }

    [Fact]
    public void Sources_AreQueuesAndSubscriptions() => Assert.Superset(
        new HashSet<string> { Inventory, "order-events/lifecycle", "order-events/finance", "payment-messages", "sale-orders", "webhook-deliveries" },
        Letters.Sources.ToHashSet());

    [Theory]
    [InlineData("order-events_inventory-12", true)]
    [InlineData("payment-messages-3", true)]
    [InlineData("payment-messages", false)]
    [InlineData("a_b_c-1", false)]
    [InlineData("../x-1", false)]
    [InlineData("x-1234567890123456789", false)]
    public void Id_HasItsForm(string text, bool isOne) => Assert.Equal(isOne, DeadLetterId.TryParse(text, out _));

    /// <summary>A message that each subscription gets, whose filter lets its type through, and that dies there.</summary>
    protected virtual Task DieAsync(string messageId, string type = EventTypes.Placed, string body = "{}") =>
        Subject.Port<LocalServiceBus>().SendAsync("order-events", new ServiceBusMessage(body) { MessageId = messageId, Subject = type });
}

public sealed class DeadLettersInMemory() : DeadLettersContract(Subject.OnMemory());

public sealed class DeadLettersInFile() : DeadLettersContract(Subject.OnFile());
