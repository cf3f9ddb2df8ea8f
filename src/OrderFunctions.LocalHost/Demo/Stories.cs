namespace OrderFunctions.LocalHost.Demo;

/// <summary>One order of the demo on its way.</summary>
/// <param name="Number">Its place in the run, from 0: ids and keys are derived from it.</param>
/// <param name="Buyer">Its buyer's subject.</param>
public sealed record DemoOrder(int Number, string Buyer, Story Story)
{
    public string OrderId { get; set; } = "";

    /// <summary>Its admission to the sale: part of its request, also when that is sent again.</summary>
    public string? Admission { get; set; }

    public IReadOnlyList<(string Sku, int Quantity)> Basket { get; init; } = [];

    /// <summary>An idempotency key for one step of this order.</summary>
    public string Key(string step) => $"demo-{Number}-{step}";
}

/// <summary>How an order's life goes, and how it must end.</summary>
/// <param name="Title">For the table.</param>
/// <param name="Status">How it must stand at the end.</param>
/// <param name="Keeps">Whether the buyer keeps the goods and the shop the money.</param>
/// <param name="FirstDay">What happens after placing it.</param>
/// <param name="LaterOn">What happens two days later; null for nothing.</param>
/// <param name="InSale">Whether it is bought in the flash sale: admission, place, ticket.</param>
public sealed record Story(
    string Title, string Status, bool Keeps, Func<DemoShop, DemoOrder, Task> FirstDay, Func<DemoShop, DemoOrder, Task>? LaterOn = null, bool InSale = false)
{
    public static readonly IReadOnlyList<Story> All =
    [
        new("paid, shipped, received", "Completed", Keeps: true, Settle("send"), async (shop, order) =>
        {
            await shop.ShipAsync(order.OrderId, order.Key("ship"));
            await shop.ReceiveAsync(order.Buyer, order.OrderId);
        }),
        new("unpaid, cancelled by the deadline", "Cancelled", Keeps: false, (_, _) => Task.CompletedTask),
        new("cancelled by the buyer", "Cancelled", Keeps: false, async (shop, order) =>
        {
            await shop.PayAsync(order.Buyer, order.OrderId, order.Key("pay"));
            await shop.CancelAsync(order.Buyer, order.OrderId);
        }),
        new("late payment, revived", "Completed", Keeps: true, Settle("late"), ShipAll),
        new("money after two days, refunded", "Cancelled", Keeps: false, Settle("send", delay: "P2D")),
        new("webhook sent twice", "Completed", Keeps: true, Settle("duplicate"), ShipAll),
        new("webhook lost, found by asking", "Completed", Keeps: true, Settle("lose"), ShipAll),
        new("partial shipments, received by time", "Completed", Keeps: true, Settle("send"), async (shop, order) =>
        {
            await shop.ShipAsync(order.OrderId, order.Key("ship-1"), ("1", 1));
            await shop.ShipAsync(order.OrderId, order.Key("ship-2"));
        }),
        new("flash sale, paid and received", "Completed", Keeps: true, Settle("send"), ShipAll, InSale: true),
        new("flash sale, unpaid, back on sale", "Cancelled", Keeps: false, (_, _) => Task.CompletedTask, InSale: true),
        new("too little money, refunded", "Cancelled", Keeps: false, Settle("send", amount: 100)),
    ];

    private static Func<DemoShop, DemoOrder, Task> Settle(string webhook, string? delay = null, long? amount = null) => async (shop, order) =>
    {
        var paymentId = await shop.PayAsync(order.Buyer, order.OrderId, order.Key("pay"));
        await shop.SettleAsync(paymentId, webhook, delay, amount);
    };

    private static Task ShipAll(DemoShop shop, DemoOrder order) => shop.ShipAsync(order.OrderId, order.Key("ship"));
}
