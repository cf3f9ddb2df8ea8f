using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>An admission as the API answers it.</summary>
/// <param name="Challenge">What the buyer's machine has to do first; null when nothing.</param>
public sealed record AdmissionView(string Admission, DateTime ExpiresAt, ChallengeView? Challenge);

/// <summary>Find a proof of 1 to 64 visible ASCII characters such that the hash of <c>{admission}.{proof}</c> begins with so many zero bits.</summary>
public sealed record ChallengeView(string Algorithm, int Difficulty);

/// <summary>Lets a buyer into a running sale, for a short time and one order. Nothing is stored and nothing is reserved.</summary>
public sealed class AdmitToSale(SaleGate gate, SaleAdmissions admissions, FlashSalePolicy policy, TimeProvider clock)
{
    /// <returns>
    /// The admission; or <see cref="Refusal.NotFound"/>, <see cref="Refusal.SaleNotStarted"/>, <see cref="Refusal.SaleEnded"/>, <see cref="Refusal.SoldOut"/>.
    /// </returns>
    public async Task<Result<AdmissionView>> RunAsync(UserId buyer, string saleId, CancellationToken cancellation)
    {
        if (!SaleId.TryParse(saleId, out var id) || await gate.FindAsync(id, cancellation).ConfigureAwait(false) is not { } sale)
            return new Refusal.NotFound("sale");
        if (SaleTimes.RefuseAt(sale, clock.GetUtcNow(), policy) is { } refusal)
            return refusal;
        if (gate.IsDry(sale) || await gate.IsSoldOutAsync(id, order: null, cancellation).ConfigureAwait(false))
            return new Refusal.SoldOut(Left: 0);
        var admission = admissions.Issue(sale, buyer);
        return new AdmissionView(
            admission.Text, admission.ExpiresAt.UtcDateTime, admission.Difficulty == 0 ? null : new ChallengeView("SHA-256", admission.Difficulty));
    }
}

/// <summary>When buyers may come.</summary>
internal static class SaleTimes
{
    /// <summary>Why nobody is let in at that instant; null when everybody is.</summary>
    public static Refusal? RefuseAt(FlashSale sale, DateTimeOffset now, FlashSalePolicy policy)
    {
        if (sale.HasEnded(now))
            return new Refusal.SaleEnded(sale.EndsAt);
        if (sale.HasStarted(now))
            return null;
        var wait = sale.StartsAt - now;
        return new Refusal.SaleNotStarted(sale.StartsAt, wait < policy.LongestRetryAfter ? wait : policy.LongestRetryAfter);
    }
}
