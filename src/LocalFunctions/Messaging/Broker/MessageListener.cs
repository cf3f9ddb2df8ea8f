using LocalFunctions.Functions;
using LocalFunctions.Work;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Messaging.Broker;

/// <summary>
/// Delivers the messages of one entity to one function and settles them by its outcome: completed when it returns, back in line when it
/// throws, dead after too many deliveries. A session is delivered one message (or batch) at a time.
/// </summary>
internal sealed class MessageListener : WorkSource<Delivery>, IMessageSettlement
{
    /// <summary>Pause after a fault of the host itself, such as a full disk. A function that throws causes none, as on Azure.</summary>
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly ReceivingEntity entity;
    private readonly ListenerSettings settings;
    private readonly IFunctionInvoker invoker;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Settler settler;
    private readonly HeldMessages held = new();
    private readonly ServiceBusMessageActions actions;
    private readonly string[] actionParameters;
    private long pausedUntilTicks;

    public MessageListener(
        ReceivingEntity entity, ListenerSettings settings, Settler settler, IFunctionInvoker invoker, TimeProvider clock, ILogger logger)
        : base($"messages for {settings.Function.Name}", settings.Concurrency, clock)
    {
        this.entity = entity;
        this.settings = settings;
        this.settler = settler;
        this.invoker = invoker;
        this.clock = clock;
        this.logger = logger;
        actions = new ServiceBusMessageActions(this);
        actionParameters = [.. settings.Function.Method.GetParameters()
            .Where(parameter => parameter.ParameterType == typeof(ServiceBusMessageActions)).Select(parameter => parameter.Name!)];
        entity.Listen(this);
    }

    /// <summary>When a lock ends that nobody renews, or the pause after a fault does.</summary>
    public override DateTimeOffset? NextDue
    {
        get
        {
            var now = clock.GetUtcNow();
            if (PausedUntil > now)
                return PausedUntil;
            return held.FirstEnd is { } end && end > now ? end : null;
        }
    }

    private DateTimeOffset PausedUntil => new(Interlocked.Read(ref pausedUntilTicks), TimeSpan.Zero);

    protected override bool HasReady()
    {
        var now = clock.GetUtcNow();
        return PausedUntil <= now && (held.AnyEnded(now) || entity.Window.HasReady());
    }

    protected override bool TryTake(Random? chance, out Delivery item)
    {
        item = null!;
        var now = clock.GetUtcNow();
        if (PausedUntil > now)
            return false;
        foreach (var lost in held.RemoveEnded(now))
        {
            MessagingLog.LockEnded(logger, settings.Function.Name, entity.Name, lost.Message.MessageId);
            GiveBack(lost);
        }

        if (!entity.Window.TryTake(chance, settings.MostAtOnce, out var messages))
            return false;
        item = new Delivery(messages);
        return true;
    }

    protected override async Task RunAsync(Delivery item, CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        var live = new List<Held>(item.Messages.Count);
        var buried = new List<(Held Hold, string Reason)>();
        foreach (var message in item.Messages)
        {
            var reason = ReasonToBury(message, now);
            message.Deliveries += reason is null ? 1 : 0;
            var hold = new Held(item, message, now + settings.LongestLock);
            item.Holds.Add(hold);
            held.Add(hold);
            if (reason is null)
                live.Add(hold);
            else
                buried.Add((hold, reason));
        }

        // All are held before the first write: a fault gives back what is held.
        foreach (var (hold, reason) in buried.Where(entry => held.Remove(entry.Hold)))
            await EndAsync([hold], () => BuryAsync(hold.Message, reason)).ConfigureAwait(false);
        if (live.Count > 0)
            await DeliverAsync(live, stopping).ConfigureAwait(false);
        End(item);
    }

    protected override void OnFault(Delivery item, Exception fault)
    {
        MessagingLog.SettlementFailed(logger, fault, settings.Function.Name, entity.Name);
        Interlocked.Exchange(ref pausedUntilTicks, (clock.GetUtcNow() + AfterFault).UtcTicks);
        foreach (var hold in item.Holds.Where(held.Remove))
            GiveBack(hold);
        End(item);
    }

    public Task CompleteAsync(ServiceBusReceivedMessage message)
    {
        var hold = Mine(message);
        return EndAsync([hold], () => settler.CompleteAsync(hold.Message));
    }

