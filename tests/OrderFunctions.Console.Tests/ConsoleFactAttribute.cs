namespace OrderFunctions.Console.Tests;

/// <summary>
/// A test that drives the console in a real browser. Skipped with its reason where there is none; where <c>ORDERS_CHROMIUM=required</c> (CI) nothing is skipped: it fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConsoleFactAttribute : FactAttribute
{
    public ConsoleFactAttribute() => Skip = Chromium.Missing;
}

/// <inheritdoc cref="ConsoleFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConsoleTheoryAttribute : TheoryAttribute
{
    public ConsoleTheoryAttribute() => Skip = Chromium.Missing;
}

/// <summary>The browser of this machine, and the public accessibility checks.</summary>
internal static class Chromium
{
    public const string Path = "/usr/bin/chromium";

    /// <summary>Why these tests can't run; null when they can, or must.</summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable("ORDERS_CHROMIUM") == "required" ? null
        : !File.Exists(Path) ? "chromium is not installed here (Debian: apt-get install chromium); CI runs this test."
        : !File.Exists(AxePath) ? "axe-core is not installed: npm ci --prefix tests/interop; CI runs this test."
        : null;

    /// <summary>The script of axe-core, from the folder of public libraries.</summary>
    public static string AxePath => System.IO.Path.Combine(Root(), "tests", "interop", "node_modules", "axe-core", "axe.min.js");

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "OrderFunctions.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests run outside the repository.");
    }
}
