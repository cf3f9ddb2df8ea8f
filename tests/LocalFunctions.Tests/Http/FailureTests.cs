using System.Net;
using LocalFunctions.Hosting;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.Tests.Http;

public sealed class FailureTests
{
    [Theory]
    [InlineData("api/Sync")]
    [InlineData("api/Async")]
    [InlineData("api/Number/seven")]
    public async Task FailedFunction_Answers500WithoutAWord_AndIsLogged(string path)
    {
        await using var app = await StartAsync();
        var answer = await app.CreateClient().GetAsync(path);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
        Assert.False(answer.Headers.Contains("x-half-done"));
        Assert.Contains(app.Log.Lines, line => line.Failure is InvalidOperationException);
    }

    [Fact]
    public async Task CallerWhoGoesAway_CancelsTheFunction()
    {
        await using var app = await StartAsync();
        var waiting = app.Services.GetRequiredService<Gate>();
        using var leaving = new CancellationTokenSource();
        var request = app.CreateClient().GetAsync("api/Waits", leaving.Token);
        await waiting.Entered.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(waiting.Cancelled.Task.IsCompleted);
        await leaving.CancelAsync();
        await waiting.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Assert.Empty(app.Log.Lines);
    }

    [Fact]
    public async Task CallerWhoGoesAwayAmidTheAnswer_IsNobodysFault()
    {
        var outcome = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(local => local.Pipeline.Add(web => web.Use(async (context, next) =>
            outcome.SetResult(await Record.ExceptionAsync(() => next(context))))));
        using (await app.CreateClient().GetAsync("api/Streams", HttpCompletionOption.ResponseHeadersRead))
        {
        }

        Assert.Null(await outcome.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Empty(app.Log.Lines);
    }

    private static Task<FunctionsTestHost> StartAsync(Action<LocalFunctionsOptions>? configure = null) => FunctionsTestHost.StartAsync(builder =>
    {
        builder.ConfigureLocalHost(configure ?? (_ => { }));
        builder.ConfigureFunctionsWebApplication().UseFunctions(typeof(Broken));
        builder.Services.AddSingleton<Gate>();
    });

    public sealed class Gate
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public sealed class Broken(Gate gate)
    {
        [Function("Sync")]
        public static IResult Sync([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => throw new InvalidOperationException("at once");

        [Function("Async")]
        public static async Task<IResult> AsyncFails([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request)
        {
            request.HttpContext.Response.Headers["x-half-done"] = "1";
            await Task.Yield();
            throw new InvalidOperationException("later");
        }

        [Function("Number")]
        public static IResult Number([HttpTrigger(AuthorizationLevel.Anonymous, Route = "Number/{id}")] HttpRequest request, int id) => Results.Ok(id);

        [Function("Waits")]
        public async Task Waits([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, FunctionContext context)
        {
            await using var registration = context.CancellationToken.Register(() => gate.Cancelled.TrySetResult());
            gate.Entered.SetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }

        [Function("Streams")]
        public static async Task Streams([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, FunctionContext context)
        {
            await request.HttpContext.Response.WriteAsync("begun");
            await request.HttpContext.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
    }
}
