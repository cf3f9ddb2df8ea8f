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

    /// <summary>A message was committed that can be taken now. In the order of the commits.</summary>
    public void Arrived(StoredMessage message)
    {
        // Nobody would ever take it out of the window.
        if (listeners.Count == 0)
            return;
        Window.Arrived(message);
        WakeListeners();
    }

    /// <summary>Something was committed that can be taken now and isn't at hand. In the order of the commits.</summary>
    public void LookAgain()
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
