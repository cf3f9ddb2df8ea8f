using System.Globalization;
using Spectre.Console;

namespace OrderFunctions.LocalHost.Demo;

/// <summary>The closing tables: what was played, and what held.</summary>
internal static class DemoReport
{
    private const int MostShown = 5;

    public static void Print(IAnsiConsole console, IReadOnlyList<DemoOrder> orders, IReadOnlyList<Finding> findings, TimeSpan took, int virtualDays)
    {
        var stories = new Table().Border(TableBorder.Rounded).AddColumn("story").AddColumn(new TableColumn("orders").RightAligned()).AddColumn("ends as");
        foreach (var story in Story.All)
            stories.AddRow(story.Title, orders.Count(order => order.Story == story).ToString(CultureInfo.InvariantCulture), story.Status);
        console.Write(stories);

        var rules = new Table().Border(TableBorder.Rounded).AddColumn("what must hold").AddColumn(new TableColumn("checked").RightAligned()).AddColumn("");
        foreach (var finding in findings)
            rules.AddRow(Markup.Escape(finding.Rule), finding.Checked.ToString(CultureInfo.InvariantCulture), finding.Holds ? "[green]holds[/]" : "[red]broken[/]");
        console.Write(rules);

        foreach (var finding in findings.Where(finding => !finding.Holds))
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Broken {finding.Broken.Count} times: {finding.Rule}"));
            foreach (var where in finding.Broken.Take(MostShown))
                console.WriteLine("  " + where);
        }

        var broken = findings.Count(finding => !finding.Holds);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{orders.Count} orders, {virtualDays} days of the shop's time in {took.TotalSeconds:0.0} s; {(broken == 0 ? "every rule held" : $"{broken} rules broken")}."));
    }
}
