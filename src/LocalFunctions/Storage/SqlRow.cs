using SQLitePCL;

namespace LocalFunctions.Storage;

/// <summary>
/// The row that a statement stands on, for as long as the mapping of it runs. Columns count from 0; instants are UTC ticks, as
/// <see cref="SqlSession"/> writes them.
/// </summary>
public sealed class SqlRow
{
    private readonly sqlite3_stmt statement;

    internal SqlRow(sqlite3_stmt statement) => this.statement = statement;

    public bool IsDBNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, NotNull(column));

    public int GetInt32(int column) => checked((int)GetInt64(column));

    public bool GetBoolean(int column) => GetInt64(column) != 0;

    public string GetString(int column) => raw.sqlite3_column_text(statement, NotNull(column)).utf8_to_string();

    public byte[] GetBytes(int column) => raw.sqlite3_column_blob(statement, NotNull(column)).ToArray();

    public DateTimeOffset GetInstant(int column) => new(GetInt64(column), TimeSpan.Zero);

    public string? GetStringOrNull(int column) => IsDBNull(column) ? null : GetString(column);

    public DateTimeOffset? GetInstantOrNull(int column) => IsDBNull(column) ? null : GetInstant(column);

    /// <exception cref="InvalidOperationException">The column is NULL where a value must be.</exception>
    private int NotNull(int column) =>
        IsDBNull(column) ? throw new InvalidOperationException($"Column {column} of the row is NULL.") : column;
}
