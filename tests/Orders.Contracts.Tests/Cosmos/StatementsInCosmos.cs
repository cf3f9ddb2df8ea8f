using System.Net;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Contracts.Tests.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;
using Orders.Domain;
using Orders.Domain.Checkout;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class ReconciliationsInCosmos() : ReconciliationsContract(CosmosSubject.Create());

public sealed class UnknownMoneyInCosmos() : UnknownMoneyContract(CosmosSubject.Create());

public sealed class StatementsInCosmos() : StatementsContract(CosmosSubject.Create());

/// <summary>Pages that are larger than a batch: all or none, whichever request is the last before a crash.</summary>
public sealed class CosmosStatementTests : IDisposable
{
    private const string Day = "2026-03-01";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Subject subject;
    private readonly CosmosServer server;

    public CosmosStatementTests() => subject = CosmosSubject.Create(out server);

    private IStatements Statements => subject.Port<IStatements>();

    public void Dispose() => subject.Dispose();

    /// <summary>What a reader finds after a crash is all or nothing, whoever asks first.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    public async Task Put_OfALargePage_ThatDies_IsSeenWholeOrNotAtAll(int afterWrites, bool isLastDone)
    {
        var lines = Lines(OrderLimits.MostStatementLines, amount: 1);
        Fail(afterWrites, isLastDone);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Statements.PutAsync(lines, None));
        server.Faults = _ => null;

        var count = afterWrites == 0 && !isLastDone ? 0 : lines.Count;
        Assert.Equal(count, (await Statements.FindAsync(Ref(1).OrderId.Value, None)).Count);
        Assert.Equal(count, (await Statements.SumAsync(Day, None)).Sum(sum => sum.Count));
        await Statements.PutAsync(lines, None);
        Assert.Equal(lines, (await Statements.FindAsync(Ref(1).OrderId.Value, None)).OrderBy(line => line.Number));
    }

    /// <summary>The sum and the list of a period find what the crash left, each by itself.</summary>
    [Fact]
    public async Task AskingAPeriod_PutsInWhatACrashLeft()
    {
        foreach (var (period, ask) in new (string, Func<string, Task<long>>)[]
        {
            ("a", async period => (await Statements.SumAsync(period, None)).Sum(sum => sum.Count)),
            ("b", async period => (await Statements.ListOrdersAsync(period, after: null, 10, None)).Count * 500),
        })
        {
            Fail(afterWrites: 1, isLastDone: false);
            var lines = Lines(500, amount: 1).Select(line => line with { Period = period }).ToList();
            await Assert.ThrowsAsync<DependencyUnavailableException>(() => Statements.PutAsync(lines, None));
            server.Faults = _ => null;
            Assert.Equal(500, await ask(period));
        }
    }

    [Fact]
    public async Task FindMany_PutsInWhatACrashLeft()
    {
        Fail(afterWrites: 1, isLastDone: false);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Statements.PutAsync(Lines(500, amount: 1), None));
        server.Faults = _ => null;
        Assert.Equal(500, (await Statements.FindManyAsync([Ref(1).OrderId.Value], None)).Sum(of => of.Count()));
    }

    /// <summary>Many orders with many lines: none is cut short for another's sake.</summary>
    [Fact]
    public async Task FindMany_OfMoreLinesThanOneAnswerHolds_LosesNone()
    {
        var lines = Enumerable.Range(0, 1_100).Select(n => StatementsContract.Line(n, order: n % 3)).ToList();
        foreach (var page in lines.Chunk(OrderLimits.MostStatementLines))
            await Statements.PutAsync(page, None);
        var found = await Statements.FindManyAsync([.. Enumerable.Range(0, 3).Select(n => Ref(n).OrderId.Value)], None);
        Assert.Equal(lines.Count, found.Sum(of => of.Count()));
    }

    /// <summary>A page that a crash left is older than what is put afterwards, and never comes over it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    public async Task Put_AfterOneThatDied_StandsOverIt(int count)
    {
        Fail(afterWrites: 2, isLastDone: false);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Statements.PutAsync(Lines(500, amount: 1), None));
        server.Faults = _ => null;
        await Statements.PutAsync(Lines(count, amount: 3), None);
        Assert.Equal(500 + (2 * count), (await Statements.SumAsync(Day, None)).Sum(sum => sum.Amount));
    }

    /// <summary>Somebody else finished our page and has begun their own: what we still hold of ours comes no more.</summary>
    [Fact]
    public async Task Put_WhosePageSomebodyElseFinished_DoesNotComeOverTheirs()
    {
        var (isOvertaken, isOvertaking, creates) = (false, false, 0);
        server.Faults = request =>
        {
            if (request.What == "create" && isOvertaking)
                creates++;
            if (request.What == "batch" && isOvertaking && creates == 2)
                return new Fault(HttpStatusCode.ServiceUnavailable);
            if (request.What != "batch" || isOvertaken)
                return null;
            (isOvertaken, isOvertaking) = (true, true);
            Assert.ThrowsAsync<DependencyUnavailableException>(() => Task.Run(() => Statements.PutAsync(Lines(500, amount: 3), None))).GetAwaiter().GetResult();
            isOvertaking = false;
            return null;
        };
        await Statements.PutAsync(Lines(500, amount: 1), None);
        server.Faults = _ => null;
        Assert.Equal(2, creates);
        Assert.Equal(1_500, (await Statements.SumAsync(Day, None)).Sum(sum => sum.Amount));
    }

    /// <summary>Of large pages in the same places at once one comes over the other, and no mixture.</summary>
    [Fact]
    public async Task Puts_AtOnce_AreNeverMixed()
    {
        await Task.WhenAll(Enumerable.Range(1, 4).Select(amount => Task.Run(() => Statements.PutAsync(Lines(250, amount), None))));
        Assert.Single((await Statements.FindAsync(Ref(1).OrderId.Value, None)).Select(line => line.Line.Money.Amount).Distinct());
    }

    [Fact]
    public async Task Complete_TakesMoreAwayThanABatchHolds()
    {
        await Statements.PutAsync(Lines(500, amount: 1), None);
        await Statements.CompleteAsync("simulator", Day, 3, None);
        Assert.Equal(3, (await Statements.FindAsync(Ref(1).OrderId.Value, None)).Count);
    }

    private static List<StoredLine> Lines(int count, long amount) =>
    [
        .. Enumerable.Range(0, count).Select(n => StatementsContract.Line(n, order: 1))
            .Select(line => line with { Line = line.Line with { Money = new Money(amount, Euro) } }),
    ];

    /// <summary>The write after so many goes wrong, and with it all that follow.</summary>
    private void Fail(int afterWrites, bool isLastDone)
    {
        var left = afterWrites;
        server.Faults = request => request.What is not ("batch" or "create" or "upsert") || left-- > 0
            ? null
            : new Fault(HttpStatusCode.ServiceUnavailable, AfterTheWrite: isLastDone && left == -1);
    }
}
