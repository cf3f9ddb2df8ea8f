using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What every table of provider messages must do.</summary>
public abstract class ProviderMessagesContract(Subject subject) : ContractTests(subject)
{
    private static readonly ProviderMessage First = new("simulator", "m-1", "hash-1", "{\"a\":1}", Subject.Start);

    private IProviderMessages Messages => Subject.Port<IProviderMessages>();

    [Fact]
    public async Task Store_OnceAndAgain_KeepsOne()
    {
        Assert.Equal(StoreMessageResult.Stored, await Messages.StoreAsync(First, None));
        Assert.Equal(StoreMessageResult.AlreadyThere, await Messages.StoreAsync(First with { ReceivedAt = Subject.Start.AddDays(1) }, None));
        Assert.Equal(First with { Seen = 2 }, await Messages.FindAsync("simulator", "m-1", None));
        Assert.Null(await Messages.FindAsync("other", "m-1", None));
    }

    [Fact]
    public async Task Store_ByManyAtOnce_HasOneFirst()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(n => Task.Run(() =>
            Messages.StoreAsync(First with { ContentHash = $"hash-{n % 2}" }, None))));
        Assert.Single(results, result => result == StoreMessageResult.Stored);
        Assert.Equal(15, results.Count(result => result == StoreMessageResult.AlreadyThere));
        Assert.Equal(16, results.Count(result => result == StoreMessageResult.OtherContent));
    }

    [Fact]
    public async Task Store_OfOtherContent_LeavesTheFirstAndIsNeverApplied()
    {
        await Messages.StoreAsync(First, None);
        for (var n = 0; n < 50; n++)
            Assert.Equal(StoreMessageResult.OtherContent, await Messages.StoreAsync(First with { ContentHash = $"x-{n}", Body = "{}" }, None));
        Assert.Equal(First, await Messages.FindAsync("simulator", "m-1", None));
        Assert.Equal([First], await Messages.FindUnappliedAsync(Subject.Start.AddDays(1), 100, None));
    }

    [Fact]
    public async Task SetState_IsRememberedAndMayBeRepeated()
    {
        await Messages.StoreAsync(First, None);
        await Messages.SetStateAsync("simulator", "m-1", ProviderMessageState.Applied, "settled", None);
        await Messages.SetStateAsync("simulator", "m-1", ProviderMessageState.Applied, "settled", None);
        await Subject.RestartAsync();
        Assert.Equal(First with { State = ProviderMessageState.Applied, Note = "settled" }, await Messages.FindAsync("simulator", "m-1", None));
    }

    [Fact]
    public async Task Store_OfTheSameAgain_IsCounted()
    {
        await Messages.StoreAsync(First, None);
        await Messages.SetStateAsync("simulator", "m-1", ProviderMessageState.Applied, note: null, None);
        for (var n = 0; n < 2; n++)
            Assert.Equal(StoreMessageResult.AlreadyThere, await Messages.StoreAsync(First, None));
        await Subject.RestartAsync();
        Assert.Equal(First with { State = ProviderMessageState.Applied, Seen = 3 }, await Messages.FindAsync("simulator", "m-1", None));
    }

    [Fact]
    public async Task SetState_OfWhatWasNeverStored_IsAnError() => await Assert.ThrowsAsync<InvalidOperationException>(
        () => Messages.SetStateAsync("simulator", "m-1", ProviderMessageState.Applied, note: null, None));

    [Fact]
    public async Task FindByOrder_FindsWhatIsAboutIt_RefusedOnesToo()
    {
        var order = Sample.Ref(1).OrderId;
        var first = First with { OrderId = order };
        await Messages.StoreAsync(first, None);
        await Messages.StoreAsync(first with { MessageId = "m-2" }, None);
        await Messages.StoreAsync(First with { MessageId = "m-3", OrderId = Sample.Ref(2).OrderId }, None);
        await Messages.StoreAsync(First with { MessageId = "m-4" }, None);
        await Messages.StoreAsync(first with { ContentHash = "other", Body = "{}" }, None);
        await Subject.RestartAsync();
        var found = await Messages.FindByOrderAsync(order, 100, None);
        Assert.Equal([("m-1", ProviderMessageState.Stored), ("m-2", ProviderMessageState.Stored), ("m-1", ProviderMessageState.Refused)], found.Select(one => (one.MessageId, one.State)));
        Assert.Equal(first, found[0]);
        Assert.Single(await Messages.FindByOrderAsync(order, 1, None));
    }

    [Fact]
    public async Task FindUnapplied_FindsWhatWaitsOldestFirst()
    {
        for (var n = 4; n >= 0; n--)
            await Messages.StoreAsync(First with { MessageId = $"m-{n}", ReceivedAt = Subject.Start.AddSeconds(n) }, None);
        await Messages.SetStateAsync("simulator", "m-1", ProviderMessageState.Applied, note: null, None);
        await Messages.SetStateAsync("simulator", "m-2", ProviderMessageState.Refused, "no payment of ours", None);
        var found = await Messages.FindUnappliedAsync(Subject.Start.AddSeconds(4), 100, None);
        Assert.Equal(["m-0", "m-3"], found.Select(message => message.MessageId));
        Assert.Equal("m-0", Assert.Single(await Messages.FindUnappliedAsync(Subject.Start.AddSeconds(4), 1, None)).MessageId);
    }
}

public sealed class ProviderMessagesInMemory() : ProviderMessagesContract(Subject.OnMemory());

public sealed class ProviderMessagesInFile() : ProviderMessagesContract(Subject.OnFile());
