using System.Security.Cryptography;
using System.Text;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Stock;

/// <summary>The body of an adjustment, as a client sends it: exactly one of the two numbers.</summary>
/// <param name="Delta">Units to add, or to take away if below 0.</param>
/// <param name="SetTo">What the stock shall be, held and sold units included.</param>
public sealed record StockAdjustmentRequest(long? Delta, long? SetTo, string? Reason);

/// <summary>The counters of a SKU.</summary>
public sealed class ReadStock(IStock stock)
{
    public async Task<Result<StockLevel>> RunAsync(string sku, CancellationToken cancellation) =>
        Sku.TryParse(sku, out var id) && await stock.FindAsync(id, cancellation).ConfigureAwait(false) is { } level
            ? level
            : new Refusal.NotFound("stock");
}

/// <summary>A merchant counts, receives or writes off units of something that the catalogue has.</summary>
public sealed class AdjustStock(IStock stock, ICatalogue catalogue)
{
    private const long MostUnits = 1_000_000_000;

    /// <param name="key">The request's idempotency key, or a number of the request's own if it came without.</param>
    public async Task<Result<StockLevel>> RunAsync(
        Caller caller, string sku, StockAdjustmentRequest request, string key, CancellationToken cancellation)
    {
        var form = new Form();
        var change = CheckChange(form, request);
        var reason = form.Required("reason", request.Reason, OrderLimits.MostReasonCharacters);
        if (form.Refusal is { } refusal)
            return refusal;
        if (!Sku.TryParse(sku, out var id) || !(await catalogue.FindAsync([id], cancellation).ConfigureAwait(false)).ContainsKey(id))
            return new Refusal.NotFound("item");
        return await stock.AdjustAsync(id, change, reason, KeyOf(caller, id, key), cancellation).ConfigureAwait(false) is { } level
            ? level
            : new Refusal.StockBelowCommitted(id);
    }

    /// <summary>Keys of two callers, or of one caller for two SKUs, are two keys.</summary>
    private static string KeyOf(Caller caller, Sku sku, string key) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.UserId.Value.Length}\n{caller.UserId.Value}\n{sku.Value}\n{key}")))[..32];

    private static StockChange CheckChange(Form form, StockAdjustmentRequest request)
    {
        switch (request)
        {
            case { Delta: { } delta, SetTo: null }:
                if (delta == 0)
                    form.Error("delta", "must not be 0");
                return new StockChange.By(form.Number("delta", delta, -MostUnits, MostUnits));
            case { Delta: null, SetTo: { } units }:
                return new StockChange.To(form.Number("setTo", units, 0, MostUnits));
            default:
                form.Error("delta", "or setTo must be given, one of the two");
                return new StockChange.By(0);
        }
    }
}
