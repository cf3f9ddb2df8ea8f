using System.Diagnostics;

namespace LocalFunctions.Time;

/// <summary>
/// The whole host's time: real time plus what it was moved by, never backwards. Timers made from it fire when real time or a
/// move has brought it to their due time, whichever is first. A frozen clock moves only when moved; its timers still run out in
/// real time, so that a short delay inside running work cannot hold up a test.
/// </summary>
public sealed class LocalClock : TimeProvider
{
    private readonly DateTimeOffset start;
    private readonly bool frozen;
    private readonly Stopwatch sinceStart = Stopwatch.StartNew();
    private readonly Lock timersLock = new();
    private readonly HashSet<ClockTimer> timers = [];
    private long movedTicks;

    /// <param name="start">The time at which it starts; real time when null.</param>
    /// <param name="frozen">Whether it stands still between moves.</param>
    public LocalClock(DateTimeOffset? start = null, bool frozen = false)
    {
        this.start = (start ?? System.GetUtcNow()).ToUniversalTime();
        this.frozen = frozen;
    }

    /// <summary>How far it was moved in all.</summary>
    public TimeSpan Moved => TimeSpan.FromTicks(Interlocked.Read(ref movedTicks));

    /// <summary>Whether it stands still between moves.</summary>
    public bool IsFrozen => frozen;

    /// <summary>How many timers made from it are set, and when the first of them ends; null when none is.</summary>
    public (int Count, DateTimeOffset? First) Waits
    {
        get
        {
            lock (timersLock)
                return (timers.Count, timers.Min(timer => timer.Due));
        }
    }

    public override DateTimeOffset GetUtcNow() => start + Moved + (frozen ? TimeSpan.Zero : sinceStart.Elapsed);

    /// <summary>100 ns ticks, so that elapsed times follow the moves too.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Moves the clock forward to <paramref name="instant"/>; does nothing if it is there already.</summary>
    public void MoveTo(DateTimeOffset instant)
    {
        ClockTimer[] waiting;
        lock (timersLock)
        {
            var by = instant - GetUtcNow();
            if (by <= TimeSpan.Zero)
                return;
            Interlocked.Add(ref movedTicks, by.Ticks);
            waiting = [.. timers];
        }

        foreach (var timer in waiting)
            timer.Look();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ClockTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ClockTimer : ITimer
    {
        private readonly LocalClock clock;
        private readonly Action callback;
        private readonly Timer real;
        private readonly Lock gate = new();
        private DateTimeOffset? due;
        private TimeSpan period;

        public ClockTimer(LocalClock clock, Action callback)
        {
            this.clock = clock;
            this.callback = callback;
            real = new Timer(_ => Fire(byRealTime: true), null, Timeout.Infinite, Timeout.Infinite);
        }

        /// <summary>Null when it is not set. Read and written within the clock's lock.</summary>
        public DateTimeOffset? Due => due;

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (gate)
            {
                period = newPeriod;
                Arm(dueTime);
            }

            return true;
        }

        public void Look() => Fire(byRealTime: false);

        private void Arm(TimeSpan dueTime)
        {
            lock (clock.timersLock)
            {
                due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetUtcNow() + dueTime;
                if (due is null)
                    clock.timers.Remove(this);
                else
                    clock.timers.Add(this);
            }

            var most = TimeSpan.FromDays(30);
            real.Change(dueTime > most ? most : dueTime, Timeout.InfiniteTimeSpan);
        }

        private void Fire(bool byRealTime)
        {
            lock (gate)
            {
                if (due is not { } at)
                    return;
                // Read once: a second look could find the time over, and a timer can't be set to less than nothing.
                var left = at - clock.GetUtcNow();
                if (left > TimeSpan.Zero && !(byRealTime && clock.frozen))
                {
                    // A move brings the end nearer in real time too.
                    if (!clock.frozen)
                        Arm(left);
                    return;
                }

                Arm(period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan);
            }

            callback();
        }

        public void Dispose()
        {
            lock (gate)
                Arm(Timeout.InfiniteTimeSpan);
            real.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
