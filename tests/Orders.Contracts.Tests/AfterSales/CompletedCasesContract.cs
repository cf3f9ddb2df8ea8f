using System.Text;
using System.Text.Json.Nodes;
using Orders.Application.AfterSales;
using Orders.Application.Lifecycle;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.AfterSales;

/// <summary>What every list of orders with completed cases must do.</summary>
public abstract class CompletedCasesContract(Subject subject) : ContractTests(subject)
{
    private static readonly DateTimeOffset End = DateTimeOffset.MaxValue;

    private ICompletedCases Completed => Subject.Port<ICompletedCases>();

    private IOrderStore Orders => Subject.Port<IOrderStore>();

    [Fact]
    public async Task Find_GivesCompletedOnes_TheEarliestFirst_AndSurvivesARestart()
    {
        await PutAsync("a", Closed(9));
        await PutAsync("b", Closed(3));
        await PutAsync("c");
        await PutAsync("d", Closed(4, CaseEnd.Rejected), Closed(5, CaseEnd.Withdrawn), Closed(6, CaseEnd.Lapsed));
        await Subject.RestartAsync();

        Assert.Equal([At("b", 3), At("a", 9)], await Completed.FindAsync(after: null, End, 10, None));
    }

    [Fact]
    public async Task Find_GoesByTheLastCompletion_AndFindsALaterOneAgain()
    {
        await PutAsync("a", Closed(3));
        await SaveAsync("a", 2, Closed(3), Closed(7), Closed(5));

        Assert.Equal([At("a", 7)], await Completed.FindAsync(At("a", 3), End, 10, None));
    }

    [Fact]
    public async Task Find_GivesNoneAtOrAfterTheInstant()
    {
        await PutAsync("a", Closed(3));
        Assert.Empty(await Completed.FindAsync(after: null, Subject.Start.AddMinutes(3), 10, None));
        Assert.Single(await Completed.FindAsync(after: null, Subject.Start.AddMinutes(3).AddTicks(1), 10, None));
    }

    /// <summary>Also those of one instant: a page may end among them.</summary>
    [Fact]
    public async Task Find_InPages_GivesEachOnce()
    {
        string[] keys = ["a", "b", "c", "d", "e"];
        foreach (var key in keys)
            await PutAsync(key, Closed(3));
        var (all, after) = (new List<CompletedOrder>(), (CompletedOrder?)null);
        while (await Completed.FindAsync(after, End, 2, None) is { Count: > 0 } page && all.Count < 9)
        {
            Assert.InRange(page.Count, 1, 2);
            all.AddRange(page);
            after = page[^1];
        }

        Assert.Equal(keys.Select(key => At(key, 3)).OrderBy(found => found.Order.OrderId.Value, StringComparer.Ordinal), all);
    }

    private static CompletedOrder At(string key, int minute) => new(Ref(Alice, key), Subject.Start.AddMinutes(minute));

    private static (int Minute, CaseEnd End) Closed(int minute, CaseEnd end = CaseEnd.Completed) => (minute, end);

    private async Task PutAsync(string key, params (int Minute, CaseEnd End)[] cases)
    {
        var order = Order(Alice, key);
        Assert.Null(await Orders.CreateAsync(order, Event(order), None));
        await SaveAsync(key, 1, cases);
    }

    private async Task SaveAsync(string key, long version, params (int Minute, CaseEnd End)[] cases)
    {
        var order = With(Order(Alice, key) with { Version = version + 1 }, cases);
        Assert.True(await Orders.SaveAsync(order, Event(order), None));
    }

    /// <summary>Only the case table ends a case; here the ends are written into the document.</summary>
    private static Order With(Order order, (int Minute, CaseEnd End)[] cases)
    {
        var open = cases.Select((_, number) => new AfterSaleCase
        {
            CaseId = CaseId.Derive(order.OrderId, $"{number}"),
            Type = CaseType.Refund,
            Reason = "why",
            Fingerprint = "f",
            OpenedAt = Subject.Start,
            Lines = [new CaseLine("1", 1, 100, 0)],
        });
        var document = JsonNode.Parse(OrderJson.Write(order with { Cases = [.. open] }))!;
        foreach (var (closed, at) in document["cases"]!.AsArray().Zip(cases))
            closed!["state"] = new JsonObject { ["is"] = "Closed", ["at"] = Subject.Start.AddMinutes(at.Minute), ["end"] = $"{at.End}" };
        return OrderJson.Read(Encoding.UTF8.GetBytes(document.ToJsonString()));
    }
}

public sealed class CompletedCasesInMemory() : CompletedCasesContract(Subject.OnMemory());

public sealed class CompletedCasesInFile() : CompletedCasesContract(Subject.OnFile());
