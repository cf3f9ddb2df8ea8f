using System.Buffers.Binary;
using System.Text.Json;
using LocalFunctions.Storage;
using Orders.Application.Checkout;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Checkout;

/// <summary>The answers on disk.</summary>
internal sealed class IdempotencyTable(EmbeddedTables tables)
{
    public KeyRecord.Answered? Find(UInt128 key) => tables.Read(session => session.First(
        "SELECT fingerprint, status, content_type, headers, body, expires_at FROM idempotency WHERE key = $1",
        row => new KeyRecord.Answered(
            row.GetString(0),
            new StoredAnswer(
                row.GetInt32(1), row.GetString(2), JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(3))!, row.GetBytes(4)),
            row.GetInstant(5)),
        Column(key)));

    public Task PutAsync(IReadOnlyList<(UInt128 Key, KeyRecord.Answered Record)> answers) => tables.WriteAsync(
        transaction =>
        {
            foreach (var (key, record) in answers)
            {
                transaction.Execute(
                    """
                    INSERT INTO idempotency (key, fingerprint, status, content_type, headers, body, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
                    ON CONFLICT (key) DO UPDATE SET fingerprint = $2, status = $3, content_type = $4, headers = $5, body = $6, expires_at = $7
                    """,
                    Column(key), record.Fingerprint, record.Answer.Status, record.Answer.ContentType, JsonSerializer.Serialize(record.Answer.Headers),
                    record.Answer.Body, record.ExpiresAt);
            }
        },
        CancellationToken.None);

    public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "DELETE FROM idempotency WHERE seq IN (SELECT seq FROM idempotency WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)", before, limit),
        cancellation);

    private static byte[] Column(UInt128 key)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, key);
        return bytes;
    }
}
