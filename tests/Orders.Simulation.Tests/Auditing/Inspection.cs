using LocalFunctions.Storage;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>A look into the whole database and the log, for what the journal does not follow.</summary>
internal sealed class Inspection(LocalStore store, DateTimeOffset now, string log)
{
    public DateTimeOffset Now { get; } = now;

    public string Log { get; } = log;

    /// <summary>One number out of the database.</summary>
    public long Count(string sql, params object?[] arguments) => store.Read(session => session.Scalar(sql, arguments));

    public IReadOnlyList<string> Texts(string sql) => store.Read(session => session.Query(sql, row => row.GetStringOrNull(0) ?? ""));

    /// <summary>Rows as they are mapped.</summary>
    public IReadOnlyList<T> Rows<T>(string sql, Func<SqlRow, T> map, params object?[] arguments) => store.Read(session => session.Query(sql, map, arguments));

    /// <summary>The tables and columns in which a text stands, with the number of rows: <c>orders.document</c>.</summary>
    public IReadOnlyDictionary<string, long> Find(string text)
    {
        var found = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in Texts("SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"))
        {
            foreach (var column in Texts($"SELECT name FROM pragma_table_info('{table}')"))
            {
                var rows = Count($"SELECT count(*) FROM main.{table} WHERE instr(CAST(\"{column}\" AS BLOB), CAST($1 AS BLOB)) > 0", text);
                if (rows > 0)
                    found[$"{table}.{column}"] = rows;
            }
        }

        return found;
    }
}
