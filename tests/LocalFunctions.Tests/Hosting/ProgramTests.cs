using System.Net;
using System.Reflection;
using LocalFunctions.Functions;
using LocalFunctions.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LocalFunctions.Tests.Hosting;

/// <summary>An app as its own Program.cs runs it: on Kestrel, with a store in a file.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task App_ListensLast_AndStopsFirst()
    {
        var order = new List<string>();
        using var app = Build(order);
        var status = app.Services.GetRequiredService<LocalHostStatus>();
        Assert.False(status.IsReady);
        await app.StartAsync();
        Assert.True(status.IsReady);
        Assert.Equal(["app's own service starts, listening: False"], order);

        var address = Address(app);
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        Assert.Equal("hello", await client.GetStringAsync("api/Hello"));

        var slow = client.GetStringAsync("api/Slow");
        await app.Services.GetRequiredService<Gate>().Entered.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var stopping = app.StopAsync();
        Assert.False(status.IsReady);
        app.Services.GetRequiredService<Gate>().Open.SetResult();
        Assert.Equal("slow, but whole", await slow);
        await stopping;
        Assert.Equal("app's own service stops", order[^1]);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("api/Hello"));
    }

    [Fact]
    public void Builder_BuildsOnce()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        using var app = builder.Build();
        Assert.Throws<InvalidOperationException>(() => builder.Build());
        Assert.Throws<InvalidOperationException>(() => builder.Use(next => next));
    }

    [Fact]
    public void FunctionAssemblies_AreThoseThatCanNameTheAttributes()
    {
        var found = FunctionAssemblies.From([Assembly.GetExecutingAssembly()]).Select(assembly => assembly.GetName().Name!).ToList();
        Assert.Contains("LocalFunctions.Tests", found);
        Assert.DoesNotContain("LocalFunctions", found);
        Assert.DoesNotContain("xunit.core", found);
    }

    private static IHost Build(List<string> order)
    {
        var builder = FunctionsApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddSingleton<Gate>();
        builder.Services.AddHostedService(provider => new Neighbour(provider.GetRequiredService<IServer>(), order));
        builder.UseFunctions(typeof(Functions)).ConfigureLocalHost(local =>
            local.DataDirectory = Directory.CreateTempSubdirectory("local-functions-").FullName);
        return builder.Build();
    }

    private static string Address(IHost app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public sealed class Gate
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Neighbour(IServer server, List<string> order) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            var listening = server.Features.Get<IServerAddressesFeature>()?.Addresses.Any(address => !address.EndsWith(":0", StringComparison.Ordinal));
            order.Add($"app's own service starts, listening: {listening}");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            order.Add("app's own service stops");
            return Task.CompletedTask;
        }
    }

    public sealed class Functions(Gate gate)
    {
        [Function("Hello")]
        public static IResult Hello([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Results.Text("hello");

        [Function("Slow")]
        public async Task<IResult> Slow([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request)
        {
            gate.Entered.SetResult();
            await gate.Open.Task;
            return Results.Text("slow, but whole");
        }
    }
}
