using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LocalFunctions.Storage;

/// <summary>
/// One SQLite connection with its prepared statements, used by one thread at a time. Parameters are positional and written
/// <c>$1</c>, <c>$2</c>, …; instants are stored as UTC ticks (100 ns), so they sort and compare as integers.
/// </summary>
public class SqlSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqlStatement> prepared = new(StringComparer.Ordinal);

    // Most texts are literals, the same object each time: hashing one of some hundred characters costs as much as a small statement.
    private readonly Dictionary<string, SqlStatement> literals = new(ReferenceEqualityComparer.Instance);
    private readonly sqlite3 handle = connection.Handle ?? throw new ArgumentException("The connection is closed.", nameof(connection));

    internal SqliteConnection Connection { get; } = connection;

    /// <summary>For tests: the statements that were compiled, and how often one of them was compiled again.</summary>
    internal IReadOnlyDictionary<string, SqlStatement> Compiled => prepared;

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments)
    {
        if (Prepare(sql) is not { } statement)
            return ExecuteMany(sql);
        statement.Bind(arguments);
        try
        {
            while (statement.Step())
            {
                // Rows that nobody asked for.
            }

            return statement.IsReadOnly ? 0 : raw.sqlite3_changes(handle);
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>
    /// Runs an <c>INSERT</c> of one row into a table with a rowid and returns that; 0 when its conflict clause left the row out. <c>RETURNING</c>
    /// would say the same through a temporary table, which costs several times the insert.
    /// </summary>
    public long Insert(string sql, params ReadOnlySpan<object?> arguments) =>
        Execute(sql, arguments) == 0 ? 0 : raw.sqlite3_last_insert_rowid(handle);

    /// <summary>The first row as <paramref name="map"/> reads it; <c>default</c> when there is none.</summary>
    public T? First<T>(string sql, Func<SqlRow, T> map, params ReadOnlySpan<object?> arguments)
    {
        var statement = One(sql);
        statement.Bind(arguments);
        try
        {
            return statement.Step() ? map(statement.Row) : default;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Every row as <paramref name="map"/> reads it. Bound the query: nothing here is streamed.</summary>
    public List<T> Query<T>(string sql, Func<SqlRow, T> map, params ReadOnlySpan<object?> arguments)
    {
        var statement = One(sql);
        statement.Bind(arguments);
        try
        {
            var rows = new List<T>();
            while (statement.Step())
                rows.Add(map(statement.Row));
            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>The first column of the first row as a 64-bit integer; 0 when there is no row or it is NULL.</summary>
    public long Scalar(string sql, params ReadOnlySpan<object?> arguments)
    {
        var statement = One(sql);
        statement.Bind(arguments);
        try
        {
            return statement.Step() && !statement.Row.IsDBNull(0) ? statement.Row.GetInt64(0) : 0;
        }
        finally
        {
            statement.Reset();
        }
    }

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
            statement.Dispose();
        prepared.Clear();
        literals.Clear();
        Connection.Dispose();
        GC.SuppressFinalize(this);
    }

    private SqlStatement One(string sql) =>
        Prepare(sql) ?? throw new ArgumentException("Several statements at once can be executed but not read from.", nameof(sql));

    private SqlStatement? Prepare(string sql)
    {
        if (literals.TryGetValue(sql, out var known) || prepared.TryGetValue(sql, out known))
            return known;
        if (SqlStatement.TryPrepare(handle, sql) is not { } statement)
            return null;
        prepared.Add(sql, statement);
        literals.Add(sql, statement);
        return statement;
    }

    private int ExecuteMany(string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }
}
