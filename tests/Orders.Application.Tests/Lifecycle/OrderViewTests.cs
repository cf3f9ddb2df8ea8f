using System.Text;
using System.Text.Json;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Shipping;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Domain.Shipping;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Lifecycle;

public sealed class OrderViewTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task View_HasTheFieldsOfTheContract_InTheirOrder_WithTimesInUtc()
    {
        var order = await shop.AcceptedAsync(("MUG", 2));
        await shop.Use<ShipLines>().RunAsync(Merchant, order.OrderId, "a", new ShipRequest("DHL", "1", [new("MUG", 1)]), expectedVersion: null, default);
        order = await shop.ReadAsync(order.Ref);

        using var json = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(OrderView.Of(order), ApiJson.Default.OrderView));
        var root = json.RootElement;

        Assert.Equal(
            [
                "orderId", "userId", "status", "version", "currency", "lines", "totals", "couponCode", "shippingAddress", "note", "payBy", "timeline",
                "shipments", "afterSales", "payments", "placedAt", "updatedAt",
            ],
            Names(root));
        Assert.Equal(
            ["lineId", "sku", "name", "quantity", "unitPrice", "discount", "total", "shippedQuantity", "returnedQuantity", "refunded"], Names(root.GetProperty("lines")[0]));
        Assert.Equal(["items", "discount", "shipping", "total", "paid", "refunded"], Names(root.GetProperty("totals")));
        Assert.Equal(["name", "line1", "city", "postalCode", "country"], Names(root.GetProperty("shippingAddress")));
        Assert.Equal(["at", "from", "to", "by", "reason"], Names(root.GetProperty("timeline")[0]));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("timeline")[0].GetProperty("from").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("note").ValueKind);
        Assert.Equal("PendingShipment", root.GetProperty("status").GetString());
        Assert.Equal("2026-03-01T12:30:00Z", root.GetProperty("payBy").GetString());
        Assert.Equal(1, root.GetProperty("lines")[0].GetProperty("shippedQuantity").GetInt32());
        Assert.Equal(2_500, root.GetProperty("totals").GetProperty("paid").GetInt64());
        Assert.Equal(0, root.GetProperty("afterSales").GetArrayLength());
        Assert.Equal(
            ["paymentId", "orderId", "amount", "currency", "status", "provider", "payUrl"], Names(root.GetProperty("payments")[0]).Take(7));
        Assert.Equal("""[{"lineId":"1","sku":"MUG","quantity":1}]""", root.GetProperty("shipments")[0].GetProperty("lines").GetRawText());
    }

    [Theory]
    [InlineData("""{"lines":[{"sku":"MUG","quantity":1.5}]}""")]
    [InlineData("""{"lines":[{"sku":"MUG","quantity":"1"}]}""")]
    [InlineData("""{"lines":[{"sku":"MUG","quantity":99999999999}]}""")]
    [InlineData("""{"lines":[{"sku":"MUG","quantity":1,"quantity":2}]}""")]
    [InlineData("""{"lines":{}}""")]
    public void Body_OfAnotherForm_IsNotRead(string body) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(body, ApiJson.Default.BasketRequest));

    [Fact]
    public void LargestOrder_FitsIntoItsStores_AndItsEventIntoItsMessage()
    {
        var order = Largest();

        Assert.InRange(BytesOf(OrderEventEnvelope.ItemFor(order with { Cases = [] }, EventTypes.ParcelReported)), 100_000, 192 * 1024);
        Assert.InRange(BytesOf(OrderEventEnvelope.ItemFor(order, EventTypes.ParcelReported)), 100_000, 192 * 1024);
        Assert.InRange(BytesOf(OrderEventEnvelope.ItemFor(order, EventTypes.CaseOpened, order.Cases[^1].CaseId)), 100_000, 192 * 1024);

        // A Cosmos document has at most 2 MB (2,097,152 bytes), and so has its batch with the event.
        Assert.InRange(OrderJson.Write(order).Length, 500_000, 1_880_000);
    }

    /// <summary>As they go over the wire.</summary>
    private static int BytesOf(OutboxItem item) => Encoding.UTF8.GetByteCount(item.Body);

    /// <summary>An order at all its bounds, in characters that JSON writes with six bytes each.</summary>
    private static Order Largest()
    {
        static string Long(int characters) => new('ü', characters);
        var skus = Enumerable.Range(0, OrderLimits.MostLines).Select(i => Id.Parse<Sku>($"{i:000}".PadRight(64, 'x'))).ToList();
        var items = skus.ToDictionary(
            sku => sku, sku => new CatalogueItem(sku, Long(OrderLimits.MostNameCharacters), OrderLimits.MostUnitPrice, Id.Parse<Currency>("EUR")));
        var basket = Pricing.Price([.. skus.Select(sku => new WantedLine(sku, OrderLimits.MostUnitsPerLine))], items, shipping: 0);
        var user = Id.Parse<UserId>(Long(100));
        var reference = new OrderRef(user, OrderId.Derive(user, "key"));
        var address = new Address(Long(200), Long(200), Long(200), Long(100), Long(100), Long(20), "CH");
        var order = Order.Place(reference, basket, address, Long(OrderLimits.MostNoteCharacters), couponCode: null, new string('f', 64), Start, Start);
        var payment = PaymentId.Derive(order.OrderId, "pay");
        order = Moved(order, new OrderEvent.PaymentSettled(Start, payment), Long(OrderLimits.MostReasonCharacters));
        order = Moved(order, new OrderEvent.Accepted(Start, order.AllUnits), Long(OrderLimits.MostReasonCharacters));
        for (var i = 0; i < OrderLimits.MostShipments; i++)
        {
            var id = ShipmentId.Derive(order.OrderId, $"{i}");
            var lines = Units.Of(order.Lines.Select(line => KeyValuePair.Create(line.LineId, OrderLimits.MostUnitsPerLine / OrderLimits.MostShipments)));
            var reports = Enumerable.Range(0, OrderLimits.MostParcelEvents).Select(n => new ParcelEvent(new string('s', 50), Start.AddTicks(n + 1), Long(100)));
            order = Moved(order, new OrderEvent.LinesShipped(Start, id, lines, Start), Long(OrderLimits.MostReasonCharacters)) with
            {
                Shipments = [.. order.Shipments, new Shipment(id, Long(50), new string('9', 100), lines, Start.AddTicks(1), new string('f', 64), [.. reports])],
            };
        }

        var total = order.Total;
        var attempts = Enumerable.Range(0, OrderLimits.MostPayments).Select(i =>
        {
            var id = i == 0 ? payment : PaymentId.Derive(order.OrderId, $"{i}");
            return new OrderPayment(id, total, new string('p', 30), PaymentStatus.Settled, Start.AddTicks(1))
            {
                Method = Long(50),
                PayUrl = new string('u', 2_000),
                Captured = total,
                CapturedAt = Start.AddTicks(1),
                ProviderReference = Long(100),
                Kept = i == 0 ? total.Amount : 0,
                Refunds =
                [
                    .. Enumerable.Range(1, OrderLimits.MostRefunds / OrderLimits.MostPayments).Select(n =>
                        new OrderRefund($"{id}-r{n}", total.Amount, RefundReason.SecondPayment, RefundStatus.Succeeded, Start.AddTicks(1))
                        {
                            ForCase = CaseId.Derive(order.OrderId, "0"),
                            RetriedBy = $"{id}-r{n + 1}",
                        }),
                ],
            };
        });
        return WithCases(order with { Payments = [.. attempts] });
    }

    /// <summary>As many cases as there can be, each about all lines; one of them exchanges them all.</summary>
    private static Order WithCases(Order order)
    {
        for (var i = 0; i < OrderLimits.MostCases; i++)
        {
            var left = Refundable.Of(order);
            var exchanges = i == OrderLimits.MostCases - 1;
            var opened = new AfterSaleCase
            {
                CaseId = CaseId.Derive(order.OrderId, $"{i}"),
                Type = exchanges ? CaseType.Exchange : CaseType.Return,
                Reason = new string('ü', OrderLimits.MostReasonCharacters),
                Fingerprint = new string('f', 64),
                OpenedAt = Start,
                Lines =
                [
                    .. left.Select(line => line.Take(line.Units / (OrderLimits.MostCases - i)) with
                    {
                        Replacement = exchanges
                            ? new ReplacementItem(Id.Parse<Sku>(line.Line.LineId.PadRight(64, 'y')), new string('ü', 100), OrderLimits.MostUnitPrice, IsSame: false)
                            : null,
                    }),
                ],
            };
            var (transition, changed) = order.OpenCase(opened, Start, "merchant");
            Assert.IsType<Transition.Moved>(transition);
            var parcel = new CaseParcel(new string('ü', 50), new string('9', 100), Start);
            var received = new CaseEvent.GoodsReceived(Start, new Dictionary<string, int>(), opened.Units, Start, Start, ByDeadline: false);
            order = Told(changed, opened, new CaseEvent.Approved(Start, Start, Hold: 1_000 + i, ByDeadline: false));
            order = Told(order, opened, new CaseEvent.GoodsSent(Start, parcel, Start));
            order = Told(order, opened, received);
        }

        return order;
    }

    private static Order Told(Order order, AfterSaleCase of, CaseEvent fact)
    {
        // Only one of a case's steps has a note that somebody wrote: what it was rejected for.
        var note = fact is CaseEvent.GoodsReceived ? new string('ü', OrderLimits.MostReasonCharacters) : null;
        var (transition, changed) = order.ApplyToCase(of.CaseId, fact, "merchant", note, Start);
        Assert.IsType<CaseTransition.Moved>(transition);
        return changed;
    }

    private static Order Moved(Order order, OrderEvent fact, string reason)
    {
        var (transition, moved) = order.Apply(fact, "merchant", reason);
        Assert.IsType<Transition.Moved>(transition);
        return moved;
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
