using System.Net;
using LocalFunctions.Durable;
using LocalFunctions.Hosting;
using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.Tests.Hosting;

/// <summary>All families in one app: a request starts an orchestration, which waits for a time and for a message, and calls an activity.</summary>
public sealed class WholeAppTests
{
    [Fact]
    public async Task RequestMessageTimerAndActivity_WorkTogether()
    {
        await using var app = await StartAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await app.CreateClient().PostAsync("api/greetings/ada", null)).StatusCode);
        await app.AdvanceAsync(TimeSpan.FromDays(29));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await app.Durable.GetInstanceAsync("ada"))!.RuntimeStatus);
        await app.AdvanceAsync(TimeSpan.FromDays(1));
        await app.Bus.SendAsync("names", new ServiceBusMessage("Lovelace") { Subject = "ada" });
        await app.WhenIdleAsync();

        var greeted = await app.Durable.GetInstanceAsync("ada", getInputsAndOutputs: true);
        Assert.Equal("Good morning, Ms Lovelace", greeted!.ReadOutputAs<string>());
        Assert.Equal(0, app.Bus.Counts["names"].Active);
        Assert.Empty(app.Log.Lines);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    public async Task KilledAfterEveryDay_TheAppGoesOn(int? seed)
    {
        await using var app = await StartAsync(new FunctionsTestOptions { Seed = seed });
        await app.CreateClient().PostAsync("api/greetings/ada", null);
        await app.Bus.SendAsync("names", new ServiceBusMessage("Lovelace") { Subject = "ada" });
        for (var day = 0; day < 31; day++)
        {
            await app.AdvanceAsync(TimeSpan.FromDays(1));
            await app.RestartAsync(kill: true);
        }

        await app.AdvanceAsync(TimeSpan.Zero);
        var greeted = await app.Durable.GetInstanceAsync("ada", getInputsAndOutputs: true);
        Assert.Equal("Good morning, Ms Lovelace", greeted!.ReadOutputAs<string>());
    }

    [Fact]
    public async Task SteppedApp_WithTheSameSeed_DoesTheSameThings()
    {
        var first = await RunAsync(seed: 11);
        Assert.Equal(first, await RunAsync(seed: 11));
        Assert.Equal(8, first.Split(' ').Length);

        var others = new List<string>();
        for (var seed = 1; seed <= 5; seed++)
            others.Add(await RunAsync(seed));
        Assert.Contains(others, other => other != first);
    }

    private static async Task<string> RunAsync(int seed)
    {
        var diary = new Diary();
        await using var app = await StartAsync(new FunctionsTestOptions { Seed = seed }, diary);
        for (var i = 0; i < 8; i++)
            await app.CreateClient().PostAsync($"api/greetings/g{i}", null);
        for (var i = 0; i < 8; i++)
            await app.Bus.SendAsync("names", new ServiceBusMessage("Name" + i) { Subject = "g" + i });
        await app.AdvanceAsync(TimeSpan.FromDays(30));
        Assert.True(app.Log.Lines.Count == 0, app.Log.ToString());
        return string.Join(" ", diary.Names);
    }

    private static Task<FunctionsTestHost> StartAsync(FunctionsTestOptions? options = null, Diary? diary = null) => FunctionsTestHost.StartAsync(
        builder =>
        {
            builder.ConfigureFunctionsWebApplication().UseFunctions(typeof(Greetings));
            builder.Services.AddSingleton(new MessagingTopology().Queue("names"));
            builder.Services.AddSingleton(diary ?? new Diary());
        },
        options);

    public sealed class Diary
    {
        public List<string> Names { get; } = [];
    }

    public sealed class Greetings(Diary diary)
    {
        [Function("Greet")]
        public static async Task<IResult> Greet(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "greetings/{id}")] HttpRequest request, string id, [DurableClient] DurableTaskClient client)
        {
            await client.ScheduleNewOrchestrationInstanceAsync("Greeting", "Good morning", new StartOrchestrationOptions(id));
            return Results.Accepted();
        }

        [Function("NameCame")]
        public static Task NameCame([ServiceBusTrigger("names")] ServiceBusReceivedMessage message, [DurableClient] DurableTaskClient client) =>
            client.RaiseEventAsync(message.Subject!, "Name", message.Body.ToString());

        [Function("Greeting")]
        public static async Task<string> Greeting([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var words = context.GetInput<string>();
            var name = context.WaitForExternalEvent<string>("Name");
            await context.CreateTimer(TimeSpan.FromDays(30), CancellationToken.None);
            return await context.CallActivityAsync<string>("Say", $"{words}, Ms {await name}");
        }

        [Function("Say")]
        public string Say([ActivityTrigger] string sentence)
        {
            diary.Names.Add(sentence[(sentence.LastIndexOf(' ') + 1)..]);
            return sentence;
        }
    }
}
