using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What every trail of questions must do.</summary>
public abstract class MoneyTrailContract(Subject subject) : ContractTests(subject)
{
    private IMoneyTrail Trail => Subject.Port<IMoneyTrail>();

    [Fact]
    public async Task Note_IsFoundByOrder_OldestFirst_AndKept()
    {
        var refund = Query(1, 5) with { RefundId = "r-1", By = QueriedBy.Reconciliation };
        foreach (var query in new[] { Query(1, 9), refund, Query(1, 2), Query(2, 3) })
            await Trail.NoteAsync(query, None);
        await Subject.RestartAsync();
        Assert.Equal([Query(1, 2), refund, Query(1, 9)], await Trail.FindAsync(Ref(1).OrderId, None));
        Assert.Empty(await Trail.FindAsync(Ref(3).OrderId, None));
    }

    [Fact]
    public async Task Note_AgainIsOne()
    {
        for (var n = 0; n < 3; n++)
            await Trail.NoteAsync(Query(1, 1), None);
        Assert.Equal([Query(1, 1)], await Trail.FindAsync(Ref(1).OrderId, None));
    }

    [Fact]
    public async Task Note_KeepsTheLastOfEachPayment()
    {
        var other = Query(1, 0) with { PaymentId = PaymentId.Derive(Ref(1).OrderId, "other") };
        await Trail.NoteAsync(other, None);
        for (var minute = 1; minute <= IMoneyTrail.MostPerPayment + 7; minute++)
            await Trail.NoteAsync(Query(1, minute), None);
        Assert.Equal([other, .. Enumerable.Range(8, IMoneyTrail.MostPerPayment).Select(minute => Query(1, minute))], await Trail.FindAsync(Ref(1).OrderId, None));
    }

    internal static ProviderQuery Query(int order, int minute) => new(
        Ref(order), PaymentId.Derive(Ref(order).OrderId, "p"), RefundId: null, QueriedBy.Schedule, Subject.Start.AddMinutes(minute), $"it is open {minute}");
}

public sealed class MoneyTrailInMemory() : MoneyTrailContract(Subject.OnMemory());

public sealed class MoneyTrailInFile() : MoneyTrailContract(Subject.OnFile());
