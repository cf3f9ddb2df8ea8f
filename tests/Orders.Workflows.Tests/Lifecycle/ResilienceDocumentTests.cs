using System.Globalization;
using OrderFunctions.Events;
using Orders.Application.Events;
using Orders.Azure.Resilience;

namespace Orders.Workflows.Tests.Lifecycle;

/// <summary>docs/resilience.md says what the code does.</summary>
public sealed class ResilienceDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "resilience.md"));

    public static TheoryData<string> Dependencies => [.. Pipelines.Select(pipeline => pipeline.Name)];

    private static IEnumerable<System.Reflection.PropertyInfo> Pipelines =>
        typeof(ResilienceOptions).GetProperties().Where(property => property.PropertyType == typeof(PipelineOptions));

    [Theory]
    [MemberData(nameof(Dependencies))]
    public void Call_IsAsWritten(string dependency)
    {
        var options = (PipelineOptions)typeof(ResilienceOptions).GetProperty(dependency)!.GetValue(new ResilienceOptions())!;
        var wait = options.Retries == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{options.FirstWait.TotalMilliseconds} ms");

        Assert.Contains(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {dependency} | {options.Retries + 1} | {options.TryTimeout.TotalSeconds} s | {wait} | {options.TotalTimeout.TotalSeconds} s | {options.BreakTime.TotalSeconds} s |"),
            Document);
    }

    [Fact]
    public void Calls_AreSummedUpAsWritten()
    {
        var all = Pipelines.Select(pipeline => (PipelineOptions)pipeline.GetValue(new ResilienceOptions())!).ToList();

        Assert.Contains(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {all.Min(one => one.Retries) + 1} to {all.Max(one => one.Retries) + 1} tries | up to {all.Max(one => one.FirstWait).TotalMilliseconds} ms, doubled, with jitter | {all.Min(one => one.TotalTimeout).TotalSeconds} to {all.Max(one => one.TotalTimeout).TotalSeconds} s |"),
            Document);
        Assert.All(all, one => Assert.Equal((new PipelineOptions().BreakerRatio, new PipelineOptions().BreakerMinimum), (one.BreakerRatio, one.BreakerMinimum)));
    }

    [Fact]
    public void WhenRedisIsAway_IsAsWritten()
    {
        var redis = new ResilienceOptions().Redis;

        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"after {redis.TotalTimeout.TotalSeconds} s at most, and at once while the circuit is open ({redis.BreakTime.TotalSeconds} s"), Document);
    }

    [Fact]
    public void Delivery_IsAsWritten()
    {
        var pauses = DeliveryPauses.Default.Pauses;
        var list = string.Join(", ", pauses.Select(pause => string.Create(CultureInfo.InvariantCulture, $"{pause.TotalSeconds} s")));

        Assert.Contains($"| {pauses.Count + 1} attempts | {list} | {pauses.Sum(pause => pause.TotalSeconds)} s and the attempts themselves, at most {DeliveryPauses.Longest.TotalSeconds} s |", Document);
        Assert.Contains($"no try begins that could last, with a call's longest bound of {PipelineOptions.LongestCall.TotalSeconds} s, beyond {DeliveryPauses.Longest.TotalSeconds} s", Document);
        Assert.Contains($"Of tries that fail at the bound of a query, {new ResilienceOptions().CosmosQueries.TotalTimeout.TotalSeconds} s, {Tries(new ResilienceOptions().CosmosQueries.TotalTimeout)} fit", Document);
    }

    private static int Tries(TimeSpan each)
    {
        var (tries, elapsed) = (1, each);
        for (; DeliveryPauses.Default.After(tries - 1, elapsed) is { } pause; tries++)
            elapsed += pause + each;
        return tries;
    }

    [Fact]
    public void Step_IsAsWritten()
    {
        var (pause, sum) = (StepRetry.FirstPause, TimeSpan.Zero);
        for (var retry = 1; retry < StepRetry.MostAttempts; retry++)
        {
            sum += pause;
            pause = pause * StepRetry.Factor < StepRetry.LongestPause ? pause * StepRetry.Factor : StepRetry.LongestPause;
        }

        Assert.Contains(
            $"| {StepRetry.MostAttempts} attempts | {StepRetry.FirstPause.TotalSeconds} s, doubled, at most {StepRetry.LongestPause.TotalSeconds} s | {sum.TotalSeconds} s |",
            Document);
    }

    [Fact]
    public void Product_IsAsWritten()
    {
        var tries = new PipelineOptions().Retries + 1;

        Assert.Contains($"{StepRetry.MostAttempts} × {tries} = {StepRetry.MostAttempts * tries} tries", Document);
        Assert.Contains($"{RelayOutbox.ParkAt} failures", Document);
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OrderFunctions.sln")))
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new InvalidOperationException("Not within the repository.");
        return folder;
    }
}
