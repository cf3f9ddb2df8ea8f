using System.Reflection;
using System.Text.Json;
using LocalFunctions.Functions;
using LocalFunctions.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Messaging.Broker;

/// <summary>Runs the functions with <c>[ServiceBusTrigger]</c>, and makes scheduled messages visible.</summary>
/// <param name="bus">Where messages come from.</param>
/// <param name="invoker">Runs functions.</param>
/// <param name="configuration">For <c>%Setting%</c>.</param>
/// <param name="logger">Told of failed deliveries and dead letters.</param>
/// <param name="json">How bodies are read into types; ignoring case, as the worker does, when null.</param>
public sealed class ServiceBusTriggers(
    LocalServiceBus bus, IFunctionInvoker invoker, IConfiguration configuration, ILogger<ServiceBusTriggers> logger,
    JsonSerializerOptions? json = null) : ITriggerFamily
{
    private readonly JsonSerializerOptions json = json ?? new JsonSerializerOptions { PropertyNameCaseInsensitive = true };
    private readonly List<IWorkSource> sources = [ScheduleOf(bus, logger)];

    public IEnumerable<IWorkSource> Sources => sources;

    public bool Handles(Attribute trigger) => trigger is ServiceBusTriggerAttribute;

    public IEnumerable<string> Check(FunctionDescriptor function)
    {
        var trigger = (ServiceBusTriggerAttribute)function.Trigger;
        if (RetryPlan.Refusal(function) is { } refusal)
            yield return refusal;
        if (MessageConverter.For(function.TriggerParameter.ParameterType, trigger.IsBatched, json) is null)
        {
            yield return $"AZFW0008: the function takes {function.TriggerParameter.ParameterType.Name}, which doesn't fit " +
                $"IsBatched = {(trigger.IsBatched ? "true" : "false")}.";
        }

        if (SettingNames.Problem(configuration, NameIn(trigger)) is { } unresolved)
        {
            yield return unresolved;
            yield break;
        }

        var name = SettingNames.Resolve(configuration, NameIn(trigger));
        if (bus.FindOrNull(name) is not { } entity)
            yield return $"the queue or subscription '{name}' isn't declared in the topology.";
        else if (entity.Rules.RequiresSession != trigger.IsSessionsEnabled)
            yield return $"'{name}' {(entity.Rules.RequiresSession ? "requires" : "has no")} sessions; IsSessionsEnabled must say so.";
    }

    public void Add(FunctionDescriptor function)
    {
        var trigger = (ServiceBusTriggerAttribute)function.Trigger;
        var entity = bus.FindOrNull(SettingNames.Resolve(configuration, NameIn(trigger)))!;
        var settings = new ListenerSettings(
            function,
            MessageConverter.For(function.TriggerParameter.ParameterType, trigger.IsBatched, json)!,
            ConcurrencyOf(trigger),
            trigger.IsBatched ? bus.Options.MaxMessageBatchSize : 1,
            AutoCompletes(function, trigger),
            Longer(bus.Options.MaxAutoLockRenewalDuration, entity.Rules.LockDuration));
        sources.Add(new MessageListener(entity, settings, new Settler(bus.Store, bus.Clock, entity), invoker, bus.Clock, logger));
    }

    private static ScheduledMessages ScheduleOf(LocalServiceBus bus, ILogger logger)
    {
        bus.Schedule.Report = fault => MessagingLog.ShowingFailed(logger, fault);
        return bus.Schedule;
    }

    private static string NameIn(ServiceBusTriggerAttribute trigger) =>
        trigger.QueueName ?? MessagingTopology.EntityName(trigger.TopicName!, trigger.SubscriptionName!);

    /// <summary>Without sessions a batched function gets one batch after the other, as on Azure.</summary>
    private int ConcurrencyOf(ServiceBusTriggerAttribute trigger) =>
        trigger.IsSessionsEnabled ? bus.Options.MaxConcurrentSessions : trigger.IsBatched ? 1 : bus.Options.MaxConcurrentCalls;

    /// <summary>The attribute counts only where it is written: its own default, false, is not what the host does by default.</summary>
    private bool AutoCompletes(FunctionDescriptor function, ServiceBusTriggerAttribute trigger) =>
        function.TriggerParameter.GetCustomAttributesData()
            .Where(data => data.AttributeType == typeof(ServiceBusTriggerAttribute))
            .Any(data => data.NamedArguments.Any(argument => argument.MemberName == nameof(ServiceBusTriggerAttribute.AutoCompleteMessages)))
            ? trigger.AutoCompleteMessages
            : bus.Options.AutoCompleteMessages;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
