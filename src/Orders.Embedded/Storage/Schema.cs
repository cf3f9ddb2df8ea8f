using Orders.Embedded.Search;

namespace Orders.Embedded.Storage;

/// <summary>
/// The order system's tables. A persisted format: append steps, never edit one. Instants are UTC ticks. Documents stand in rowid tables and
/// their random keys in indexes beside, so that a new order appends to its big pages and touches small ones only.
/// </summary>
internal static class Schema
{
    public static readonly IReadOnlyList<string> Steps =
    [
        // Orders. The three indexes below answer the lists and sweeps without reading a document, also with a million open orders.
        """
        CREATE TABLE orders (
            seq INTEGER PRIMARY KEY, order_id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL,
            placed_at INTEGER NOT NULL, deadline INTEGER, closed INTEGER NOT NULL, document BLOB NOT NULL);
        CREATE INDEX orders_by_user ON orders (user_id, status, placed_at, order_id);
        CREATE INDEX orders_by_deadline ON orders (deadline, order_id, user_id) WHERE deadline IS NOT NULL;
        CREATE INDEX orders_open ON orders (seq, order_id, user_id) WHERE closed = 0;
        """,

        // Unpublished events.
        """
        CREATE TABLE order_outbox (
            seq INTEGER PRIMARY KEY, order_id TEXT NOT NULL, sequence INTEGER NOT NULL, user_id TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
            body TEXT NOT NULL, at INTEGER NOT NULL, written_at INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0, error TEXT,
            parked INTEGER NOT NULL DEFAULT 0);
        CREATE UNIQUE INDEX order_outbox_by_order ON order_outbox (order_id, sequence);
        CREATE INDEX order_outbox_by_age ON order_outbox (written_at, order_id, sequence) WHERE parked = 0;
        """,

        // Stock: counters per SKU, and one row per hold with its lines as text. unkept_since is null once the order is known to exist.
        """
        CREATE TABLE stock (sku TEXT PRIMARY KEY, stock INTEGER NOT NULL, held INTEGER NOT NULL DEFAULT 0, sold INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE stock_holds (
            order_id TEXT NOT NULL, number INTEGER NOT NULL, user_id TEXT NOT NULL, state INTEGER NOT NULL, generation INTEGER NOT NULL,
            unkept_since INTEGER, lines TEXT NOT NULL, PRIMARY KEY (order_id, number)) WITHOUT ROWID;
        CREATE INDEX stock_holds_unkept ON stock_holds (unkept_since, order_id, number, user_id, generation) WHERE unkept_since IS NOT NULL;
        CREATE TABLE stock_adjustments (
            key TEXT PRIMARY KEY, sku TEXT NOT NULL, change INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        """,

        """
        CREATE TABLE catalogue (sku TEXT PRIMARY KEY, name TEXT NOT NULL, unit_price INTEGER NOT NULL, currency TEXT NOT NULL) WITHOUT ROWID
        """,

        // Answers to requests with a key; the key is a hash of its scope and itself.
        """
        CREATE TABLE idempotency (
            seq INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, content_type TEXT NOT NULL,
            headers TEXT NOT NULL, body BLOB NOT NULL, expires_at INTEGER NOT NULL);
        CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);
        """,

        // Payments. Of several messages with one id the first is_first; the others contradict it and are kept as evidence.
        """
        CREATE TABLE payment_index (payment_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, user_id TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE provider_messages (
            seq INTEGER PRIMARY KEY, source TEXT NOT NULL, message_id TEXT NOT NULL, content_hash TEXT NOT NULL, is_first INTEGER NOT NULL,
            body TEXT NOT NULL, received_at INTEGER NOT NULL, state TEXT NOT NULL, note TEXT);
        CREATE UNIQUE INDEX provider_messages_by_content ON provider_messages (source, message_id, content_hash);
        CREATE INDEX provider_messages_unapplied ON provider_messages (received_at) WHERE state = 'Stored';
        """,

        // What consumers saw, what buyers were told, where sweeps are.
        """
        CREATE TABLE inbox (consumer TEXT NOT NULL, message_id TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (consumer, message_id)) WITHOUT ROWID;
        CREATE INDEX inbox_by_expiry ON inbox (expires_at);
        CREATE TABLE notifications (
            seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, order_id TEXT NOT NULL, user_id TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX notifications_by_order ON notifications (order_id);
        CREATE TABLE watermarks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """,

        // Coupons with their counts, and one row per order that has taken one. unkept_since as with stock.
        """
        CREATE TABLE coupons (
            code TEXT PRIMARY KEY, amount_off INTEGER, percent_off INTEGER, currency TEXT, minimum_basket INTEGER NOT NULL, most_uses INTEGER,
            most_per_buyer INTEGER, valid_from INTEGER, valid_until INTEGER, locked INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE coupon_locks (
            order_id TEXT NOT NULL, number INTEGER NOT NULL, user_id TEXT NOT NULL, code TEXT NOT NULL, state INTEGER NOT NULL, generation INTEGER NOT NULL,
            unkept_since INTEGER, PRIMARY KEY (order_id, number)) WITHOUT ROWID;
        CREATE INDEX coupon_locks_unkept ON coupon_locks (unkept_since, order_id, number, user_id, code, generation) WHERE unkept_since IS NOT NULL;
        CREATE INDEX coupon_locks_by_buyer ON coupon_locks (code, user_id, state) WHERE state < 3;
        """,

        // Leases: a row stays when its lease ends, for its token must never go back.
        """
        CREATE TABLE named_leases (name TEXT PRIMARY KEY, token INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID
        """,

        // The units of flash sales: counters per sale, and one row per order-to-be, which is also its buyer's mark and its admission's use.
        // unkept_since as with stock.
        """
        CREATE TABLE sale_units (
            sale_id TEXT PRIMARY KEY, quantity INTEGER NOT NULL, per_buyer INTEGER NOT NULL, held INTEGER NOT NULL DEFAULT 0,
            sold INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE sale_holds (
            sale_id TEXT NOT NULL, order_id TEXT NOT NULL, number INTEGER NOT NULL, user_id TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
            admission TEXT, fingerprint TEXT NOT NULL, state INTEGER NOT NULL, generation INTEGER NOT NULL, reserved_at INTEGER NOT NULL,
            unkept_since INTEGER, ended TEXT, reason TEXT, PRIMARY KEY (sale_id, order_id, number)) WITHOUT ROWID;
        CREATE UNIQUE INDEX sale_holds_by_admission ON sale_holds (sale_id, admission) WHERE admission IS NOT NULL;
        CREATE INDEX sale_holds_by_buyer ON sale_holds (sale_id, user_id, state, quantity) WHERE state < 3;
        CREATE INDEX sale_holds_unkept ON sale_holds (unkept_since, sale_id, order_id, number, user_id, generation) WHERE unkept_since IS NOT NULL;
        """,

        // Rules per SKU, in the row that its statements touch anyway; what buyers hold and let expire, where the rules ask for it. Every hold that is
        // held has a look: those that were kept before there was one are looked at soon.
        """
        ALTER TABLE stock ADD COLUMN backorder INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE stock ADD COLUMN hold_cap INTEGER;
        ALTER TABLE stock ADD COLUMN unpaid_limit INTEGER;
        ALTER TABLE stock ADD COLUMN short_window INTEGER;
        CREATE TABLE stock_buyer_holds (sku TEXT NOT NULL, user_id TEXT NOT NULL, units INTEGER NOT NULL, PRIMARY KEY (sku, user_id)) WITHOUT ROWID;
        CREATE TABLE stock_unpaid (
            sku TEXT NOT NULL, user_id TEXT NOT NULL, order_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (sku, user_id, order_id)) WITHOUT ROWID;
        CREATE INDEX stock_unpaid_by_age ON stock_unpaid (at);
        ALTER TABLE stock_holds RENAME COLUMN unkept_since TO look_at;
        UPDATE stock_holds SET look_at = 0 WHERE state = 1 AND look_at IS NULL;
        ALTER TABLE coupon_locks RENAME COLUMN unkept_since TO look_at;
        UPDATE coupon_locks SET look_at = 0 WHERE state = 1 AND look_at IS NULL;
        """,

        // The ledger behind counters in Redis: levels, holds by the movement that was booked last, adjustments by key, the epoch of the counters.
        """
        CREATE TABLE ledger_stock (
            sku TEXT PRIMARY KEY, stock INTEGER NOT NULL, held INTEGER NOT NULL DEFAULT 0, sold INTEGER NOT NULL DEFAULT 0,
            backorder INTEGER NOT NULL DEFAULT 0, hold_cap INTEGER, unpaid_limit INTEGER, short_window INTEGER,
            ruled INTEGER NOT NULL DEFAULT 0, changes INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE ledger_holds (
            order_id TEXT NOT NULL, number INTEGER NOT NULL, user_id TEXT NOT NULL, stage INTEGER NOT NULL, units TEXT NOT NULL, moved INTEGER NOT NULL,
            at INTEGER NOT NULL, PRIMARY KEY (order_id, number)) WITHOUT ROWID;
        CREATE INDEX ledger_holds_held ON ledger_holds (order_id, number) WHERE stage = 1;
        CREATE TABLE ledger_adjustments (
            key TEXT PRIMARY KEY, sku TEXT NOT NULL, units INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE ledger_epoch (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, ready INTEGER NOT NULL);
        """,

        // Flash sales.
        "CREATE TABLE sales (sale_id TEXT PRIMARY KEY, version INTEGER NOT NULL, document BLOB NOT NULL) WITHOUT ROWID",
        // Users: addresses, tier, limits. Few, and read by their id alone.
        """
        CREATE TABLE users (user_id TEXT PRIMARY KEY, version INTEGER NOT NULL, document BLOB NOT NULL) WITHOUT ROWID
        """,

        // Webhooks that go out: the register of endpoints, and deliveries with what they are found by. next_at is null once one has ended.
        """
        CREATE TABLE webhook_register (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, document BLOB NOT NULL);
        CREATE TABLE webhook_deliveries (
            seq INTEGER PRIMARY KEY, delivery_id TEXT NOT NULL UNIQUE, webhook_id TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL,
            next_at INTEGER, ended_at INTEGER, document BLOB NOT NULL);
        CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, seq);
        CREATE INDEX webhook_deliveries_by_status ON webhook_deliveries (webhook_id, status, seq);
        CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE next_at IS NOT NULL;
        CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;
        """,

        // The books of money: a row per capture and refund, those of an order side by side; and the way in by time.
        """
        CREATE TABLE payment_book (
            order_id TEXT NOT NULL, key TEXT NOT NULL, kind INTEGER NOT NULL, payment_id TEXT NOT NULL, user_id TEXT NOT NULL, provider TEXT NOT NULL,
            amount INTEGER NOT NULL, currency TEXT NOT NULL, state INTEGER NOT NULL, at INTEGER NOT NULL, version INTEGER NOT NULL, reference TEXT,
            reason TEXT, PRIMARY KEY (order_id, key)) WITHOUT ROWID;
        CREATE INDEX payment_book_by_time ON payment_book (at, order_id);
        """,

        // When a payment's provider is to be asked about it; null for never. Those of before there was a schedule are asked about soon, once more.
        """
        ALTER TABLE payment_index ADD COLUMN ask_at INTEGER;
        UPDATE payment_index SET ask_at = 0;
        CREATE INDEX payment_index_due ON payment_index (ask_at, payment_id, user_id, order_id) WHERE ask_at IS NOT NULL;
        """,

        // Statements of providers, each line in its place; differences and reports of days; the last questions about each payment; what a provider
        // told of an order.
        """
        CREATE TABLE statement_lines (
            period TEXT NOT NULL, provider TEXT NOT NULL, number INTEGER NOT NULL, order_key TEXT NOT NULL, type INTEGER NOT NULL, reference TEXT NOT NULL,
            payment_id TEXT, line_order_id TEXT, amount INTEGER NOT NULL, currency TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (period, provider, number)) WITHOUT ROWID;
        CREATE INDEX statement_lines_by_period ON statement_lines (period, order_key);
        CREATE INDEX statement_lines_by_order ON statement_lines (order_key);
        CREATE TABLE statements_read (period TEXT NOT NULL, provider TEXT NOT NULL, PRIMARY KEY (period, provider)) WITHOUT ROWID;
        CREATE TABLE differences (
            date TEXT NOT NULL, id TEXT NOT NULL, order_key TEXT NOT NULL, class TEXT NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL,
            document BLOB NOT NULL, PRIMARY KEY (date, id)) WITHOUT ROWID;
        CREATE INDEX differences_by_day ON differences (date, order_key, id);
        CREATE INDEX differences_by_order ON differences (order_key, date);
        CREATE TABLE reconciliations (date TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE payment_queries (
            order_id TEXT NOT NULL, payment_id TEXT NOT NULL, at INTEGER NOT NULL, refund_id TEXT NOT NULL, user_id TEXT NOT NULL, asked_by TEXT NOT NULL,
            said TEXT NOT NULL, PRIMARY KEY (order_id, payment_id, at, refund_id)) WITHOUT ROWID;
        ALTER TABLE provider_messages ADD COLUMN order_id TEXT;
        CREATE INDEX provider_messages_by_order ON provider_messages (order_id) WHERE order_id IS NOT NULL;
        """,
        // How often a provider's message came.
        "ALTER TABLE provider_messages ADD COLUMN seen INTEGER NOT NULL DEFAULT 1",
        // The orders of a sale, for the counters of its units to be built from; the epochs of such counters in Redis; the last lease's token that has set
        // a sale.
        """
        ALTER TABLE orders ADD COLUMN sale_id TEXT;
        UPDATE orders SET sale_id = json_extract(CAST(document AS TEXT), '$.saleId') WHERE json_valid(CAST(document AS TEXT));
        CREATE INDEX orders_by_sale ON orders (sale_id, seq, order_id, user_id) WHERE sale_id IS NOT NULL;
        CREATE TABLE sale_epochs (
            sale_id TEXT PRIMARY KEY, number INTEGER NOT NULL, parts INTEGER NOT NULL, state INTEGER NOT NULL, fence INTEGER NOT NULL) WITHOUT ROWID;
        ALTER TABLE sale_units ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
        """,

        // When a hold of stock was freed, for it to be forgotten some time. Of former ones the order's own time is as good.
        """
        ALTER TABLE stock_holds ADD COLUMN freed_at INTEGER;
        UPDATE stock_holds SET freed_at = coalesce(
            (SELECT placed_at FROM orders WHERE orders.order_id = stock_holds.order_id), (SELECT max(placed_at) FROM orders), 0) WHERE state = 3;
        CREATE INDEX stock_holds_freed ON stock_holds (freed_at) WHERE freed_at IS NOT NULL;
        """,

        // When the last case of an order was completed, for the sweep of what its event did not do; null for none. Of former ones the event alone did it.
        """
        ALTER TABLE orders ADD COLUMN case_completed_at INTEGER;
        CREATE INDEX orders_by_case_completed ON orders (case_completed_at, order_id, user_id) WHERE case_completed_at IS NOT NULL;
        """,

        SearchTables.Create,

        // Statistics: buckets with their counts as one value; the facts of each order that were counted; how the counting goes.
        """
        CREATE TABLE stat_buckets (
            grain INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, name TEXT NOT NULL, tally BLOB NOT NULL,
            PRIMARY KEY (grain, kind, at, name)) WITHOUT ROWID;
        CREATE TABLE stat_orders (order_id TEXT PRIMARY KEY, facts TEXT NOT NULL, last_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX stat_orders_by_age ON stat_orders (last_at, order_id);
        CREATE TABLE stat_pulse (id INTEGER PRIMARY KEY CHECK (id = 1), changes INTEGER NOT NULL, event_at INTEGER, counted_at INTEGER);
        """,

        // The day of an order's last change, for reports to find whom something happened to. Of former orders it is read from the document.
        """
        ALTER TABLE orders ADD COLUMN changed_day INTEGER NOT NULL DEFAULT 0;
        UPDATE orders SET changed_day =
            CAST(julianday(substr(json_extract(CAST(document AS TEXT), '$.updatedAt'), 1, 10)) - 1721425.5 AS INTEGER) WHERE json_valid(CAST(document AS TEXT));
        CREATE INDEX orders_changed ON orders (changed_day, order_id, placed_at);
        """,

        // Who did what.
        """
        CREATE TABLE audit_trail (
            seq INTEGER PRIMARY KEY, audit_id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, by_user TEXT NOT NULL, role TEXT NOT NULL, action TEXT NOT NULL,
            subject TEXT NOT NULL, reason TEXT, detail TEXT NOT NULL, kept TEXT);
        CREATE INDEX audit_in_order ON audit_trail (seq, at);
        CREATE INDEX audit_by_time ON audit_trail (at, seq);
        CREATE INDEX audit_by_subject ON audit_trail (subject, seq, at);
        CREATE INDEX audit_by_user ON audit_trail (by_user, seq, at);
        """,

        // Money that belongs to no payment of ours.
        """
        CREATE TABLE unknown_money (
            id TEXT PRIMARY KEY, state TEXT NOT NULL, version INTEGER NOT NULL, held_since INTEGER NOT NULL, document BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX unknown_money_by_time ON unknown_money (held_since, id);
        """,

        // The events of orders, published or not: a chain from an order's row to its newest and on to the one before. Refunds that failed, for people.
        """
        CREATE TABLE order_events (
            seq INTEGER PRIMARY KEY, order_id TEXT NOT NULL, sequence INTEGER NOT NULL, previous INTEGER, type TEXT NOT NULL, at INTEGER NOT NULL,
            body TEXT NOT NULL);
        ALTER TABLE orders ADD COLUMN last_event INTEGER;
        ALTER TABLE order_outbox ADD COLUMN event INTEGER;
        CREATE INDEX payment_book_failed ON payment_book (order_id, user_id) WHERE state = 3 AND kind = 1;
        """,
    ];
}
