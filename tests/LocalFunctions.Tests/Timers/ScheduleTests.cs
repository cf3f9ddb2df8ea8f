using System.Globalization;
using LocalFunctions.Tests.Messaging;

namespace LocalFunctions.Tests.Timers;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("0 */5 * * * *", "2026-03-02T09:00:00Z", "2026-03-02T09:05:00Z")]
    [InlineData("0 */5 * * * *", "2026-03-02T09:04:59Z", "2026-03-02T09:05:00Z")]
    [InlineData("*/15 * * * * *", "2026-03-02T09:00:50Z", "2026-03-02T09:01:00Z")]
    [InlineData("0 30 9 * * *", "2026-03-02T09:30:00Z", "2026-03-03T09:30:00Z")]
    [InlineData("0 0 9-17 * * *", "2026-03-02T17:00:00Z", "2026-03-03T09:00:00Z")]
    [InlineData("0 0 9-17/4 * * *", "2026-03-02T09:00:00Z", "2026-03-02T13:00:00Z")]
    [InlineData("0 15,45 * * * *", "2026-03-02T09:15:00Z", "2026-03-02T09:45:00Z")]
    [InlineData("0 0 0 * * Mon-Fri", "2026-03-06T12:00:00Z", "2026-03-09T00:00:00Z")]
    [InlineData("0 0 0 * * 0", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z")]
    [InlineData("0 0 0 1 Jan *", "2026-03-02T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("0 0 2 29 2 *", "2026-03-02T00:00:00Z", "2028-02-29T02:00:00Z")]
    [InlineData("*/5 * * * *", "2026-03-02T09:01:00Z", "2026-03-02T09:05:00Z")]
    [InlineData("00:05:00", "2026-03-02T09:01:30Z", "2026-03-02T09:06:30Z")]
    public void Next_IsTheFirstOccurrenceAfter(string schedule, string after, string expected) =>
        Assert.Equal(Instant(expected), LocalFunctions.Timers.Schedule.Parse(schedule).Next(Instant(after)));

    [Theory]
    [InlineData("every day")]
    [InlineData("0 0 25 * * *")]
    [InlineData("0 0 0 0 * * *")]
    [InlineData("00:00:00")]
    [InlineData("")]
    public void Parse_OfNoSchedule_IsRefused(string text) => Assert.Throws<FormatException>(() => LocalFunctions.Timers.Schedule.Parse(text));

    [Theory]
    [InlineData("0 * * * * *", true)]
    [InlineData("0,30 * * * * *", false)]
    [InlineData("00:00:59", false)]
    [InlineData("1.00:00:00", true)]
    public void MoreOftenThanAMinute_IsNotMonitored(string schedule, bool expected) =>
        Assert.Equal(expected, LocalFunctions.Timers.Schedule.Parse(schedule).CanBeMonitored(SteppedHost.Start));

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
