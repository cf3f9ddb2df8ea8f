using LocalFunctions.Storage;

namespace LocalFunctions.Timers;

/// <summary>What is known of a timer over restarts.</summary>
/// <param name="Last">Its last occurrence that was run; null before the first.</param>
/// <param name="Updated">When this was written: before that nothing was missed.</param>
internal sealed record TimerStatus(DateTimeOffset? Last, DateTimeOffset Updated);

/// <summary>The statuses of monitored timers, in the host's store.</summary>
internal sealed class TimerStatuses
{
    private readonly LocalStore store;

    public TimerStatuses(LocalStore store)
    {
        this.store = store;
        store.Migrate(
            "Timers", "CREATE TABLE timer_statuses (function TEXT PRIMARY KEY COLLATE NOCASE, last INTEGER, updated INTEGER NOT NULL) WITHOUT ROWID");
    }

    public TimerStatus? Find(string function) => store.Read(session => session.First(
        "SELECT last, updated FROM timer_statuses WHERE function = $1",
        row => new TimerStatus(row.GetInstantOrNull(0), row.GetInstant(1)), function));

    public Task SaveAsync(string function, TimerStatus status) => store.WriteAsync(transaction => transaction.Execute(
        "INSERT INTO timer_statuses (function, last, updated) VALUES ($1, $2, $3) ON CONFLICT (function) DO UPDATE SET last = $2, updated = $3",
        function, status.Last, status.Updated));
}
