namespace OrderFunctions.Tests.Deployment;

/// <summary>A test that runs a script of the shell: not on Windows, where azd runs hooks in a shell that comes with it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute() => Skip = OperatingSystem.IsWindows() ? "There is no sh; CI runs this test." : null;
}

/// <summary>The same for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "There is no sh; CI runs this test." : null;
}
