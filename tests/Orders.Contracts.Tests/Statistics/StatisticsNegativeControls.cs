using Orders.Application;
using Orders.Application.Statistics;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Statistics;

/// <summary>Keepers of statistics, lists of changed orders and keepers of files that break a promise are found by the test that guards it.</summary>
public sealed class StatisticsNegativeControls
{
    /// <summary>Each bug: what stands in the adapter's place.</summary>
    private static readonly Dictionary<string, (Type Suite, string Guard, Func<Subject, Subject> Plant)> Bugs = new()
    {
        ["facts are forgotten"] = (typeof(Kept), nameof(StatisticsContract.Count_OfTheSameFactAgain_CountsOnce), Statistics(inner => new Forgetful(inner))),
        ["known with new is new"] = (typeof(Kept), nameof(StatisticsContract.Count_OfKnownAndNewFactsTogether_CountsTheNew), Statistics(inner => new Forgetful(inner))),
        ["a race counts twice"] = (typeof(Kept), nameof(StatisticsContract.Counts_AtOnce_AreAllThere_AndEachOnce), Statistics(inner => new Forgetful(inner))),
        ["all is now"] = (typeof(Kept), nameof(StatisticsContract.Count_LandsInItsOwnTime_HoweverLate), Statistics(inner => new Hasty(inner))),
        ["purging takes all"] = (typeof(Kept), nameof(StatisticsContract.Purge_ForgetsWhatIsOlder_InBites), Statistics(inner => new Greedy(inner))),
        ["who moved is missed"] = (typeof(Listed), nameof(ChangedOrdersContract.List_NeverMissesWhoChangesMeanwhile), Orders(inner => new OneDay(inner))),
        ["old orders are missed"] = (typeof(Listed), nameof(ChangedOrdersContract.List_GivesWhoWasPlacedBefore_AndChangedLater), Orders(inner => new OneDay(inner))),
        ["parts are one"] = (typeof(Listed), nameof(ChangedOrdersContract.List_OfAllParts_GivesEachOrderOfTheTimeOnce), Orders(inner => new OnePart(inner))),
        ["files grow in place"] = (typeof(Filed), nameof(ReportFilesContract.Writes_AtOnce_AreNeverSeenInPart), Files(_ => new InPlace())),
        ["any name will do"] = (typeof(Filed), nameof(ReportFilesContract.ANameThatCouldLeadElsewhere_IsRefused), Files(_ => new InPlace())),
    };

