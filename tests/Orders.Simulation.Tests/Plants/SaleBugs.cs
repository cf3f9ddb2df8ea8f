using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Simulation.Tests.Plants;

/// <summary>Passes everything on; a bug overrides what it breaks.</summary>
internal abstract class SaleUnitsBug(ISaleUnits inner) : ISaleUnits
{
    protected ISaleUnits Inner { get; } = inner;

    public Task<SaleCount?> PutAsync(SaleId sale, int quantity, int perBuyer, long fence, CancellationToken cancellation) =>
        Inner.PutAsync(sale, quantity, perBuyer, fence, cancellation);

    public Task<SaleCount?> FindAsync(SaleId sale, CancellationToken cancellation) => Inner.FindAsync(sale, cancellation);

    public virtual Task<SaleClaimResult> ReserveAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation) => Inner.ReserveAsync(sale, claim, cancellation);

    public Task<SaleHold?> FindHoldAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => Inner.FindHoldAsync(sale, key, cancellation);

    public Task<SaleHold?> RenewAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => Inner.RenewAsync(sale, key, cancellation);

    public Task<SaleHold?> ResumeAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation) => Inner.ResumeAsync(sale, claim, cancellation);

    public Task<bool> KeepAsync(SaleId sale, HoldKey key, CancellationToken cancellation) => Inner.KeepAsync(sale, key, cancellation);

    public virtual Task<HoldOutcome> SettleAsync(SaleId sale, HoldKey key, Sku sku, int quantity, CancellationToken cancellation) =>
        Inner.SettleAsync(sale, key, sku, quantity, cancellation);

    public Task<HoldOutcome> ReleaseAsync(SaleId sale, HoldKey key, long? generation, SaleEnd end, string? reason, CancellationToken cancellation) =>
        Inner.ReleaseAsync(sale, key, generation, end, reason, cancellation);

    public Task<IReadOnlyList<AgedSaleHold>> FindUnkeptAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        Inner.FindUnkeptAsync(before, limit, cancellation);

    public Task<Page<SaleHold>> ListHoldsAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation) =>
        Inner.ListHoldsAsync(sale, limit, cursor, cancellation);
}

/// <summary>Gives a place in spite of some refusals, and otherwise properly: counters and place in one commit.</summary>
internal sealed class GivesPlacesAllTheSame(ISaleUnits inner, LocalStore store, TimeProvider clock, Func<SaleClaimResult, bool> inSpiteOf) : SaleUnitsBug(inner)
{
    public override async Task<SaleClaimResult> ReserveAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation)
    {
        var answer = await Inner.ReserveAsync(sale, claim, cancellation);
        if (!inSpiteOf(answer))
            return answer;
        var now = clock.GetUtcNow();
        return await store.WriteAsync(transaction =>
        {
            // What is not refused for too few is given only if it is there.
            const string Left = "UPDATE sale_units SET held = held + $2 WHERE sale_id = $1 AND quantity - held - sold >= $2";
            const string Whatever = "UPDATE sale_units SET held = held + $2 WHERE sale_id = $1";
            if (transaction.Execute(answer is SaleClaimResult.SoldOut ? Whatever : Left, sale.Value, claim.Quantity) == 0)
                return answer;
            transaction.Execute(
                """
                INSERT INTO sale_holds (sale_id, order_id, number, user_id, sku, quantity, fingerprint, state, generation, reserved_at, unkept_since)
                VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 1, $8, $8)
                """,
                sale.Value, claim.Key.Order.OrderId.Value, claim.Key.Number, claim.Key.Order.UserId.Value, claim.Sku.Value, claim.Quantity, claim.Fingerprint, now);
            return new SaleClaimResult.Reserved(1, now);
        });
    }
}

/// <summary>What is sold stays counted as held, too.</summary>
internal sealed class SoldStaysHeld(ISaleUnits inner, LocalStore store) : SaleUnitsBug(inner)
{
    public override async Task<HoldOutcome> SettleAsync(SaleId sale, HoldKey key, Sku sku, int quantity, CancellationToken cancellation)
    {
        var outcome = await Inner.SettleAsync(sale, key, sku, quantity, cancellation);
        if (outcome == HoldOutcome.Done)
        {
            await store.WriteAsync(transaction => transaction.Execute(
                "UPDATE sale_units SET held = held + $2 WHERE sale_id = $1 AND quantity - held - sold >= $2", sale.Value, quantity));
        }

        return outcome;
    }
}

/// <summary>Does not write down which admission was used.</summary>
internal sealed class ForgetsAdmissions(ISaleUnits inner) : SaleUnitsBug(inner)
{
    public override Task<SaleClaimResult> ReserveAsync(SaleId sale, SaleClaim claim, CancellationToken cancellation) =>
        Inner.ReserveAsync(sale, claim with { Admission = null }, cancellation);
}

/// <summary>Answers before the message is sent, and never sends some.</summary>
internal sealed class LossySaleQueue(ISaleQueue inner) : ISaleQueue
{
    private int messages;

    public Task EnqueueAsync(SaleOrderMessage message, CancellationToken cancellation) =>
        messages++ % 3 == 2 ? Task.CompletedTask : inner.EnqueueAsync(message, cancellation);

    public Task<SaleBacklog> LookAsync(CancellationToken cancellation) => inner.LookAsync(cancellation);
}
