using System.Text;
using System.Text.Json;
using LocalFunctions.Storage;

namespace LocalFunctions.Durable.Engine;

/// <summary>A recorded execution as one JSON document. A format that lives in files beside tests: add, never rename.</summary>
internal sealed record HistoryFile(Execution Execution, List<List<HistoryEvent>> Turns)
{
    public static string? Export(SqlSession session, string instanceId) => DurableTables.Find(session, instanceId) is { } row
        ? Write(new HistoryFile(row.ToExecution(), TurnRunner.ReadHistory(session, row.Seq)))
        : null;

    /// <exception cref="JsonException">It is no exported history.</exception>
    public static HistoryFile Parse(string text)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var root = document.RootElement;
        if (!root.TryGetProperty("orchestrator", out var name) || !root.TryGetProperty("turns", out var turns))
            throw new JsonException("An exported history has the properties 'orchestrator' and 'turns'.");
        var parent = root.TryGetProperty("parent", out var found)
            ? new ParentOrchestrationInstance(found.GetProperty("name").GetString()!, found.GetProperty("instanceId").GetString()!)
            : null;
        var execution = new Execution(
            root.GetProperty("instanceId").GetString()!,
            name.GetString()!,
            root.GetProperty("version").GetString()!,
            root.TryGetProperty("input", out var input) ? input.GetRawText() : null,
            parent);
        return new HistoryFile(execution, [.. turns.EnumerateArray().Select(turn => HistoryCodec.DecodeMany(Encoding.UTF8.GetBytes(turn.GetRawText())))]);
    }

    private static string Write(HistoryFile file)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            var execution = file.Execution;
            json.WriteStartObject();
            json.WriteString("orchestrator", execution.Name);
            json.WriteString("instanceId", execution.InstanceId);
            json.WriteString("version", execution.Version);
            if (execution.Input is not null)
            {
                json.WritePropertyName("input");
                json.WriteRawValue(execution.Input);
            }

            if (execution.Parent is { } parent)
            {
                json.WriteStartObject("parent");
                json.WriteString("name", parent.Name.Name);
                json.WriteString("instanceId", parent.InstanceId);
                json.WriteEndObject();
            }

            json.WriteStartArray("turns");
            foreach (var turn in file.Turns)
            {
                json.WriteStartArray();
                foreach (var one in turn)
                    HistoryCodec.Write(json, one);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