    public async Task AbandonAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify)
    {
        var hold = Mine(message);
        await StoreAsync(
            [hold],
            () => Modify(hold.Message, propertiesToModify) ? settler.StorePropertiesAsync(hold.Message) : Task.CompletedTask).ConfigureAwait(false);
        GiveBack(hold);
    }

    public async Task DeadLetterAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify, string? reason, string? description)
    {
        var hold = Mine(message);
        await EndAsync([hold], () =>
        {
            Modify(hold.Message, propertiesToModify);
            return settler.DeadLetterAsync(hold.Message, reason, description);
        }).ConfigureAwait(false);
        MessagingLog.DeadLettered(logger, entity.Name, message.MessageId, reason);
    }

    public Task RenewAsync(ServiceBusReceivedMessage message) =>
        held.Renew(message.SequenceNumber, message.LockTokenGuid, clock.GetUtcNow() + entity.Rules.LockDuration)
            ? Task.CompletedTask
            : Task.FromException(LockLost(message));

    private async Task DeliverAsync(List<Held> live, CancellationToken stopping)
    {
        var counted = settler.CountAsync([.. live.Select(hold => hold.Message)]);
        if (counted.IsFaulted)
            await counted.ConfigureAwait(false);
        var returned = await InvokeAsync(live, stopping).ConfigureAwait(false);
        await counted.ConfigureAwait(false);

        if (returned && !settings.AutoComplete)
        {
            var until = clock.GetUtcNow() + entity.Rules.LockDuration;
            foreach (var hold in live)
                held.StopRenewing(hold, until);
            return;
        }

        var open = live.FindAll(held.Remove);
        if (returned)
            await EndAsync(open, () => settler.CompleteAsync([.. open.Select(hold => hold.Message)])).ConfigureAwait(false);
        else
            open.ForEach(GiveBack);
    }

    /// <summary>True when the function returned; what it throws is its delivery's failure and goes no further.</summary>
    private async Task<bool> InvokeAsync(List<Held> live, CancellationToken stopping)
    {
        using var span = MessagingTracing.Process(entity.Name, settings.Function, [.. live.Select(hold => hold.Message)]);
        try
        {
            var lockedUntil = clock.GetUtcNow() + entity.Rules.LockDuration;
            var value = settings.ToParameter([.. live.Select(hold => hold.Message.ToReceived(hold.Token, lockedUntil))]);
            var bindings = new Dictionary<string, object?> { [settings.Function.TriggerParameter.Name!] = value };
            foreach (var parameter in actionParameters)
                bindings[parameter] = actions;
            await invoker.InvokeAsync(settings.Function, bindings, items: null, stopping).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure)
        {
            span.Failed(failure);
            var first = live[0].Message;
            MessagingLog.DeliveryFailed(logger, failure, settings.Function.Name, entity.Name, first.MessageId, first.Deliveries);
            return false;
        }
    }

    /// <summary>Why the message goes to nobody any more; null when it is to be delivered.</summary>
    private string? ReasonToBury(StoredMessage message, DateTimeOffset now) =>
        message.Expires <= now ? DeadLetterReasons.Expired
        : message.Deliveries >= entity.Rules.MaxDeliveryCount ? DeadLetterReasons.TooManyDeliveries
        : null;

    private Task BuryAsync(StoredMessage message, string reason)
    {
        if (reason == DeadLetterReasons.Expired && !entity.Rules.DeadLetterOnExpiration)
            return settler.CompleteAsync(message);
        MessagingLog.DeadLettered(logger, entity.Name, message.MessageId, reason);
        var description = reason == DeadLetterReasons.Expired
            ? "The message expired before anybody took it."
            : $"The message was not completed in {message.Deliveries} deliveries.";
        return settler.DeadLetterAsync(message, reason, description);
    }

    private Held Mine(ServiceBusReceivedMessage message) =>
        held.Remove(message.SequenceNumber, message.LockTokenGuid) ?? throw LockLost(message);

    private async Task EndAsync(IReadOnlyList<Held> removed, Func<Task> write)
    {
        await StoreAsync(removed, write).ConfigureAwait(false);
        foreach (var hold in removed)
            End(hold.Delivery);
    }

    /// <summary>Writes about what was removed from the held ones; if that fails it is held again, for whoever hears of the failure.</summary>
    private async Task StoreAsync(IReadOnlyList<Held> removed, Func<Task> write)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch
        {
            foreach (var hold in removed)
                held.Add(hold);
            throw;
        }
    }

    private void GiveBack(Held removed)
    {
        entity.Window.GiveBack(removed.Message);
        End(removed.Delivery);
        entity.WakeListeners();
    }

    /// <summary>A part of a delivery is over. With the last part the next one of its session may go.</summary>
    private void End(Delivery delivery)
    {
        if (delivery.EndOne())
            entity.Window.Release(delivery.Session);
    }

    private static bool Modify(StoredMessage message, IDictionary<string, object>? changes)
    {
        if (changes is not { Count: > 0 })
            return false;
        var properties = PropertyText.Read(message.Properties);
        foreach (var (name, value) in changes)
            properties[name] = value;
        message.Properties = PropertyText.Write(properties);
        return true;
    }

    private ServiceBusException LockLost(ServiceBusReceivedMessage message) => new(
        $"The lock of message '{message.MessageId}' is over: it was settled, or its time was up.", ServiceBusFailureReason.MessageLockLost, entity.Name);
}
