using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;
using LocalFunctions.Tests.Messaging;
using LocalFunctions.Time;

namespace LocalFunctions.Tests.Timers;

/// <summary>The functions that the timer tests run.</summary>
public sealed partial class TimerTests
{
    private sealed class EveryMinute
    {
        public List<TimerInfo> Runs { get; } = [];

        public Action? OnRun { get; init; }

        [Function("EveryMinute")]
        public void Run([TimerTrigger("0 * * * * *")] TimerInfo timer)
        {
            Runs.Add(timer);
            OnRun?.Invoke();
        }
    }

    private sealed class Nightly
    {
        public List<TimerInfo> Runs { get; } = [];

        [Function("Nightly")]
        public void Run([TimerTrigger("0 0 2 * * *")] TimerInfo timer) => Runs.Add(timer);
    }

    private sealed class CutShort
    {
        public CancellationTokenSource? Stop { get; init; }

        public int Finished { get; private set; }

        [Function("CutShort")]
        public void Run([TimerTrigger("0 0 2 * * *")] TimerInfo timer, CancellationToken cancellation)
        {
            Stop?.Cancel();
            cancellation.ThrowIfCancellationRequested();
            Finished++;
        }
    }

    private sealed class Forgetful
    {
        public List<TimerInfo> Runs { get; } = [];

        [Function("Forgetful")]
        public void Run([TimerTrigger("0 0 2 * * *", UseMonitor = false)] TimerInfo timer) => Runs.Add(timer);
    }

    private sealed class AtStart
    {
        public List<TimerInfo> Runs { get; } = [];

        [Function("AtStart")]
        public void Run([TimerTrigger("0 0 2 * * *", RunOnStartup = true)] TimerInfo timer) => Runs.Add(timer);
    }

    private sealed class EverySecond
    {
        public required Func<Task> OnRun { get; init; }

        [Function("EverySecond")]
        public Task RunAsync([TimerTrigger("* * * * * *")] TimerInfo timer) => OnRun();
    }

    private sealed class Retried(int failures)
    {
        public List<TimerInfo> Runs { get; } = [];

        [Function("Retried")]
        [FixedDelayRetry(5, "00:00:10")]
        public void Run([TimerTrigger("0 0 * * * *")] TimerInfo timer)
        {
            Runs.Add(timer);
            if (Runs.Count <= failures)
                throw new InvalidOperationException();
        }
    }

    private sealed class BySetting
    {
        public int Runs { get; private set; }

        [Function("BySetting")]
        public void Run([TimerTrigger("%Sweep%")] TimerInfo timer) => Runs++;
    }

    private sealed class Bad
    {
        [Function("NoSchedule")]
        public void NoSchedule([TimerTrigger("sometimes")] TimerInfo timer) => _ = timer;

        [Function("Never")]
        public void Never([TimerTrigger("0 0 0 30 2 *")] TimerInfo timer) => _ = timer;

        [Function("BadSetting")]
        public void BadSetting([TimerTrigger("%Bad%")] TimerInfo timer) => _ = timer;

        [Function("NoTimer")]
        public void NoTimer([TimerTrigger("0 0 0 * * *")] int timer) => _ = timer;
    }
}