    public static TheoryData<string> Names => [.. Bugs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Bug_IsFound(string bug)
    {
        var (suite, guard, plant) = Bugs[bug];
        using var tests = (ContractTests)Activator.CreateInstance(suite, plant(Subject.OnMemory()))!;
        var method = suite.GetMethod(guard)!;
        await NegativeControl.IsFoundByAsync(() => (Task)method.Invoke(tests, method.GetParameters().Length == 0 ? null : ["../orders.db"])!);
    }

    private static Func<Subject, Subject> Statistics(Func<IStatistics, IStatistics> wrap) => subject => subject.With<IStatistics>((inner, _) => wrap(inner));

    private static Func<Subject, Subject> Orders(Func<IChangedOrders, IChangedOrders> wrap) => subject => subject.With<IChangedOrders>((inner, _) => wrap(inner));

    private static Func<Subject, Subject> Files(Func<IServiceProvider, IReportFiles> make) => subject => subject.Replace(make);

    private sealed class Kept(Subject subject) : StatisticsContract(subject);

    private sealed class Listed(Subject subject) : ChangedOrdersContract(subject);

    private sealed class Filed(Subject subject) : ReportFilesContract(subject);

    private class Passing(IStatistics inner) : IStatistics
    {
        public virtual Task<int> CountAsync(IReadOnlyList<CountedOrder> orders, DateTimeOffset? eventAt, DateTimeOffset now, CancellationToken cancellation) =>
            inner.CountAsync(orders, eventAt, now, cancellation);

        public Task<IReadOnlyList<StatBucket>> ReadAsync(StatScope scope, StatSpan span, CancellationToken cancellation) => inner.ReadAsync(scope, span, cancellation);

        public Task<IReadOnlyList<ScopeTally>> SumAsync(StatScopeKind kind, IReadOnlyList<StatSpan> spans, CancellationToken cancellation) =>
            inner.SumAsync(kind, spans, cancellation);

        public Task<StatPulse> PulseAsync(CancellationToken cancellation) => inner.PulseAsync(cancellation);

        public virtual Task<int> PurgeAsync(StatHorizons before, int limit, CancellationToken cancellation) => inner.PurgeAsync(before, limit, cancellation);
    }

    private sealed class Forgetful(IStatistics inner) : Passing(inner)
    {
        private int calls;

        public override Task<int> CountAsync(IReadOnlyList<CountedOrder> orders, DateTimeOffset? eventAt, DateTimeOffset now, CancellationToken cancellation)
        {
            var call = Interlocked.Increment(ref calls);
            return base.CountAsync(
                [.. orders.Select(order => order with { Facts = [.. order.Facts.Select(fact => fact with { Key = $"{fact.Key}-{call}" })] })], eventAt, now, cancellation);
        }
    }

    private sealed class Hasty(IStatistics inner) : Passing(inner)
    {
        public override Task<int> CountAsync(IReadOnlyList<CountedOrder> orders, DateTimeOffset? eventAt, DateTimeOffset now, CancellationToken cancellation) =>
            base.CountAsync(
                [.. orders.Select(order => order with { Facts = [.. order.Facts.Select(fact => fact with { Counts = [.. fact.Counts.Select(count => count with { At = now })] })] })],
                eventAt, now, cancellation);
    }

    private sealed class Greedy(IStatistics inner) : Passing(inner)
    {
        public override Task<int> PurgeAsync(StatHorizons before, int limit, CancellationToken cancellation) =>
            base.PurgeAsync(before with { Days = before.Minutes }, limit, cancellation);
    }

    private sealed class OneDay(IChangedOrders inner) : IChangedOrders
    {
        public async Task<Page<ChangedOrder>> ListAsync(int part, DateTimeOffset from, DateTimeOffset until, int limit, string? cursor, CancellationToken cancellation)
        {
            var page = await inner.ListAsync(part, from, until, limit, cursor, cancellation);
            return page with { Items = [.. page.Items.Where(item => item.Order!.UpdatedAt < until)] };
        }
    }

    private sealed class OnePart(IChangedOrders inner) : IChangedOrders
    {
        public Task<Page<ChangedOrder>> ListAsync(int part, DateTimeOffset from, DateTimeOffset until, int limit, string? cursor, CancellationToken cancellation) =>
            inner.ListAsync(7, from, until, limit, cursor, cancellation);
    }

    /// <summary>Writes byte after byte where readers look.</summary>
    private sealed class InPlace : IReportFiles
    {
        private readonly Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        private int reads;

        public async Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        {
            byte[] file;
            lock (files)
                file = files[name] = files.GetValueOrDefault(name) is { } old && old.Length == content.Length ? old : new byte[content.Length];
            content.Span[..(content.Length / 2)].CopyTo(file);

            // Half of it is there until somebody has looked, or nobody does.
            var before = Volatile.Read(ref reads);
            for (var turn = 0; turn < 1_000 && before == Volatile.Read(ref reads); turn++)
                await Task.Yield();
            content.Span[(content.Length / 2)..].CopyTo(file.AsSpan(content.Length / 2));
        }

        public Task<byte[]?> ReadAsync(string name, CancellationToken cancellation)
        {
            Interlocked.Increment(ref reads);
            lock (files)
                return Task.FromResult(files.GetValueOrDefault(name)?.ToArray());
        }

        public Task<IReadOnlyList<ReportFile>> ListAsync(string folder, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ReportFile>>([]);
    }
}
