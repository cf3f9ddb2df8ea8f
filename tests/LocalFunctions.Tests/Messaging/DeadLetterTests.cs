using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;

namespace LocalFunctions.Tests.Messaging;

/// <summary>One dead letter looked at, counted, and sent back with another body.</summary>
public sealed class DeadLetterTests
{
    private static MessagingTopology Topology => new MessagingTopology().Queue("work", new EntityRules { MaxDeliveryCount = 3 }).Queue("other");

    [Fact]
    public async Task Letter_IsFoundByItsNumber_InItsOwnEntityOnly()
    {
        using var host = new SteppedHost(Topology);
        var dead = (await DieAsync(host, "m-1"))[0].Message.SequenceNumber;

        Assert.Equal("m-1", host.Bus.DeadLetters.Find("work", dead)!.Message.MessageId);
        Assert.Null(host.Bus.DeadLetters.Find("other", dead));
        Assert.Null(host.Bus.DeadLetters.Find("work", dead + 1));
    }

    [Fact]
    public async Task Letters_AreCountedByFilter()
    {
        using var host = new SteppedHost(Topology);
        await DieAsync(host, "m-1", "m-2");

        Assert.Equal(2, host.Bus.DeadLetters.Count("work"));
        Assert.Equal(1, host.Bus.DeadLetters.Count("work", new DeadLetterFilter { MessageId = "m-2" }));
        Assert.Equal(0, host.Bus.DeadLetters.Count("work", new DeadLetterFilter { Reason = "another" }));
        Assert.Equal(0, host.Bus.DeadLetters.Count("other"));
    }

    [Fact]
    public async Task Letter_SentBackWithAnotherBody_IsTheSameMessageAndGoesBackOnce()
    {
        using var host = new SteppedHost(Topology);
        var app = new QueueTests.Recorder { OnMessage = (message, _) => message.Body.ToString() == "mended" ? Task.CompletedTask : throw new InvalidOperationException() };
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("poison") { MessageId = "m-1" });
        await machine.AdvanceAsync(TimeSpan.Zero);
        var dead = host.Bus.DeadLetters.List("work")[0].Message.SequenceNumber;

        Assert.True(await host.Bus.DeadLetters.ResubmitAsync("work", dead, BinaryData.FromString("mended")));
        Assert.False(await host.Bus.DeadLetters.ResubmitAsync("work", dead, BinaryData.FromString("mended")));
        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal("m-1", app.Received[^1].MessageId);
        Assert.Equal(("mended", 1), (app.Received[^1].Body.ToString(), app.Received[^1].DeliveryCount));
        Assert.Equal(new EntityCounts(0, 0, 0), host.Bus.Counts["work"]);
    }

    private static async Task<IReadOnlyList<DeadLetter>> DieAsync(SteppedHost host, params string[] messageIds)
    {
        var machine = host.Run(new QueueTests.Recorder { OnMessage = (_, _) => throw new InvalidOperationException() });
        foreach (var id in messageIds)
            await host.Bus.SendAsync("work", new ServiceBusMessage("poison") { MessageId = id });
        await machine.AdvanceAsync(TimeSpan.Zero);
        return host.Bus.DeadLetters.List("work");
    }
}
