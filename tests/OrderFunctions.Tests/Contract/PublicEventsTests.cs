using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orders.Azure.Tests.Payments;

namespace OrderFunctions.Tests.Contract;

/// <summary>The public CloudEvents library reads our events as what they are.</summary>
public sealed class PublicEventsTests
{
    [NodeFact]
    public async Task Events_AreReadByThePublicLibrary()
    {
        var bodies = new List<string>(EventCatalogue.Read().Messages.Select(message => message.Example.ToJsonString()));
        bodies.AddRange(await PlayedEvents.PlayAsync());

        var answers = await AskAsync(bodies);

        foreach (var (body, answer) in bodies.Zip(answers))
        {
            var sent = JsonNode.Parse(body)!;
            Assert.True(answer["because"] is null, $"{answer} {body}");
            foreach (var attribute in new[] { "id", "type", "source", "subject", "sequence", "userid" })
                Assert.Equal((string?)sent[attribute], (string?)answer[attribute]);
            Assert.Equal((string?)sent["data"]!["orderId"], (string?)answer["orderId"]);
            Assert.Equal(DateTimeOffset.Parse((string)sent["time"]!).ToUnixTimeMilliseconds(), DateTimeOffset.Parse((string)answer["time"]!).ToUnixTimeMilliseconds());
        }
    }

    /// <summary>Negative control: the library refuses what is no event.</summary>
    [NodeFact]
    public async Task WhatIsNoEvent_IsRefusedByThePublicLibrary()
    {
        var answers = await AskAsync(["{}", """{"specversion":"1.0","id":"1","type":"order.paid.v1"}"""]);

        Assert.All(answers, answer => Assert.NotNull(answer["because"]));
    }

    private static async Task<IReadOnlyList<JsonNode>> AskAsync(IReadOnlyList<string> bodies)
    {
        using var node = Process.Start(new ProcessStartInfo("node", "events.cjs")
        {
            WorkingDirectory = Path.Combine(RepositoryRoot.Path, "tests", "interop"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await JsonSerializer.SerializeAsync(node.StandardInput.BaseStream, bodies);
        node.StandardInput.Close();
        var text = await output;
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, $"node ended with {node.ExitCode}: {await errors}");
        return [.. JsonNode.Parse(text)!.AsArray().Select(answer => answer!)];
    }
}
