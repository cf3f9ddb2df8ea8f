using System.Reflection;
using Orders.Application;
using Orders.Application.Events;

namespace OrderFunctions.LocalHost.Faults;

/// <summary>
/// Stands before an adapter and lets its calls go wrong as planned. While nothing is planned a <see cref="FaultGate"/> passes it by: a call through
/// here costs reflection.
/// </summary>
/// <typeparam name="TPort">The port's interface; its methods return <c>Task</c> or <c>ValueTask</c>, with or without a value.</typeparam>
public class FaultyPort<TPort> : DispatchProxy
    where TPort : class
{
    private static readonly MethodInfo Typed = typeof(FaultyPort<TPort>).GetMethod(nameof(RunAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly MethodInfo TypedValue = typeof(FaultyPort<TPort>).GetMethod(nameof(RunValueAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;

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
        return FaultGate.Before(inner, proxy, plan);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var operation = targetMethod!.Name.EndsWith("Async", StringComparison.Ordinal) ? targetMethod.Name[..^"Async".Length] : targetMethod.Name;
        var type = targetMethod.ReturnType;
        var isValueTask = type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));
        if (!(isValueTask || typeof(Task).IsAssignableFrom(type)) || plan.Draw(port, operation) is not { } mode)
            return Call(targetMethod, args);
        if (type.IsGenericType)
            return (isValueTask ? TypedValue : Typed).MakeGenericMethod(type.GetGenericArguments()[0]).Invoke(this, [targetMethod, args, mode]);
        return isValueTask ? new ValueTask(RunPlainAsync(targetMethod, args, mode)) : RunPlainAsync(targetMethod, args, mode);
    }

    private async Task RunPlainAsync(MethodInfo method, object?[]? args, FaultMode mode)
    {
        await BeforeAsync(args, mode).ConfigureAwait(false);
        await CallPlainAsync(method, args).ConfigureAwait(false);
        if (mode == FaultMode.AnswerTwice)
            await CallPlainAsync(method, args).ConfigureAwait(false);
        if (mode == FaultMode.LoseAnswer)
            throw Unavailable();
    }

    private async Task<TResult> RunAsync<TResult>(MethodInfo method, object?[]? args, FaultMode mode)
    {
        await BeforeAsync(args, mode).ConfigureAwait(false);
        var answer = await CallAsync<TResult>(method, args).ConfigureAwait(false);
        if (mode == FaultMode.AnswerTwice)
            answer = await CallAsync<TResult>(method, args).ConfigureAwait(false);
        return mode == FaultMode.LoseAnswer ? throw Unavailable() : answer;
    }

    private ValueTask<TResult> RunValueAsync<TResult>(MethodInfo method, object?[]? args, FaultMode mode) => new(RunAsync<TResult>(method, args, mode));

    private async Task BeforeAsync(object?[]? args, FaultMode mode)
    {
        if (mode == FaultMode.Hang)
            await Task.Delay(plan.HangTime, clock, args?.OfType<CancellationToken>().FirstOrDefault() ?? default).ConfigureAwait(false);
        if (mode is FaultMode.Fail or FaultMode.Hang)
            throw Unavailable();
        if (mode == FaultMode.Garble)
            Garble(args);
    }

    private static void Garble(object?[]? args)
    {
        for (var i = 0; i < args?.Length; i++)
        {
            if (args[i] is OutboxItem item)
                args[i] = item with { Body = item.Body[..(item.Body.Length / 2)] };
        }
    }

    private Task CallPlainAsync(MethodInfo method, object?[]? args)
    {
        var call = Call(method, args);
        return call is ValueTask value ? value.AsTask() : (Task)call!;
    }

    private Task<TResult> CallAsync<TResult>(MethodInfo method, object?[]? args)
    {
        var call = Call(method, args);
        return call is ValueTask<TResult> value ? value.AsTask() : (Task<TResult>)call!;
    }

    private object? Call(MethodInfo method, object?[]? args) => method.Invoke(inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);

    private DependencyUnavailableException Unavailable() => new($"{port} (a planned fault)");
}
