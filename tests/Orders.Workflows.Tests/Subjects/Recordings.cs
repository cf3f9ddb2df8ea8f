using LocalFunctions.Durable.Testing;

namespace Orders.Workflows.Tests.Subjects;

/// <summary>
/// Histories that were recorded when the code was older, of one orchestration. <c>ORDERS_RECORD=path</c> writes new ones, which are added, never put in place of old
/// ones.
/// </summary>
/// <param name="folder">Within Histories.</param>
/// <param name="prefix">What their names begin with.</param>
internal sealed class Recordings(string folder, string prefix)
{
    private readonly string path = Path.Combine(AppContext.BaseDirectory, "Histories", folder);

    public IEnumerable<string> Names => Directory.GetFiles(path, $"{prefix}*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public string Read(string recording) => File.ReadAllText(Path.Combine(path, recording + ".json"));

    /// <summary>What is wrong when today's orchestrator is led through it; null for nothing.</summary>
    public string? Replay(string recording, Type orchestrator)
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(orchestrator);
        return host.Engine.Replay(Read(recording));
    }

    /// <summary>Today's run of a story can be replayed, and a recording of it is kept.</summary>
    public async Task KeepAsync(World world, string instance, string recording)
    {
        var history = world.Host.Engine.ExportHistory(instance)!;
        if (Environment.GetEnvironmentVariable("ORDERS_RECORD") is { Length: > 0 } target)
            await File.WriteAllTextAsync(Path.Combine(target, recording + ".json"), history + "\n");
        else
            Assert.Contains(recording, Names);
        Assert.Null(world.Host.Engine.Replay(history));
    }

    public void ShowAll(IEnumerable<string> activities)
    {
        var all = string.Concat(Names.Select(Read));
        Assert.All(activities, activity => Assert.Contains($"\"{activity}\"", all));
    }
}
