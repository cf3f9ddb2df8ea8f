using System.Reflection;
using Orders.Application;

namespace OrderFunctions.LocalHost.Faults;

/// <summary>Stands before an adapter and lets its calls go wrong as planned. With an empty plan it only passes them on.</summary>
/// <typeparam name="TPort">The port's interface; its methods return <c>Task</c> or <c>Task&lt;T&gt;</c>.</typeparam>
public class FaultyPort<TPort> : DispatchProxy
    where TPort : class
{
    private static readonly MethodInfo Typed = typeof(FaultyPort<TPort>).GetMethod(nameof(RunAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;

    private TPort inner = null!;
    private FaultPlan plan = null!;
    private TimeProvider clock = null!;
    private string port = "";

    /// <summary>Wraps an adapter.</summary>
    public static TPort Wrap(TPort inner, string port, FaultPlan plan, TimeProvider clock)
    {
        var proxy = Create<TPort, FaultyPort<TPort>>();
        var faulty = (FaultyPort<TPort>)(object)proxy;
        (faulty.inner, faulty.port, faulty.plan, faulty.clock) = (inner, port, plan, clock);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var operation = targetMethod!.Name.EndsWith("Async", StringComparison.Ordinal) ? targetMethod.Name[..^"Async".Length] : targetMethod.Name;
        if (!typeof(Task).IsAssignableFrom(targetMethod.ReturnType) || plan.Draw(port, operation) is not { } mode)
            return targetMethod.Invoke(inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
        if (targetMethod.ReturnType == typeof(Task))
            return RunPlainAsync(targetMethod, args, mode);
        return Typed.MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()[0]).Invoke(this, [targetMethod, args, mode]);
    }

    private async Task RunPlainAsync(MethodInfo method, object?[]? args, FaultMode mode)
    {
        await BeforeAsync(args, mode).ConfigureAwait(false);
        await ((Task)Call(method, args)).ConfigureAwait(false);
        if (mode == FaultMode.AnswerTwice)
            await ((Task)Call(method, args)).ConfigureAwait(false);
        if (mode == FaultMode.LoseAnswer)
            throw Unavailable();
    }

    private async Task<TResult> RunAsync<TResult>(MethodInfo method, object?[]? args, FaultMode mode)
    {
        await BeforeAsync(args, mode).ConfigureAwait(false);
        var answer = await ((Task<TResult>)Call(method, args)).ConfigureAwait(false);
        if (mode == FaultMode.AnswerTwice)
            answer = await ((Task<TResult>)Call(method, args)).ConfigureAwait(false);
        return mode == FaultMode.LoseAnswer ? throw Unavailable() : answer;
    }

    private async Task BeforeAsync(object?[]? args, FaultMode mode)
    {
        if (mode == FaultMode.Hang)
            await Task.Delay(plan.HangTime, clock, args?.OfType<CancellationToken>().FirstOrDefault() ?? default).ConfigureAwait(false);
        if (mode is FaultMode.Fail or FaultMode.Hang)
            throw Unavailable();
    }

    private object Call(MethodInfo method, object?[]? args) =>
        method.Invoke(inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null)!;

    private DependencyUnavailableException Unavailable() => new($"{port} (a planned fault)");
}
