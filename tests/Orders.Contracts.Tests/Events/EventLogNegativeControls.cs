using Orders.Application.Events;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;

namespace Orders.Contracts.Tests.Events;

/// <summary>Logs that forget events, mix them up or show another's are found.</summary>
public sealed class EventLogNegativeControls
{
    [Theory]
    [InlineData(nameof(EventLogContract.EveryChange_IsThere_TheNewestFirst_PublishedOrNot), "oldest first")]
    [InlineData(nameof(EventLogContract.EveryChange_IsThere_TheNewestFirst_PublishedOrNot), "unpublished alone")]
    [InlineData(nameof(EventLogContract.EveryChange_IsThere_TheNewestFirst_PublishedOrNot), "without bodies")]
    [InlineData(nameof(EventLogContract.List_IsBounded_AndGoesOnBeforeAVersion), "unbounded")]
    [InlineData(nameof(EventLogContract.List_IsBounded_AndGoesOnBeforeAVersion), "that version too")]
    [InlineData(nameof(EventLogContract.AnothersOrder_HasNone), "anybody's")]
    [InlineData(nameof(EventLogContract.Purge_ForgetsPublishedOldOnes_FromTheFront_AndTheChainHolds), "purge of any age")]
    [InlineData(nameof(EventLogContract.Purge_ForgetsPublishedOldOnes_FromTheFront_AndTheChainHolds), "purge unbounded")]
    public async Task ACarelessLog_IsFound(string guard, string bug)
    {
        var subject = Subject.OnMemory();
        using var suite = new Suite(subject.With<IEventLog>((inner, _) => bug == "unpublished alone" ? new Unpublished(inner, subject) : new CarelessLog(inner, bug)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(EventLogContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    private sealed class Suite(Subject subject) : EventLogContract(subject);

    private sealed class CarelessLog(IEventLog inner, string bug) : IEventLog
    {
        public async Task<IReadOnlyList<OutboxItem>> ListAsync(OrderRef order, long? before, int limit, CancellationToken cancellation)
        {
            var found = await inner.ListAsync(
                bug == "anybody's" ? order with { UserId = Sample.Alice } : order, bug == "that version too" ? before + 1 : before, bug == "unbounded" ? 100 : limit, cancellation);
            return bug switch
            {
                "oldest first" => [.. found.Reverse()],
                "without bodies" => [.. found.Select(item => item with { Body = "{}", Type = "" })],
                _ => found,
            };
        }

        public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => inner.PurgeAsync(
            bug == "purge of any age" ? before.AddYears(2) : before, bug == "purge unbounded" ? 1_000 : limit, cancellation);
    }

    /// <summary>As if the outbox were the log: what was published is gone.</summary>
    private sealed class Unpublished(IEventLog inner, Subject subject) : IEventLog
    {
        public async Task<IReadOnlyList<OutboxItem>> ListAsync(OrderRef order, long? before, int limit, CancellationToken cancellation) =>
            [.. (await subject.Port<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, cancellation)).Where(item => item.Order == order).Reverse()];

        public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => inner.PurgeAsync(before, limit, cancellation);
    }
}
