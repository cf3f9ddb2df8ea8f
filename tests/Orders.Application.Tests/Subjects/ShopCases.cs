using Orders.Application.Access;
using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Shipping;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Subjects;

/// <summary>Short ways into after-sale cases.</summary>
public static class ShopCases
{
    public static async Task<Order> ShippedAsync(this Shop shop, params (string Sku, int Quantity)[] lines)
    {
        var order = await shop.AcceptedAsync(lines);
        return await shop.ShipAsync(order);
    }

    public static async Task<Order> ShipAsync(this Shop shop, Order order, params ShipLineRequest[] lines)
    {
        var request = new ShipRequest("DHL", "1", lines.Length == 0 ? null : lines);
        var key = $"ship-{order.Shipments.Count}";
        var shipped = await shop.Use<ShipLines>().RunAsync(Shop.Merchant, order.OrderId, key, request, expectedVersion: null, default);
        Assert.Null(shipped.Refusal);
        return shipped.Value!.Order;
    }

    public static async Task<Order> CompletedAsync(this Shop shop, params (string Sku, int Quantity)[] lines)
    {
        var order = await shop.ShippedAsync(lines);
        var completed = await shop.Use<ConfirmReceipt>().RunAsync(Shop.Ada, order.OrderId, expectedVersion: null, default);
        Assert.Null(completed.Refusal);
        return completed.Value!;
    }

    public static Task<Result<CaseInOrder>> OpenAsync(this Shop shop, Order order, CaseRequest request, string key = "case-1", Caller? caller = null, long? expectedVersion = null) =>
        shop.Use<OpenCase>().RunAsync(new OpenCaseCommand(caller ?? Shop.Ada, order.OrderId, key, request, expectedVersion), default);

    /// <summary>A case that the buyer opened.</summary>
    public static async Task<CaseInOrder> OpenedAsync(this Shop shop, Order order, string type, string key = "case-1", params (string Sku, int Quantity)[] lines)
    {
        var opened = await shop.OpenAsync(order, Case(type, lines), key);
        Assert.Null(opened.Refusal);
        return opened.Value!;
    }

    /// <summary>About these lines; about all that is left without any.</summary>
    public static CaseRequest Case(string type, params (string Sku, int Quantity)[] lines) => new(
        type, lines.Length == 0 ? null : [.. lines.Select(line => new CaseLineRequest(line.Sku, line.Quantity))], "It does not fit");

    public static Task<Result<CaseInOrder>> ApproveAsync(this Shop shop, CaseInOrder of, Caller? caller = null, long? expectedVersion = null, string? note = null) =>
        shop.Use<ApproveCase>().RunAsync(caller ?? Shop.Merchant, of.Order.OrderId, of.Case.CaseId, new ApproveCaseRequest(note), expectedVersion, default);

    public static Task<Result<CaseInOrder>> RejectAsync(this Shop shop, CaseInOrder of, Caller? caller = null, string? reason = "It shows traces of use", long? expectedVersion = null) =>
        shop.Use<RejectCase>().RunAsync(caller ?? Shop.Merchant, of.Order.OrderId, of.Case.CaseId, new RejectCaseRequest(reason), expectedVersion, default);

    public static Task<Result<CaseInOrder>> WithdrawAsync(this Shop shop, CaseInOrder of, Caller? caller = null, long? expectedVersion = null) =>
        shop.Use<WithdrawCase>().RunAsync(caller ?? Shop.Ada, of.Order.OrderId, of.Case.CaseId, expectedVersion, default);

    public static Task<Result<AfterSalePreview>> PreviewAsync(this Shop shop, Order order, CaseRequest? request = null, Caller? caller = null) =>
        shop.Use<PreviewAfterSale>().RunAsync(caller ?? Shop.Ada, order.OrderId, request ?? new CaseRequest(), default);

    /// <summary>A fact of a case, past the use cases.</summary>
    public static async Task<CaseInOrder> ApplyAsync(this Shop shop, CaseInOrder of, CaseEvent fact)
    {
        var changed = await shop.Use<OrderChanges>().ChangeAsync(
            of.Order.Ref,
            order => order.ApplyToCase(of.Case.CaseId, fact, Actor.System, note: null, fact.At) is (CaseTransition.Moved, var moved)
                ? new Decision<bool>(Outcome: true, moved, EventTypes.Closed)
                : throw new InvalidOperationException($"{fact} does not move {order.FindCase(of.Case.CaseId)!.State}."),
            default);
        return new CaseInOrder(changed!.Value.Order, changed.Value.Order.FindCase(of.Case.CaseId)!);
    }
}
