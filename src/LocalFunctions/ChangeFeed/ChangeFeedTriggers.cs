using System.Text.Json;
using LocalFunctions.Functions;
using LocalFunctions.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.ChangeFeed;

/// <summary>Runs the functions with <c>[CosmosDBTrigger]</c>.</summary>
/// <param name="feed">Where changes come from.</param>
/// <param name="invoker">Runs functions.</param>
/// <param name="configuration">For <c>%Setting%</c>.</param>
/// <param name="clock">Times retries.</param>
/// <param name="logger">Told of failed and lost batches.</param>
/// <param name="json">How documents are read; ignoring case, as the worker does, when null.</param>
public sealed class ChangeFeedTriggers(
    LocalChangeFeed feed, IFunctionInvoker invoker, IConfiguration configuration, TimeProvider clock, ILogger<ChangeFeedTriggers> logger,
    JsonSerializerOptions? json = null) : ITriggerFamily
{
    private readonly JsonSerializerOptions json = json ?? new JsonSerializerOptions { PropertyNameCaseInsensitive = true };
    private readonly List<FeedReader> readers = [];

    public IEnumerable<IWorkSource> Sources
    {
        get
        {
            feed.Started();
            return readers;
        }
    }

    public bool Handles(Attribute trigger) => trigger is CosmosDBTriggerAttribute;

    public IEnumerable<string> Check(FunctionDescriptor function)
    {
        var trigger = (CosmosDBTriggerAttribute)function.Trigger;
        if (SettingNames.Problem(configuration, trigger.ContainerName) is { } unresolved)
            yield return unresolved;
        if (ChangeListReader.For(function.TriggerParameter.ParameterType, json) is null)
            yield return $"a change feed can't be bound to {function.TriggerParameter.ParameterType.Name}; take IReadOnlyList<T>.";
    }

    public void Add(FunctionDescriptor function)
    {
        var trigger = (CosmosDBTriggerAttribute)function.Trigger;
        var container = feed.Register(function.Name, SettingNames.Resolve(configuration, trigger.ContainerName), trigger.StartFromBeginning);
        var read = ChangeListReader.For(function.TriggerParameter.ParameterType, json)!;
        readers.Add(new FeedReader(feed, container, function, read, invoker, clock, logger));
    }
}
