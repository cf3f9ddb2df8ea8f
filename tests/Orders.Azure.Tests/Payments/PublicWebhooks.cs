using System.Diagnostics;
using System.Text.Json;

namespace Orders.Azure.Tests.Payments;

/// <summary>A message for the public libraries to sign or verify.</summary>
/// <param name="Do"><c>sign</c> or <c>verify</c>.</param>
/// <param name="Scheme"><c>standard</c> or <c>stripe</c>.</param>
/// <param name="Timestamp">Unix seconds.</param>
/// <param name="Body">Base64 to the script; text in the recorded vectors.</param>
internal sealed record PublicWebhook(string Do, string Scheme, string Secret, string Id, long Timestamp, string Body, string? Signature = null);

internal sealed record PublicAnswer(string? Signature, bool? Genuine, string? Because);

/// <summary>The npm packages <c>standardwebhooks</c> and <c>stripe</c>, behind the script of <c>tests/interop</c>, and what they signed once.</summary>
internal static class PublicWebhooks
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static string Folder { get; } = Path.Combine(Root(), "tests", "interop");

    /// <summary>Made by <c>node webhooks.cjs vectors</c>, and committed: so that the check runs without node as well.</summary>
    public static IReadOnlyList<PublicWebhook> Recorded() => JsonSerializer.Deserialize<List<PublicWebhook>>(File.ReadAllBytes(Path.Combine(Folder, "vectors.json")), Json)!;

    public static async Task<IReadOnlyList<PublicAnswer>> AskAsync(IReadOnlyList<PublicWebhook> messages)
    {
        using var node = Process.Start(new ProcessStartInfo("node", "webhooks.cjs")
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await JsonSerializer.SerializeAsync(node.StandardInput.BaseStream, messages, Json);
        node.StandardInput.Close();
        var text = await output;
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, $"node ended with {node.ExitCode}: {await errors}");
        var answers = JsonSerializer.Deserialize<List<PublicAnswer>>(text, Json)!;
        Assert.Equal(messages.Count, answers.Count);
        return answers;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OrderFunctions.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        return folder;
    }
}
