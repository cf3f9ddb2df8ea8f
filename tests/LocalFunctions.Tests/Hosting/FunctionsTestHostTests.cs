using System.Net;
using LocalFunctions.Hosting;
using LocalFunctions.Storage;
using LocalFunctions.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Tests.Hosting;

public sealed class FunctionsTestHostTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Advance_RunsWhatFallsDue_AndNothingElse()
    {
        await using var app = await Reminders.StartAsync();
        await PostAsync(app, "late", 60);
        await PostAsync(app, "soon", 5);
        Assert.Empty(Reminders.Rung(app));

        var moved = await app.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(["soon"], Reminders.Rung(app));
        Assert.Equal(1, moved.Ran);
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 5, 0, TimeSpan.Zero), app.Clock.GetUtcNow());

        await app.AdvanceAsync(TimeSpan.FromDays(30));
        Assert.Equal(["soon", "late"], Reminders.Rung(app));
    }

    [Fact]
    public async Task Status_CountsPerSource()
    {
        await using var app = await Reminders.StartAsync();
        await PostAsync(app, "one", 5);
        var status = app.Services.GetRequiredService<LocalHostStatus>();
        var source = Assert.Single(status.Sources(), source => source.Name == "reminders");
        Assert.True(status.IsReady);
        Assert.Equal(1, source.Counts["waiting reminders"]);
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 5, 0, TimeSpan.Zero), source.NextDue);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_KeepsStoreAndTime_AndTheClientGoesOn(bool kill)
    {
        await using var app = await Reminders.StartAsync();
        var client = app.CreateClient();
        await client.PostAsync("api/reminders/first/5", null);
        await app.AdvanceAsync(TimeSpan.FromMinutes(3));
        await app.RestartAsync(kill);

        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 3, 0, TimeSpan.Zero), app.Clock.GetUtcNow());
        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("api/reminders/second/1", null)).StatusCode);
        await app.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["second", "first"], Reminders.Rung(app));
    }

    [Fact]
    public async Task Kill_WhatWasRunning_StoresNothingAnyMore_AndRunsAgain()
    {
        var hook = new Reminders.Hook();
        await using var app = await Reminders.StartAsync(hook: hook);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hook.BeforeRinging = _ =>
        {
            entered.SetResult();
            return held.Task;
        };
        await PostAsync(app, "held", 0);
        await entered.Task.WaitAsync(Patience);
        var old = app.Store;

        hook.BeforeRinging = _ => Task.CompletedTask;
        var restart = app.RestartAsync(kill: true);
        held.SetResult();
        await restart;

        await Assert.ThrowsAsync<StoreCrashedException>(() => old.WriteAsync(t => t.Execute("DELETE FROM reminder")));
        await app.WhenIdleAsync();
        Assert.Equal(["held"], Reminders.Rung(app));
    }

    [Fact]
    public async Task GracefulRestart_LetsRunningWorkFinish()
    {
        var hook = new Reminders.Hook();
        await using var app = await Reminders.StartAsync(hook: hook);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = 0;
        hook.BeforeRinging = _ =>
        {
            runs++;
            entered.TrySetResult();
            return held.Task;
        };
        await PostAsync(app, "held", 0);
        await entered.Task.WaitAsync(Patience);

        var restart = app.RestartAsync();
        Assert.False(restart.IsCompleted);
        held.SetResult();
        await restart;
        await app.WhenIdleAsync();
        Assert.Equal(1, runs);
        Assert.Equal(["held"], Reminders.Rung(app));
    }

    [Fact]
    public async Task SourceWhoseLoopFails_StopsTheHost()
    {
        var hook = new Reminders.Hook();
        await using var app = await Reminders.StartAsync(hook: hook);
        var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        hook.BeforeTaking = () => throw new InvalidOperationException("the disk is gone");
        app.Services.GetRequiredService<Reminders>().Wake();
        await Task.Delay(Patience, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.True(stopping.IsCancellationRequested);
        Assert.Contains(app.Log.Lines, line => line is { Level: LogLevel.Critical, Failure.Message: "the disk is gone" });
    }

    [Fact]
    public async Task FileStore_SurvivesAKill()
    {
        var folder = Directory.CreateTempSubdirectory("local-functions-").FullName;
        await using var app = await Reminders.StartAsync(new FunctionsTestOptions { DataDirectory = folder });
        await PostAsync(app, "kept", 1);
        await app.RestartAsync(kill: true);
        await app.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["kept"], Reminders.Rung(app));
    }

    [Fact]
    public async Task SteppedApp_DoesNothingByItself_AndItsSeedDecidesTheOrder()
    {
        var orders = new HashSet<string>();
        foreach (var seed in new[] { 1, 1, 2, 3, 4 })
        {
            await using var app = await Reminders.StartAsync(new FunctionsTestOptions { Seed = seed });
            for (var i = 0; i < 6; i++)
                await PostAsync(app, "r" + i, 0);
            Assert.Empty(Reminders.Rung(app));
            Assert.True(await app.StepAsync());
            Assert.Single(Reminders.Rung(app));
            await app.AdvanceAsync(TimeSpan.Zero);
            Assert.Equal(6, Reminders.Rung(app).Count);
            Assert.False(await app.StepAsync());
            orders.Add(string.Join(" ", Reminders.Rung(app)));
        }

        // Five runs, four seeds: the same seed gave the same order, and another gave another.
        Assert.InRange(orders.Count, 2, 4);
    }

    [Fact]
    public async Task RefusedApp_LeavesNothingOpen()
    {
        var folder = Directory.CreateTempSubdirectory("local-functions-").FullName;
        await Assert.ThrowsAsync<FunctionsStartException>(() => FunctionsTestHost.StartAsync(
            builder => builder.UseFunctions(typeof(Reminders.Functions)), new FunctionsTestOptions { DataDirectory = folder }));
        await using var second = await Reminders.StartAsync(new FunctionsTestOptions { DataDirectory = folder });
    }

    private static async Task PostAsync(FunctionsTestHost app, string name, int minutes)
    {
        var answer = await app.CreateClient().PostAsync($"api/reminders/{name}/{minutes}", null);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, app.Log.ToString());
    }
}
