using System.Xml.Linq;

namespace Repository.Tests;

/// <param name="Path">From the repository's root, with <c>/</c>.</param>
public sealed record SourceFile(string Path, string Text)
{
    public IEnumerable<string> Lines => Text.Split('\n');

    /// <summary>The folders above it, outermost first.</summary>
    public string[] Folders => Path.Split('/')[..^1];
}

/// <param name="Name">The project's name.</param>
/// <param name="Projects">The projects that it names.</param>
/// <param name="Packages">The packages that it names, whatever the host it compiles for.</param>
public sealed record ProjectFile(string Name, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
{
    public static ProjectFile Parse(string path, string xml)
    {
        var document = XDocument.Parse(xml);
        IReadOnlyList<string> Included(string element) =>
            [.. document.Descendants(element).Select(e => e.Attribute("Include")!.Value)];
        return new ProjectFile(
            Path.GetFileNameWithoutExtension(path), [.. Included("ProjectReference").Select(p => Path.GetFileNameWithoutExtension(p))], Included("PackageReference"));
    }
}

/// <summary>What the repository holds, without what builds leave behind.</summary>
internal static class SourceTree
{
    private static readonly string Root = FindRoot();

    public static IReadOnlyList<SourceFile> Sources { get; } = [.. Read("*.cs")];

    public static IReadOnlyList<ProjectFile> Projects { get; } =
        [.. Read("*.csproj").Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal)).Select(file => ProjectFile.Parse(file.Path, file.Text))];

    /// <summary>The text of a file by its path from the root.</summary>
    public static string Document(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<SourceFile> Read(string pattern) => new[] { "src", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories))
        .Select(path => new SourceFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path)))
        .Where(file => !file.Folders.Contains("bin") && !file.Folders.Contains("obj"))
        .OrderBy(file => file.Path, StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OrderFunctions.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests run outside the repository.");
    }
}
