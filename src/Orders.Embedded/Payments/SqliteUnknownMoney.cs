using System.Text.Json;
using System.Text.Json.Serialization;
using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Payments;

/// <summary>Held money as documents, with the columns that its lists go by.</summary>
public sealed class SqliteUnknownMoney(EmbeddedTables tables) : IUnknownMoney
{
    public Task<UnknownMoney> HoldAsync(UnknownMoney money, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            transaction.Execute(
                "INSERT INTO unknown_money (id, state, version, held_since, document) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
                money.Id, money.State, money.Version, money.HeldSince, Write(money));
            return Find(transaction, money.Id)!;
        },
        cancellation);

    public Task<UnknownMoney?> FindAsync(string id, CancellationToken cancellation) => tables.ReadAsync(session => Find(session, id), cancellation);

    public Task<bool> SaveAsync(UnknownMoney changed, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "UPDATE unknown_money SET state = $2, version = $3, document = $4 WHERE id = $1 AND version = $3 - 1",
            changed.Id, changed.State, changed.Version, Write(changed)) == 1,
        cancellation);

    public Task<Page<UnknownMoney>> ListAsync(UnknownMoneyState? state, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 100);
        var list = $"unknown money {state}";
        var (since, id) = cursor is null ? (0, "") : Cursor.Read(list, cursor);
        return tables.ReadAsync(
            session =>
            {
                var rows = session.Query(
                    """
                    SELECT document FROM unknown_money
                    WHERE (held_since, id) > ($1, $2) AND ($3 IS NULL OR state = $3) ORDER BY held_since, id LIMIT $4
                    """,
                    Read, since, id, state?.ToString(), limit + 1);
                var items = rows.Take(limit).ToList();
                return new Page<UnknownMoney>(items, rows.Count > limit ? Cursor.Write(list, items[^1].HeldSince.UtcTicks, items[^1].Id) : null);
            },
            cancellation);
    }

    private static UnknownMoney? Find(SqlSession session, string id) => session.First("SELECT document FROM unknown_money WHERE id = $1", Read, id);

    private static byte[] Write(UnknownMoney money) => JsonSerializer.SerializeToUtf8Bytes(money, UnknownMoneyJson.Default.UnknownMoney);

    private static UnknownMoney Read(SqlRow row) => JsonSerializer.Deserialize(row.GetBytes(0), UnknownMoneyJson.Default.UnknownMoney)!;
}

/// <summary>How held money is stored. A persisted format.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UnknownMoney))]
internal sealed partial class UnknownMoneyJson : JsonSerializerContext;
