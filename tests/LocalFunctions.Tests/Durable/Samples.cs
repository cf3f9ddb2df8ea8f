using LocalFunctions.Durable;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Tests.Durable;

/// <summary>Orchestrators that each use one feature; names tell which.</summary>
public static class Samples
{
    [Function(nameof(Chain))]
    public static async Task<string> Chain([OrchestrationTrigger] TaskOrchestrationContext context, string input)
    {
        var first = await context.CallActivityAsync<string>("Append", input);
        var second = await context.CallActivityAsync<string>("Append", first);
        return await context.CallActivityAsync<string>("Append", second);
    }

    [Function(nameof(GetsInput))]
    public static Task<int> GetsInput([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Task.FromResult(context.GetInput<int>() + 1);

    [Function(nameof(FanOut))]
    public static async Task<int> FanOut([OrchestrationTrigger] TaskOrchestrationContext context, int input)
    {
        var squares = await Task.WhenAll(Enumerable.Range(1, input).Select(i => context.CallActivityAsync<int>("Square", i)));
        return squares.Sum();
    }

    [Function(nameof(Sleeps))]
    public static async Task<DateTime> Sleeps([OrchestrationTrigger] TaskOrchestrationContext context, TimeSpan input)
    {
        await context.CreateTimer(input, CancellationToken.None);
        return context.CurrentUtcDateTime;
    }

    [Function(nameof(EventOrDeadline))]
    public static async Task<string> EventOrDeadline([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        using var cancelled = new CancellationTokenSource();
        var deadline = context.CreateTimer(TimeSpan.FromMinutes(30), cancelled.Token);
        var paid = context.WaitForExternalEvent<string>("Paid");
        if (await Task.WhenAny(paid, deadline) == deadline)
            return "late";
        cancelled.Cancel();
        return await paid;
    }

    [Function(nameof(WaitsWithTimeout))]
    public static async Task<string> WaitsWithTimeout([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return await context.WaitForExternalEvent<string>("Paid", TimeSpan.FromMinutes(1));
        }
        catch (TaskCanceledException)
        {
            // While this runs, no wait is open.
            await context.CallActivityAsync<string>("Append", "x");
            await context.CreateTimer(TimeSpan.FromMinutes(5), CancellationToken.None);
            return "second:" + await context.WaitForExternalEvent<string>("Paid", TimeSpan.FromMinutes(1));
        }
    }

    [Function(nameof(Collects))]
    public static async Task<string> Collects([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var first = await context.WaitForExternalEvent<int>("Number");
        var second = await context.WaitForExternalEvent<int>("NUMBER");
        return $"{first},{second}";
    }

    [Function(nameof(Counts))]
    public static async Task<int> Counts([OrchestrationTrigger] TaskOrchestrationContext context, int input)
    {
        context.SetCustomStatus(new { Count = input });
        var by = await context.WaitForExternalEvent<int>("Add");
        if (by == 0)
            return input;
        context.ContinueAsNew(input + by);
        return -1;
    }

    [Function(nameof(ForgetsEvents))]
    public static async Task<string> ForgetsEvents([OrchestrationTrigger] TaskOrchestrationContext context, string? input)
    {
        if (input is null)
        {
            await context.WaitForExternalEvent<string>("Go");
            context.ContinueAsNew("again", preserveUnprocessedEvents: false);
            return "";
        }

        try
        {
            return await context.WaitForExternalEvent<string>("Other", TimeSpan.FromMinutes(1));
        }
        catch (TaskCanceledException)
        {
            return "none";
        }
    }

    [Function(nameof(Retries))]
    public static Task<int> Retries([OrchestrationTrigger] TaskOrchestrationContext context, int input) =>
        context.CallActivityAsync<int>("Flaky", input, TaskOptions.FromRetryPolicy(
            new RetryPolicy(4, TimeSpan.FromSeconds(10), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromSeconds(30))
            {
                HandleFailure = failure => !failure.IsCausedBy<ArgumentException>(),
            }));

    [Function(nameof(RetriesByHandler))]
    public static Task<int> RetriesByHandler([OrchestrationTrigger] TaskOrchestrationContext context, int input) =>
        context.CallActivityAsync<int>("Flaky", input, TaskOptions.FromRetryHandler(async retry =>
        {
            await retry.OrchestrationContext.CreateTimer(TimeSpan.FromMinutes(retry.LastAttemptNumber), CancellationToken.None);
            return retry.LastAttemptNumber < 3;
        }));

    [Function(nameof(Parent))]
    public static async Task<string> Parent([OrchestrationTrigger] TaskOrchestrationContext context, string input)
    {
        var child = await context.CallSubOrchestratorAsync<string>(
            nameof(Child), input, new SubOrchestrationOptions(instanceId: context.InstanceId + "-child"));
        return "parent of " + child;
    }

    [Function(nameof(Child))]
    public static async Task<string> Child([OrchestrationTrigger] TaskOrchestrationContext context, string input)
    {
        if (input == "fail")
            throw new InvalidOperationException("child fails");
        if (input == "wait")
            return await context.WaitForExternalEvent<string>("Never");
        return $"{await context.CallActivityAsync<string>("Append", input)} under {context.Parent!.InstanceId}";
    }

    [Function(nameof(RetriesChild))]
    public static Task<string> RetriesChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallSubOrchestratorAsync<string>(
            nameof(FlakyChild), null,
            new SubOrchestrationOptions(new RetryPolicy(3, TimeSpan.FromSeconds(1)), context.InstanceId + "-child"));

    [Function(nameof(FlakyChild))]
    public static async Task<string> FlakyChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
        "flaky " + await context.CallActivityAsync<int>("Flaky", 2);

    [Function(nameof(Sends))]
    public static async Task Sends([OrchestrationTrigger] TaskOrchestrationContext context, string input)
    {
        context.SendEvent(input, "Paid", "by friend");
        context.SendEvent("nobody", "Paid", "x");
        await context.CallActivityAsync("Append", "x");
    }

    [Function(nameof(Fails))]
    public static async Task Fails([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallActivityAsync("Boom");

    [Function(nameof(CallsUnknown))]
    public static Task<int> CallsUnknown([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<int>("NoSuchActivity", 1, new TaskOptions(new RetryPolicy(5, TimeSpan.FromSeconds(1))));

    [Function(nameof(Identity))]
    public static async Task<string[]> Identity([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var first = context.NewGuid();
        await context.CallActivityAsync("Append", "x");
        return [first.ToString(), context.NewGuid().ToString(), context.Version, context.Name, context.CompareVersionTo("1.5").ToString()];
    }

    [Function(nameof(Logs))]
    public static async Task Logs([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var logger = context.CreateReplaySafeLogger("Sample");
        logger.LogInformation("before");
        await context.CallActivityAsync("Append", "x");
        logger.LogInformation("after");
    }

    [Function(nameof(AwaitsForeign))]
    public static async Task AwaitsForeign([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(5));
        await context.CallActivityAsync("Append", "x");
    }

    [Function(nameof(LeavesThread))]
    public static async Task LeavesThread([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync<string>("Append", "x").ConfigureAwait(false);
        await context.CallActivityAsync<string>("Append", "y");
    }

    [Function(nameof(Long))]
    public static async Task Long([OrchestrationTrigger] TaskOrchestrationContext context, int input)
    {
        for (var i = 0; i < input; i++)
            await context.CallActivityAsync("Append", "x");
    }

    [Function(nameof(LeavesWorkBehind))]
    public static async Task<string> LeavesWorkBehind([OrchestrationTrigger] TaskOrchestrationContext context, string input)
    {
        var work = context.CallActivityAsync<string>("Append", input);
        if (input == "new")
            return await work;
        context.ContinueAsNew("new");
        return "";
    }

    [Function(nameof(LeavesTimerBehind))]
    public static async Task LeavesTimerBehind([OrchestrationTrigger] TaskOrchestrationContext context, int input)
    {
        var timer = context.CreateTimer(TimeSpan.FromMinutes(input == 0 ? 30 : 60), CancellationToken.None);
        if (input == 0)
        {
            // So that the timer is stored before its execution ends.
            await context.CallActivityAsync("Append", "x");
            context.ContinueAsNew(1);
            return;
        }

        await timer;
    }

    [Function(nameof(CallsBack))]
    public static async Task CallsBack([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        OnTurn?.Invoke();
        await context.CallActivityAsync("Append", "x");
    }

    /// <summary>Runs in the middle of a turn of <see cref="CallsBack"/>.</summary>
    public static Action? OnTurn { get; set; }

    /// <summary>Does what the test tells it to do, so that it can do something else after a restart.</summary>
    [Function(nameof(Changing))]
    public static async Task<string> Changing([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await Changes!(context);
        return "done";
    }

    /// <summary>The same, for any test: each sees its own script, and all the work of its host runs in its own flow.</summary>
    [Function(nameof(Rewindable))]
    public static async Task<string> Rewindable([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await Script!(context);
        return "done";
    }

    public static Func<TaskOrchestrationContext, Task>? Changes { get; set; }

    public static Func<TaskOrchestrationContext, Task>? Script
    {
        get => OwnScript.Value;
        set => OwnScript.Value = value;
    }

    private static readonly AsyncLocal<Func<TaskOrchestrationContext, Task>?> OwnScript = new();
}
