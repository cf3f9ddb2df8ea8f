using System.Text.Json.Serialization;
using Orders.Application.Access;
using Orders.Application.Shipping;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>The body of a flash sale, as a client sends it.</summary>
/// <param name="Quantity">Units of all its SKUs together.</param>
/// <param name="StartsAt">ISO 8601 with its offset, like <paramref name="EndsAt"/>.</param>
/// <param name="PerUser">Units that one buyer may have; 1 when left out.</param>
/// <param name="Difficulty">Zero bits that a buyer has to find; the shop's own when left out.</param>
public sealed record FlashSaleRequest(
    IReadOnlyList<string?>? Skus = null, int? Quantity = null, string? StartsAt = null, string? EndsAt = null, int? PerUser = null, int? Difficulty = null);

/// <summary>Where a sale is in its time.</summary>
[JsonConverter(typeof(CamelCaseNames<SaleStatus>))]
public enum SaleStatus
{
    Upcoming,
    Running,
    SoldOut,
    Ended,
}

/// <summary>A sale as everybody may see it: how many are left is nobody's business but the shop's, until there are none.</summary>
public sealed record FlashSaleView(
    SaleId SaleId, SaleStatus Status, IReadOnlyList<Sku> Skus, int Quantity, DateTime StartsAt, DateTime EndsAt, int PerUser, int Difficulty)
{
    public static FlashSaleView Of(FlashSale sale, bool isSoldOut, DateTimeOffset now) => new(
        sale.SaleId,
        sale.HasEnded(now) ? SaleStatus.Ended : !sale.HasStarted(now) ? SaleStatus.Upcoming : isSoldOut ? SaleStatus.SoldOut : SaleStatus.Running,
        sale.Skus, sale.Quantity, sale.StartsAt.UtcDateTime, sale.EndsAt.UtcDateTime, sale.PerUser, sale.Difficulty);
}

/// <summary>Its units, for staff: <c>left + held + sold = quantity</c>.</summary>
/// <param name="Held">Taken by orders that are not paid yet, and by tickets in the queue.</param>
/// <param name="Sold">Taken by paid orders.</param>
public sealed record SaleUnitsView(SaleId SaleId, long Quantity, long Left, long Held, long Sold)
{
    public static SaleUnitsView Of(SaleCount count) => new(count.Sale, count.Quantity, count.Left, count.Held, count.Sold);
}

/// <summary>A sale and its units in one, for staff. The units are null once the counters of a sale that is over are forgotten.</summary>
public sealed record SaleOnBoardView(
    SaleId SaleId, SaleStatus Status, IReadOnlyList<Sku> Skus, int Quantity, DateTime StartsAt, DateTime EndsAt, int PerUser, int Difficulty, long? Left, long? Held,
    long? Sold)
{
    public static SaleOnBoardView Of(FlashSale sale, SaleCount? count, DateTimeOffset now)
    {
        var terms = FlashSaleView.Of(sale, isSoldOut: count is { Left: 0 }, now);
        return new(
            terms.SaleId, terms.Status, terms.Skus, terms.Quantity, terms.StartsAt, terms.EndsAt, terms.PerUser, terms.Difficulty, count?.Left, count?.Held, count?.Sold);
    }
}

/// <summary>All sales with their counters, by name: one look at the counters for each sale of the page.</summary>
public sealed class ListFlashSales(ISales sales, ISaleUnits units, PageCursors cursors, TimeProvider clock)
{
    public async Task<Result<Page<SaleOnBoardView>>> RunAsync(string? limit, string? cursor, CancellationToken cancellation)
    {
        var form = new Form();
        var size = Paging.Limit(form, limit);
        return form.Refusal is { } refusal ? refusal : await cursors.ReadAsync(cursor, after => PageAsync(size, after, cancellation)).ConfigureAwait(false);
    }

    private async Task<Page<SaleOnBoardView>> PageAsync(int size, string? after, CancellationToken cancellation)
    {
        var page = await sales.ListAsync(size, after, cancellation).ConfigureAwait(false);
        var views = new List<SaleOnBoardView>(page.Items.Count);
        foreach (var sale in page.Items)
            views.Add(SaleOnBoardView.Of(sale, await units.FindAsync(sale.SaleId, cancellation).ConfigureAwait(false), clock.GetUtcNow()));
        return new Page<SaleOnBoardView>(views, page.NextCursor);
    }
}

/// <summary>A sale's terms and where it stands, out of what the gate knows: a crowd that reloads the page costs next to nothing.</summary>
public sealed class ReadFlashSale(SaleGate gate, TimeProvider clock)
{
    public async Task<Result<FlashSaleView>> RunAsync(string sale, CancellationToken cancellation)
    {
        if (!SaleId.TryParse(sale, out var id) || await gate.FindAsync(id, cancellation).ConfigureAwait(false) is not { } found)
            return new Refusal.NotFound("sale");
        var now = clock.GetUtcNow();
        var isSoldOut = found.HasStarted(now) && !found.HasEnded(now) && await gate.LooksSoldOutAsync(found, cancellation).ConfigureAwait(false);
        return FlashSaleView.Of(found, isSoldOut, now);
    }
}

/// <summary>A sale's counters.</summary>
public sealed class ReadSaleUnits(ISaleUnits units)
{
    public async Task<Result<SaleUnitsView>> RunAsync(string sale, CancellationToken cancellation) =>
        SaleId.TryParse(sale, out var id) && await units.FindAsync(id, cancellation).ConfigureAwait(false) is { } count
            ? SaleUnitsView.Of(count)
            : new Refusal.NotFound("sale");
}

