using System.Globalization;
using Microsoft.Data.Sqlite;

namespace LocalFunctions.Storage;

/// <summary>
/// One SQLite connection with its prepared statements, used by one thread at a time. Parameters are positional and written
/// <c>$1</c>, <c>$2</c>, …; instants are stored as UTC ticks (100 ns), so they sort and compare as integers.
/// </summary>
public class SqlSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);

    internal SqliteConnection Connection { get; } = connection;

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments) => Prepare(sql, arguments).ExecuteNonQuery();

    /// <summary>The first row as <paramref name="map"/> reads it; <c>default</c> when there is none.</summary>
    public T? First<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Prepare(sql, arguments).ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    /// <summary>Every row as <paramref name="map"/> reads it. Bound the query: nothing here is streamed.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Prepare(sql, arguments).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(map(reader));
        return rows;
    }

    /// <summary>The first column of the first row as a 64-bit integer; 0 when there is no row or it is NULL.</summary>
    public long Scalar(string sql, params ReadOnlySpan<object?> arguments) =>
        Prepare(sql, arguments).ExecuteScalar() is { } value and not DBNull ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0;

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            prepared.Add(sql, command);
        }

        for (var i = command.Parameters.Count; i < arguments.Length; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = "$" + (i + 1).ToString(CultureInfo.InvariantCulture) });
        for (var i = 0; i < arguments.Length; i++)
            command.Parameters[i].Value = ToColumn(arguments[i]);
        return command;
    }

    private static object ToColumn(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset instant => instant.UtcTicks,
        bool flag => flag ? 1L : 0L,
        Enum member => member.ToString(),
        _ => value,
    };

    public void Dispose()
    {
        foreach (var command in prepared.Values)
            command.Dispose();
        prepared.Clear();
        Connection.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Reading helpers for the columns that <see cref="SqlSession"/> writes.</summary>
public static class SqliteDataReaderExtensions
{
    public static DateTimeOffset GetInstant(this SqliteDataReader reader, int column) => new(reader.GetInt64(column), TimeSpan.Zero);

    public static DateTimeOffset? GetInstantOrNull(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetInstant(column);

    public static string? GetStringOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static byte[] GetBytes(this SqliteDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);
}
