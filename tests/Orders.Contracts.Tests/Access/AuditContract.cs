using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Access;

/// <summary>What every audit must do.</summary>
public abstract class AuditContract(Subject subject) : ContractTests(subject)
{
    private IAudit Audit => Subject.Port<IAudit>();

    [Fact]
    public async Task Append_IsKeptWhole_AndShowsWhatItKeepsOnlyByItself()
    {
        await Audit.AppendAsync([Entry(1) with { Kept = "{\"was\":1}" }], None);
        await Subject.RestartAsync();
        var found = (await Audit.FindAsync("a-1", None))!;
        Assert.Equal(("{\"was\":1}", "because", "v"), (found.Kept, found.Reason, found.Detail["k"]));
        var listed = Assert.Single((await Audit.ListAsync(new AuditFilter(), 10, null, None)).Items);
        Assert.Null(listed.Kept);
        Assert.Equal((found.At, found.By, found.Role, found.Action, found.Subject), (listed.At, listed.By, listed.Role, listed.Action, listed.Subject));
        Assert.Null(await Audit.FindAsync("a-2", None));
    }

    [Fact]
    public async Task Append_Again_ChangesNothing()
    {
        await Audit.AppendAsync([Entry(1)], None);
        await Audit.AppendAsync([Entry(1) with { Reason = "another" }, Entry(2)], None);
        Assert.Equal("because", (await Audit.FindAsync("a-1", None))!.Reason);
        Assert.Equal(2, (await Audit.ListAsync(new AuditFilter(), 10, null, None)).Items.Count);
    }

    [Fact]
    public async Task List_IsTheNewestFirst_InPages()
    {
        for (var n = 1; n <= 7; n++)
            await Audit.AppendAsync([Entry(n)], None);
        Assert.Equal(["a-7", "a-6", "a-5", "a-4", "a-3", "a-2", "a-1"], await IdsAsync(new AuditFilter(), limit: 3));
    }

    /// <summary>Many letters are purged within one request: a page may end among them.</summary>
    [Fact]
    public async Task List_OfOneInstant_GivesEachOnce()
    {
        await Audit.AppendAsync([.. Enumerable.Range(1, 7).Select(n => Entry(n) with { At = At(1) })], None);
        var all = (await IdsAsync(new AuditFilter(), limit: 2)).ToList();
        Assert.Equal(7, all.Count);
        Assert.Equal(7, all.Distinct().Count());
    }

    [Fact]
    public async Task List_FollowsItsFilter()
    {
        for (var n = 1; n <= 4; n++)
            await Audit.AppendAsync([Entry(n, by: n % 2 == 0 ? Bob : Alice, subject: n <= 2 ? "x" : "y")], None);
        Assert.Equal(["a-2", "a-1"], await IdsAsync(new AuditFilter("x")));
        Assert.Equal(["a-4", "a-2"], await IdsAsync(new AuditFilter(By: Bob)));
        Assert.Equal(["a-4"], await IdsAsync(new AuditFilter("y", Bob)));
        Assert.Equal(["a-3", "a-2"], await IdsAsync(new AuditFilter(From: At(2), Until: At(4))));
        Assert.Equal(["a-2"], await IdsAsync(new AuditFilter(By: Bob, Until: At(4))));
    }

    [Fact]
    public async Task List_ThatGoesOnInANarrowerTime_StaysInBoth()
    {
        for (var n = 1; n <= 5; n++)
            await Audit.AppendAsync([Entry(n)], None);
        var cursor = (await Audit.ListAsync(new AuditFilter(), 2, null, None)).NextCursor;
        Assert.Equal(["a-2", "a-1"], (await Audit.ListAsync(new AuditFilter(Until: At(3)), 10, cursor, None)).Items.Select(entry => entry.AuditId));
        Assert.Equal(["a-3", "a-2", "a-1"], (await Audit.ListAsync(new AuditFilter(Until: At(5)), 10, cursor, None)).Items.Select(entry => entry.AuditId));
    }

    [Fact]
    public async Task List_WithAnotherListsCursor_IsRefused()
    {
        await Audit.AppendAsync([Entry(1), Entry(2)], None);
        var cursor = (await Audit.ListAsync(new AuditFilter(), 1, null, None)).NextCursor;
        await Assert.ThrowsAsync<FormatException>(() => Audit.ListAsync(new AuditFilter("x"), 1, cursor, None));
    }

    [Fact]
    public async Task Purge_ForgetsTheOld_InBoundedSteps()
    {
        for (var n = 1; n <= 5; n++)
            await Audit.AppendAsync([Entry(n)], None);
        Assert.Equal(2, await Audit.PurgeAsync(At(4), 2, None));
        Assert.Equal(1, await Audit.PurgeAsync(At(4), 2, None));
        Assert.Equal(["a-5", "a-4"], await IdsAsync(new AuditFilter()));
    }

    private async Task<IEnumerable<string>> IdsAsync(AuditFilter filter, int limit = 10) =>
        (await ReadAllAsync(cursor => Audit.ListAsync(filter, limit, cursor, None))).Select(entry => entry.AuditId);

    private static DateTimeOffset At(int hour) => Subject.Start.AddHours(hour);

    private static AuditEntry Entry(int n, UserId? by = null, string subject = "x") =>
        new($"a-{n}", At(n), by ?? Alice, "ops", AuditActions.OrderRetried, subject, "because", new Dictionary<string, string> { ["k"] = "v" });
}

public sealed class AuditInMemory() : AuditContract(Subject.OnMemory());

public sealed class AuditInFile() : AuditContract(Subject.OnFile());
