namespace Orders.Contracts.Tests.Cost;

/// <summary>Plays what happens to orders, and says what each piece of it cost. Names of pieces stand in the budget.</summary>
internal static class Lives
{
    /// <summary>Orders that wait together in <see cref="OfTimeAsync"/>: its receipts are for all of them.</summary>
    public const int Waiting = 10;

    /// <summary>When <see cref="OfTimeAsync"/> begins: nothing nightly is near.</summary>
    public static readonly DateTimeOffset Morning = new(2030, 1, 1, 10, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Those of each quarter of an hour, of the first quarter of each, and of the second and the last quarter after three at night. <see cref="OfTimeAsync"/> plays each quarter
    /// that differs from the others.
    /// </summary>
    public static readonly IReadOnlyList<string> Schedules = ["0 * * * * *", "30 * * * * *", "15 */5 * * * *", "0 7 * * * *", "0 17 3 * * *", "0 47 3 * * *"];

    private const string Empty = "empty: ";
    private const string Ten = "ten waiting: ";

    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(61);

    /// <summary>Whether a piece is one of <see cref="OfTimeAsync"/>.</summary>
    public static bool IsBySchedule(string piece) => piece.StartsWith(Empty, StringComparison.Ordinal) || piece.StartsWith(Ten, StringComparison.Ordinal);

    /// <summary>An order's life in a shop where nothing else happens: each step finds counts of its minute that nobody has begun.</summary>
    public static async Task<Dictionary<string, Receipt>> QuietAsync(ShopOnAzure shop)
    {
        var found = new Dictionary<string, Receipt>();
        var buyer = await Buyer.ComesAsync(shop, "anna");
        foreach (var (name, step) in Steps(buyer))
        {
            await shop.PassAsync(Minute);
            found["quiet: " + name] = await CostOfAsync(shop, step);
        }

        found["quiet: read once more"] = await CostOfAsync(shop, buyer.ReadAsync);
        found["quiet: closed after 15 days"] = await CostOfAsync(shop, () => shop.PassAsync(TimeSpan.FromDays(16)));
        Assert.Equal("Completed", await buyer.StatusAsync());
        return found;
    }

    /// <summary>Its first step alone, and what a test does besides.</summary>
    public static async Task<Dictionary<string, Receipt>> PlacedAsync(ShopOnAzure shop, Func<string, Task>? besides = null)
    {
        var buyer = await Buyer.ComesAsync(shop, "anna");
        await shop.PassAsync(Minute);
        async Task PlaceAsync()
        {
            await buyer.PlaceAsync();
            await (besides?.Invoke(buyer.OrderId) ?? Task.CompletedTask);
            await shop.SettleAsync();
        }

        return new() { ["quiet: placed"] = await CostOfAsync(shop, PlaceAsync) };
    }

    /// <summary>The same in a shop where others do the same in the same minute.</summary>
    public static async Task<Dictionary<string, Receipt>> BusyAsync(ShopOnAzure shop)
    {
        var found = new Dictionary<string, Receipt>();
        var other = Steps(await Buyer.ComesAsync(shop, "otto"));
        foreach (var ((name, step), (_, before)) in Steps(await Buyer.ComesAsync(shop, "berta")).Zip(other))
        {
            await before();
            found["busy: " + name] = await CostOfAsync(shop, step);
        }

        return found;
    }

    /// <summary>What doesn't go its usual way.</summary>
    public static async Task<Dictionary<string, Receipt>> OthersAsync(ShopOnAzure shop)
    {
        var found = new Dictionary<string, Receipt>();
        async Task PlayAsync(string name, Func<Task> step)
        {
            await shop.PassAsync(Minute);
            found[name] = await CostOfAsync(shop, step);
        }

        var (late, back, fast, slow) = (
            await Buyer.ComesAsync(shop, "carl"), await Buyer.ComesAsync(shop, "dora"), await Buyer.ComesAsync(shop, "emil"), await Buyer.ComesAsync(shop, "fritz"));
        await late.PlaceAsync();
        await PlayAsync("unpaid: cancelled at the deadline", () => shop.PassAsync(TimeSpan.FromMinutes(31)));
        Assert.Equal("Cancelled", await late.StatusAsync());
        await PlayAsync("sold out: refused", late.FindItSoldOutAsync);
        foreach (var (_, step) in Steps(back))
            await step();
        await PlayAsync("after sale: sent back and refunded", back.ReturnAsync);
        Assert.Equal("AfterSaleCompleted", await back.StatusAsync());
        await Buyer.OpenSaleAsync(shop, "friday", units: 64);
        await Buyer.OpenSaleAsync(shop, "saturday", units: 1);
        await PlayAsync("flash sale: admitted and ordered", () => fast.PlaceInSaleAsync("friday"));
        await PlayAsync("flash sale: paid", fast.PayAsync);
        await fast.PlaceInSaleAsync("saturday");
        await PlayAsync("flash sale: first to find it sold out", () => slow.FindSaleSoldOutAsync("saturday"));
        found["flash sale: after that, refused"] = await CostOfAsync(shop, () => slow.ComeTooLateToSaleAsync("saturday"));
        return found;
    }

    /// <summary>
    /// What runs by a schedule: in an empty shop, and for <see cref="Waiting"/> orders that were paid and wait for their merchant. Begins on the hour, in the morning. Of an hour that
    /// quarter is played in which the hourly work is done, and of the others one that stands for all three, once while the shop is empty and once when it isn't.
    /// </summary>
    public static async Task<Dictionary<string, Receipt>> OfTimeAsync(ShopOnAzure shop)
    {
        var found = new Dictionary<string, Receipt>();
        Task<Receipt> QuarterAsync() => CostOfAsync(shop, () => shop.PassAsync(Quarter, step: TimeSpan.FromMinutes(1)));
        async Task<Receipt> QuarterAtAsync(TimeSpan sinceMorning)
        {
            await shop.PassAsync(Morning + sinceMorning - shop.Host.Clock.GetUtcNow());
            return await QuarterAsync();
        }

        found[Empty + "an hour"] = await QuarterAsync() + Thrice(await QuarterAsync());
        await shop.PassAsync(Quarter * 2);
        for (var n = 0; n < Waiting; n++)
        {
            var buyer = await Buyer.ComesAsync(shop, $"buyer-{n}");
            await buyer.PlaceAsync();
            await buyer.PayAsync();
        }

        var (first, plain) = (await QuarterAsync(), await QuarterAsync());
        found[Ten + "their first 2 hours"] = first + Thrice(plain) + await QuarterAtAsync(TimeSpan.FromHours(2)) + Thrice(plain);
        found[Ten + "an hour later on"] = await QuarterAtAsync(TimeSpan.FromHours(3)) + Thrice(plain);
        var night = await QuarterAtAsync(TimeSpan.FromHours(17)) + await QuarterAsync();
        found[Ten + "the night's hour"] = night + plain + await QuarterAtAsync(TimeSpan.FromHours(17.75));
        return found;
    }

    private static Receipt Thrice(Receipt quarter) => quarter + quarter + quarter;

    private static (string Name, Func<Task> Step)[] Steps(Buyer buyer) =>
        [("placed", buyer.PlaceAsync), ("paid", buyer.PayAsync), ("shipped", buyer.GetShippedAsync), ("completed", buyer.ReceiveAsync)];

    private static async Task<Receipt> CostOfAsync(ShopOnAzure shop, Func<Task> piece)
    {
        var before = await shop.ReadAsync();
        await piece();
        return await shop.ReadAsync() - before;
    }
}
