using System.Reflection;
using System.Runtime.ExceptionServices;
using LocalFunctions.ChangeFeed;
using LocalFunctions.Functions;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;
using LocalFunctions.Time;
using LocalFunctions.Timers;
using LocalFunctions.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalFunctions.Tests.Messaging;

/// <summary>The three trigger families without the rest of the host, on one thread, with a clock that moves only when asked.</summary>
internal sealed class SteppedHost : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly bool ownsStore;

    public SteppedHost(
        MessagingTopology? topology = null, MessagingOptions? options = null, LocalStore? store = null, LocalClock? clock = null, int seed = 1,
        IReadOnlyDictionary<string, string?>? settings = null)
    {
        ownsStore = store is null;
        Store = store ?? LocalStore.OpenMemory();
        Clock = clock ?? new LocalClock(Start, frozen: true);
        Seed = seed;
        Bus = new LocalServiceBus(Store, Clock, topology ?? new MessagingTopology(), options);
        Feed = new LocalChangeFeed(Store);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings ?? new Dictionary<string, string?>()).Build();
        Families =
        [
            new ServiceBusTriggers(Bus, Invoker, configuration, NullLogger<ServiceBusTriggers>.Instance),
            new TimerTriggers(Store, Invoker, configuration, Clock, NullLogger<TimerTriggers>.Instance),
            new ChangeFeedTriggers(Feed, Invoker, configuration, Clock, NullLogger<ChangeFeedTriggers>.Instance),
        ];
    }

    public LocalStore Store { get; }

    public LocalClock Clock { get; }

    public LocalServiceBus Bus { get; }

    public LocalChangeFeed Feed { get; }

    public IReadOnlyList<ITriggerFamily> Families { get; }

    public ReflectionInvoker Invoker { get; } = new();

    public int Seed { get; }

    /// <summary>Every problem that a start with this class's functions would report.</summary>
    public IReadOnlyList<string> Check(object app) =>
        [.. Functions(app).SelectMany(function => Families.Single(family => family.Handles(function.Trigger)).Check(function))];

    /// <summary>Registers the functions of an object and makes the machine that runs them.</summary>
    public TimeMachine Run(object app)
    {
        Assert.Empty(Check(app));
        Invoker.Target = app;
        foreach (var function in Functions(app))
            Families.Single(family => family.Handles(function.Trigger)).Add(function);
        return new TimeMachine(Clock, Store, [.. Families.SelectMany(family => family.Sources)], new Random(Seed));
    }

    public static IEnumerable<FunctionDescriptor> Functions(object app) =>
        from method in app.GetType().GetMethods()
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        let parameter = method.GetParameters().Single(p => p.GetCustomAttribute<TriggerBindingAttribute>() is not null)
        select new FunctionDescriptor(function.Name, method, parameter, parameter.GetCustomAttribute<TriggerBindingAttribute>()!);

    public void Dispose()
    {
        if (ownsStore)
            Store.Dispose();
    }
}

/// <summary>Calls the methods of one object.</summary>
internal sealed class ReflectionInvoker : IFunctionInvoker
{
    public object? Target { get; set; }

    public async Task<object?> InvokeAsync(
        FunctionDescriptor function, IReadOnlyDictionary<string, object?> bindings, IReadOnlyDictionary<object, object>? items,
        CancellationToken cancellation)
    {
        var arguments = function.Method.GetParameters()
            .Select(parameter => parameter.ParameterType == typeof(CancellationToken) ? cancellation : bindings[parameter.Name!]).ToArray();
        try
        {
            if (function.Method.Invoke(Target, arguments) is Task running)
                await running;
            return null;
        }
        catch (TargetInvocationException thrown)
        {
            ExceptionDispatchInfo.Capture(thrown.InnerException!).Throw();
            throw;
        }
    }
}
