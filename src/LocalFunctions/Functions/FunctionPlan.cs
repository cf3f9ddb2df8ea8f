using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.Functions;

/// <summary>A function made ready to run: its method as a compiled delegate that takes every argument from the invocation.</summary>
internal sealed class FunctionPlan
{
    /// <summary>Compiling costs milliseconds, and taking away what was compiled costs more: tests start a host thousands of times in one process.</summary>
    private static readonly ConcurrentDictionary<MethodInfo, Compiled> CompiledMethods = new();

    private readonly Compiled method;

    private sealed record Compiled(ObjectFactory? Create, Func<object?, Invocation, ValueTask<object?>> Call);

    public FunctionPlan(FunctionDescriptor function, IReadOnlyList<IParameterBinder> binders)
    {
        Definition = new LocalFunctionDefinition(function);
        Parameters = [.. function.Method.GetParameters().Select(parameter =>
            new PlannedParameter(parameter, parameter.Name!, binders.FirstOrDefault(binder => binder.Handles(parameter))))];
        method = CompiledMethods.GetOrAdd(function.Method, method => new Compiled(
            method.IsStatic ? null : ActivatorUtilities.CreateFactory(method.DeclaringType!, []), Compile(method)));
    }

    public LocalFunctionDefinition Definition { get; }

    public PlannedParameter[] Parameters { get; }

    /// <summary>Makes the class, runs the method and keeps what it returned.</summary>
    public Task RunAsync(Invocation invocation)
    {
        var running = method.Call(method.Create?.Invoke(invocation.InstanceServices, null), invocation);
        if (!running.IsCompletedSuccessfully)
            return FinishAsync(running, invocation);
        invocation.Result = running.Result;
        return Task.CompletedTask;
    }

    private static async Task FinishAsync(ValueTask<object?> running, Invocation invocation) => invocation.Result = await running;

    private static Func<object?, Invocation, ValueTask<object?>> Compile(MethodInfo method)
    {
        var instance = Expression.Parameter(typeof(object));
        var invocation = Expression.Parameter(typeof(Invocation));
        var arguments = method.GetParameters().Select((parameter, position) => Argument(invocation, parameter.ParameterType, position));
        Expression call = method.IsStatic
            ? Expression.Call(method, arguments)
            : Expression.Call(Expression.Convert(instance, method.DeclaringType!), method, arguments);
        return Expression.Lambda<Func<object?, Invocation, ValueTask<object?>>>(FunctionReturn.Unify(call), instance, invocation).Compile();
    }

    private static Expression Argument(Expression invocation, Type type, int position)
    {
        if (type == typeof(FunctionContext))
            return Expression.Convert(invocation, type);
        return type == typeof(CancellationToken)
            ? Expression.Property(invocation, nameof(Invocation.CancellationToken))
            : Expression.Call(invocation, nameof(Invocation.Argument), [type], Expression.Constant(position));
    }
}

/// <param name="Info">The parameter.</param>
/// <param name="Name">Its name.</param>
/// <param name="Binder">Gives it a value when the trigger doesn't; null for most.</param>
internal sealed record PlannedParameter(ParameterInfo Info, string Name, IParameterBinder? Binder);

internal sealed class LocalFunctionDefinition(FunctionDescriptor function) : FunctionDefinition
{
    public override string PathToAssembly { get; } = function.Method.DeclaringType!.Assembly.Location;

    public override string EntryPoint => function.EntryPoint;

    /// <summary>The name: unique in an app, and the same after a restart.</summary>
    public override string Id => function.Name;

    public override string Name => function.Name;
}
