using System.Text.RegularExpressions;

namespace Repository.Tests;

/// <summary>Rules about single source files. Each returns what breaks it, so that it can be run on a planted file too.</summary>
internal static partial class SourceRules
{
    private const int MostLines = 300;

    /// <summary>Longer files, each with the reason why it is one thought all the same.</summary>
    private static readonly Dictionary<string, string> Longer = new(StringComparer.Ordinal)
    {
        ["src/LocalFunctions/Storage/LocalStore.cs"] = "the writer, its readers and its crashes share one set of fields",
        ["tests/LocalFunctions.Tests/Messaging/QueueTests.cs"] = "one test per promise of a queue, read as a list",
        ["tests/LocalFunctions.Tests/ChangeFeed/ChangeFeedTests.cs"] = "one test per promise of the change feed, read as a list",
        ["tests/Orders.Application.Tests/Payments/ReconciliationTests.cs"] = "one test per rule of the comparison, read as a list",
        ["tests/OrderFunctions.Tests/Contract/ExamplesTests.cs"] = "what must be there before each example of the contract can be sent",
    };

    /// <summary>The shop's capabilities, the same names in every project.</summary>
    private static readonly string[] Capabilities =
        ["Checkout", "Lifecycle", "Stock", "Payments", "Shipping", "AfterSales", "Events", "Search", "Statistics", "Access"];

    /// <summary>Folders that are no capability, and what they are instead.</summary>
    private static readonly Dictionary<string, string[]> OtherFolders = new(StringComparer.Ordinal)
    {
        ["Orders.Azure"] = ["Blobs", "Cosmos", "ServiceBus", "Redis", "Resilience"], // one per service that it adapts
        ["Orders.Embedded"] = ["Storage"], // the tables that all of them share
        ["OrderFunctions"] = ["Edge"], // what HTTP has in common
    };

    public static IEnumerable<string> TooLong(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Lines.Count() > MostLines && !Longer.ContainsKey(file.Path)
        select $"{file.Path} has {file.Lines.Count()} lines";

    public static IEnumerable<string> ConditionalCompilation(IEnumerable<SourceFile> files) =>
        from file in files
        where IsSource(file) && file.Lines.Any(line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal))
        select $"{file.Path} compiles differently by condition";

    /// <summary>Only three places know that Microsoft's SDK has other namespaces than ours.</summary>
    public static IEnumerable<string> SdkNamespaces(IEnumerable<SourceFile> files) =>
        from file in files
        where IsSource(file) && !IsIn(file, "src/LocalFunctions/") && !IsIn(file, "src/Orders.Azure/") && !GlobalUsings().IsMatch(file.Path)
        from line in file.Lines
        where SdkNamespace().IsMatch(line)
        select $"{file.Path} names the SDK: {line.Trim()}";

    public static IEnumerable<string> Unfinished(IEnumerable<SourceFile> files) =>
        from file in files
        from line in file.Lines
        where UnfinishedWork().IsMatch(line)
        select $"{file.Path} is unfinished: {line.Trim()}";

    public static IEnumerable<string> SwallowedErrors(IEnumerable<SourceFile> files) =>
        from file in files
        where EmptyCatch().IsMatch(file.Text)
        select $"{file.Path} swallows an error without a word";

    public static IEnumerable<string> UnknownFolders(IEnumerable<SourceFile> files) => (
        from file in files
        where IsIn(file, "src/Orders.") || IsIn(file, "src/OrderFunctions/")
        where file.Folders.Length > 2
        let project = file.Folders[1]
        let folder = file.Folders[2]
        where !Capabilities.Contains(folder) && !OtherFolders.GetValueOrDefault(project, []).Contains(folder)
        select $"{project}/{folder} is no capability of the shop").Distinct();

    private static bool IsSource(SourceFile file) => IsIn(file, "src/");

    private static bool IsIn(SourceFile file, string folder) => file.Path.StartsWith(folder, StringComparison.Ordinal);

    [GeneratedRegex(@"^src/OrderFunctions/GlobalUsings\.[A-Za-z]+\.cs$")]
    private static partial Regex GlobalUsings();

    [GeneratedRegex(@"Microsoft\.(Azure\.Functions\.|DurableTask)")]
    private static partial Regex SdkNamespace();

    [GeneratedRegex(@"\bTO(?:)DO\b|\bFIX(?:)ME\b|Not(?:)ImplementedException")]
    private static partial Regex UnfinishedWork();

    [GeneratedRegex(@"\bcatch\s*(\([^)]*\))?\s*(when\s*\([^{]*\)\s*)?\{\s*\}")]
    private static partial Regex EmptyCatch();
}
