using LocalFunctions.ChangeFeed;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;
using LocalFunctions.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orders.Application;
using Orders.Embedded;
using Orders.Embedded.Events;

namespace Orders.Contracts.Tests.Subjects;

/// <summary>The embedded adapters on a store of their own, at a time that stands still, as the host registers them.</summary>
public sealed class Subject : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string? folder;
    private readonly List<Action<IServiceCollection>> changes = [];
    private readonly List<IAsyncDisposable> owned = [];
    private ServiceProvider provider;

    private Subject(string? folder)
    {
        this.folder = folder;
        Store = Open();
        provider = Build();
    }

    public LocalClock Clock { get; private set; } = new(Start, frozen: true);

    public LocalStore Store { get; private set; }

    /// <summary>Everything on one thread; can crash after any commit.</summary>
    public static Subject OnMemory() => new(folder: null);

    /// <summary>Group commit and real concurrency.</summary>
    public static Subject OnFile() => new(Directory.CreateTempSubdirectory("orders-contracts-").FullName);

    public string? Folder => folder;

    public TPort Port<TPort>()
        where TPort : notnull => provider.GetRequiredService<TPort>();

    /// <summary>Puts something between the tests and the adapter: a negative control's broken one.</summary>
    public Subject With<TPort>(Func<TPort, TimeProvider, TPort> around)
        where TPort : class
    {
        changes.Add(services =>
        {
            var inner = services.Last(service => service.ServiceType == typeof(TPort));
            services.Replace(ServiceDescriptor.Singleton(found => around((TPort)ActivatorUtilities.CreateInstance(found, inner.ImplementationType!), Clock)));
        });
        provider.Dispose();
        provider = Build();
        return this;
    }

    /// <summary>Puts another adapter in place, made of others: one on a server.</summary>
    public Subject Replace<TPort>(Func<IServiceProvider, TPort> adapter)
        where TPort : class
    {
        changes.Add(services => services.Replace(ServiceDescriptor.Singleton(adapter)));
        provider.Dispose();
        provider = Build();
        return this;
    }

    /// <summary>Registers other adapters over the embedded ones, on something that outlives restarts and ends with the subject.</summary>
    public Subject On(Action<IServiceCollection> register, params IAsyncDisposable[] ends)
    {
        owned.AddRange(ends);
        changes.Add(register);
        provider.Dispose();
        provider = Build();
        return this;
    }

    /// <summary>The process ends in order and starts again.</summary>
    public async Task RestartAsync()
    {
        await provider.DisposeAsync();
        if (folder is not null)
        {
            Store.Dispose();
            Store = Open();
        }

        provider = Build();
    }

    /// <summary>Memory only. Runs the call in a process that dies after so many more commits, and starts the next one.</summary>
    /// <returns>Whether it died.</returns>
    public async Task<bool> RunAndDieAsync(int afterCommits, Func<Subject, Task> call)
    {
        Store.CrashAfter(afterCommits);
        try
        {
            await call(this);
        }
        catch (StoreCrashedException)
        {
            // The process died here, as planned.
        }

        var died = Store.HasCrashed;
        Store.Restart();
        provider = Build();
        return died;
    }

    public void Dispose()
    {
        provider.DisposeAsync().AsTask().GetAwaiter().GetResult();
        foreach (var end in owned)
            end.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Store.Dispose();
        if (folder is not null)
            Directory.Delete(folder, recursive: true);
    }

    private LocalStore Open() => folder is null ? LocalStore.OpenMemory() : LocalStore.OpenFile(Path.Combine(folder, "orders.db"), durable: false);

    private ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(new OrderPolicy());
        services.AddSingleton(Store);
        services.AddSingleton(new LocalChangeFeed(Store));
        services.AddSingleton(new LocalServiceBus(Store, Clock, OrderMessaging.Topology()));
        services.AddEmbeddedOrders(folder);
        foreach (var change in changes)
            change(services);
        return services.BuildServiceProvider();
    }
}
