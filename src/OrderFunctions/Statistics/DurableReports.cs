using OrderFunctions.Lifecycle;
using Orders.Application.Statistics;
using Orders.Workflows;

namespace OrderFunctions.Statistics;

/// <summary>The report of a day as a durable orchestration: one instance per day. Made where a client is bound, and handed to the use case.</summary>
public sealed class DurableReports(DurableTaskClient client) : IReportProcess
{
    private readonly DurableInstances instances = new(client, nameof(ReportDay), ReportDay.DayReconciled);

    public Task StartAsync(DateOnly date, DateTimeOffset? reconciledBy, CancellationToken cancellation) =>
        instances.TryStartAsync(ReportDay.InstanceOf(date), new ReportDayInput(date) { ReconciledBy = reconciledBy }, cancellation);

    public Task TellReconciledAsync(DateOnly date, CancellationToken cancellation) => instances.TellAsync(ReportDay.InstanceOf(date), cancellation);
}
