using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Payments.PaymentBookContract;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What every way from the books to orders with a failed refund must do.</summary>
public abstract class FailedRefundsContract(Subject subject) : ContractTests(subject)
{
    private IFailedRefunds Failed => Subject.Port<IFailedRefunds>();

    [Fact]
    public async Task List_HasTheOrdersOfFailedRefunds_AndNoOthers()
    {
        foreach (var (n, state) in new[] { (1, BookedState.Requested), (2, BookedState.Failed), (3, BookedState.Pending), (4, BookedState.Done) })
            await BookAsync(n, state);

        Assert.Equal([Ref(2)], await ListAsync());
        await Subject.RestartAsync();
        Assert.Equal([Ref(2)], await ListAsync());
    }

    /// <summary>Settled outside: the books then have it as done.</summary>
    [Fact]
    public async Task List_LetsGoOfOneThatIsDoneAfterAll()
    {
        await BookAsync(1, BookedState.Failed);
        await BookAsync(1, BookedState.Done, version: 7);

        Assert.Empty(await ListAsync());
    }

    /// <summary>It was sent again under another key, which says nothing of the first.</summary>
    [Fact]
    public async Task List_KeepsAnOrderWhoseRefundWasSentAgain()
    {
        await BookAsync(1, BookedState.Failed);
        await BookAsync(1, BookedState.Done, key: "r2");

        Assert.Equal([Ref(1)], await ListAsync());
    }

    [Fact]
    public async Task List_HasAnOrderOnce_HoweverManyOfItsRefundsFailed()
    {
        foreach (var key in (string[])["r1", "r2", "r3"])
            await BookAsync(1, BookedState.Failed, key);
        await BookAsync(2, BookedState.Failed);

        Assert.Equal(2, (await ListAsync(limit: 1)).Count);
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Fact]
    public async Task List_InPages_IsTheSameAsAtOnce_AlsoWhileMoreFail()
    {
        foreach (var n in Enumerable.Range(1, 7))
            await BookAsync(n, BookedState.Failed);
        var all = await ListAsync();

        Assert.Equal(7, all.Distinct().Count());
        Assert.Equal(all, await ListAsync(limit: 3));
        Assert.Equal(all, await ListAsync(limit: 1));

        var first = await Failed.ListAsync(3, cursor: null, None);
        await Subject.RestartAsync();
        foreach (var n in Enumerable.Range(8, 7))
            await BookAsync(n, BookedState.Failed);
        var rest = await ReadAllAsync(cursor => Failed.ListAsync(3, cursor ?? first.NextCursor, None));
        Assert.Equal(all.Skip(3), rest.Where(all.Contains));
    }

    [Fact]
    public async Task List_WithAnotherListsCursor_IsRefused()
    {
        await Assert.ThrowsAsync<FormatException>(() => Failed.ListAsync(1, "x", None));
        await Subject.Port<IUnknownMoney>().HoldAsync(UnknownMoneyContract.Money(1), None);
        await Subject.Port<IUnknownMoney>().HoldAsync(UnknownMoneyContract.Money(2), None);
        var other = (await Subject.Port<IUnknownMoney>().ListAsync(state: null, 1, cursor: null, None)).NextCursor;

        await Assert.ThrowsAsync<FormatException>(() => Failed.ListAsync(1, other, None));
    }

    private async Task<List<OrderRef>> ListAsync(int limit = 100) => await ReadAllAsync(cursor => Failed.ListAsync(limit, cursor, None));

    private Task BookAsync(int order, BookedState state, string key = "r1", long version = 6)
    {
        var capture = Capture(order);
        return Subject.Port<IPaymentBook>().PutAsync([capture, Refund(capture, 100, state, version) with { Key = $"{capture.Key}-{key}" }], None);
    }
}

public sealed class FailedRefundsInMemory() : FailedRefundsContract(Subject.OnMemory());

public sealed class FailedRefundsInFile() : FailedRefundsContract(Subject.OnFile());
