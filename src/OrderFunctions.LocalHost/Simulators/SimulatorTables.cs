using LocalFunctions.Storage;
using Orders.Application.Payments;
using Orders.Domain;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>The simulated provider's books. It is another company: nothing of the app reads these tables. A persisted format.</summary>
internal static class SimulatorTables
{
    public static readonly string[] Steps =
    [
        """
        CREATE TABLE simulator_payments (
          payment_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, method TEXT, status TEXT NOT NULL,
          captured_amount INTEGER, captured_currency TEXT, captured_at INTEGER, reference TEXT, acts INTEGER NOT NULL) WITHOUT ROWID
        """,
        "CREATE INDEX simulator_captures ON simulator_payments (captured_at) WHERE captured_at IS NOT NULL",
        """
        CREATE TABLE simulator_refunds (
          refund_id TEXT PRIMARY KEY, payment_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID
        """,
        "CREATE INDEX simulator_refunds_of ON simulator_refunds (payment_id)",
        "CREATE INDEX simulator_refunds_at ON simulator_refunds (at)",
        """
        CREATE TABLE simulator_outgoing (
          seq INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER NOT NULL, kind TEXT NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL)
        """,
        "CREATE INDEX simulator_outgoing_due ON simulator_outgoing (due, seq)",
        "CREATE TABLE simulator_statements (date TEXT PRIMARY KEY, lines TEXT NOT NULL) WITHOUT ROWID",
        "ALTER TABLE simulator_refunds ADD COLUMN status TEXT NOT NULL DEFAULT 'Succeeded'",
        "CREATE TABLE simulator_refund_answers (payment_id TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID",
    ];

    private const string Columns = "payment_id, order_id, amount, currency, method, status, captured_amount, captured_currency, captured_at, reference, acts";

    public static SimulatedPayment? Find(SqlSession session, string paymentId) =>
        session.First($"SELECT {Columns} FROM simulator_payments WHERE payment_id = $1", ReadPayment, paymentId);

    public static void Put(SqlSession session, SimulatedPayment payment) => session.Execute(
        $"INSERT OR REPLACE INTO simulator_payments ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        payment.PaymentId, payment.OrderId, payment.Amount.Amount, payment.Amount.Currency.Value, payment.Method, payment.Status,
        payment.Captured?.Amount, payment.Captured?.Currency.Value, payment.CapturedAt, payment.Reference, payment.Acts);

    public static SimulatedRefund? FindRefund(SqlSession session, string refundId) => session.First(
        "SELECT refund_id, payment_id, amount, currency, at, status FROM simulator_refunds WHERE refund_id = $1", ReadRefund, refundId);

    /// <summary>What went back of a payment, or is on its way.</summary>
    public static long RefundedOf(SqlSession session, string paymentId) =>
        session.Scalar("SELECT SUM(amount) FROM simulator_refunds WHERE payment_id = $1 AND status <> 'Failed'", paymentId);

    public static void Put(SqlSession session, SimulatedRefund refund) => session.Execute(
        "INSERT OR REPLACE INTO simulator_refunds (refund_id, payment_id, amount, currency, at, status) VALUES ($1, $2, $3, $4, $5, $6)",
        refund.RefundId, refund.PaymentId, refund.Amount.Amount, refund.Amount.Currency.Value, refund.At, refund.Status);

    /// <summary>How refunds of a payment are answered: as they usually are, unless somebody said otherwise.</summary>
    public static ProviderRefundStatus AnswerOf(SqlSession session, string paymentId) =>
        session.First("SELECT answer FROM simulator_refund_answers WHERE payment_id = $1", row => row.GetString(0), paymentId) is { } answer
            ? Enum.Parse<ProviderRefundStatus>(answer)
            : ProviderRefundStatus.Succeeded;

    public static void PutAnswer(SqlSession session, string paymentId, ProviderRefundStatus answer) => session.Execute(
        "INSERT OR REPLACE INTO simulator_refund_answers (payment_id, answer) VALUES ($1, $2)", paymentId, answer);

    public static void Queue(SqlSession session, string kind, string messageId, string body, DateTimeOffset due) => session.Execute(
        "INSERT INTO simulator_outgoing (due, kind, message_id, body, attempts) VALUES ($1, $2, $3, $4, 0)", due, kind, messageId, body);

    /// <summary>What is due, oldest first.</summary>
    public static List<Outgoing> Due(SqlSession session, DateTimeOffset now, int limit) => session.Query(
        "SELECT seq, kind, message_id, body, attempts FROM simulator_outgoing WHERE due <= $1 ORDER BY due, seq LIMIT $2",
        row => new Outgoing(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4)), now, limit);

    public static DateTimeOffset? NextDue(SqlSession session, DateTimeOffset after) => session.First(
        "SELECT MIN(due) FROM simulator_outgoing WHERE due > $1", row => row.GetInstantOrNull(0), after);

    /// <summary>What moved from an instant until before another, in the order of its moving.</summary>
    public static List<SimulatedLine> Statement(SqlSession session, DateTimeOffset from, DateTimeOffset until) => session.Query(
        """
        SELECT 'capture', reference, payment_id, order_id, captured_amount, captured_currency, captured_at FROM simulator_payments
        WHERE captured_at >= $1 AND captured_at < $2
        UNION ALL
        SELECT 'refund', refund_id, r.payment_id, order_id, r.amount, r.currency, at FROM simulator_refunds r JOIN simulator_payments p USING (payment_id)
        WHERE at >= $1 AND at < $2 AND r.status = 'Succeeded'
        ORDER BY 7, 2
        """,
        row => new SimulatedLine(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetString(5), row.GetInstant(6)),
        from, until);

    private static SimulatedPayment ReadPayment(SqlRow row) => new(
        row.GetString(0), row.GetString(1), MoneyAt(row, 2, 3), row.GetStringOrNull(4), Enum.Parse<ProviderPaymentStatus>(row.GetString(5)),
        row.IsDBNull(6) ? null : MoneyAt(row, 6, 7), row.GetInstantOrNull(8), row.GetStringOrNull(9), row.GetInt64(10));

    private static SimulatedRefund ReadRefund(SqlRow row) => new(
        row.GetString(0), row.GetString(1), MoneyAt(row, 2, 3), row.GetInstant(4), Enum.Parse<ProviderRefundStatus>(row.GetString(5)));

    private static Money MoneyAt(SqlRow row, int amount, int currency) => new(row.GetInt64(amount), Id.Parse<Currency>(row.GetString(currency)));
}
