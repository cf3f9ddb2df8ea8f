using System.Diagnostics;
using System.Text.Json;

namespace OrderFunctions.Tests.Deployment;

internal sealed record BicepParameter(string Name, bool Described);

/// <summary>What the grammar found in a Bicep file, by the script of <c>tests/interop</c>.</summary>
/// <param name="Errors">Places that are no Bicep.</param>
/// <param name="Objects">The names in the objects of each variable, nested ones too.</param>
internal sealed record BicepFile(string Path, IReadOnlyList<string> Errors, IReadOnlyList<BicepParameter> Parameters, IReadOnlyDictionary<string, IReadOnlyList<string>> Objects)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static string Folder { get; } = System.IO.Path.Combine(Repository.Root, "tests", "interop");

    public static async Task<IReadOnlyList<BicepFile>> ReadAsync(params IEnumerable<string> paths)
    {
        using var node = Process.Start(new ProcessStartInfo("node", [System.IO.Path.Combine(Folder, "bicep.cjs"), .. paths])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        var text = await output;
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, $"node ended with {node.ExitCode}: {await errors}");
        return JsonSerializer.Deserialize<List<BicepFile>>(text, Web)!;
    }

    /// <summary>Reads a text as if it stood in a file.</summary>
    public static async Task<BicepFile> PlantedAsync(string text)
    {
        var path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("bicep-").FullName, "planted.bicep");
        await File.WriteAllTextAsync(path, text);
        return (await ReadAsync(path)).Single();
    }
}
