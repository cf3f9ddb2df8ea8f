using System.Globalization;
using NCrontab;

namespace LocalFunctions.Timers;

/// <summary>When a timer fires, in UTC.</summary>
internal abstract class Schedule
{
    private static readonly TimeSpan LeastForMonitor = TimeSpan.FromMinutes(1);

    /// <summary>Reads an NCRONTAB expression (six fields; five, without seconds, as well) or a time span.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static Schedule Parse(string text)
    {
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var period))
        {
            return period > TimeSpan.Zero
                ? new Periodic(period)
                : throw new FormatException($"'{text}' is no schedule: the interval must be above zero.");
        }

        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        try
        {
            return new Cron(CrontabSchedule.Parse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = fields == 6 }));
        }
        catch (CrontabException wrong)
        {
            throw new FormatException(
                $"'{text}' is no schedule; write six fields {{second}} {{minute}} {{hour}} {{day}} {{month}} {{day-of-week}}, or a time span. {wrong.Message}", wrong);
        }
    }

    /// <summary>The first occurrence after <paramref name="instant"/>; <see cref="DateTimeOffset.MaxValue"/> when there is none.</summary>
    public abstract DateTimeOffset Next(DateTimeOffset instant);

    /// <summary>Whether runs are rare enough to be remembered one by one: never more than one a minute.</summary>
    public bool CanBeMonitored(DateTimeOffset now)
    {
        for (var (from, i) = (Next(now), 0); i < 5 && from < DateTimeOffset.MaxValue; i++)
        {
            var next = Next(from);
            if (next - from < LeastForMonitor)
                return false;
            from = next;
        }

        return true;
    }

    private sealed class Periodic(TimeSpan period) : Schedule
    {
        public override DateTimeOffset Next(DateTimeOffset instant) =>
            period >= DateTimeOffset.MaxValue - instant ? DateTimeOffset.MaxValue : instant + period;
    }

    private sealed class Cron(CrontabSchedule schedule) : Schedule
    {
        /// <summary>The rarest real date, 29 February, is at most 8 years away; a search without end would take seconds.</summary>
        private const int YearsAhead = 9;

        public override DateTimeOffset Next(DateTimeOffset instant)
        {
            var from = instant.UtcDateTime;
            var end = from < DateTime.MaxValue.AddYears(-YearsAhead) ? from.AddYears(YearsAhead) : DateTime.MaxValue;
            var next = schedule.GetNextOccurrence(from, end);
            return next >= end ? DateTimeOffset.MaxValue : new DateTimeOffset(DateTime.SpecifyKind(next, DateTimeKind.Utc));
        }
    }
}