/// <summary>
/// Sets up a sale or changes its terms: first the counters, which refuse what would be less than is taken, then the terms, under which nobody buys before
/// they are there. A lease keeps two changes of one sale from mixing their halves, and who has lost it is refused by the counters; a half that a crash left is
/// mended by the same request again, or by <see cref="SyncSaleUnits"/>.
/// </summary>
public sealed class PutFlashSale(
    ISales sales, ISaleUnits units, RebuildSaleUnits rebuild, ILeases leases, ICatalogue catalogue, SaleGate gate, FlashSalePolicy policy, TimeProvider clock)
{
    /// <summary>The name of a sale's lease: who changes it, and who builds its counters anew.</summary>
    public static string LeaseOf(SaleId sale) => $"sale-{sale}";

    /// <summary>For as long a change or a rebuild has a sale, unless it renews it.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    /// <returns>
    /// The sale; or <see cref="Refusal.Invalid"/>, <see cref="Refusal.UnknownSku"/>, <see cref="Refusal.SaleNotChangeable"/>, <see cref="Refusal.SaleBelowTaken"/>.
    /// </returns>
    public async Task<Result<FlashSaleView>> RunAsync(string saleId, FlashSaleRequest request, CancellationToken cancellation)
    {
        var (asked, refusal) = Check(saleId, request);
        if (asked is null)
            return refusal!;
        var items = await catalogue.FindAsync(asked.Skus, cancellation).ConfigureAwait(false);
        if (asked.Skus.Where(sku => !items.ContainsKey(sku)).Select(sku => (Sku?)sku).FirstOrDefault() is { } unknown)
            return new Refusal.UnknownSku(unknown);

        if (await leases.TryTakeAsync(LeaseOf(asked.SaleId), LeaseTime, cancellation).ConfigureAwait(false) is not { } lease)
            throw new DependencyUnavailableException($"sale {asked.SaleId}, which somebody else is changing,");
        try
        {
            return await PutAsync(asked, new LeaseTurn(leases, lease, LeaseTime, clock), cancellation).ConfigureAwait(false);
        }
        finally
        {
            await leases.ReleaseAsync(lease, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<Result<FlashSaleView>> PutAsync(FlashSale asked, LeaseTurn turn, CancellationToken cancellation)
    {
        var before = await sales.FindAsync(asked.SaleId, cancellation).ConfigureAwait(false);
        if (before?.ProblemWith(asked, clock.GetUtcNow()) is { } problem)
            return new Refusal.SaleNotChangeable(problem);

        // The same terms of a sale that is over: its counters may be forgotten by now, and must not begin anew.
        if (before?.HasEnded(clock.GetUtcNow()) == true)
            return FlashSaleView.Of(before, isSoldOut: false, clock.GetUtcNow());
        await rebuild.RunAsync(before ?? asked, turn, cancellation).ConfigureAwait(false);
        if (await units.PutAsync(asked.SaleId, asked.Quantity, asked.PerUser, turn.Fence, cancellation).ConfigureAwait(false) is not { } count)
            return new Refusal.SaleBelowTaken((await units.FindAsync(asked.SaleId, cancellation).ConfigureAwait(false))?.Taken ?? 0);
        if (before?.IsSameAs(asked) != true
            && !await sales.PutAsync(asked with { Version = (before?.Version ?? 0) + 1 }, cancellation).ConfigureAwait(false))
        {
            throw new DependencyUnavailableException($"sale {asked.SaleId}, which somebody else is changing,");
        }

        gate.Forget(asked.SaleId);
        return FlashSaleView.Of(asked, isSoldOut: count.Left == 0, clock.GetUtcNow());
    }

    private (FlashSale? Sale, Refusal? Refusal) Check(string saleId, FlashSaleRequest request)
    {
        var form = new Form();
        if (!SaleId.TryParse(saleId, out var id))
            form.Error("saleId", "must be 1 to 64 letters, digits, _ and -");
        var sale = new FlashSale
        {
            SaleId = id,
            Version = 0,
            Skus = CheckSkus(form, request.Skus),
            Quantity = (int)form.Number("quantity", request.Quantity, 1, ISaleUnits.MostUnits),
            StartsAt = CheckTime(form, "startsAt", request.StartsAt),
            EndsAt = CheckTime(form, "endsAt", request.EndsAt),
            PerUser = request.PerUser is null ? 1 : (int)form.Number("perUser", request.PerUser, 1, OrderLimits.MostUnitsPerLine),
            Difficulty = request.Difficulty is null ? policy.Difficulty : (int)form.Number("difficulty", request.Difficulty, 0, FlashSale.MostDifficulty),
        };
        if (form.Refusal is null && sale.EndsAt <= sale.StartsAt)
            form.Error("endsAt", "must be after startsAt");
        return form.Refusal is { } refusal ? (null, refusal) : (sale, null);
    }

    private static IReadOnlyList<Sku> CheckSkus(Form form, IReadOnlyList<string?>? texts)
    {
        if (texts is null || texts.Count is 0 or > FlashSale.MostSkus)
        {
            form.Error("skus", $"must be 1 to {FlashSale.MostSkus} SKUs");
            return [];
        }

        var skus = new List<Sku>(texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            if (!Sku.TryParse(texts[i], out var sku))
                form.Error($"skus/{i}", "must be 1 to 64 letters, digits, _ and -");
            else if (skus.Contains(sku))
                form.Error($"skus/{i}", "stands twice");
            skus.Add(sku);
        }

        return skus;
    }

    private static DateTimeOffset CheckTime(Form form, string field, string? text)
    {
        if (text is null)
            form.Error(field, "is missing");
        else if (Iso8601.TryParse(text, out var at))
            return at.ToUniversalTime();
        else
            form.Error(field, "must be an ISO 8601 time with its offset, like 2026-01-31T12:00:00Z");
        return default;
    }
}
