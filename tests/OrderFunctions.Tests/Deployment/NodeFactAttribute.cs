namespace OrderFunctions.Tests.Deployment;

/// <summary>
/// A test that reads Bicep by the grammar in <c>tests/interop</c>. Skipped with its reason where that is not installed; where <c>ORDERS_NODE=required</c> (CI)
/// nothing is skipped: it fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = Reason;

    private static string? Reason { get; } =
        Environment.GetEnvironmentVariable("ORDERS_NODE") == "required" ? null
        : !IsInstalled ? "node is not installed here (Debian: apt-get install nodejs npm); CI runs this test."
        : !Directory.Exists(Path.Combine(BicepFile.Folder, "node_modules", "tree-sitter-bicep")) ? "The grammar is not installed: npm ci --prefix tests/interop; CI runs this test."
        : null;

    private static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")));
}
