using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace OrderFunctions.LocalHost.Demo;

/// <summary>Shows how far the demo is: bars on a terminal, a line per finished stage where the output goes to a file.</summary>
internal sealed class DemoStages
{
    private readonly IAnsiConsole console;
    private readonly ProgressContext? bars;

    private DemoStages(IAnsiConsole console, ProgressContext? bars) => (this.console, this.bars) = (console, bars);

    public static async Task RunAsync(IAnsiConsole console, Func<DemoStages, Task> play)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            await play(new DemoStages(console, bars: null));
            return;
        }

        await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(bars => play(new DemoStages(console, bars)));
    }

    /// <summary>One stage of <paramref name="steps"/> steps; the stage tells each that it has done.</summary>
    public async Task StageAsync(string title, int steps, Func<Action, Task> run)
    {
        var watch = Stopwatch.StartNew();
        var bar = bars?.AddTask(title, maxValue: Math.Max(1, steps));
        await run(() => bar?.Increment(1));
        bar?.StopTask();
        if (bar is null)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title,-40} {steps,6} in {watch.Elapsed.TotalSeconds,5:0.0} s"));
    }
}
