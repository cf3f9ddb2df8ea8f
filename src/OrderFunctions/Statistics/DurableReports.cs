using OrderFunctions.Lifecycle;
using Orders.Application.Statistics;
using Orders.Workflows;

namespace OrderFunctions.Statistics;

/// <summary>The report of a day as a durable orchestration: one instance per day. Made where a client is bound, and handed to the use case.</summary>
public sealed class DurableReports(DurableTaskClient client) : IReportProcess
{
    /// <summary>It waits for nothing.</summary>
    private const string NoSignal = "";

    public Task StartAsync(DateOnly date, CancellationToken cancellation) =>
        new DurableInstances(client, nameof(ReportDay), NoSignal).TryStartAsync(ReportDay.InstanceOf(date), new ReportDayInput(date), cancellation);
}
