using LocalFunctions.Durable;
using Orders.Application.AfterSales;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Payments;

namespace Orders.Workflows.Tests.Subjects;

/// <summary>What people do to the after-sale cases of the shop's order. Everything can be done again, as callers do who got no answer.</summary>
public sealed class CaseDesk(World world)
{
    public static CaseRef Case(string key = "case-1") => new(Shop.Order, CaseId.Derive(Shop.Order.OrderId, key));

    public Task OpenAsync(string type, params CaseLineRequest[] lines) => OpenAsync("case-1", type, lines);

    public Task OpenAsync(string key, string type, CaseLineRequest[] lines) => world.Shop.DoAsync(async () => Shop.Done(await world.Use<OpenCase>().RunAsync(
        new OpenCaseCommand(Shop.Ada, Shop.Order.OrderId, key, new CaseRequest(type, lines.Length == 0 ? null : lines, "It does not fit")), default)));

    public Task ApproveAsync(string key = "case-1") => world.Shop.DoAsync(async () => Shop.Done(
        await world.Use<ApproveCase>().RunAsync(Shop.Merchant, Shop.Order.OrderId, Case(key).CaseId, new ApproveCaseRequest(), expectedVersion: null, default)));

    public Task RejectAsync() => world.Shop.DoAsync(async () => Shop.Done(await world.Use<RejectCase>().RunAsync(
        Shop.Merchant, Shop.Order.OrderId, Case().CaseId, new RejectCaseRequest("It was used"), expectedVersion: null, default)));

    public Task WithdrawAsync() => world.Shop.DoAsync(async () => Shop.Done(
        await world.Use<WithdrawCase>().RunAsync(Shop.Ada, Shop.Order.OrderId, Case().CaseId, expectedVersion: null, default)));

    public Task SendBackAsync() => FactAsync(
        at => new CaseEvent.GoodsSent(at, new CaseParcel("Post", "B1", at), at + world.Policy.AfterSales.InspectionWindow), EventTypes.CaseGoodsSent);

    public Task ReceiveAsync(int writtenOff = 0) => FactAsync(
        at => new CaseEvent.GoodsReceived(
            at, new Dictionary<string, int>(), Units.Of(("1", writtenOff)), at + world.Policy.AfterSales.DifferenceWindow,
            at + world.Policy.AfterSales.ReplacementWindow, ByDeadline: false),
        EventTypes.CaseGoodsReceived);

    public Task SendReplacementAsync() => FactAsync(
        at => new CaseEvent.ReplacementSent(at, new CaseParcel("Post", "R1", at)), EventTypes.CaseReplacementSent);

    /// <summary>How the provider decides on a refund that it had left pending; it comes as its message does.</summary>
    public Task DecideRefundAsync(RefundStatus status) => world.Shop.DoAsync(async () =>
    {
        world.Provider.LeavesRefundsPending = false;
        var payment = (await world.Shop.ReadAsync()).Payments[0];
        await world.Use<RefundOwed>().RecordAsync(Shop.Order, payment.PaymentId, payment.Refunds[0].RefundId, status, default);
    });

    /// <summary>Staff have the refund that failed last sent again; what was sent again already is sent no more.</summary>
    public Task RetryRefundAsync(int number = 1) => world.Shop.DoAsync(async () => Shop.Done(
        await world.Use<RetryRefund>().RunAsync(Shop.Support, Shop.Order.OrderId, RefundId(number), expectedVersion: null, default)));

    /// <summary>Staff have paid the refund that failed by a transfer.</summary>
    public Task SettleRefundAsync(int number = 1) => world.Shop.DoAsync(async () => Shop.Done(await world.Use<SettleRefund>().RunAsync(
        Shop.Support, Shop.Order.OrderId, RefundId(number), new SettleRefundRequest("transfer 1"), expectedVersion: null, default)));

    /// <summary>The buyer is shown where to pay the difference.</summary>
    public Task OpenDifferenceAsync() => world.Shop.DoAsync(async () => Shop.Done(await world.Use<OpenPayment>().RunAsync(
        new OpenPaymentCommand(Shop.Ada, Shop.Order.OrderId, Difference, Method: null) { CaseId = Case().CaseId.Value }, default)));

    /// <summary>They pay it at the provider, whose message comes or not.</summary>
    public async Task PayDifferenceAsync(long cents, bool isHeard = true)
    {
        world.Shop.Pay(Difference, Shop.Euros(cents));
        if (isHeard)
            await world.Shop.HearAsync(Difference, Shop.Euros(cents));
    }

    private const string Difference = "difference";

    private static string RefundId(int number) => $"{Shop.Payment()}-r{number}";

    public async Task<OrchestrationMetadata?> InstanceAsync(string key = "case-1") =>
        await world.Host.Client.GetInstanceAsync(Case(key).CaseId.Value, getInputsAndOutputs: true);

    /// <summary>A fact about the case, as the use cases of people make it.</summary>
    private Task FactAsync(Func<DateTimeOffset, CaseEvent> fact, string eventType) => world.Shop.DoAsync(() => world.Use<OrderChanges>().ChangeAsync(
        Shop.Order,
        order =>
        {
            var at = world.Host.Clock.GetUtcNow();
            var (transition, changed) = order.ApplyToCase(Case().CaseId, fact(at), "merchant", note: null, at + world.Policy.ReceiptWindow);
            Assert.IsNotType<CaseTransition.Illegal>(transition);
            return transition is CaseTransition.Moved { To.Status: var status }
                ? new Decision<bool>(true, changed, status == CaseStatus.Completed ? EventTypes.CaseCompleted : eventType, Case().CaseId)
                : new Decision<bool>(false);
        },
        default));
}
