using Orders.Application;
using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;

namespace Orders.Contracts.Tests.Payments;

/// <summary>Lists of failed refunds that skip, repeat or show what did not fail are found.</summary>
public sealed class FailedRefundsNegativeControls
{
    [Theory]
    [InlineData(nameof(FailedRefundsContract.List_HasTheOrdersOfFailedRefunds_AndNoOthers), "any refund")]
    [InlineData(nameof(FailedRefundsContract.List_HasTheOrdersOfFailedRefunds_AndNoOthers), "nothing")]
    [InlineData(nameof(FailedRefundsContract.List_LetsGoOfOneThatIsDoneAfterAll), "any refund")]
    [InlineData(nameof(FailedRefundsContract.List_KeepsAnOrderWhoseRefundWasSentAgain), "nothing")]
    [InlineData(nameof(FailedRefundsContract.List_HasAnOrderOnce_HoweverManyOfItsRefundsFailed), "twice")]
    [InlineData(nameof(FailedRefundsContract.List_InPages_IsTheSameAsAtOnce_AlsoWhileMoreFail), "first page alone")]
    [InlineData(nameof(FailedRefundsContract.List_InPages_IsTheSameAsAtOnce_AlsoWhileMoreFail), "reversed")]
    [InlineData(nameof(FailedRefundsContract.List_WithAnotherListsCursor_IsRefused), "any cursor")]
    public async Task ACarelessList_IsFound(string guard, string bug)
    {
        var subject = Subject.OnMemory();
        using var suite = new Suite(subject.With<IFailedRefunds>((inner, _) => new CarelessList(inner, subject, bug)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(FailedRefundsContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    private sealed class Suite(Subject subject) : FailedRefundsContract(subject);

    private sealed class CarelessList(IFailedRefunds inner, Subject subject, string bug) : IFailedRefunds
    {
        public async Task<Page<OrderRef>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
        {
            if (bug == "any refund")
                return new Page<OrderRef>(await BookedAsync(cancellation), NextCursor: null);
            var page = await inner.ListAsync(limit, bug == "any cursor" ? null : cursor, cancellation);
            return bug switch
            {
                "nothing" => page with { Items = [] },
                "twice" => page with { Items = [.. page.Items, .. page.Items] },
                "first page alone" => page with { NextCursor = null },
                "reversed" => page with { Items = [.. page.Items.Reverse()] },
                _ => page,
            };
        }

        private async Task<IReadOnlyList<OrderRef>> BookedAsync(CancellationToken cancellation) =>
        [
            .. (await subject.Port<IPaymentBook>().ListOrdersAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, after: null, 100, cancellation))
                .Select(order => new OrderRef(Sample.Alice, order)),
        ];
    }
}
