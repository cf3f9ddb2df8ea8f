using System.Reflection;
using LocalFunctions.Functions;
using LocalFunctions.Hosting;
using LocalFunctions.Testing;
using LocalFunctions.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Tests.Hosting;

/// <summary>Invocation as the families use it, shown with a trigger of the tests' own.</summary>
public sealed class InvokerTests
{
    [Theory]
    [InlineData("Nothing", null)]
    [InlineData("Plain", "ping")]
    [InlineData("OfTask", null)]
    [InlineData("OfTaskValue", "ping")]
    [InlineData("OfValueTask", null)]
    [InlineData("OfValueTaskValue", 4)]
    public async Task EveryKindOfResult_IsAwaited(string function, object? expected)
    {
        await using var app = await StartAsync();
        Assert.Equal(expected, await InvokeAsync(app, function, "ping"));
        Assert.Contains(function, app.Services.GetRequiredService<Trace>().Ran);
    }

    [Fact]
    public async Task Parameters_ComeFromBindings_ThenBinders_ThenDefaults()
    {
        await using var app = await StartAsync();
        Assert.Equal("ping, bound extra, default", await InvokeAsync(app, "Parameters", "ping"));
        Assert.Equal("ping, given, own", await InvokeAsync(app, "Parameters", "ping", ("extra", "given"), ("other", "own")));
    }

    [Theory]
    [InlineData("OfValueTaskValue", 7, "parameter 'text' is System.String, but its value is System.Int32")]
    [InlineData("Parameters", null, "nothing gives parameter 'text'")]
    public async Task WrongOrMissingValue_IsNamed(string function, object? value, string reason)
    {
        await using var app = await StartAsync();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => InvokeAsync(app, function, value));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invocations_HaveAScopeAndAnIdEach_AndTheScopeEndsWithThem()
    {
        await using var app = await StartAsync();
        var first = Assert.IsType<Seen>(await InvokeAsync(app, "Scoped", "a"));
        var second = Assert.IsType<Seen>(await InvokeAsync(app, "Scoped", "b"));
        Assert.Same(first.ByConstructor, first.ByContext);
        Assert.NotSame(first.ByConstructor, second.ByConstructor);
        Assert.True(first.ByConstructor.Disposed);
        Assert.NotEqual(first.InvocationId, second.InvocationId);
        Assert.True(Guid.TryParse(first.InvocationId, out _));
    }

