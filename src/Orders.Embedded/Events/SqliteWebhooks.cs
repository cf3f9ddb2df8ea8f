using Orders.Application.Events;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Events;

/// <summary>The register of endpoints as one JSON document; a save names the version that it replaces.</summary>
public sealed class SqliteWebhooks(EmbeddedTables tables) : IWebhooks
{
    public Task<WebhookRegister> ReadAsync(CancellationToken cancellation) => tables.ReadAsync(
        session => session.First("SELECT document FROM webhook_register", row => WebhookJson.ReadRegister(row.GetBytes(0))) ?? WebhookRegister.Empty,
        cancellation);

    public Task<bool> SaveAsync(WebhookRegister register, CancellationToken cancellation)
    {
        var document = WebhookJson.Write(register);
        return tables.WriteAsync(
            transaction => transaction.Execute(
                register.Version == 1
                    ? "INSERT INTO webhook_register (id, version, document) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING"
                    : "UPDATE webhook_register SET version = $1, document = $2 WHERE version = $1 - 1",
                register.Version, document) == 1,
            cancellation);
    }
}
