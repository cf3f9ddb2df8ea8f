using Orders.Application.AfterSales;
using Orders.Application.Checkout;
using Orders.Application.Payments;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.AfterSales;

/// <summary>
/// Random after-sale lives through the use cases, with a provider that leaves refunds pending and refuses some: every captured cent is kept or on its way
/// back or was sent, and when all is given back exactly all is.
/// </summary>
public sealed class RandomMoneyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task EveryCapturedCent_IsKeptOrOnItsWayBack(int seed)
    {
        var random = new Random(seed);
        for (var life = 0; life < 6; life++)
        {
            using var shop = new Shop();
            var one = new Life(shop, random);
            await one.PlayAsync();
        }
    }

    internal sealed class Life(Shop shop, Random random)
    {
        private static readonly Access.Caller Ops = new(Id.Parse<UserId>("olga"), new HashSet<Access.Role> { Access.Role.Ops });

        private OrderRef reference;
        private int key;

        public async Task PlayAsync()
        {
            await shop.Use<PutCatalogueItem>().RunAsync("MUG", new CatalogueItemRequest("Mug", 1_000 + random.Next(500), "EUR"), default);
            var lines = new[] { ("MUG", random.Next(3) + 1), ("TEA", random.Next(4) + 1), ("MUG", random.Next(2) + 1) };
            reference = (random.Next(2) == 0 ? await shop.CompletedAsync(lines) : await shop.AcceptedAsync(lines)).Ref;
            for (var step = 0; step < 40; step++)
            {
                await StepAsync();
                Check(await shop.ReadAsync(reference));
            }

            await EndAsync();
            var order = await shop.ReadAsync(reference);
            Check(order);
            Assert.Equal((OrderStatus.AfterSaleCompleted, order.Totals.Paid), (order.Status, order.Totals.Refunded));
            Assert.All(order.Payments.Where(payment => payment.Captured is not null), payment => Assert.Equal((0, 0), (payment.Kept, payment.Owed)));
        }

        private static void Check(Order order)
        {
            var captured = order.Payments.Where(payment => payment.Captured is not null).ToList();
            Assert.All(captured, payment => Assert.Equal(
                payment.Captured!.Value.Amount, payment.Kept + payment.Owed + payment.Refunds.Where(refund => refund.RetriedBy is null).Sum(refund => refund.Amount)));
            Assert.All(captured, payment => Assert.True(payment is { Kept: >= 0, Owed: >= 0 }));
            Assert.Equal(captured.Sum(payment => payment.Captured!.Value.Amount), order.Totals.Paid);
            Assert.True(order.Totals.Refunded <= order.Totals.Paid);

            // What is kept is what the buyer has, or has in a case whose money was not taken out yet.
            var inCases = order.Cases.Where(c => c.IsOpen).Sum(c =>
                c.DifferencePaid + c.Lines.Sum(line => line.SettledAmount + line.SettledShipping)
                - order.Payments.SelectMany(payment => payment.Refunds).Where(refund => refund.ForCase == c.CaseId && refund.RetriedBy is null).Sum(refund => refund.Amount));
            Assert.Equal(Refundable.Of(order).Sum(line => line.Amount + line.Shipping) + inCases, captured.Sum(payment => payment.Kept));
        }

        private async Task StepAsync()
        {
            var order = await shop.ReadAsync(reference);
            var open = order.Cases.Where(c => c.IsOpen).ToList();
            if (open.Count > 0 && random.Next(3) > 0)
                await MoveAsync(order, open[random.Next(open.Count)]);
            else if (order.Cases.Count < 15)
                await OpenAsync(order);
        }

        private async Task OpenAsync(Order order)
        {
            var type = (string[])["refund", "return", "exchange"];
            var chosen = type[random.Next(3)];
            var sku = random.Next(2) == 0 ? "MUG" : "TEA";
            var replacement = chosen == "exchange" && random.Next(2) == 0 ? (sku == "MUG" ? "TEA" : "MUG") : null;
            await shop.OpenAsync(
                order, new CaseRequest(chosen, [new(sku, random.Next(2) + 1, ReplacementSku: replacement)], "by chance"), $"case-{++key}", random.Next(4) == 0 ? Merchant : Ada);
        }

        private async Task MoveAsync(Order order, AfterSaleCase @case)
        {
            var of = new CaseInOrder(order, @case);
            switch (@case.State)
            {
                case CaseState.InReview when random.Next(4) == 0:
                    await shop.RejectAsync(of);
                    break;
                case CaseState.InReview:
                    await shop.ApproveAsync(of);
                    break;
                case CaseState.AwaitingGoods when random.Next(4) == 0:
                    await shop.WithdrawAsync(of);
                    break;
                case CaseState.AwaitingGoods or CaseState.AwaitingInspection:
                    var lines = @case.Lines.Select(line => new ReceivedLineRequest(null, random.Next(line.Quantity + 1), LineId: line.LineId)).ToList();
                    await shop.Use<ReceiveGoods>().RunAsync(
                        Merchant, order.OrderId, @case.CaseId, new ReceiveGoodsRequest(lines.Exists(line => line.Accepted > 0) ? lines : null), expectedVersion: null, default);
                    break;
                case CaseState.AwaitingPayment when random.Next(2) == 0:
                    await PayAsync(order, @case);
                    break;
                case CaseState.AwaitingReplacement when random.Next(3) > 0:
                    await shop.Use<ShipReplacement>().RunAsync(
                        Merchant, order.OrderId, @case.CaseId, new CaseParcelRequest("DHL", "1"), expectedVersion: null, default);
                    break;
                case CaseState.AwaitingPayment or CaseState.AwaitingReplacement:
                    await shop.ApplyAsync(of, new CaseEvent.ReplacementOverdue(Start.AddYears(1)));
                    break;
                default:
                    await RefundAsync(order, @case);
                    break;
            }
        }

        private async Task PayAsync(Order order, AfterSaleCase @case)
        {
            var opened = await shop.Use<OpenPayment>().RunAsync(
                new OpenPaymentCommand(Ada, order.OrderId, $"difference-{++key}", Method: null) { CaseId = @case.CaseId.Value }, default);
            if (!opened.Succeeded)
                return;
            var money = order.Total with { Amount = @case.DifferenceDue + random.Next(3) - 1 };
            if (money.Amount > 0)
                await shop.Use<ApplySettlement>().RunAsync(order.Ref, opened.Value.Payment.PaymentId, new Capture(money, Start, "c"), default);
        }

        private async Task RefundAsync(Order order, AfterSaleCase @case)
        {
            shop.Provider.RefundAnswer = (ProviderRefundStatus)random.Next(3);
            await shop.Use<RequestCaseRefund>().RunAsync(new CaseRef(order.Ref, @case.CaseId), default);
            await shop.Use<RefundOwed>().RunAsync(order.Ref, default);
            await DecideAsync(random.Next(2) == 0);
        }

        /// <summary>The provider decides on what is pending; staff send again or settle what was refused.</summary>
        private async Task DecideAsync(bool succeeds)
        {
            foreach (var (payment, refund) in (await shop.ReadAsync(reference)).Payments.SelectMany(payment => payment.Refunds, (payment, refund) => (payment, refund)).ToList())
            {
                if (refund.Status == RefundStatus.Pending)
                    await shop.Use<RefundOwed>().RecordAsync(reference, payment.PaymentId, refund.RefundId, succeeds ? RefundStatus.Succeeded : RefundStatus.Failed, default);
                else if (refund is { Status: RefundStatus.Failed, RetriedBy: null } && random.Next(2) == 0)
                    await shop.Use<RetryRefund>().RunAsync(Ops, reference.OrderId, refund.RefundId, expectedVersion: null, default);
                else if (refund is { Status: RefundStatus.Failed, RetriedBy: null })
                    await shop.Use<SettleRefund>().RunAsync(Ops, reference.OrderId, refund.RefundId, new SettleRefundRequest("transfer"), expectedVersion: null, default);
            }
        }

        /// <summary>Rejects or pays out what is open, then gives back all that is left.</summary>
        private async Task EndAsync()
        {
            for (var round = 0; round < 4; round++)
            {
                foreach (var @case in (await shop.ReadAsync(reference)).Cases.Where(c => c.IsOpen).ToList())
                    await EndAsync(@case.CaseId);
                await shop.OpenAsync(await shop.ReadAsync(reference), new CaseRequest("refund", Lines: null, "the rest"), $"rest-{round}", Merchant);
            }
        }

        private async Task EndAsync(CaseId caseId)
        {
            for (var step = 0; step < 100; step++)
            {
                var order = await shop.ReadAsync(reference);
                if (order.FindCase(caseId) is not { IsOpen: true } @case)
                    return;
                if (@case.State is CaseState.AwaitingPayment or CaseState.AwaitingReplacement)
                    await shop.ApplyAsync(new CaseInOrder(order, @case), new CaseEvent.ReplacementOverdue(Start.AddYears(1)));
                else
                    await MoveAsync(order, @case);
                shop.Provider.RefundAnswer = ProviderRefundStatus.Succeeded;
                await shop.Use<RefundOwed>().RunAsync(reference, default);
                await DecideAsync(succeeds: true);
            }

            Assert.Fail($"Case {caseId} does not end.");
        }
    }
}
