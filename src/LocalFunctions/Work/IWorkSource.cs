namespace LocalFunctions.Work;

/// <summary>
/// Something that has work to do by itself: a queue's listener, the orchestration dispatcher, a simulator's outgoing webhooks.
/// The clock is only moved past an instant when every source is idle, and goes next to the earliest <see cref="NextDue"/>.
/// </summary>
public interface IWorkSource
{
    /// <summary>For health pages and messages, in the plural of what it works on: "queued messages".</summary>
    string Name { get; }

    /// <summary>Items that are running, or could run at this instant of the clock.</summary>
    bool IsBusy { get; }

    /// <summary>
    /// How many items run, when nothing else could be started now; null while something could. If as many waits stand on the clock, then all of
    /// them wait for it.
    /// </summary>
    int? OnlyRunning => IsBusy ? null : 0;

    /// <summary>Items run since the start.</summary>
    long Ran { get; }

    /// <summary>
    /// The earliest instant at which it will have work that it doesn't have now; null when only outside events bring work. An instant that
    /// has passed counts as busy, not as due.
    /// </summary>
    DateTimeOffset? NextDue { get; }

    /// <summary>
    /// The earliest occurrence that rides along: periodic work, such as a timer trigger, that is no reason to stop the clock. An advance
    /// doesn't stop there; when it stops for another's due time, or at its target, everything whose occurrence has passed is busy and runs
    /// once, however many occurrences were passed. So an idle year with a timer every minute is one run, not half a million.
    /// </summary>
    DateTimeOffset? NextRide => null;

    /// <summary>For health pages: what waits or runs at this moment, by name ("active messages").</summary>
    IReadOnlyDictionary<string, long> Counts() => new Dictionary<string, long>();

    /// <summary>Look again: something was stored, or the clock moved. Cheap, may be called from any thread and too often.</summary>
    void Wake();

    /// <summary>Begins to work by itself until <paramref name="stopping"/>. Not called when the host is stepped.</summary>
    void Start(CancellationToken stopping);

    /// <summary>Completes when nothing runs any more after stopping.</summary>
    Task StoppedAsync();

    /// <summary>
    /// Stepped hosts only: runs one ready item, drawn by <paramref name="chance"/>, to its end on this thread. False when none is ready.
    /// </summary>
    Task<bool> RunOneAsync(Random chance, CancellationToken stopping);
}
