using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Orders.Application;
using Orders.Azure.Resilience;
using Polly;

namespace Orders.Azure.ServiceBus;

/// <summary>
/// The one connection to Service Bus, and the only place that calls it: each call is bounded, and one that fails because the bus is away says so and nothing
/// else. All that is called here may be repeated.
/// </summary>
/// <param name="client">The SDK's. It comes back by itself when the connection is lost.</param>
/// <param name="pipeline">Guards every call.</param>
/// <param name="network">The time that bounds waiting for a call; real time when null.</param>
internal sealed class BusConnection(ServiceBusClient client, ResiliencePipeline pipeline, TimeProvider? network = null) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ServiceBusSender>> senders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Path, SubQueue Part), Lazy<ServiceBusReceiver>> lookers = new();

    /// <summary>Calls take real time however the host's clock is moved meanwhile.</summary>
    public TimeProvider Network { get; } = network ?? TimeProvider.System;

    /// <summary>Sends one message, to be seen at that instant, or at once when null. At the broker, and on its disks, when it completes.</summary>
    public Task SendAsync(string entity, ServiceBusMessage message, DateTimeOffset? at, CancellationToken cancellation) => RunAsync(
        entity,
        token => at is { } due ? SenderOf(entity).ScheduleMessageAsync(message, due, token) : SenderOf(entity).SendMessageAsync(message, token),
        cancellation);

    /// <summary>An empty batch that takes what fits into one call.</summary>
    public async Task<ServiceBusMessageBatch> OpenBatchAsync(string entity, CancellationToken cancellation) => await RunAsync(
        entity, async token => await SenderOf(entity).CreateMessageBatchAsync(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);

    /// <summary>All of it or nothing.</summary>
    public Task SendAsync(string entity, ServiceBusMessageBatch batch, CancellationToken cancellation) =>
        RunAsync(entity, token => SenderOf(entity).SendMessagesAsync(batch, token), cancellation);

    /// <summary>Looks at messages without locking them, also at those that others have locked: by number, from that number on. Empty at the end only.</summary>
    public Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(
        BusEntity entity, SubQueue part, long from, int most, CancellationToken cancellation)
    {
        // Lookers are kept: each has a link of its own to the bus. The number is always said, or the SDK would go on where another look ended.
        var looker = lookers.GetOrAdd((entity.Path, part), _ => new Lazy<ServiceBusReceiver>(() => Receive(entity, part)));
        return RunAsync(entity.Path, token => looker.Value.PeekMessagesAsync(most, from, token), cancellation);
    }

    /// <summary>A receiver of one's own, that locks what it receives. Its calls go through <see cref="RunAsync{T}"/>.</summary>
    public ServiceBusReceiver Receive(BusEntity entity, SubQueue part)
    {
        var options = new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.PeekLock, PrefetchCount = 0, SubQueue = part };
        return entity.Subscription is { } subscription
            ? client.CreateReceiver(entity.SendTo, subscription, options)
            : client.CreateReceiver(entity.Path, options);
    }

    /// <summary>Runs a call within the pipeline.</summary>
    /// <exception cref="DependencyUnavailableException">Unknown whether it happened.</exception>
    public async Task<T> RunAsync<T>(string entity, Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await pipeline.ExecuteAsync(async token => await call(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (BusErrors.IsAway(failure) && !cancellation.IsCancellationRequested)
        {
            throw new DependencyUnavailableException($"Service Bus ({entity})", failure);
        }
    }

    public Task RunAsync(string entity, Func<CancellationToken, Task> call, CancellationToken cancellation) => RunAsync(
        entity,
        async token =>
        {
            await call(token).ConfigureAwait(false);
            return true;
        },
        cancellation);

    /// <summary>The client closes what was made from it.</summary>
    public ValueTask DisposeAsync() => client.DisposeAsync();

    private ServiceBusSender SenderOf(string entity) =>
        senders.GetOrAdd(entity, name => new Lazy<ServiceBusSender>(() => client.CreateSender(name))).Value;
}
