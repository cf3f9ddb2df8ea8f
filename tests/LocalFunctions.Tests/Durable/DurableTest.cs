using LocalFunctions.Durable;
using LocalFunctions.Durable.Engine;
using LocalFunctions.Durable.Testing;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Tests.Durable;

/// <summary>A host with the samples and their activities.</summary>
public abstract class DurableTest : IDisposable
{
    private readonly List<OrchestrationTestHost> hosts = [];

    protected List<string> Log { get; } = [];

    protected int FlakyCalls { get; set; }

    protected OrchestrationTestHost Host => hosts.Count > 0 ? hosts[0] : NewHost();

    protected DurableTaskClient Client => Host.Client;

    protected OrchestrationTestHost NewHost(DurableOptions? options = null, int seed = 1)
    {
        var host = new OrchestrationTestHost(seed, options, new ListLoggers(Log)).AddOrchestrators(typeof(Samples));
        host.AddActivity<string, string>("Append", text => text + "!")
            .AddActivity<int, int>("Square", number => number * number)
            .AddActivity<object?, string>("Boom", _ => throw new InvalidOperationException("boom", new ArgumentException("inner boom")))
            .AddActivity<int, int>("Flaky", failures => ++FlakyCalls > failures
                ? FlakyCalls
                : throw (failures == 99 ? new ArgumentNullException("x") : new TimeoutException("try again")));
        hosts.Add(host);
        return host;
    }

    protected async Task<OrchestrationMetadata> RunAsync(string orchestrator, object? input = null, string id = "a")
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(id));
        await Host.RunAsync();
        return await ReadAsync(id);
    }

    protected async Task<OrchestrationMetadata> ReadAsync(string id = "a") =>
        await Client.GetInstanceAsync(id, getInputsAndOutputs: true) ?? throw new InvalidOperationException($"There is no instance {id}.");

    public void Dispose()
    {
        foreach (var host in hosts)
            host.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class ListLoggers(List<string> lines) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => categoryName == "Sample" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
