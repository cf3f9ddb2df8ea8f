using System.Globalization;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>A promise of <see cref="ISaleUnits"/> that a model can be told to break.</summary>
public enum SaleUnitsBug
{
    None,
    IgnoresTheQuantity,
    IgnoresTheBuyersLimit,
    MarksTheBuyerForEver,
    ForgetsThatTheAdmissionIsUsed,
    FreesTheAdmissionToo,
    HoldsAgainWhatIsHeld,
    HoldsAnythingUnderOneKey,
    HoldsAgainWhatIsOver,
    ShrinksBelowWhatIsTaken,
    SellsTwice,
    SellsWhatIsGone,
    GivesBackTwice,
    GivesBackWhatIsSold,
    IgnoresGenerations,
    RenewsNothing,
    ForgetsThatItWasKept,
    IgnoresTheFence,
    ResumesNothingThatIsLost,
    ResumesWhatIsOver,
    ResumesBeyondTheQuantity,
    ResumesBeyondTheBuyersLimit,
    ComparesWhatIsNotKnown,
}

/// <summary>
/// Units of sales in a few dictionaries, as simple as the promise is: the oracle of the random runs, and, with a bug in it, the negative control of the
/// suite. It passes the suite itself.
/// </summary>
internal sealed class ModelSaleUnits(TimeProvider clock, SaleUnitsBug bug = SaleUnitsBug.None) : ISaleUnits
{
    private readonly Lock gate = new();
    private readonly Dictionary<SaleId, (int Quantity, int PerBuyer, long Held, long Sold)> sales = [];
    private readonly Dictionary<(SaleId Sale, HoldKey Key), Row> rows = [];
    private readonly Dictionary<SaleId, long> fences = [];

    private sealed record Row(SaleClaim Claim, char State, long Generation, DateTimeOffset At, DateTimeOffset? Unkept, SaleEnd? End, string? Reason);

    public Task<SaleCount?> PutAsync(SaleId sale, int quantity, int perBuyer, long fence, CancellationToken cancellation) => Locked(() =>
    {
        if (fences.GetValueOrDefault(sale) > fence && bug != SaleUnitsBug.IgnoresTheFence)
            throw new DependencyUnavailableException("sale, which somebody else is changing,");
        var now = sales.GetValueOrDefault(sale);
        if (quantity < now.Held + now.Sold && bug != SaleUnitsBug.ShrinksBelowWhatIsTaken)
            return null;
        fences[sale] = fence;
        sales[sale] = now with { Quantity = quantity, PerBuyer = perBuyer };
        return Count(sale);
    });

    public Task<SaleCount?> FindAsync(SaleId sale, CancellationToken cancellation) => Locked(() => Count(sale));

