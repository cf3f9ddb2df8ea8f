namespace Orders.Embedded.Search;

/// <summary>
/// The tables of the search: two sets, one per generation that can be there at once, and which one is asked. Keys and texts stand apart, for a common word
/// leads to many keys. Words that are deleted leave nothing behind: they are names and addresses.
/// </summary>
internal static class SearchTables
{
    /// <summary>A step of the schema, and so a persisted format: never edited.</summary>
    public const string Create =
        """
        CREATE TABLE search_state (
            id INTEGER PRIMARY KEY CHECK (id = 1), live INTEGER NOT NULL, live_run TEXT NOT NULL, building INTEGER, building_run TEXT);
        INSERT INTO search_state (id, live, live_run) VALUES (1, 1, '');
        CREATE TABLE search_orders_0 (
            seq INTEGER PRIMARY KEY, order_id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL,
            total INTEGER NOT NULL, placed_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
        CREATE INDEX search_orders_0_by_placed ON search_orders_0 (placed_at, order_id);
        CREATE INDEX search_orders_0_by_updated ON search_orders_0 (updated_at, order_id);
        CREATE INDEX search_orders_0_by_total ON search_orders_0 (total, order_id);
        CREATE INDEX search_orders_0_by_status ON search_orders_0 (status, placed_at, order_id);
        CREATE INDEX search_orders_0_by_user ON search_orders_0 (user_id, placed_at, order_id);
        CREATE TABLE search_texts_0 (seq INTEGER PRIMARY KEY, words TEXT NOT NULL, document BLOB NOT NULL);
        CREATE TABLE search_skus_0 (sku TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (sku, seq)) WITHOUT ROWID;
        CREATE VIRTUAL TABLE search_words_0 USING fts5 (
            words, content='search_texts_0', content_rowid='seq', columnsize=0, prefix='2 3', tokenize="unicode61 remove_diacritics 2");
        INSERT INTO search_words_0 (search_words_0, rank) VALUES ('secure-delete', 1);
        CREATE TABLE search_orders_1 (
            seq INTEGER PRIMARY KEY, order_id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL,
            total INTEGER NOT NULL, placed_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
        CREATE INDEX search_orders_1_by_placed ON search_orders_1 (placed_at, order_id);
        CREATE INDEX search_orders_1_by_updated ON search_orders_1 (updated_at, order_id);
        CREATE INDEX search_orders_1_by_total ON search_orders_1 (total, order_id);
        CREATE INDEX search_orders_1_by_status ON search_orders_1 (status, placed_at, order_id);
        CREATE INDEX search_orders_1_by_user ON search_orders_1 (user_id, placed_at, order_id);
        CREATE TABLE search_texts_1 (seq INTEGER PRIMARY KEY, words TEXT NOT NULL, document BLOB NOT NULL);
        CREATE TABLE search_skus_1 (sku TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (sku, seq)) WITHOUT ROWID;
        CREATE VIRTUAL TABLE search_words_1 USING fts5 (
            words, content='search_texts_1', content_rowid='seq', columnsize=0, prefix='2 3', tokenize="unicode61 remove_diacritics 2");
        INSERT INTO search_words_1 (search_words_1, rank) VALUES ('secure-delete', 1);
        """;
}
