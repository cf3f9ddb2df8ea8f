using System.Globalization;
using System.Text.Json;
using LocalFunctions.Storage;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>What the simulated provider says that moved. A day whose statement was replaced is told as it was put, for every instant of it.</summary>
internal static class SimulatorStatements
{
    /// <summary>No statement reaches over more days: its answer has an end.</summary>
    public const int MostDays = 100;

    public static IReadOnlyList<SimulatedLine> OfDay(SqlSession session, DateOnly date) =>
        Replaced(session, date) ?? SimulatorTables.Statement(session, Start(date), Start(date.AddDays(1)));

    /// <summary>In the order of their moving, so that what comes later stands behind.</summary>
    public static IReadOnlyList<SimulatedLine> Between(SqlSession session, DateTimeOffset from, DateTimeOffset until)
    {
        var lines = new List<SimulatedLine>();
        for (var (day, last) = (Day(from), Day(until)); day <= last; day = day.AddDays(1))
        {
            var (start, end) = (Later(from, Start(day)), Earlier(until, Start(day.AddDays(1))));
            lines.AddRange(Replaced(session, day) is { } put
                ? put.Where(line => Within(line.At, day) is var at && at >= start && at < end).OrderBy(line => Within(line.At, day))
                : SimulatorTables.Statement(session, start, end));
        }

        return lines;
    }

    public static void Replace(WriteTransaction transaction, DateOnly date, IReadOnlyList<SimulatedLine> lines) => transaction.Execute(
        "INSERT OR REPLACE INTO simulator_statements (date, lines) VALUES ($1, $2)", Name(date), JsonSerializer.Serialize(lines));

    private static List<SimulatedLine>? Replaced(SqlSession session, DateOnly date) =>
        session.First("SELECT lines FROM simulator_statements WHERE date = $1", row => row.GetString(0), Name(date)) is { } lines
            ? JsonSerializer.Deserialize<List<SimulatedLine>>(lines)
            : null;

    /// <summary>A line that was put in place of a day is one of that day, whatever instant it names.</summary>
    private static DateTimeOffset Within(DateTimeOffset at, DateOnly day) => Later(Start(day), Earlier(at, Start(day.AddDays(1)).AddTicks(-1)));

    private static DateTimeOffset Start(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static string Name(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
