using System.Reflection;

namespace Orders.Simulation.Tests.World;

/// <summary>
/// Stands before a port and sometimes lets something else happen before a call gets through: another work item, another buyer. So every read,
/// decision and write of a use case can have others between them, on one thread and by the seed alone.
/// </summary>
/// <typeparam name="TPort">The port's interface.</typeparam>
public class Interleaved<TPort> : DispatchProxy
    where TPort : class
{
    private static readonly MethodInfo Typed = typeof(Interleaved<TPort>).GetMethod(nameof(RunAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly MethodInfo TypedValue = typeof(Interleaved<TPort>).GetMethod(nameof(RunValueAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly Dictionary<MethodInfo, MethodInfo> Closed = [];

    private TPort inner = null!;
    private Func<string, Task?> between = null!;

    /// <summary>Wraps a port.</summary>
    /// <param name="inner">The port.</param>
    /// <param name="between">Begins what comes before a call of the method of that name; null for nothing this time.</param>
    public static TPort Wrap(TPort inner, Func<string, Task?> between)
    {
        var proxy = Create<TPort, Interleaved<TPort>>();
        var interleaved = (Interleaved<TPort>)(object)proxy;
        (interleaved.inner, interleaved.between) = (inner, between);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var type = targetMethod!.ReturnType;
        var isValueTask = type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));
        if (!(isValueTask || typeof(Task).IsAssignableFrom(type)) || between(targetMethod.Name) is not { } others)
            return Call(targetMethod, args);
        if (type.IsGenericType)
            return Close(targetMethod, isValueTask).Invoke(this, [others, targetMethod, args]);
        return isValueTask ? new ValueTask(RunPlainAsync(others, targetMethod, args)) : RunPlainAsync(others, targetMethod, args);
    }

    private async Task RunPlainAsync(Task others, MethodInfo method, object?[]? args)
    {
        await others;
        var call = Call(method, args);
        await (call is ValueTask value ? value.AsTask() : (Task)call!);
    }

    private async Task<TResult> RunAsync<TResult>(Task others, MethodInfo method, object?[]? args)
    {
        await others;
        var call = Call(method, args);
        return await (call is ValueTask<TResult> value ? value.AsTask() : (Task<TResult>)call!);
    }

    private ValueTask<TResult> RunValueAsync<TResult>(Task others, MethodInfo method, object?[]? args) => new(RunAsync<TResult>(others, method, args));

    private object? Call(MethodInfo method, object?[]? args) => method.Invoke(inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);

    private static MethodInfo Close(MethodInfo method, bool isValueTask)
    {
        lock (Closed)
        {
            if (!Closed.TryGetValue(method, out var closed))
                Closed[method] = closed = (isValueTask ? TypedValue : Typed).MakeGenericMethod(method.ReturnType.GetGenericArguments()[0]);
            return closed;
        }
    }
}
