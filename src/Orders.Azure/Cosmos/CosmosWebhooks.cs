using Orders.Application.Events;

namespace Orders.Azure.Cosmos;

/// <summary>The register of endpoints: one document, in a partition of its own beside the endpoints' deliveries; a save names the version that it replaces.</summary>
public sealed class CosmosWebhooks(CosmosDatabase database) : IWebhooks
{
    /// <summary>The container, also of <see cref="CosmosDeliveries"/>.</summary>
    public const string Container = "webhooks";

    /// <summary>No endpoint has that id.</summary>
    private const string TheOne = "register";

    private readonly CosmosDocuments documents = database[Container];

    public async Task<WebhookRegister> ReadAsync(CancellationToken cancellation) =>
        await documents.FindAsync(TheOne, TheOne, cancellation).ConfigureAwait(false) is { } found
            ? WebhookJson.ReadRegister(found.Document.GetProperty("document").Utf8())
            : WebhookRegister.Empty;

    public Task<bool> SaveAsync(WebhookRegister register, CancellationToken cancellation)
    {
        var content = WebhookJson.Write(register);
        return register.Version == 1
            ? documents.CreateVersionAsync(TheOne, TheOne, First(register, content), content, cancellation)
            : documents.SaveVersionAsync(TheOne, TheOne, register.Version, content, cancellation);
    }

    private static byte[] First(WebhookRegister register, byte[] content) => CosmosJson.Write(json =>
    {
        json.WriteString("id", TheOne);
        json.WriteString("kind", TheOne);
        json.WriteString("webhookId", TheOne);
        json.WriteNumber("version", register.Version);
        json.WriteMember("document", content);
    });
}
