using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Orders.Application;
using Orders.Application.Access;
using Orders.Azure.Resilience;
using Orders.Contracts.Tests.Subjects;
using Orders.Embedded.Storage;
using Polly;

namespace Orders.Contracts.Tests.Access;

/// <summary>What everything must do that tells how a dependency is.</summary>
public abstract partial class DependencyContract(Subject subject) : ContractTests(subject)
{
    protected abstract IDependency Dependency { get; }

    [Fact]
    public async Task AWellDependency_IsHealthy_HoweverOftenItIsLookedAt()
    {
        for (var n = 0; n < 3; n++)
            Assert.Equal(DependencyState.Healthy, await LookAsync());
    }

    [Fact]
    public async Task ADependencyThatFails_IsNotHealthy_AndIsAgainOnceItWorks()
    {
        await FailAsync();
        Assert.NotEqual(DependencyState.Healthy, await LookAsync());
        await WorkAsync();
        Assert.Equal(DependencyState.Healthy, await LookAsync());
    }

    /// <summary>Whoever is shunned because it was unhealthy is not called, so no call can make it well.</summary>
    [Fact]
    public async Task ADependencyThatNobodyCallsAnyMore_IsNotUnhealthyForEver()
    {
        for (var n = 0; n < 50; n++)
            await FailAsync();
        Assert.Equal(DependencyState.Unhealthy, await LookAsync());
        Subject.Clock.MoveTo(Subject.Clock.GetUtcNow().AddMinutes(2));
        Assert.NotEqual(DependencyState.Unhealthy, await LookAsync());
    }

    [Fact]
    public void Name_SaysNothingOfWhere()
    {
        Assert.Matches(Form(), Dependency.Name);
        Assert.Equal(Dependency.Name, Dependency.Name);
    }

    /// <summary>A real call that fails, and one that goes through.</summary>
    protected abstract Task FailAsync();

    protected abstract Task WorkAsync();

    protected async Task<DependencyState> LookAsync()
    {
        try
        {
            return await Dependency.LookAsync(None);
        }
        catch (DependencyUnavailableException)
        {
            return DependencyState.Unhealthy;
        }
    }

    [GeneratedRegex("^[a-z0-9-]{1,60}$")]
    private static partial Regex Form();
}

/// <summary>The embedded store, by its writes.</summary>
public abstract class StoreDependencyContract(Subject subject) : DependencyContract(subject)
{
    protected override IDependency Dependency => Subject.Port<IDependency>();

    protected override Task FailAsync() => Assert.ThrowsAsync<DependencyUnavailableException>(() => Subject.Port<EmbeddedTables>().WriteAsync<bool>(
        _ => throw new SqliteException("database or disk is full", 13), None));

    protected override Task WorkAsync() => Subject.Port<EmbeddedTables>().WriteAsync(_ => { }, None);
}

public sealed class StoreDependency() : StoreDependencyContract(Subject.OnMemory());

/// <summary>A dependency behind a pipeline, by its circuit.</summary>
public sealed class CircuitDependency : DependencyContract
{
    private readonly Circuit circuit;
    private readonly ResiliencePipeline pipeline;

    public CircuitDependency()
        : base(Subject.OnMemory())
    {
        circuit = new Circuit("cosmos", isNeeded: true, Subject.Clock);
        pipeline = DependencyPipeline.Build(
            new PipelineOptions { Retries = 0 }, failure => failure is IOException, Subject.Clock, () => 0.5, TimeProvider.System, circuit);
    }

    protected override IDependency Dependency => circuit;

    protected override Task FailAsync() => Record.ExceptionAsync(async () => await pipeline.ExecuteAsync(_ => throw new IOException("lost")));

    protected override Task WorkAsync() => pipeline.ExecuteAsync(_ => ValueTask.CompletedTask).AsTask();
}
