using LocalFunctions.Durable;
using LocalFunctions.Hosting;
using LocalFunctions.Testing;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Tests.Durable;

/// <summary>What the analyzers refuse at compile time is refused here at the start.</summary>
public sealed class RulesTests
{
    [Theory]
    [InlineData(typeof(WrongContext), "DURABLE1001")]
    [InlineData(typeof(WrongClient), "DURABLE1002")]
    [InlineData(typeof(Clock), "DURABLE0001: an orchestrator can't use DateTime.UtcNow")]
    [InlineData(typeof(NewGuids), "DURABLE0002: an orchestrator can't use Guid.NewGuid")]
    [InlineData(typeof(Delays), "DURABLE0003: an orchestrator can't use Task.Delay")]
    [InlineData(typeof(Threads), "DURABLE0004: an orchestrator can't use Task.Run")]
    [InlineData(typeof(Web), "DURABLE0005: an orchestrator can't use HttpClient.GetStringAsync")]
    [InlineData(typeof(Settings), "DURABLE0006: an orchestrator can't use Environment.GetEnvironmentVariable")]
    [InlineData(typeof(Token), "DURABLE0007")]
    [InlineData(typeof(OtherBinding), "DURABLE0008")]
    [InlineData(typeof(Logger), "DURABLE0010")]
    public async Task Function_ThatTheAnalyzersRefuse_IsRefusedAtTheStart(Type functions, string rule)
    {
        var refused = await Assert.ThrowsAsync<FunctionsStartException>(() => StartAsync(functions));
        Assert.Contains(rule, refused.Message);
    }

    [Fact]
    public async Task Functions_ThatKeepTheRules_Start()
    {
        await using var app = await StartAsync(typeof(Fine));
    }

    private static Task<FunctionsTestHost> StartAsync(Type functions) =>
        FunctionsTestHost.StartAsync(builder => builder.ConfigureFunctionsWebApplication().UseFunctions(functions));

    public static class Fine
    {
        [Function("Fine")]
        public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context, FunctionContext function, string input)
        {
            context.CreateReplaySafeLogger("x").LogInformation("{Now} {Input} {Name}", context.CurrentUtcDateTime, input, function);
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
        }

        // An activity may do all that an orchestrator may not.
        [Function("Act")]
        public static Task<Guid> Act([ActivityTrigger] string input, CancellationToken cancellation) => Task.Run(Guid.NewGuid, cancellation);
    }

    public static class WrongContext
    {
        [Function("F")]
        public static Task Run([OrchestrationTrigger] string context) => Task.CompletedTask;
    }

    public static class WrongClient
    {
        [Function("F")]
        public static Task Run([ActivityTrigger] string input, [DurableClient] string client) => Task.CompletedTask;
    }

    public static class Clock
    {
        [Function("F")]
        public static async Task<DateTime> Run([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallActivityAsync("x");
            return Deep();
        }

        private static DateTime Deep() => Enumerable.Range(0, 1).Select(_ => DateTime.UtcNow).First();
    }

    public static class NewGuids
    {
        [Function("F")]
        public static Task<Guid> Run([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(Guid.NewGuid());
    }

    public static class Delays
    {
        [Function("F")]
        public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context) => await Task.Delay(1);
    }

    public static class Threads
    {
        [Function("F")]
        public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context) => await Task.Run(() => { });
    }

    public static class Web
    {
        private static readonly HttpClient Client = new();

        [Function("F")]
        public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await Client.GetStringAsync("http://localhost/");
    }

    public static class Settings
    {
        [Function("F")]
        public static Task<string?> Run([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.FromResult(Environment.GetEnvironmentVariable("X"));
    }

    public static class Token
    {
        [Function("F")]
        public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context, CancellationToken cancellation) => Task.CompletedTask;
    }

    public static class OtherBinding
    {
        [Function("F")]
        public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context, [DurableClient] DurableTaskClient client) => Task.CompletedTask;
    }

    public static class Logger
    {
        [Function("F")]
        public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context, ILogger logger) => Task.CompletedTask;
    }
}
