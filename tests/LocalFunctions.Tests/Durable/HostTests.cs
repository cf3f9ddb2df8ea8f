using System.Collections.Concurrent;
using System.Net.Http.Json;
using LocalFunctions.Durable;
using LocalFunctions.Durable.Engine;
using LocalFunctions.Hosting;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.Tests.Durable;

/// <summary>Durable functions within the whole host, on its threads.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task HttpFunction_StartsAnOrchestration_WhoseActivityHasServices()
    {
        await using var app = await StartAsync();
        var id = await app.CreateClient().GetStringAsync("api/start/7");
        await app.AdvanceAsync(TimeSpan.FromDays(1));
        var done = await ClientOf(app).GetInstanceAsync(id, getInputsAndOutputs: true);
        Assert.Equal($"greeted 7 for {id}", done!.ReadOutputAs<string>());
        Assert.Contains(app.Services.GetRequiredService<LocalHostStatus>().Sources(), source =>
            source.Counts.TryGetValue("completed orchestrations", out var count) && count == 1);
    }

    [Fact]
    public async Task Orchestration_SeesTheMiddleware()
    {
        var seen = new ConcurrentBag<string>();
        await using var app = await StartAsync(seen: seen);
        await app.CreateClient().GetStringAsync("api/start/7");
        await app.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Equal(["Greet", "Start", "Welcome"], seen.Distinct().Order());
    }

    [Fact]
    public async Task Orchestrations_SurviveAKill_OnAFile()
    {
        var folder = Directory.CreateTempSubdirectory("durable").FullName;
        try
        {
            await using var app = await StartAsync(folder);
            var http = app.CreateClient();
            var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => http.GetStringAsync($"api/start/{i}")));
            await app.RestartAsync(kill: true);
            await app.AdvanceAsync(TimeSpan.FromDays(1));
            foreach (var id in ids)
                Assert.Equal(OrchestrationRuntimeStatus.Completed, (await ClientOf(app).GetInstanceAsync(id))!.RuntimeStatus);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MoreReadyWorkThanFitsInMemory_IsAllDone(bool onFile)
    {
        var folder = onFile ? Directory.CreateTempSubdirectory("durable").FullName : null;
        try
        {
            await using var app = await StartAsync(folder, new DurableOptions { MaxReadyInMemory = 8, MaxConcurrentTurns = 3, MaxConcurrentActivities = 3 });
            var client = ClientOf(app);
            await Task.WhenAll(Enumerable.Range(0, 300).Select(i => client.ScheduleNewOrchestrationInstanceAsync("Welcome", i)));
            await app.AdvanceAsync(TimeSpan.FromDays(1));
            Assert.Equal(new DurableCounts(Live: 0, Completed: 300, Failed: 0, Terminated: 0), app.Services.GetRequiredService<DurableEngine>().Counts);
            Assert.Equal(300, app.Services.GetRequiredService<Greeter>().Greeted);
        }
        finally
        {
            if (folder is not null)
                Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("1.0", "CurrentOrOlder", "Reject", OrchestrationRuntimeStatus.Pending)]
    [InlineData("1.0", "CurrentOrOlder", "Fail", OrchestrationRuntimeStatus.Failed)]
    [InlineData("1.0", "None", "Fail", OrchestrationRuntimeStatus.Completed)]
    [InlineData("2.0", "CurrentOrOlder", "Fail", OrchestrationRuntimeStatus.Completed)]
    [InlineData("3.0", "CurrentOrOlder", "Fail", OrchestrationRuntimeStatus.Completed)]
    [InlineData("3.0", "Strict", "Fail", OrchestrationRuntimeStatus.Failed)]
    public async Task Version_OfAnotherDeployment_IsTreatedAsHostJsonSays(string mine, string match, string failure, OrchestrationRuntimeStatus status)
    {
        var section = $"\"defaultVersion\":\"{mine}\",\"versionMatchStrategy\":\"{match}\",\"versionFailureStrategy\":\"{failure}\"";
        var options = DurableOptions.From(HostJson.Parse("{\"version\":\"2.0\",\"extensions\":{\"durableTask\":{" + section + "}}}"), null);
        await using var app = await StartAsync(options: options);
        await ClientOf(app).ScheduleNewOrchestrationInstanceAsync("Welcome", 1, new StartOrchestrationOptions("a") { Version = "2.0" });
        await app.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Equal(status, (await ClientOf(app).GetInstanceAsync("a"))!.RuntimeStatus);
    }

    [Fact]
    public void HostJson_WithAnUnknownStrategy_IsRefused() => Assert.Throws<FunctionsStartException>(() => DurableOptions.From(
        HostJson.Parse("""{"version":"2.0","extensions":{"durableTask":{"versionMatchStrategy":"Sometimes"}}}"""), null));

    private static DurableTaskClient ClientOf(FunctionsTestHost app) => app.Services.GetRequiredService<DurableEngine>().Client;

    private static Task<FunctionsTestHost> StartAsync(string? folder = null, DurableOptions? options = null, ConcurrentBag<string>? seen = null) =>
        FunctionsTestHost.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication().UseFunctions(typeof(Functions));
                builder.Services.AddSingleton<Greeter>();
                if (options is not null)
                    builder.Services.AddSingleton(options);
                if (seen is not null)
                {
                    builder.Use(next => context =>
                    {
                        seen.Add(context.FunctionDefinition.Name);
                        return next(context);
                    });
                }
            },
            new FunctionsTestOptions { DataDirectory = folder });

    public sealed class Greeter
    {
        private int greeted;

        public int Greeted => greeted;

        public string Greet(int who)
        {
            Interlocked.Increment(ref greeted);
            return $"greeted {who}";
        }
    }

    public sealed class Functions(Greeter greeter)
    {
        [Function("Start")]
        public static async Task<IResult> StartAsync(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "start/{who}")] HttpRequest request, [DurableClient] DurableTaskClient client, int who) =>
            Results.Text(await client.ScheduleNewOrchestrationInstanceAsync("Welcome", who, request.HttpContext.RequestAborted));

        [Function("Welcome")]
        public static async Task<string> WelcomeAsync([OrchestrationTrigger] TaskOrchestrationContext context, int who)
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return await context.CallActivityAsync<string>("Greet", who);
        }

        [Function("Greet")]
        public async Task<string> GreetAsync([ActivityTrigger] int who, string instanceId, CancellationToken cancellation)
        {
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            return $"{greeter.Greet(who)} for {instanceId}";
        }
    }
}
