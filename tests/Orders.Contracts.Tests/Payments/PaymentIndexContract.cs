using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What every payment index must do.</summary>
public abstract class PaymentIndexContract(Subject subject) : ContractTests(subject)
{
    private static readonly PaymentId Payment = PaymentId.Derive(Ref(1).OrderId, "a");
    private static readonly DateTimeOffset Due = Subject.Start.AddMinutes(1);

    private IPaymentIndex Index => Subject.Port<IPaymentIndex>();

    [Fact]
    public async Task Add_IsFoundByOrderAndPayment()
    {
        Assert.Null(await Index.FindAsync(Ref(1).OrderId, Payment, None));
        await Index.AddAsync(Payment, Ref(1), Due, None);
        await Index.AddAsync(Payment, Ref(1), Due, None);
        await Subject.RestartAsync();
        Assert.Equal(Ref(1), await Index.FindAsync(Ref(1).OrderId, Payment, None));
        Assert.Null(await Index.FindAsync(Ref(2).OrderId, Payment, None));
    }

    [Fact]
    public async Task Due_FromItsInstantOn_TheLongestDueFirst()
    {
        for (var n = 1; n <= 4; n++)
            await Index.AddAsync(PaymentId.Derive(Ref(n).OrderId, "a"), Ref(n), Due.AddMinutes(-n), None);
        await Index.AddAsync(Payment, Ref(1), Due.AddHours(9), None);
        await Subject.RestartAsync();

        Assert.Empty(await DueAsync(Due.AddMinutes(-4).AddTicks(-1)));
        Assert.Equal([(Ref(4), Due.AddMinutes(-4))], await DueAsync(Due.AddMinutes(-4)));
        Assert.Equal([Ref(4), Ref(3), Ref(2), Ref(1)], (await DueAsync(Due)).Select(due => due.Order));
        Assert.Equal([Ref(4), Ref(3)], (await Index.FindDueAsync(Due, 2, None)).Select(due => due.Order));
    }

    [Fact]
    public async Task Asked_IsDueAtTheNextInstantOrNeverAgain()
    {
        await Index.AddAsync(Payment, Ref(1), Due, None);
        await Index.AskedAsync([Asked(Due, Due.AddMinutes(2))], None);
        Assert.Empty(await DueAsync(Due));
        Assert.Equal([(Ref(1), Due.AddMinutes(2))], await DueAsync(Due.AddMinutes(2)));

        await Index.AskedAsync([Asked(Due.AddMinutes(2), null)], None);
        await Subject.RestartAsync();
        Assert.Empty(await DueAsync(DateTimeOffset.MaxValue.AddDays(-1)));
        Assert.Equal(Ref(1), await Index.FindAsync(Ref(1).OrderId, Payment, None));
    }

    /// <summary>Something about it was opened between the look at the order and the booking of it: it must not be forgotten.</summary>
    [Fact]
    public async Task AskAt_BetweenTheLookAndItsBooking_Stays()
    {
        await Index.AddAsync(Payment, Ref(1), Due, None);
        await Index.AskAtAsync(Ref(1).OrderId, Payment, Due.AddMinutes(5), None);
        await Index.AskedAsync([Asked(Due, null)], None);
        Assert.Equal([(Ref(1), Due.AddMinutes(5))], await DueAsync(Due.AddMinutes(5)));
    }

    [Fact]
    public async Task AskAt_OfWhatIsNeverAskedAbout_BringsItBack()
    {
        await Index.AddAsync(Payment, Ref(1), Due, None);
        await Index.AskedAsync([Asked(Due, null)], None);
        await Index.AskAtAsync(Ref(2).OrderId, Payment, Due, None);
        Assert.Empty(await DueAsync(Due));
        await Index.AskAtAsync(Ref(1).OrderId, Payment, Due, None);
        Assert.Equal([(Ref(1), Due)], await DueAsync(Due));
    }

    /// <summary>The attempt's opening repeated must not bring its questions back to the beginning.</summary>
    [Fact]
    public async Task Add_Repeated_LeavesTheInstantAlone()
    {
        await Index.AddAsync(Payment, Ref(1), Due, None);
        await Index.AskedAsync([Asked(Due, Due.AddHours(1))], None);
        await Index.AddAsync(Payment, Ref(1), Due, None);
        Assert.Empty(await DueAsync(Due));
    }

    private static AskedPayment Asked(DateTimeOffset seen, DateTimeOffset? next) => new(Payment, Ref(1).OrderId, seen, next);

    private async Task<IEnumerable<(OrderRef Order, DateTimeOffset AskAt)>> DueAsync(DateTimeOffset now) =>
        (await Index.FindDueAsync(now, 100, None)).Select(due => (due.Order, due.AskAt));
}

public sealed class PaymentIndexInMemory() : PaymentIndexContract(Subject.OnMemory());

public sealed class PaymentIndexInFile() : PaymentIndexContract(Subject.OnFile());

/// <summary>An index that books without looking is found.</summary>
public sealed class PaymentIndexNegativeControls
{
    [Fact]
    public async Task AnIndexThatForgetsWhatWasOpenedMeanwhile_IsFound()
    {
        using var suite = new Suite(Subject.OnMemory().With<IPaymentIndex>((inner, _) => new Blind(inner)));
        await NegativeControl.IsFoundByAsync(suite.AskAt_BetweenTheLookAndItsBooking_Stays);
    }

    private sealed class Suite(Subject subject) : PaymentIndexContract(subject);

    private sealed class Blind(IPaymentIndex inner) : IPaymentIndex
    {
        public Task AddAsync(PaymentId paymentId, OrderRef order, DateTimeOffset askAt, CancellationToken cancellation) =>
            inner.AddAsync(paymentId, order, askAt, cancellation);

        public Task<OrderRef?> FindAsync(OrderId orderId, PaymentId paymentId, CancellationToken cancellation) =>
            inner.FindAsync(orderId, paymentId, cancellation);

        public Task<IReadOnlyList<PaymentToAsk>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
            inner.FindDueAsync(now, limit, cancellation);

        public async Task AskedAsync(IReadOnlyList<AskedPayment> asked, CancellationToken cancellation)
        {
            foreach (var due in await inner.FindDueAsync(DateTimeOffset.MaxValue.AddDays(-1), 1_000, cancellation))
                await inner.AskedAsync([.. asked.Where(one => one.PaymentId == due.PaymentId).Select(one => one with { Seen = due.AskAt })], cancellation);
        }

        public Task AskAtAsync(OrderId orderId, PaymentId paymentId, DateTimeOffset at, CancellationToken cancellation) =>
            inner.AskAtAsync(orderId, paymentId, at, cancellation);
    }
}
