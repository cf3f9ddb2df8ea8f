using System.Globalization;
using OrderFunctions.Events;
using Orders.Application.Events;
using Orders.Azure.Resilience;

namespace Orders.Workflows.Tests.Lifecycle;

/// <summary>docs/resilience.md says what the code does.</summary>
public sealed class ResilienceDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "resilience.md"));

    [Fact]
    public void Call_IsAsWritten()
    {
        var options = new HttpPipelineOptions();

        Assert.Contains($"| {options.Retries + 1} tries | {options.FirstWait.TotalMilliseconds} ms, doubled, with jitter | {options.TotalTimeout.TotalSeconds} s |", Document);
    }

    [Fact]
    public void Delivery_IsAsWritten()
    {
        var pauses = DeliveryPauses.Default.Pauses;
        var list = string.Join(", ", pauses.Select(pause => string.Create(CultureInfo.InvariantCulture, $"{pause.TotalSeconds} s")));

        Assert.Contains($"| {pauses.Count + 1} attempts | {list} | {pauses.Sum(pause => pause.TotalSeconds)} s ", Document);
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
        var tries = new HttpPipelineOptions().Retries + 1;

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
