using System.Globalization;
using Orders.Application.Events;

namespace Orders.Application.Statistics;

/// <summary>
/// What every day gets once it is over: the oldest first, none left out, however long the host was off. A watermark says through which day all have it. Where
/// there is none yet, it begins with the first day on which anything was counted, for the first night may come days after it.
/// </summary>
internal sealed class DaysOwed(IWatermarks watermarks, IStatistics statistics, string watermark)
{
    private const string Form = "yyyy-MM-dd";
    private const int MostDays = 31;

    /// <param name="last">The last day that is over.</param>
    /// <param name="hasIt">Whether a day has it, so that it is not begun again.</param>
    /// <param name="begin">Begins it. One that is under way goes on.</param>
    /// <returns>The days on which it was begun, at most 31.</returns>
    public async Task<IReadOnlyList<DateOnly>> BeginAsync(
        DateOnly last, Func<DateOnly, Task<bool>> hasIt, Func<DateOnly, Task> begin, CancellationToken cancellation)
    {
        var through = await FindThroughAsync(watermarks, watermark, cancellation).ConfigureAwait(false)
            ?? (await FindFirstAsync(last, cancellation).ConfigureAwait(false)).AddDays(-1);
        var begun = new List<DateOnly>();
        for (var date = through.AddDays(1); date <= last && begun.Count < MostDays; date = date.AddDays(1))
        {
            if (!await hasIt(date).ConfigureAwait(false))
            {
                await begin(date).ConfigureAwait(false);
                begun.Add(date);
            }
            else if (begun.Count == 0)
            {
                through = date;
            }
        }

        await watermarks.SetAsync(watermark, through.ToString(Form, CultureInfo.InvariantCulture), cancellation).ConfigureAwait(false);
        return begun;
    }

    /// <summary>The day through which all have it, or never owed it; null while no night has come.</summary>
    public static async Task<DateOnly?> FindThroughAsync(IWatermarks watermarks, string watermark, CancellationToken cancellation) =>
        await watermarks.FindAsync(watermark, cancellation).ConfigureAwait(false) is { } text ? DateOnly.ParseExact(text, Form, CultureInfo.InvariantCulture) : null;

    private async Task<DateOnly> FindFirstAsync(DateOnly last, CancellationToken cancellation)
    {
        var span = new StatSpan(StatGrain.Day, new ReportDate(last.AddDays(1 - MostDays)).From, new ReportDate(last).Until);
        var counted = await statistics.ReadAsync(StatScope.Total, span, cancellation).ConfigureAwait(false);
        return counted.Count == 0 ? last : DateOnly.FromDateTime(counted[0].At.UtcDateTime);
    }
}
