using System.Runtime.CompilerServices;
using Azure.Messaging.ServiceBus;

namespace Orders.Azure.Tests.ServiceBus.Fake;

internal sealed class FakeSender(FakeServiceBus bus, string entity) : ServiceBusSender
{
    private readonly ConditionalWeakTable<ServiceBusMessageBatch, List<ServiceBusMessage>> batches = [];

    public override Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default) => PutAsync([message], null, cancellationToken);

    public override Task SendMessagesAsync(ServiceBusMessageBatch messageBatch, CancellationToken cancellationToken = default) =>
        PutAsync(batches.TryGetValue(messageBatch, out var messages) ? messages : throw new InvalidOperationException("Not a batch of this sender."), null, cancellationToken);

    public override async Task<long> ScheduleMessageAsync(ServiceBusMessage message, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
    {
        await PutAsync([message], scheduledEnqueueTime, cancellationToken);
        return 0;
    }

    public override ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(CancellationToken cancellationToken = default)
    {
        var messages = new List<ServiceBusMessage>();
        var batch = ServiceBusModelFactory.ServiceBusMessageBatch(
            0, messages, tryAddCallback: message => messages.Append(message).Sum(FakeServiceBus.BytesOf) <= FakeServiceBus.MostBytes);
        batches.Add(batch, messages);
        return ValueTask.FromResult(batch);
    }

    private Task PutAsync(IReadOnlyList<ServiceBusMessage> messages, DateTimeOffset? at, CancellationToken cancellation) => bus.CallAsync(
        $"send {entity} {messages.Count}",
        () =>
        {
            bus.Put(entity, messages, at);
            return true;
        },
        cancellation);
}

internal sealed class FakeReceiver(FakeServiceBus bus, string entity, ServiceBusReceiverOptions options) : ServiceBusReceiver
{
    private readonly SubQueue part = options.SubQueue;
    private readonly Queue<ServiceBusReceivedMessage> come = new();

    public override Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
        int maxMessages, long? fromSequenceNumber = null, CancellationToken cancellationToken = default) => bus.CallAsync(
            $"peek {entity}",
            () => bus[entity].Peek(part, fromSequenceNumber ?? throw new InvalidOperationException("From where depends on who peeked before."), maxMessages),
            cancellationToken);

    public override Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
        int maxMessages, TimeSpan? maxWaitTime = null, CancellationToken cancellationToken = default) =>
        bus.CallAsync<IReadOnlyList<ServiceBusReceivedMessage>>($"receive {entity}", () => Receive(maxMessages), cancellationToken);

    public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        SettleAsync("complete", message, () => bus[entity].Complete(part, message), cancellationToken);

    public override Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) =>
        SettleAsync("abandon", message, () => bus[entity].Abandon(part, message), cancellationToken);

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>As many are locked as were asked for; how many of them a call gives is another matter, the others come with the next one.</summary>
    private List<ServiceBusReceivedMessage> Receive(int most)
    {
        foreach (var message in bus[entity].Receive(part, most - come.Count))
            come.Enqueue(message);
        var some = new List<ServiceBusReceivedMessage>();
        while (some.Count < Math.Min(most, bus.MostPerReceive) && come.TryDequeue(out var message))
            some.Add(message);
        return some;
    }

    private Task SettleAsync(string how, ServiceBusReceivedMessage message, Action settle, CancellationToken cancellation) => bus.CallAsync(
        $"{how} {entity} {message.SequenceNumber}",
        () =>
        {
            settle();
            return true;
        },
        cancellation);
}
