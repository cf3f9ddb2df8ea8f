namespace LocalFunctions;

/// <summary>Marks the <c>TaskOrchestrationContext</c> parameter of an orchestrator function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OrchestrationTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The orchestrator's name; the function's name when null.</summary>
    public string? Orchestration { get; set; }
}

/// <summary>Marks the input parameter of an activity function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ActivityTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The activity's name; the function's name when null.</summary>
    public string? Activity { get; set; }
}

/// <summary>Binds a <c>DurableTaskClient</c> parameter.</summary>
public sealed class DurableClientAttribute : InputBindingAttribute
{
    /// <summary>Another task hub than the app's own. There is one hub here, so it is ignored.</summary>
    public string? TaskHub { get; set; }

    /// <summary>The hub's connection on Azure; ignored here.</summary>
    public string? ConnectionName { get; set; }
}
