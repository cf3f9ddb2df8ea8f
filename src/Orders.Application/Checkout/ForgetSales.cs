using Microsoft.Extensions.Logging;

namespace Orders.Application.Checkout;

/// <summary>
/// Forgets the counters and reservations of sales that have been over for <see cref="FlashSalePolicy.Retention"/>, a bounded number at each run. Nobody asks for
/// them any more: no order of theirs can be revived, and no message or repetition is that old. The terms stay; orders know their sale by themselves.
/// </summary>
public sealed class ForgetSales(ISales sales, ISaleBooks books, FlashSalePolicy policy, TimeProvider clock, ILogger<ForgetSales> log)
{
    private const int SalesPerPage = 100;
    private const int RecordsPerBatch = 1_000;
    private const int MostBatches = 1_000;

    /// <summary>Returns how many records were forgotten.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var (forgotten, batches) = (0, 0);
        string? cursor = null;
        do
        {
            var page = await sales.ListAsync(SalesPerPage, cursor, cancellation).ConfigureAwait(false);
            foreach (var sale in page.Items.Where(sale => policy.IsForgotten(sale, clock.GetUtcNow())))
            {
                for (var count = RecordsPerBatch; count == RecordsPerBatch && batches < MostBatches; batches++)
                    forgotten += count = await books.ForgetAsync(sale.SaleId, RecordsPerBatch, cancellation).ConfigureAwait(false);
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null && batches < MostBatches);
        if (forgotten > 0)
            log.SalesForgotten(forgotten);
        return forgotten;
    }
}
