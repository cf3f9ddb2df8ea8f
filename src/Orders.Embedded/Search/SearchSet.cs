using LocalFunctions.Storage;
using Orders.Application.Search;
using Orders.Domain;

namespace Orders.Embedded.Search;

/// <summary>
/// One of the two sets of the search's tables: a row of keys per order, its text, its SKUs, and the words of all texts in FTS5. A set holds one generation.
/// </summary>
internal sealed class SearchSet
{
    private readonly string find;
    private readonly string insert;
    private readonly string update;
    private readonly string findText;
    private readonly string insertText;
    private readonly string updateText;
    private readonly string insertWords;
    private readonly string deleteWords;
    private readonly string insertSku;
    private readonly string deleteSku;
    private readonly string delete;
    private readonly string deleteText;
    private readonly string[] clear;

    private SearchSet(int number)
    {
        Number = number;
        find = $"SELECT seq, version FROM search_orders_{number} WHERE order_id = $1";
        insert =
            $"INSERT INTO search_orders_{number} (order_id, user_id, version, status, currency, total, placed_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        update = $"UPDATE search_orders_{number} SET version = $2, status = $3, total = $4, updated_at = $5 WHERE seq = $1";
        findText = $"SELECT words, document FROM search_texts_{number} WHERE seq = $1";
        insertText = $"INSERT INTO search_texts_{number} (seq, words, document) VALUES ($1, $2, $3)";
        updateText = $"UPDATE search_texts_{number} SET words = $2, document = $3 WHERE seq = $1";
        insertWords = $"INSERT INTO search_words_{number} (rowid, words) VALUES ($1, $2)";
        deleteWords = $"INSERT INTO search_words_{number} (search_words_{number}, rowid, words) VALUES ('delete', $1, $2)";
        insertSku = $"INSERT INTO search_skus_{number} (sku, seq) VALUES ($2, $1) ON CONFLICT DO NOTHING";
        deleteSku = $"DELETE FROM search_skus_{number} WHERE sku = $2 AND seq = $1";
        delete = $"DELETE FROM search_orders_{number} WHERE seq = $1";
        deleteText = $"DELETE FROM search_texts_{number} WHERE seq = $1";
        clear =
        [
            $"INSERT INTO search_words_{number} (search_words_{number}) VALUES ('delete-all')", $"DELETE FROM search_skus_{number}",
            $"DELETE FROM search_texts_{number}", $"DELETE FROM search_orders_{number}",
        ];
    }

    private static readonly SearchSet[] Both = [new(0), new(1)];

    public int Number { get; }

    public static SearchSet Of(long generation) => Both[generation & 1];

    public long VersionOf(SqlSession session, OrderId order) => session.First(find, row => row.GetInt64(1), order.Value);

    /// <summary>Whether it was newer than what is there.</summary>
    public bool Put(WriteTransaction transaction, SearchDocument document)
    {
        var (seq, version) = transaction.First(find, row => (row.GetInt64(0), row.GetInt64(1)), document.OrderId.Value);
        if (version >= document.Version)
            return false;
        if (version == 0)
            Add(transaction, document);
        else
            Replace(transaction, seq, document);
        return true;
    }

    public void Remove(WriteTransaction transaction, OrderId order)
    {
        var (seq, version) = transaction.First(find, row => (row.GetInt64(0), row.GetInt64(1)), order.Value);
        if (version == 0)
            return;
        var (words, document) = transaction.First(findText, ReadText, seq);
        transaction.Execute(deleteWords, seq, words);
        foreach (var sku in document.Skus)
            transaction.Execute(deleteSku, seq, sku.Value);
        transaction.Execute(deleteText, seq);
        transaction.Execute(delete, seq);
    }

    public void Clear(WriteTransaction transaction)
    {
        foreach (var statement in clear)
            transaction.Execute(statement);
    }

    private void Add(WriteTransaction transaction, SearchDocument document)
    {
        var seq = transaction.Insert(
            insert, document.OrderId.Value, document.UserId.Value, document.Version, document.Status, document.Currency.Value, document.Total, document.PlacedAt,
            document.UpdatedAt);
        transaction.Execute(insertText, seq, document.Words, SearchJson.Write(document));
        transaction.Execute(insertWords, seq, document.Words);
        foreach (var sku in document.Skus)
            transaction.Execute(insertSku, seq, sku.Value);
    }

    /// <summary>Most changes leave the words alone, which are the costly part.</summary>
    private void Replace(WriteTransaction transaction, long seq, SearchDocument document)
    {
        var (words, before) = transaction.First(findText, ReadText, seq);
        transaction.Execute(update, seq, document.Version, document.Status, document.Total, document.UpdatedAt);
        if (words != document.Words)
            transaction.Execute(deleteWords, seq, words);
        transaction.Execute(updateText, seq, document.Words, SearchJson.Write(document));
        if (words != document.Words)
            transaction.Execute(insertWords, seq, document.Words);
        foreach (var sku in before.Skus.Except(document.Skus))
            transaction.Execute(deleteSku, seq, sku.Value);
        foreach (var sku in document.Skus.Except(before.Skus))
            transaction.Execute(insertSku, seq, sku.Value);
    }

    private static (string Words, SearchDocument Document) ReadText(SqlRow row) => (row.GetString(0), SearchJson.Read(row.GetBytes(1)));
}
