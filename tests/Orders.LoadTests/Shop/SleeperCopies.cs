using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Orders.Domain;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Shop;

/// <summary>
/// Makes many sleeping orders out of some that were placed as ever: every row that the store has of a placed order, its orchestration, history and timer
/// included, is written again under another order id and another buyer's, which have as many characters. Counters are counted on. The host is down meanwhile.
/// </summary>
/// <remarks>
/// Placing a million orders takes longer than all measurements of them. A copy differs from a placed order in nothing that the host reads; the audit
/// asks for a sample of them afterwards, and wakes one.
/// </remarks>
internal sealed class SleeperCopies : IDisposable
{
    private const int PerTransaction = 20_000;

    /// <summary>What an order has rows in, and the column that names it.</summary>
    private static readonly (string Table, string Column)[] OfOrders =
    [
        ("orders", "order_id"), ("stock_holds", "order_id"), ("notifications", "order_id"), ("inbox", "message_id"),
    ];

    /// <summary>What its orchestration has rows in, by the number of the instance.</summary>
    private static readonly string[] OfInstances = ["durable_history", "durable_timers"];

    private readonly SqliteConnection connection;
    private readonly List<Template> templates = [];

    public SleeperCopies(string dataDirectory)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(dataDirectory, "local-functions.db"), Pooling = false }.ToString());
        connection.Open();
        Execute("PRAGMA synchronous = OFF");
        Execute("PRAGMA cache_size = -2000000");
        Execute("PRAGMA wal_autocheckpoint = 100000");
        foreach (var (user, key) in Sleepers.Placed(count: int.MaxValue).TakeWhile(_ => templates.Count < Sleepers.MostPlaced))
        {
            if (!TryRead(user, OrderId.Derive(user, key)))
                break;
        }
    }

    /// <summary>Copies until there are so many sleepers in all.</summary>
    public void FillUpTo(int count, Action<long> progress)
    {
        if (templates.Count == 0)
            throw new LoadFailedException("There is no sleeping order to be copied.");
        var inserts = new Inserts(connection);
        var instance = (long)Scalar("SELECT max(seq) FROM durable_instances")!;
        var copies = 0L;
        SqliteTransaction? transaction = null;
        foreach (var (user, key) in Sleepers.Placed(count).Skip(templates.Count))
        {
            transaction ??= connection.BeginTransaction();
            var template = templates[(int)(copies % templates.Count)];
            template.Copy(inserts, transaction, user, OrderId.Derive(user, key), ++instance);
            if (++copies % PerTransaction != 0)
                continue;
            transaction.Commit();
            transaction = null;
            progress(templates.Count + copies);
        }

        transaction?.Commit();
        Execute($"UPDATE stock SET held = held + {copies} WHERE sku = '{LoadShop.SkuOf(0)}'");
        Execute($"UPDATE durable_counts SET live = live + {copies}");
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        progress(templates.Count + copies);
    }

    public void Dispose() => connection.Dispose();

    private bool TryRead(UserId user, OrderId order)
    {
        if (Scalar($"SELECT seq FROM durable_instances WHERE id = '{order}'") is not long instance)
            return false;
        var rows = new List<Row>();
        foreach (var (table, column) in OfOrders)
            rows.AddRange(Read(table, column == "message_id" ? $"consumer IN ('lifecycle', 'inventory', 'notification') AND message_id >= '{order}-' AND message_id < '{order}.'" : $"{column} = '{order}'"));
        rows.AddRange(Read("durable_instances", $"seq = {instance}"));
        foreach (var table in OfInstances)
            rows.AddRange(Read(table, $"instance = {instance}"));
        templates.Add(new Template(user, order, instance, rows));
        return true;
    }

    private List<Row> Read(string table, string where)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table} WHERE {where}";
        using var reader = command.ExecuteReader();
        var rows = new List<Row>();
        while (reader.Read())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add(new Row(table, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)], values));
        }

        return rows;
    }

    private object? Scalar(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed record Row(string Table, string[] Columns, object[] Values)
    {
        public bool IsInstance => Table == "durable_instances";
    }

    private sealed class Template(UserId user, OrderId order, long instance, List<Row> rows)
    {
        private readonly byte[] orderBytes = Encoding.UTF8.GetBytes(order.Value);
        private readonly byte[] userBytes = Encoding.UTF8.GetBytes(user.Value);

        public void Copy(Inserts inserts, SqliteTransaction transaction, UserId newUser, OrderId newOrder, long newInstance)
        {
            foreach (var row in rows)
            {
                var command = inserts.Of(row.Table, row.Columns, transaction);
                for (var column = 0; column < row.Columns.Length; column++)
                    command.Parameters[column].Value = Renamed(row, column, newUser, newOrder, newInstance);
                command.ExecuteNonQuery();
            }
        }

        private object Renamed(Row row, int column, UserId newUser, OrderId newOrder, long newInstance) => (row.Columns[column], row.Values[column]) switch
        {
            // A row's own number is the next one, an instance's is the one that its parts name.
            ("seq", _) => row.IsInstance ? newInstance : DBNull.Value,
            ("instance", long number) when number == instance => newInstance,
            (_, string text) => text.Replace(order.Value, newOrder.Value, StringComparison.Ordinal).Replace(user.Value, newUser.Value, StringComparison.Ordinal),
            (_, byte[] bytes) => Replaced(Replaced(bytes, orderBytes, newOrder.Value), userBytes, newUser.Value),
            (_, var value) => value,
        };

        /// <summary>In place of as many bytes: nothing else of the blob moves.</summary>
        private static byte[] Replaced(byte[] bytes, byte[] old, string replacement)
        {
            var copy = bytes.ToArray();
            for (var (at, found) = (0, copy.AsSpan().IndexOf(old)); found >= 0; found = copy.AsSpan(at).IndexOf(old))
            {
                at += found;
                Encoding.UTF8.GetBytes(replacement, copy.AsSpan(at, old.Length));
                at += old.Length;
            }

            return copy;
        }
    }

    private sealed class Inserts(SqliteConnection connection)
    {
        private readonly Dictionary<string, SqliteCommand> commands = [];

        public SqliteCommand Of(string table, string[] columns, SqliteTransaction transaction)
        {
            if (!commands.TryGetValue(table, out var command))
            {
                commands[table] = command = connection.CreateCommand();
                var names = columns.Select((_, index) => "$p" + index.ToString(CultureInfo.InvariantCulture)).ToList();
                command.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", names)})";
                names.ForEach(name => command.Parameters.Add(new SqliteParameter(name, null)));
            }

            command.Transaction = transaction;
            return command;
        }
    }
}
