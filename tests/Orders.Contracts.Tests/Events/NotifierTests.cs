using Orders.Application.Events;
using Orders.Contracts.Tests.Subjects;
using Orders.Embedded.Events;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Events;

/// <summary>Buyers are told once, and the file for people says what the table says.</summary>
public sealed class NotifierTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Subject subject = Subject.OnFile();

    private string LogPath => Path.Combine(subject.Folder!, "notifications.log");

    public void Dispose() => subject.Dispose();

    [Fact]
    public async Task Notify_TwiceOfOneEvent_TellsOnce()
    {
        var told = new Notification("e-1", Ref(1), "Your order is on its way.", Subject.Start);
        await subject.Port<INotifier>().NotifyAsync(told, None);
        await subject.Port<INotifier>().NotifyAsync(told with { Text = "Again" }, None);
        Assert.Equal([told], await subject.Port<SqliteNotifier>().FindAsync(Ref(1).OrderId, None));
        Assert.Equal([$"2026-03-01T12:00:00Z #1 order {Ref(1)}: Your order is on its way."], await File.ReadAllLinesAsync(LogPath));
    }

    [Fact]
    public async Task Forget_LeavesNoText_AndAnEventThatComesAgainTellsNothing()
    {
        var told = new Notification("e-1", Ref(1), "Your order is on its way.", Subject.Start);
        await subject.Port<INotifier>().NotifyAsync(told, None);
        await subject.Port<INotifier>().ForgetAsync(Ref(1), None);
        await subject.Port<INotifier>().ForgetAsync(Ref(2), None);
        await subject.Port<INotifier>().NotifyAsync(told, None);
        Assert.Equal([told with { Text = "" }], await subject.Port<SqliteNotifier>().FindAsync(Ref(1).OrderId, None));
    }

    [Fact]
    public async Task Notify_ByManyAtOnce_LogsEachInTheTablesOrder()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(n => Task.Run(() => NotifyAsync(n))));
        var lines = await File.ReadAllLinesAsync(LogPath);
        Assert.Equal(Enumerable.Range(1, 50), lines.Select(line => int.Parse(line.Split(' ')[1][1..])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(-40)]
    public async Task Restart_AfterAFileThatWasCutShort_CompletesIt(int cutAt)
    {
        for (var n = 0; n < 3; n++)
            await NotifyAsync(n);
        var whole = await File.ReadAllBytesAsync(LogPath);
        await File.WriteAllBytesAsync(LogPath, whole[..(cutAt < 0 ? whole.Length + cutAt : cutAt)]);
        await subject.RestartAsync();
        await NotifyAsync(3);
        var numbers = (await File.ReadAllLinesAsync(LogPath)).Where(line => line.Contains("order", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]);
        Assert.Equal(["#1", "#2", "#3", "#4"], numbers.Distinct());
    }

    private Task NotifyAsync(int n) => subject.Port<INotifier>().NotifyAsync(new Notification($"e-{n}", Ref(n), "Told.", Subject.Start), None);
}
