using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LocalFunctions.Storage;

/// <summary>
/// One prepared statement of one connection. It binds by position and steps, and does nothing else: the ADO.NET layer binds by name through
/// an object per parameter and reads through an object per execution, which under load was a large part of the writer's time.
/// </summary>
internal sealed class SqlStatement : IDisposable
{
    private const int MostParameters = 64;

    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;
    private readonly int[] places;

    private SqlStatement(sqlite3 connection, sqlite3_stmt statement)
    {
        (this.connection, this.statement) = (connection, statement);
        Row = new SqlRow(statement);

        // SQLite numbers named parameters by their first use: $2 may stand before $1. A place of 0 is one that the text doesn't use.
        var count = raw.sqlite3_bind_parameter_count(statement);
        var found = new List<int>(count);
        for (var number = 1; found.Count(place => place > 0) < count; number++)
        {
            if (number > MostParameters)
                throw new ArgumentException("Parameters are written $1, $2 and so on.");
            found.Add(raw.sqlite3_bind_parameter_index(statement, "$" + number.ToString(CultureInfo.InvariantCulture)));
        }

        places = [.. found];
        IsReadOnly = raw.sqlite3_stmt_readonly(statement) != 0;
    }

    public SqlRow Row { get; }

    public bool IsReadOnly { get; }

    /// <summary>How often SQLite compiled it anew by itself.</summary>
    public int TimesRecompiled
    {
        get
        {
            const int Recompilations = 5;
            return raw.sqlite3_stmt_status(statement, Recompilations, 0);
        }
    }

    /// <summary>Null when the text holds several statements, as schemas do: those aren't prepared.</summary>
    /// <exception cref="SqliteException">It isn't SQL.</exception>
    public static SqlStatement? TryPrepare(sqlite3 connection, string sql)
    {
        var result = raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement, out var rest);
        SqliteException.ThrowExceptionForRC(result, connection);
        if (string.IsNullOrWhiteSpace(rest))
            return new SqlStatement(connection, statement);
        statement.Dispose();
        return null;
    }

    public void Bind(ReadOnlySpan<object?> arguments)
    {
        if (arguments.Length < places.Length)
            throw new ArgumentException($"The statement has {places.Length} parameters, {arguments.Length} were given.", nameof(arguments));
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] > 0)
                SqliteException.ThrowExceptionForRC(Bind(places[i], arguments[i]), connection);
        }
    }

    /// <summary>True when it stands on a row; <see cref="Reset"/> must follow in any case.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW)
            return true;
        if (result != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(result, connection);
        return false;
    }

    /// <summary>Ends the execution. What went wrong was thrown by <see cref="Step"/> already; this repeats its code.</summary>
    public void Reset() => raw.sqlite3_reset(statement);

    public void Dispose() => statement.Dispose();

    private int Bind(int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, place),
        string text => raw.sqlite3_bind_text(statement, place, text),
        long number => raw.sqlite3_bind_int64(statement, place, number),
        int number => raw.sqlite3_bind_int64(statement, place, number),
        byte[] bytes => bytes.Length == 0 ? raw.sqlite3_bind_zeroblob(statement, place, 0) : raw.sqlite3_bind_blob(statement, place, bytes),
        DateTimeOffset instant => raw.sqlite3_bind_int64(statement, place, instant.UtcTicks),
        bool flag => raw.sqlite3_bind_int64(statement, place, flag ? 1 : 0),
        Enum member => raw.sqlite3_bind_text(statement, place, member.ToString()),
        double number => raw.sqlite3_bind_double(statement, place, number),
        _ => throw new ArgumentException($"A {value.GetType()} can't be stored.", nameof(value)),
    };
}
