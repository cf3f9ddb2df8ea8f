using System.Text.Json.Nodes;
using LocalFunctions.Durable;

namespace LocalFunctions.Tests.Durable;

/// <summary>Whatever the app's code hands over, the history takes it: what can't be stored or read again would be tried for ever.</summary>
public sealed class PayloadTests : DurableTest
{
    [Fact]
    public async Task DeepPayload_ThatTheConverterWrites_IsReadAgain()
    {
        JsonNode deep = JsonValue.Create(1);
        for (var depth = 0; depth < 63; depth++)
            deep = new JsonArray(deep);
        Host.AddActivity<JsonNode, JsonNode>("Same", node => node.DeepClone());
        Samples.Script = context => context.CallActivityAsync<JsonNode>("Same", deep.DeepClone());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await RunAsync(nameof(Samples.Rewindable))).RuntimeStatus);
        Host.Restart();
        Assert.Null(Host.Engine.Replay(Host.Engine.ExportHistory("a")!));
    }
}