    public Task<SaleClaimResult> ReserveAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation) => Locked<SaleClaimResult>(() =>
    {
        if (rows.TryGetValue((sale, claim.Key), out var row) && !(row.State == 'R' && bug == SaleUnitsBug.HoldsAgainWhatIsOver))
        {
            if (!(bug == SaleUnitsBug.ComparesWhatIsNotKnown ? row.Claim == claim : row.Claim.IsAlso(claim)) && bug != SaleUnitsBug.HoldsAnythingUnderOneKey)
                return new SaleClaimResult.OtherClaim();
            if (row.State != 'H')
                return new SaleClaimResult.Ended();
            if (bug == SaleUnitsBug.HoldsAgainWhatIsHeld)
                Move(sale, claim.Quantity, 0);
            var again = Younger(sale, row);
            return new SaleClaimResult.Reserved(again.Generation, again.At);
        }

        if (!sales.TryGetValue(sale, out var units))
            return new SaleClaimResult.NoSuchSale();
        if (claim.Admission is not null && rows.Any(other => other.Key.Sale == sale && Uses(other.Value, claim.Admission)))
            return new SaleClaimResult.AdmissionUsed();
        var mayTake = units.PerBuyer - UnitsOf(sale, claim.Key.Order.UserId);
        if (claim.Quantity > mayTake && bug != SaleUnitsBug.IgnoresTheBuyersLimit)
            return new SaleClaimResult.BuyerLimit(Math.Max(0, mayTake));
        if (Left(sale) < claim.Quantity && bug != SaleUnitsBug.IgnoresTheQuantity)
            return new SaleClaimResult.SoldOut(Left(sale));
        Move(sale, claim.Quantity, 0);
        var now = clock.GetUtcNow();
        rows[(sale, claim.Key)] = new Row(claim, 'H', 1, now, now, null, null);
        return new SaleClaimResult.Reserved(1, now);
    });

    public Task<SaleHold?> FindHoldAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => Locked(() => HoldOf(rows.GetValueOrDefault((sale, key))));

    public Task<SaleHold?> RenewAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => Locked(() =>
        rows.GetValueOrDefault((sale, key)) is { State: 'H', Unkept: not null } row && bug != SaleUnitsBug.RenewsNothing
            ? HoldOf(Younger(sale, row))
            : HoldOf(rows.GetValueOrDefault((sale, key))));

    public Task<SaleHold?> ResumeAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation) => Locked(() =>
    {
        var key = (sale, claim.Key);
        if (!sales.TryGetValue(sale, out var units))
            return null;
        if (rows.TryGetValue(key, out var row) && !(row.State == 'R' && bug == SaleUnitsBug.ResumesWhatIsOver))
            return HoldOf(row is { State: 'H', Unkept: not null } ? Younger(sale, row) : row);
        if (bug == SaleUnitsBug.ResumesNothingThatIsLost)
            return null;
        var now = clock.GetUtcNow();
        if (claim.Admission is not null && rows.Any(other => other.Key.Sale == sale && Uses(other.Value, claim.Admission)))
            return HoldOf(rows[key] = new Row(claim with { Admission = null }, 'R', 1, now, null, SaleEnd.Failed, null));
        SaleEnd? end = claim.Quantity > units.PerBuyer - UnitsOf(sale, claim.Key.Order.UserId) && bug != SaleUnitsBug.ResumesBeyondTheBuyersLimit ? SaleEnd.Failed
            : Left(sale) < claim.Quantity && bug != SaleUnitsBug.ResumesBeyondTheQuantity ? SaleEnd.OutOfStock
            : null;
        if (end is null)
            Move(sale, claim.Quantity, 0);
        return HoldOf(rows[key] = new Row(claim, end is null ? 'H' : 'R', 1, now, end is null ? now : null, end, null));
    });

    public Task<bool> KeepAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => Locked(() =>
    {
        if (!rows.TryGetValue((sale, key), out var row) || row.State == 'R')
            return false;
        rows[(sale, key)] = row with { Unkept = null };
        return true;
    });

    public Task<HoldOutcome> SettleAsync(SaleId sale, HoldKey key, Sku sku, int quantity, CancellationToken cancellation) => Locked(() =>
    {
        var row = rows.GetValueOrDefault((sale, key)) ?? new Row(new SaleClaim(key, sku, quantity, null, ""), 'R', 1, clock.GetUtcNow(), null, null, null);
        if (row.State == 'S' && bug != SaleUnitsBug.SellsTwice)
            return HoldOutcome.AlreadyDone;
        if (row.State == 'R' && Left(sale) < row.Claim.Quantity && bug != SaleUnitsBug.SellsWhatIsGone)
            return HoldOutcome.NothingHeld;
        Move(sale, row.State == 'H' ? -row.Claim.Quantity : 0, row.Claim.Quantity);
        rows[(sale, key)] = row with { State = 'S', Unkept = null, End = null, Reason = null };
        return HoldOutcome.Done;
    });

    public Task<HoldOutcome> ReleaseAsync(SaleId sale, HoldKey key, long? generation, SaleEnd end, string? reason, CancellationToken cancellation) => Locked(() =>
    {
        if (!rows.TryGetValue((sale, key), out var row))
            return HoldOutcome.NothingHeld;
        if (row.State == 'R' && bug != SaleUnitsBug.GivesBackTwice)
            return HoldOutcome.AlreadyDone;
        if ((row.State == 'S' && bug != SaleUnitsBug.GivesBackWhatIsSold)
            || (generation is not null && generation != row.Generation && bug != SaleUnitsBug.IgnoresGenerations))
        {
            return HoldOutcome.Refused;
        }

        Move(sale, row.State == 'S' ? 0 : -row.Claim.Quantity, row.State == 'S' ? -row.Claim.Quantity : 0);
        rows[(sale, key)] = row with { State = 'R', Unkept = null, End = end, Reason = reason };
        return HoldOutcome.Done;
    });

    public Task<IReadOnlyList<AgedSaleHold>> FindUnkeptAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Locked<IReadOnlyList<AgedSaleHold>>(() =>
    [
        .. rows.Where(row => row.Value.Unkept < before)
            .OrderBy(row => row.Value.Unkept).ThenBy(row => row.Key.Sale.Value, StringComparer.Ordinal)
            .ThenBy(row => row.Key.Key.Order.OrderId.Value, StringComparer.Ordinal).ThenBy(row => row.Key.Key.Number)
            .Select(row => new AgedSaleHold(row.Key.Sale, row.Key.Key, row.Value.Generation, row.Value.Unkept!.Value)).Take(limit),
    ]);

    public async Task<Page<SaleHold>> ListHoldsAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation)
    {
        var from = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        var all = await Locked(() => rows.Where(row => row.Key.Sale == sale).Select(row => HoldOf(row.Value)!).ToList());
        return new Page<SaleHold>([.. all.Skip(from).Take(limit)], from + limit < all.Count ? (from + limit).ToString(CultureInfo.InvariantCulture) : null);
    }

    private Task<T> Locked<T>(Func<T> work)
    {
        lock (gate)
            return Task.FromResult(work());
    }

    private SaleCount? Count(SaleId sale) => sales.TryGetValue(sale, out var one) ? new SaleCount(sale, one.Quantity, one.Held, one.Sold) : null;

    private long Left(SaleId sale) => Count(sale)?.Left ?? 0;

    private void Move(SaleId sale, long held, long sold)
    {
        var one = sales.GetValueOrDefault(sale);
        sales[sale] = one with { Held = one.Held + held, Sold = one.Sold + sold };
    }

    private Row Younger(SaleId sale, Row row)
    {
        var unkept = row.Unkept is not null || bug == SaleUnitsBug.ForgetsThatItWasKept;
        return rows[(sale, row.Claim.Key)] = row with { Generation = row.Generation + 1, Unkept = unkept ? clock.GetUtcNow() : null };
    }

    private bool Uses(Row row, string admission) => bug != SaleUnitsBug.ForgetsThatTheAdmissionIsUsed
        && row.Claim.Admission == admission && !(row.State == 'R' && bug == SaleUnitsBug.FreesTheAdmissionToo);

    private int UnitsOf(SaleId sale, UserId buyer) => rows
        .Where(row => row.Key.Sale == sale && row.Key.Key.Order.UserId == buyer && (row.Value.State != 'R' || bug == SaleUnitsBug.MarksTheBuyerForEver))
        .Sum(row => row.Value.Claim.Quantity);

    private static SaleHold? HoldOf(Row? row) => row is null ? null : new SaleHold(
        row.Claim,
        row.State == 'S' ? SaleHoldState.Sold : row.State == 'R' ? SaleHoldState.Released : row.Unkept is null ? SaleHoldState.Kept : SaleHoldState.Waiting,
        row.Generation, row.At, row.End, row.Reason);
}