    [Fact]
    public async Task Failure_ComesThroughAsThrown()
    {
        await using var app = await StartAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => InvokeAsync(app, "Throws", "x"));
        await Assert.ThrowsAsync<TimeoutException>(() => InvokeAsync(app, "ThrowsLater", "x"));
    }

    [Fact]
    public async Task Token_IsTheCallers()
    {
        await using var app = await StartAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var invoker = app.Services.GetRequiredService<IFunctionInvoker>();
        var function = FunctionOf(app, "Token");
        var bindings = new Dictionary<string, object?> { ["text"] = "x" };
        Assert.Equal(true, await invoker.InvokeAsync(function, bindings, null, cancelled.Token));
        Assert.Equal(false, await invoker.InvokeAsync(function, bindings, null, CancellationToken.None));
    }

    [Fact]
    public async Task Logs_CarryFunctionAndInvocation()
    {
        var log = new ScopeLog();
        await using var app = await StartAsync(builder => builder.Logging.AddProvider(log));
        await InvokeAsync(app, "Logs", "x");
        Assert.Contains("FunctionName=Logs", Assert.Single(log.Scopes), StringComparison.Ordinal);
        Assert.Contains("InvocationId=", log.Scopes[0], StringComparison.Ordinal);
    }

    private static Task<FunctionsTestHost> StartAsync(Action<FunctionsApplicationBuilder>? more = null) => FunctionsTestHost.StartAsync(builder =>
    {
        builder.UseFunctions(typeof(Functions));
        builder.Services.AddSingleton<ITriggerFamily, TextFamily>();
        builder.Services.AddSingleton<IParameterBinder, ExtraBinder>();
        builder.Services.AddSingleton<Trace>();
        builder.Services.AddScoped<Thing>();
        more?.Invoke(builder);
    });

    private static Task<object?> InvokeAsync(FunctionsTestHost app, string function, object? text, params (string Name, object Value)[] more)
    {
        var bindings = more.ToDictionary(pair => pair.Name, pair => (object?)pair.Value);
        if (text is not null)
            bindings["text"] = text;
        return app.Services.GetRequiredService<IFunctionInvoker>().InvokeAsync(FunctionOf(app, function), bindings, null, CancellationToken.None);
    }

    private static FunctionDescriptor FunctionOf(FunctionsTestHost app, string name) =>
        app.Services.GetRequiredService<LocalHostStatus>().Functions.Single(function => function.Name == name);

    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class TextTriggerAttribute : TriggerBindingAttribute;

    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class ExtraAttribute : InputBindingAttribute;

    public sealed class TextFamily : ITriggerFamily
    {
        public IEnumerable<IWorkSource> Sources => [];

        public bool Handles(Attribute trigger) => trigger is TextTriggerAttribute;

        public IEnumerable<string> Check(FunctionDescriptor function) => [];

        public void Add(FunctionDescriptor function)
        {
        }
    }

    public sealed class ExtraBinder : IParameterBinder
    {
        public bool Handles(ParameterInfo parameter) => parameter.IsDefined(typeof(ExtraAttribute));

        public object Bind(ParameterInfo parameter) => "bound " + parameter.Name;
    }

    public sealed class Trace
    {
        public List<string> Ran { get; } = [];
    }

    public sealed class Thing : IDisposable
    {
        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }

    public sealed record Seen(Thing ByConstructor, Thing ByContext, string InvocationId);

    public sealed class Functions(Trace trace, Thing thing)
    {
        [Function("Nothing")]
        public void Nothing([TextTrigger] string text) => trace.Ran.Add("Nothing");

        [Function("Plain")]
        public string Plain([TextTrigger] string text)
        {
            trace.Ran.Add("Plain");
            return text;
        }

        [Function("OfTask")]
        public async Task OfTask([TextTrigger] string text)
        {
            await Task.Yield();
            trace.Ran.Add("OfTask");
        }

        [Function("OfTaskValue")]
        public async Task<string> OfTaskValue([TextTrigger] string text)
        {
            await Task.Yield();
            trace.Ran.Add("OfTaskValue");
            return text;
        }

        [Function("OfValueTask")]
        public async ValueTask OfValueTask([TextTrigger] string text)
        {
            await Task.Yield();
            trace.Ran.Add("OfValueTask");
        }

        [Function("OfValueTaskValue")]
        public ValueTask<int> OfValueTaskValue([TextTrigger] string text)
        {
            trace.Ran.Add("OfValueTaskValue");
            return new(text.Length);
        }

        [Function("Parameters")]
        public static string Parameters([TextTrigger] string text, [Extra] string extra, string other = "default") => $"{text}, {extra}, {other}";

        [Function("Scoped")]
        public Seen Scoped([TextTrigger] string text, FunctionContext context) =>
            new(thing, context.InstanceServices.GetRequiredService<Thing>(), context.InvocationId);

        [Function("Throws")]
        public static void Throws([TextTrigger] string text) => throw new TimeoutException(text);

        [Function("ThrowsLater")]
        public static async Task ThrowsLater([TextTrigger] string text)
        {
            await Task.Yield();
            throw new TimeoutException(text);
        }

        [Function("Token")]
        public static bool Token([TextTrigger] string text, FunctionContext context, CancellationToken cancellation) =>
            cancellation.IsCancellationRequested && context.CancellationToken.IsCancellationRequested;

        [Function("Logs")]
        public static void Logs([TextTrigger] string text, FunctionContext context) => context.GetLogger("Mine").LogWarning("seen");
    }

    private sealed class ScopeLog : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider? scopes;

        public List<string> Scopes { get; } = [];

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Logger(ScopeLog log, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => category == "Mine";

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                log.scopes!.ForEachScope(
                    (scope, lines) => lines.Add(string.Join(" ", ((IEnumerable<KeyValuePair<string, object?>>)scope!).Select(pair => $"{pair.Key}={pair.Value}"))),
                    log.Scopes);
        }
    }
}
