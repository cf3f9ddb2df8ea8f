using Orders.Application.AfterSales;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.AfterSales;

/// <summary>Goods that come back, what is found of them, and what goes out instead.</summary>
public sealed class CaseGoodsTests : IDisposable
{
    private static readonly CaseParcelRequest Parcel = new("Royal Mail", "RM 1");

    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task SendingBack_IsTheBuyers_OnceApproved_AndTheSameParcelAgainChangesNothing()
    {
        var opened = await shop.OpenedAsync(await shop.CompletedAsync(("MUG", 2)), "return");
        Assert.IsType<Refusal.IllegalInCase>((await SendAsync(opened)).Refusal);
        await shop.ApproveAsync(opened);
        Assert.IsType<Refusal.NotFound>((await SendAsync(opened, Bob)).Refusal);
        Assert.IsType<Refusal.NotFound>((await SendAsync(opened, Merchant)).Refusal);
        Assert.IsType<Refusal.VersionMismatch>((await SendAsync(opened, expectedVersion: 1)).Refusal);

        var sent = await SendAsync(opened);

        Assert.Equal((CaseStatus.AwaitingInspection, Start.AddDays(14)), (sent.Value!.Case.Status, sent.Value.Case.State.Deadline));
        Assert.Equal(new CaseParcel("Royal Mail", "RM 1", Start), sent.Value.Case.SentBack);
        Assert.Equal(sent.Value.Order.Version, (await SendAsync(opened, expectedVersion: 1)).Value!.Order.Version);
        Assert.IsType<Refusal.IllegalInCase>((await SendAsync(opened, request: Parcel with { TrackingNumber = "2" })).Refusal);
        Assert.Equal(
            ["carrier", "trackingNumber"],
            Assert.IsType<Refusal.Invalid>((await SendAsync(opened, request: new("", "<"))).Refusal).Errors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Receiving_InFull_LetsTheMoneyGo_AndTheSameAgainChangesNothing()
    {
        var sent = await SentAsync(await shop.CompletedAsync(("MUG", 2)), "return");
        Assert.IsType<Refusal.NotFound>((await AllCameAsync(sent, caller: Ada)).Refusal);
        Assert.IsType<Refusal.VersionMismatch>((await AllCameAsync(sent, expectedVersion: 1)).Refusal);

        var received = await AllCameAsync(sent, caller: Support);

        Assert.Equal((CaseStatus.Refunding, 2_500), (received.Value!.Case.Status, received.Value.Case.RefundDue));
        Assert.Equal(received.Value.Order.Version, (await AllCameAsync(sent)).Value!.Order.Version);
        Assert.IsType<Refusal.IllegalInCase>((await ReceiveAsync(sent, new ReceivedLineRequest("MUG", 1))).Refusal);
    }

    [Fact]
    public async Task Receiving_InPart_RefundsWhatWasAccepted_AndOnlyWhatIsWholeGoesBackOnSale()
    {
        var sent = await SentAsync(await shop.CompletedAsync(("MUG", 3), ("TEA", 1)), "return");

        var received = (await ReceiveAsync(sent, new ReceivedLineRequest("MUG", 2, WrittenOff: 1))).Value!;
        var done = await shop.ApplyAsync(received, new CaseEvent.RefundSucceeded(Start));

        Assert.Equal(2_999, received.Case.RefundDue);
        Assert.Equal(Units.Of(("1", 1), ("2", 1)), done.Case.BackOnSale);
        Assert.Equal((2, 2_500L), (done.Order.Lines[0].ReturnedQuantity, done.Order.Lines[0].Refunded));
        Assert.Equal(1, (await shop.PreviewAsync(done.Order)).Value!.Lines[0].UnitsLeft);
    }

    [Fact]
    public async Task Receiving_OfWhatTheCaseIsNotAbout_IsRefused()
    {
        var sent = await SentAsync(await shop.CompletedAsync(("MUG", 1), ("MUG", 1), ("TEA", 1)), "return");

        Assert.Equal(["lines/0/sku"], Wrong(await ReceiveAsync(sent, new ReceivedLineRequest("MUG", 1))));
        Assert.Equal(["lines/0/sku"], Wrong(await ReceiveAsync(sent, new ReceivedLineRequest("BOOK", 1))));
        Assert.Equal(["lines/1/lineId"], Wrong(await ReceiveAsync(sent, new ReceivedLineRequest(null, 1, LineId: "1"), new ReceivedLineRequest(null, 1, LineId: "1"))));
        Assert.Equal(["lines/0"], Wrong(await ReceiveAsync(sent, new ReceivedLineRequest(null, 1))));
        Assert.Equal(["lines/0/accepted"], Wrong(await ReceiveAsync(sent, new ReceivedLineRequest("TEA", null))));
        Assert.IsType<Refusal.IllegalInCase>((await ReceiveAsync(sent, new ReceivedLineRequest("TEA", 2))).Refusal);
        Assert.IsType<Refusal.IllegalInCase>((await ReceiveAsync(sent, new ReceivedLineRequest("TEA", 0, WrittenOff: 1))).Refusal);
        Assert.IsType<Refusal.IllegalInCase>((await ReceiveAsync(sent, new ReceivedLineRequest(null, 0, LineId: "1"), new ReceivedLineRequest(null, 0, LineId: "2"), new ReceivedLineRequest("TEA", 0))).Refusal);
    }

    [Fact]
    public async Task Exchange_ForTheSame_EndsWithTheReplacementsParcel_AndItsGoodsCanBeReturnedAgain()
    {
        var sent = await SentAsync(await shop.CompletedAsync(("MUG", 2)), "exchange");
        Assert.IsType<Refusal.IllegalInCase>((await ReplaceAsync(sent)).Refusal);
        await AllCameAsync(sent);
        Assert.IsType<Refusal.NotFound>((await ReplaceAsync(sent, Support)).Refusal);

        var replaced = await ReplaceAsync(sent);

        Assert.Equal(CaseStatus.Completed, replaced.Value!.Case.Status);
        Assert.Equal(("r1", 2, 2_500L), (replaced.Value.Order.Replacements[0].Line.LineId, replaced.Value.Order.Replacements[0].Line.Quantity, replaced.Value.Order.Replacements[0].Line.Total));
        Assert.Equal(replaced.Value.Order.Version, (await ReplaceAsync(sent)).Value!.Order.Version);
        var again = await shop.OpenAsync(replaced.Value.Order, new CaseRequest("return", [new(Sku: null, 1, LineId: "r1")], "Chipped, too"), "again");
        Assert.Equal(1_250, again.Value!.Case.RefundDue);
    }

    private static IEnumerable<string> Wrong(Result<CaseInOrder> result) => Assert.IsType<Refusal.Invalid>(result.Refusal).Errors.Keys;

    private async Task<CaseInOrder> SentAsync(Domain.Lifecycle.Order order, string type)
    {
        var opened = await shop.OpenedAsync(order, type);
        await shop.ApproveAsync(opened);
        return (await SendAsync(opened)).Value!;
    }

    private Task<Result<CaseInOrder>> SendAsync(CaseInOrder of, Access.Caller? caller = null, CaseParcelRequest? request = null, long? expectedVersion = null) =>
        shop.Use<SendGoodsBack>().RunAsync(caller ?? Ada, of.Order.OrderId, of.Case.CaseId, request ?? Parcel, expectedVersion, default);

    private Task<Result<CaseInOrder>> ReceiveAsync(CaseInOrder of, params ReceivedLineRequest?[] lines) =>
        shop.Use<ReceiveGoods>().RunAsync(Merchant, of.Order.OrderId, of.Case.CaseId, new ReceiveGoodsRequest(lines), expectedVersion: null, default);

    private Task<Result<CaseInOrder>> AllCameAsync(CaseInOrder of, Access.Caller? caller = null, long? expectedVersion = null) =>
        shop.Use<ReceiveGoods>().RunAsync(caller ?? Merchant, of.Order.OrderId, of.Case.CaseId, new ReceiveGoodsRequest(), expectedVersion, default);

    private Task<Result<CaseInOrder>> ReplaceAsync(CaseInOrder of, Access.Caller? caller = null) =>
        shop.Use<ShipReplacement>().RunAsync(caller ?? Merchant, of.Order.OrderId, of.Case.CaseId, Parcel, expectedVersion: null, default);
}
