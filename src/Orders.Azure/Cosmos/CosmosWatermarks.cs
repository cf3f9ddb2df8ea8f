using Orders.Application.Events;

namespace Orders.Azure.Cosmos;

/// <summary>Named places of sweeps and nightly jobs, read by their name alone.</summary>
public sealed class CosmosWatermarks(CosmosDatabase database) : IWatermarks
{
    private readonly CosmosDocuments documents = database["watermarks"];

    public async Task<string?> FindAsync(string name, CancellationToken cancellation)
    {
        var id = CosmosIds.Of(name);
        return (await documents.FindAsync(id, id, cancellation).ConfigureAwait(false))?.Document.Text("value");
    }

    public async Task SetAsync(string name, string? value, CancellationToken cancellation)
    {
        var id = CosmosIds.Of(name);
        if (value is null)
        {
            await documents.DeleteAsync(id, id, etag: null, cancellation).ConfigureAwait(false);
            return;
        }

        var document = CosmosJson.Write(json =>
        {
            json.WriteString("id", id);
            json.WriteString("name", name);
            json.WriteString("value", value);
        });
        await documents.PutAsync(id, document, cancellation).ConfigureAwait(false);
    }
}
