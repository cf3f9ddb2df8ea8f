using Xunit;

namespace Repository.Tests;

/// <summary>Whoever is woken finds in docs/operating.md what woke them, and nothing that isn't so any more.</summary>
public sealed class OperatingRulesTests
{
    private static readonly string Operating = SourceTree.Document("docs/operating.md");

    [Fact]
    public void EveryEventFromWarningUpwards_HasARow()
    {
        var code = OperatingRules.AlertsIn(SourceTree.Sources);

        Assert.True(code.Count > 50);
        Assert.Empty(OperatingRules.Differences(code, OperatingRules.AlertsIn(Operating)));
        Assert.Empty(OperatingRules.UnreadAlerts(SourceTree.Sources));
    }

    [Fact]
    public void EveryFigure_HasARow()
    {
        var code = OperatingRules.FiguresIn(SourceTree.Sources);

        Assert.True(code.Count > 10);
        Assert.Empty(OperatingRules.Differences(code, OperatingRules.FiguresIn(Operating)));
    }

    [Fact]
    public void EventWithoutARow_AndRowWithoutAnEvent_AreFound()
    {
        SourceFile[] planted = [new("src/A.cs", "[LoggerMessage(\n  9001, LogLevel.Error, \"It \\\"broke\\\" ({Why})\")]\npublic static partial void Broke(this ILogger log, string why);")];

        Assert.Equal(["9001 Broke"], OperatingRules.AlertsIn(planted));
        Assert.Single(OperatingRules.Differences(OperatingRules.AlertsIn(planted), OperatingRules.AlertsIn("| 9001 Broken | what |\n")), one => one.EndsWith("9001 Broke", StringComparison.Ordinal));
        Assert.Equal(2, OperatingRules.Differences(OperatingRules.AlertsIn(planted), OperatingRules.AlertsIn("| 9001 Broken | what |\n")).Count());
        Assert.Empty(OperatingRules.Differences(OperatingRules.AlertsIn(planted), OperatingRules.AlertsIn("| 9001 Broke | what |\n")));
    }

    [Theory]
    [InlineData("log.LogError(\"broke\");")]
    [InlineData("[LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = \"broke\")] partial void Broke();")]
    public void EventInAnotherForm_IsFound(string source) => Assert.Single(OperatingRules.UnreadAlerts([new("src/A.cs", source)]));

    [Fact]
    public void FigureWithoutARow_IsFound() => Assert.Single(OperatingRules.Differences(
        OperatingRules.FiguresIn([new SourceFile("src/A.cs", "Meter.CreateCounter<long>(\n \"orders.lost\", \"{order}\");")]), OperatingRules.FiguresIn(Operating)),
        one => one.EndsWith("no row for orders.lost", StringComparison.Ordinal));
}
