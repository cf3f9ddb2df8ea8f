using Orders.Application.Events;

namespace Orders.Application.Tests.Events;

/// <summary>The real publisher behind a broker that is away for the items named; remembers what went out, in order.</summary>
public sealed class FlakyPublisher(IEventPublisher inner) : IEventPublisher
{
    public HashSet<string> Refused { get; } = [];

    public List<string> Published { get; } = [];

    public async Task PublishAsync(OutboxItem item, CancellationToken cancellation)
    {
        if (Refused.Contains(item.Id))
            throw new DependencyUnavailableException("The bus");
        await inner.PublishAsync(item, cancellation);
        Published.Add(item.Id);
    }
}
