using Orders.Application.Payments;
using Orders.Domain.AfterSales;

namespace Orders.Application.AfterSales;

/// <summary>
/// Sends back what a case came to: the refunds are written down with their keys, then the provider is asked, then the case learns how it ended. May be
/// repeated at any point, and does nothing to a case that is not there yet, or over.
/// </summary>
public sealed class RefundCase(RequestCaseRefund request, RefundOwed refundOwed)
{
    /// <exception cref="DependencyUnavailableException">Unknown whether the provider heard it: repeat.</exception>
    public async Task RunAsync(CaseRef @case, CancellationToken cancellation)
    {
        await request.RunAsync(@case, cancellation).ConfigureAwait(false);
        await refundOwed.RunAsync(@case.Order, cancellation).ConfigureAwait(false);
        await request.RunAsync(@case, cancellation).ConfigureAwait(false);
    }
}
