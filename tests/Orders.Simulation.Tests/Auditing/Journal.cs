using LocalFunctions.Storage;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>One change of what is stored, as the database itself wrote it down.</summary>
/// <param name="Seq">Its place among all changes.</param>
/// <param name="Kind">Of what: a name of <see cref="Journal"/>.</param>
internal sealed record JournalRow(long Seq, string Kind, string Key, long Number, string? Text, byte[]? Body);

/// <summary>
/// Triggers that write down every change of the tables that matter, within the commit that makes it. So the auditor sees each version, event
/// and counter that ever was durable, in the order of their commits, whatever the code did or believed, and whether or not it died then.
/// They are temporary objects of the store's one connection: the shop's own schema stays as it is, and a killed process loses none.
/// </summary>
internal sealed class Journal
{
    public const string Order = "order";
    public const string OutboxItem = "outbox";
    public const string Sent = "sent";
    public const string Stock = "stock";
    public const string Hold = "hold";
    public const string Capture = "capture";
    public const string Refund = "refund";
    public const string WebhookTaken = "taken";
    public const string Message = "message";
    public const string Told = "told";
    public const string Unpaid = "unpaid";
    public const string Sale = "sale";
    public const string Place = "place";

    private const string After = "AFTER INSERT";
    private long last;

    public Journal(LocalStore store) => store.WriteAsync(transaction =>
    {
        transaction.Execute("CREATE TEMP TABLE audit (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, key TEXT, number INTEGER, text TEXT, body BLOB)");
        foreach (var occasion in new[] { After, "AFTER UPDATE" })
        {
            Watch(transaction, occasion, "orders", Order, "new.order_id", "new.version", "new.user_id", "new.document");
            Watch(transaction, occasion, "stock", Stock, "new.sku", "new.stock", "new.held || ' ' || new.sold || ' ' || new.backorder || ' ' || coalesce(new.hold_cap, -1)", "NULL");
            Watch(transaction, occasion, "stock_holds", Hold, "new.order_id", "new.number", "new.state || ' ' || new.user_id || ' ' || new.lines", "NULL");
            Watch(transaction, occasion, "sale_units", Sale, "new.sale_id", "new.quantity", "new.per_buyer || ' ' || new.held || ' ' || new.sold", "NULL");
            Watch(transaction, occasion, "sale_holds", Place, "new.order_id", "new.number", "new.state || ' ' || new.user_id || ' ' || new.sku || ' ' || new.quantity", "NULL");
            Watch(transaction, occasion, "provider_messages", Message, "new.message_id", "new.is_first", "new.state", "CAST(new.body AS BLOB)");
        }

        Watch(transaction, After, "stock_unpaid", Unpaid, "new.order_id", "0", "new.user_id || ' ' || new.sku", "NULL");
        Watch(transaction, After, "order_events", OutboxItem, "new.order_id", "new.sequence", "new.type", "CAST(new.body AS BLOB)");
        Watch(transaction, After, "bus_messages", Sent, "new.message_id", "new.entity", "new.session || ' ' || (SELECT name FROM main.bus_entities WHERE id = new.entity)", "new.body");
        Watch(transaction, After, "simulator_payments", Capture, "new.payment_id", "new.captured_amount", "new.captured_currency", "NULL", "new.captured_amount IS NOT NULL");
        Watch(transaction, After, "simulator_refunds", Refund, "new.payment_id", "new.amount", "new.refund_id || ' ' || new.status", "NULL");
        Watch(transaction, "AFTER DELETE", "simulator_outgoing", WebhookTaken, "old.message_id", "old.attempts", "NULL", "NULL", "old.kind = 'webhook'");
        Watch(transaction, After, "notifications", Told, "new.event_id", "new.seq", "new.order_id", "NULL");
    }).GetAwaiter().GetResult();

    /// <summary>What was committed since the last call, in order. Call it between commits only.</summary>
    public IReadOnlyList<JournalRow> Read(LocalStore store)
    {
        var rows = store.Read(session => session.Query(
            "SELECT seq, kind, key, number, text, body FROM temp.audit WHERE seq > $1 ORDER BY seq",
            row => new JournalRow(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetStringOrNull(4), row.IsDBNull(5) ? null : row.GetBytes(5)),
            last));
        if (rows.Count > 0)
            last = rows[^1].Seq;
        return rows;
    }

    private static void Watch(
        WriteTransaction transaction, string occasion, string table, string kind, string key, string number, string text, string body, string condition = "1") =>
        transaction.Execute(
            $"""
            CREATE TEMP TRIGGER audit_{table}_{occasion.Replace(' ', '_')} {occasion} ON main.{table} WHEN {condition}
            BEGIN INSERT INTO audit (kind, key, number, text, body) VALUES ('{kind}', {key}, {number}, {text}, {body}); END
            """);
}
