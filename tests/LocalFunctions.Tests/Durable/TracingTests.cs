using System.Collections.Concurrent;
using System.Diagnostics;
using LocalFunctions.Durable;
using LocalFunctions.Durable.Engine;
using LocalFunctions.Hosting;
using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ActivitySource = System.Diagnostics.ActivitySource;

namespace LocalFunctions.Tests.Durable;

/// <summary>Whoever listens hears all that the process does, so these tests run alone.</summary>
[CollectionDefinition("tracing", DisableParallelization = true)]
public sealed class TracingCollection;

/// <summary>A request, its orchestration, the activities and messages of that: one trace, and one span for each piece of work however often it is replayed.</summary>
[Collection("tracing")]
public sealed class TracingTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> started = new();
    private readonly ActivityListener listener;

    public TracingTests()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => HostTelemetry.Sources.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = started.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public void Dispose() => listener.Dispose();

    [Fact]
    public async Task OrchestrationOverKills_IsOneTraceWithOneSpanPerActivity()
    {
        await using var app = await StartAsync();
        var trace = await BeginAsync(app);
        for (var day = 0; day < 4; day++)
        {
            await app.AdvanceAsync(TimeSpan.FromDays(1));
            await app.RestartAsync(kill: true);
        }

        await app.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await app.Durable.GetInstanceAsync("ada"))!.RuntimeStatus);
        var ours = started.Where(span => span.TraceId == trace).ToList();
        Assert.Equal(4, ours.Count(span => span.DisplayName == "activity:Step"));
        Assert.InRange(ours.Count(span => span.DisplayName == "orchestration:Stroll"), 6, 10);
        Assert.Equal(4, ours.Count(span => span.DisplayName == "send steps"));
        Assert.Equal(4, ours.Count(span => span.DisplayName == "process steps"));
        Assert.Equal(1, ours.Count(span => span.DisplayName == "orchestration:Rest"));
        var known = ours.Select(span => span.SpanId).ToHashSet();
        Assert.All(ours, span => Assert.True(span.ParentSpanId == default || known.Contains(span.ParentSpanId), span.DisplayName));
        Assert.Single(ours, span => span.ParentSpanId == default);
    }

    [Fact]
    public async Task Signal_IsALinkOfTheTurnThatItWakes()
    {
        await using var app = await StartAsync();
        var trace = await BeginAsync(app);
        using var source = new ActivitySource(HostTelemetry.Sources[0]);
        ActivityTraceId other;
        using (var signalling = source.StartActivity("elsewhere")!)
        {
            other = signalling.TraceId;
            await app.Durable.RaiseEventAsync("ada", "Nothing");
        }

        await app.AdvanceAsync(TimeSpan.Zero);

        Assert.NotEqual(trace, other);
        Assert.Contains(started, span => span.DisplayName == "orchestration:Stroll" && span.TraceId == trace && span.Links.Any(link => link.Context.TraceId == other));
    }

    [Fact]
    public async Task Failures_AreErrors_WithTheirTypeAndWithoutTheirWords()
    {
        await using var app = await StartAsync();
        await app.Durable.ScheduleNewOrchestrationInstanceAsync("Fall", null, new StartOrchestrationOptions("bob"));
        await app.AdvanceAsync(TimeSpan.Zero);

        foreach (var name in (string[])["activity:Stumble", "orchestration:Fall"])
        {
            var failed = started.Last(span => span.DisplayName == name);
            Assert.Equal(ActivityStatusCode.Error, failed.Status);
            Assert.NotNull(failed.GetTagItem("error.type"));
            Assert.DoesNotContain(failed.TagObjects, tag => tag.Value is string text && text.Contains("secret", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Messages_CarryTheirSendersTrace_AndKeepOneTheyHave()
    {
        await using var app = await StartAsync();
        var given = new ServiceBusMessage("x") { ApplicationProperties = { ["Diagnostic-Id"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" } };
        await app.Bus.SendAsync("steps", given);
        await app.AdvanceAsync(TimeSpan.Zero);

        Assert.False(given.ApplicationProperties.ContainsKey("traceparent"));
        var processed = Assert.Single(started, span => span.DisplayName == "process steps");
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", processed.TraceId.ToHexString());
    }

    [Fact]
    public async Task WithNobodyListening_NothingIsStored()
    {
        listener.Dispose();
        await using var app = await StartAsync();
        await app.CreateClient().PostAsync("api/strolls/ada", null);
        await app.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.Empty(started);
        Assert.Equal(0, app.Store.Read(session => session.Scalar(
            "SELECT (SELECT count(*) FROM durable_instances WHERE trace IS NOT NULL) + (SELECT count(*) FROM durable_inbox WHERE trace IS NOT NULL) "
            + "+ (SELECT count(*) FROM durable_activities WHERE trace IS NOT NULL) + (SELECT count(*) FROM bus_messages WHERE properties IS NOT NULL)")));
    }

    private async Task<ActivityTraceId> BeginAsync(FunctionsTestHost app)
    {
        Assert.True((await app.CreateClient().PostAsync("api/strolls/ada", null)).IsSuccessStatusCode);
        await app.AdvanceAsync(TimeSpan.Zero);
        return Assert.Single(started, span => span.DisplayName == "POST /api/strolls/{name}").TraceId;
    }

    private static Task<FunctionsTestHost> StartAsync() => FunctionsTestHost.StartAsync(builder =>
    {
        builder.ConfigureFunctionsWebApplication().UseFunctions(typeof(Functions));
        builder.Services.AddSingleton(new MessagingTopology().Queue("steps"));
    });

    public sealed class Functions(LocalServiceBus bus)
    {
        [Function("Begin")]
        public async Task<IResult> Begin(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "strolls/{name}")] HttpRequest request, string name, [DurableClient] DurableTaskClient client)
        {
            await client.ScheduleNewOrchestrationInstanceAsync("Stroll", null, new StartOrchestrationOptions(name));
            return Results.Accepted();
        }

        [Function("Stroll")]
        public static async Task Stroll([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            for (var step = 0; step < 4; step++)
            {
                await context.CallActivityAsync("Step", step);
                await context.CreateTimer(context.CurrentUtcDateTime.AddDays(1), CancellationToken.None);
            }

            await context.CallSubOrchestratorAsync("Rest");
        }

        [Function("Rest")]
        public static Task Rest([OrchestrationTrigger] TaskOrchestrationContext context) => Task.CompletedTask;

        [Function("Step")]
        public Task Step([ActivityTrigger] int step) => bus.SendAsync("steps", new ServiceBusMessage("step"));

        [Function("Hear")]
        public static Task Hear([ServiceBusTrigger("steps", Connection = "ServiceBus")] ServiceBusReceivedMessage message) => Task.CompletedTask;

        [Function("Fall")]
        public static Task Fall([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("Stumble");

        [Function("Stumble")]
        public static Task Stumble([ActivityTrigger] FunctionContext context) => throw new InvalidOperationException("a secret");
    }
}
