using System.Linq.Expressions;
using System.Reflection;
using LocalFunctions.Durable.Engine;
using LocalFunctions.Functions;
using LocalFunctions.Storage;
using LocalFunctions.Time;
using LocalFunctions.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalFunctions.Durable.Testing;

/// <summary>
/// Real orchestrators on virtual time in one thread: a store in memory, a clock that stands still until moved, activities that the
/// test provides. It can be killed at any commit and started again on what was stored.
/// </summary>
public sealed class OrchestrationTestHost : IDisposable
{
    /// <summary>The time at which every test begins.</summary>
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<Action<DurableEngine>> registrations = [];
    private readonly int seed;
    private readonly DurableOptions options;
    private readonly ILoggerFactory loggers;
    private Random chance;
    private DurableEngine engine;
    private TimeMachine machine;

    /// <param name="seed">Decides the order in which ready work runs; the same seed gives the same run.</param>
    /// <param name="options">The engine's settings.</param>
    /// <param name="loggers">Receives what orchestrators log.</param>
    public OrchestrationTestHost(int seed = 1, DurableOptions? options = null, ILoggerFactory? loggers = null)
    {
        this.seed = seed;
        this.options = options ?? new DurableOptions();
        this.loggers = loggers ?? NullLoggerFactory.Instance;
        (chance, engine, machine) = Boot();
    }

    public LocalStore Store { get; } = LocalStore.OpenMemory();

    public LocalClock Clock { get; } = new(Start, frozen: true);

    public DurableTaskClient Client => engine.Client;

    public DurableEngine Engine => engine;

    /// <summary>Activities that ran, in order, with those that ran again after a crash.</summary>
    public int ActivitiesRun { get; private set; }

    /// <summary>The process is killed right after the effect of that many more activities, before their outcome is stored; null for never.</summary>
    public int? CrashAfterActivities { get; set; }

    /// <summary>Adds the orchestrators among a class's <c>[Function]</c> methods. Activities are the test's own.</summary>
    public OrchestrationTestHost AddOrchestrators(Type type)
    {
        foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            var trigger = method.GetParameters().FirstOrDefault(p => p.GetCustomAttribute<OrchestrationTriggerAttribute>() is not null);
            if (trigger is null || method.GetCustomAttribute<FunctionAttribute>() is not { } function)
                continue;
            var descriptor = new FunctionDescriptor(
                function.Name, method, trigger, trigger.GetCustomAttribute<OrchestrationTriggerAttribute>()!);
            Register(one => one.AddOrchestrator(descriptor, new DirectInvoker(descriptor)));
        }

        return this;
    }

    /// <summary>Provides an activity.</summary>
    public OrchestrationTestHost AddActivity<TInput, TResult>(string name, Func<TInput, TResult> run) =>
        AddAsyncActivity<TInput, TResult>(name, input => Task.FromResult(run(input)));

    /// <inheritdoc cref="AddActivity{TInput, TResult}(string, Func{TInput, TResult})"/>
    public OrchestrationTestHost AddAsyncActivity<TInput, TResult>(string name, Func<TInput, Task<TResult>> run)
    {
        Register(one => one.AddActivity(name, typeof(TInput), async (input, _) =>
        {
            var result = await run((TInput)input!).ConfigureAwait(false);
            ActivitiesRun++;
            if (CrashAfterActivities is { } left && (CrashAfterActivities = left - 1) == 0)
                Store.CrashAfter(0);
            return result;
        }));
        return this;
    }

    /// <summary>Runs all that is ready at this instant.</summary>
    public Task RunAsync() => machine.AdvanceAsync(TimeSpan.Zero);

    /// <summary>Moves the clock, running all that falls due.</summary>
    public Task AdvanceAsync(TimeSpan by) => machine.AdvanceAsync(by);

    /// <summary>Moves the clock to an instant given as time since the start; so the call may be repeated after a crash.</summary>
    public Task AdvanceToAsync(TimeSpan sinceStart) =>
        machine.AdvanceAsync(Start + sinceStart is var target && target > Clock.GetUtcNow() ? target - Clock.GetUtcNow() : TimeSpan.Zero);

    /// <summary>A new process on the same store.</summary>
    public void Restart()
    {
        Store.Restart();
        (chance, engine, machine) = Boot();
    }

    public void Dispose() => Store.Dispose();

    private void Register(Action<DurableEngine> registration)
    {
        registrations.Add(registration);
        registration(engine);
    }

    private (Random Chance, DurableEngine Engine, TimeMachine Machine) Boot()
    {
        var draws = new Random(seed);
        var booted = new DurableEngine(Store, Clock, options, loggers);
        foreach (var registration in registrations)
            registration(booted);
        return (draws, booted, new TimeMachine(Clock, Store, booted.Sources, draws));
    }

    /// <summary>Calls a static function with the values of its bindings, without scope or middleware.</summary>
    private sealed class DirectInvoker(FunctionDescriptor function) : IFunctionInvoker
    {
        private readonly Func<object?[], ValueTask<object?>> call = Compile(function.Method);
        private readonly string[] names = [.. function.Method.GetParameters().Select(parameter => parameter.Name!)];

        public async Task<object?> InvokeAsync(
            FunctionDescriptor function,
            IReadOnlyDictionary<string, object?> bindings,
            IReadOnlyDictionary<object, object>? items,
            CancellationToken cancellation) => await call([.. names.Select(name => bindings.GetValueOrDefault(name))]);

        private static Func<object?[], ValueTask<object?>> Compile(MethodInfo method)
        {
            var values = Expression.Parameter(typeof(object?[]));
            var arguments = method.GetParameters().Select((parameter, position) =>
                Expression.Convert(Expression.ArrayIndex(values, Expression.Constant(position)), parameter.ParameterType));
            return Expression.Lambda<Func<object?[], ValueTask<object?>>>(FunctionReturn.Unify(Expression.Call(method, arguments)), values).Compile();
        }
    }
}
