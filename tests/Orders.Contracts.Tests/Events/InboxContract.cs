using Orders.Application.Events;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Events;

/// <summary>What every inbox must remember, and may forget.</summary>
public abstract class InboxContract(Subject subject) : ContractTests(subject)
{
    private static readonly DateTimeOffset Later = Subject.Start.AddDays(30);

    private IInbox Inbox => Subject.Port<IInbox>();

    [Fact]
    public async Task Record_IsRememberedForThatConsumerAndMessage()
    {
        Assert.False(await Inbox.HasSeenAsync("inventory", "m", None));
        await Inbox.RecordAsync("inventory", "m", Later, None);
        Assert.True(await Inbox.HasSeenAsync("inventory", "m", None));
        Assert.False(await Inbox.HasSeenAsync("notification", "m", None));
        Assert.False(await Inbox.HasSeenAsync("inventory", "M", None));
    }

    [Fact]
    public async Task Record_Repeated_IsSuccess()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Inbox.RecordAsync("inventory", "m", Later, None))));
        Assert.True(await Inbox.HasSeenAsync("inventory", "m", None));
    }

    [Fact]
    public async Task Restart_ForgetsNothing()
    {
        await Inbox.RecordAsync("inventory", "m", Later, None);
        await Subject.RestartAsync();
        Assert.True(await Inbox.HasSeenAsync("inventory", "m", None));
    }

    [Fact]
    public async Task Purge_ForgetsWhatExpiredInBoundedSteps()
    {
        for (var n = 0; n < 5; n++)
            await Inbox.RecordAsync("inventory", $"{n}", Later.AddDays(n), None);
        Assert.Equal(0, await Inbox.PurgeAsync(Later, 10, None));
        Assert.Equal(2, await Inbox.PurgeAsync(Later.AddDays(3), 2, None));
        Assert.Equal(1, await Inbox.PurgeAsync(Later.AddDays(3), 2, None));
        Assert.False(await Inbox.HasSeenAsync("inventory", "2", None));
        Assert.True(await Inbox.HasSeenAsync("inventory", "3", None));
    }
}

public sealed class InboxInMemory() : InboxContract(Subject.OnMemory());

public sealed class InboxInFile() : InboxContract(Subject.OnFile());
