using LocalFunctions.Work;

namespace LocalFunctions.Messaging.Broker;

/// <summary>A queue or subscription: where messages lie and functions listen.</summary>
internal sealed class ReceivingEntity(long id, string name, EntityRules rules, DeliveryWindow window)
{
    private readonly List<IWorkSource> listeners = [];

    public long Id { get; } = id;

    public string Name { get; } = name;

    public EntityRules Rules { get; } = rules;

    public DeliveryWindow Window { get; } = window;

    public EntityCounter Counter { get; } = new();

    /// <summary>Before the start only: from then on the list is read without a lock.</summary>
    public void Listen(IWorkSource source) => listeners.Add(source);

    /// <summary>Something was committed that can be taken now.</summary>
    public void Arrived()
    {
        Window.LookAgain();
        WakeListeners();
    }

    public void WakeListeners()
    {
        foreach (var listener in listeners)
            listener.Wake();
    }
}
