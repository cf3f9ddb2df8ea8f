using LocalFunctions.Hosting;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.Tests.Hosting;

public sealed class MiddlewareTests
{
    [Fact]
    public async Task Middleware_RunsInOrder_AndSeesTheRequestOnlyInsideTheIntegration()
    {
        await using var app = await StartAsync();
        Assert.Equal("hello", await app.CreateClient().GetStringAsync("api/Hello"));
        Assert.Equal(
            ["outer in, request: False", "inner in, request: True", "function Hello", "inner out", "outer out"],
            app.Services.GetRequiredService<Diary>().Lines);
    }

    [Fact]
    public async Task Middleware_MayPutAnotherResult_AndUseWhenPicks()
    {
        await using var app = await StartAsync();
        Assert.Equal("replaced", await app.CreateClient().GetStringAsync("api/Replaced"));
        Assert.Equal("hello", await app.CreateClient().GetStringAsync("api/Hello"));
    }

    [Fact]
    public async Task Middleware_MayTurnAFailureIntoAnAnswer()
    {
        await using var app = await StartAsync();
        Assert.Equal("handled: on purpose", await app.CreateClient().GetStringAsync("api/Fails"));
        Assert.Empty(app.Log.Lines);
    }

    [Fact]
    public async Task Items_TravelFromMiddlewareToFunction()
    {
        await using var app = await StartAsync();
        Assert.Equal("from the middleware", await app.CreateClient().GetStringAsync("api/Item"));
    }

    private static Task<FunctionsTestHost> StartAsync() => FunctionsTestHost.StartAsync(builder =>
    {
        builder.UseMiddleware<Outer>();
        builder.ConfigureFunctionsWebApplication().UseFunctions(typeof(Functions));
        builder.UseMiddleware<Inner>();
        builder.UseWhen<Replacing>(context => context.FunctionDefinition.Name == "Replaced");
        builder.UseWhen<Handling>(context => context.FunctionDefinition.Name == "Fails");
        builder.Services.AddSingleton<Diary>();
    });

    public sealed class Diary
    {
        public List<string> Lines { get; } = [];
    }

    public sealed class Outer(Diary diary) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            diary.Lines.Add($"outer in, request: {context.GetHttpContext() is not null}");
            await next(context);
            diary.Lines.Add("outer out");
        }
    }

    public sealed class Inner(Diary diary) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            diary.Lines.Add($"inner in, request: {context.GetHttpContext() is not null}");
            if (context.FunctionDefinition.Name == "Item")
                context.Items["note"] = "from the middleware";
            await next(context);
            diary.Lines.Add("inner out");
        }
    }

    public sealed class Replacing : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            await next(context);
            Assert.IsAssignableFrom<IResult>(context.GetInvocationResult().Value);
            context.GetInvocationResult().Value = Results.Text("replaced");
        }
    }

    public sealed class Handling : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            try
            {
                await next(context);
            }
            catch (InvalidOperationException failure)
            {
                context.GetInvocationResult().Value = Results.Text("handled: " + failure.Message);
            }
        }
    }

    public sealed class Functions(Diary diary)
    {
        [Function("Hello")]
        public IResult Hello([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, FunctionContext context)
        {
            diary.Lines.Add("function " + context.FunctionDefinition.Name);
            return Results.Text("hello");
        }

        [Function("Replaced")]
        public static IResult Replaced([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Results.Text("by itself");

        [Function("Fails")]
        public static IResult Fails([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => throw new InvalidOperationException("on purpose");

        [Function("Item")]
        public static IResult Item([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, FunctionContext context) =>
            Results.Text(context.Items.TryGetValue("note", out var note) ? (string)note : "none");
    }
}
