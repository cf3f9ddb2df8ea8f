using System.Text.RegularExpressions;

namespace Repository.Tests;

/// <summary>What docs/operating.md and the code must say alike: log events that people are told of, and figures. Each returns what breaks it.</summary>
internal static partial class OperatingRules
{
    /// <summary>Events from Warning upwards, as <c>id name</c>. Ids are an assembly's own, so the name is a part of it.</summary>
    public static IReadOnlySet<string> AlertsIn(IEnumerable<SourceFile> files) => (
        from file in Sources(files)
        from Match one in Alert().Matches(file.Text)
        select $"{one.Groups["id"].Value} {one.Groups["name"].Value}").ToHashSet(StringComparer.Ordinal);

    /// <summary>Events that are declared in a form which <see cref="AlertsIn"/> would not see.</summary>
    public static IEnumerable<string> UnreadAlerts(IEnumerable<SourceFile> files) =>
        from file in Sources(files)
        where AnyAlert().Count(file.Text) != Alert().Count(file.Text)
        select $"{file.Path} declares an event in a form of its own";

    /// <summary>Rows <c>| 1204 RefundFailed | …</c>.</summary>
    public static IReadOnlySet<string> AlertsIn(string document) =>
        Row().Matches(document).Select(row => $"{row.Groups["id"].Value} {row.Groups["name"].Value}").ToHashSet(StringComparer.Ordinal);

    /// <summary>Names of instruments.</summary>
    public static IReadOnlySet<string> FiguresIn(IEnumerable<SourceFile> files) =>
        Sources(files).SelectMany(file => Instrument().Matches(file.Text)).Select(one => one.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>Rows that begin with a figure's name: <c>| `orders.placed` | …</c>.</summary>
    public static IReadOnlySet<string> FiguresIn(string document) =>
        FigureRow().Matches(document).Select(row => row.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

    public static IEnumerable<string> Differences(IReadOnlySet<string> code, IReadOnlySet<string> document) =>
        code.Except(document).Select(one => $"docs/operating.md has no row for {one}")
            .Concat(document.Except(code).Select(one => $"docs/operating.md has a row for {one}, which the code hasn't"));

    private static IEnumerable<SourceFile> Sources(IEnumerable<SourceFile> files) => files.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal));

    [GeneratedRegex(@"LoggerMessage\(\s*(?<id>\d+),\s*LogLevel\.(Warning|Error|Critical),\s*""(?:[^""\\]|\\.)*""\)\]\s*(?:public |internal |private )?(?:static )?partial void (?<name>\w+)\(")]
    private static partial Regex Alert();

    [GeneratedRegex(@"LoggerMessage\([^""]*LogLevel\.(Warning|Error|Critical)|\.Log(Warning|Error|Critical)\(")]
    private static partial Regex AnyAlert();

    [GeneratedRegex(@"^\| (?<id>\d+) (?<name>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\.Create(Counter|Histogram|Gauge|UpDownCounter|ObservableGauge|ObservableCounter)(<\w+>)?\(\s*""(?<name>[^""]+)""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"^\| `(?<name>(orders|localfunctions)\.[a-z_.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex FigureRow();
}
