using System.Globalization;
using System.Text;
using Orders.Application;
using Orders.Application.Events;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Events;

/// <summary>
/// The notifications as a text file, one line each: <c>{time} #{number} order {id}: {text}</c>. The table is the truth; the file is brought
/// up to it in its order, also after a crash between the two, and begins with the number at which it stopped.
/// </summary>
public sealed class NotificationLog : IDisposable
{
    private const int RowsAtOnce = 1_000;
    private const int TailBytes = 4_096;

    private readonly EmbeddedTables tables;
    private readonly string path;
    private readonly SemaphoreSlim one = new(1, 1);
    private long written;

    /// <param name="tables">Where the notifications are.</param>
    /// <param name="path">The file; created if missing.</param>
    public NotificationLog(EmbeddedTables tables, string path)
    {
        this.tables = tables;
        this.path = path;
        written = LastNumberIn(path);
    }

    /// <summary>Appends what the table has and the file has not.</summary>
    /// <exception cref="DependencyUnavailableException">The file can't be written; the next call catches up.</exception>
    public async Task CatchUpAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            while (await AppendSomeAsync(cancellation).ConfigureAwait(false) == RowsAtOnce)
            {
            }
        }
        catch (IOException full)
        {
            throw new DependencyUnavailableException("The notification log", full);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<int> AppendSomeAsync(CancellationToken cancellation)
    {
        var rows = await tables.ReadAsync(
            session => session.Query(
                "SELECT event_id, user_id, order_id, text, at, seq FROM notifications WHERE seq > $1 ORDER BY seq LIMIT $2",
                row => (Notification: SqliteNotifier.ReadNotification(row), Number: row.GetInt64(5)), written, RowsAtOnce),
            cancellation).ConfigureAwait(false);
        if (rows.Count == 0)
            return 0;
        await File.AppendAllLinesAsync(path, rows.Select(row => Line(row.Number, row.Notification)), cancellation).ConfigureAwait(false);
        written = rows[^1].Number;
        return rows.Count;
    }

    private static string Line(long number, Notification notification) => string.Create(
        CultureInfo.InvariantCulture,
        $"{notification.At:yyyy-MM-dd'T'HH:mm:ss'Z'} #{number} order {notification.Order.OrderId}: {notification.Text.ReplaceLineEndings(" ")}");

    private static long LastNumberIn(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var file = File.OpenRead(path);
        file.Seek(-Math.Min(TailBytes, file.Length), SeekOrigin.End);
        var tail = new byte[Math.Min(TailBytes, file.Length)];
        file.ReadExactly(tail);
        var lines = Encoding.UTF8.GetString(tail).Split('\n');
        // The last element is empty, or a line that a crash cut short: it is written again, whole.
        foreach (var line in lines.SkipLast(1).Reverse())
        {
            if (line.Split(' ') is [_, ['#', .. var digits], "order", ..] && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return number;
        }

        return 0;
    }
}
