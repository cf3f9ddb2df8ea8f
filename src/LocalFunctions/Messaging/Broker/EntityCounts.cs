namespace LocalFunctions.Messaging.Broker;

/// <summary>Messages of one queue or subscription.</summary>
/// <param name="Active">Waiting or being handled.</param>
/// <param name="Scheduled">Not visible yet.</param>
/// <param name="Dead">Dead letters.</param>
public readonly record struct EntityCounts(long Active, long Scheduled, long Dead);

/// <summary>The counts of one entity, kept in memory: read when the bus opens, then moved with each commit.</summary>
internal sealed class EntityCounter
{
    private readonly long[] byState = new long[3];

    public EntityCounts Now => new(
        Interlocked.Read(ref byState[BusSchema.Active]),
        Interlocked.Read(ref byState[BusSchema.Scheduled]),
        Interlocked.Read(ref byState[BusSchema.Dead]));

    public void Add(int state, long difference) => Interlocked.Add(ref byState[state], difference);
}
