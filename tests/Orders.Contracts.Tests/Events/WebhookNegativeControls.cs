using Orders.Application;
using Orders.Application.Events;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Events;

/// <summary>What a keeper of endpoints or deliveries can get wrong is found by the test that guards against it.</summary>
public sealed class WebhookNegativeControls
{
    public enum Bug
    {
        IgnoresVersions,
        SavesLaterVersionsOfNothing,
        ForgetsOldSecrets,
        AddsOverWhatIsThere,
        FindsForeignDeliveries,
        SavesOverOthers,
        ForgetsAttempts,
        FindsTheNewestDueFirst,
        FindsWhatIsNotDue,
        ListsAllEndpoints,
        ListsEveryStatus,
        TakesAnyCursor,
        PurgesWhatIsPending,
        PurgesWithoutBound,
    }

    public static TheoryData<Bug, string> Guards => new()
    {
        { Bug.IgnoresVersions, nameof(WebhooksContract.Save_OnAnotherVersion_IsRefused) },
        { Bug.IgnoresVersions, nameof(WebhooksContract.Saves_OfOneVersionByManyAtOnce_OneWins) },
        { Bug.SavesLaterVersionsOfNothing, nameof(WebhooksContract.Save_OfALaterVersionOfNothing_IsRefused) },
        { Bug.ForgetsOldSecrets, nameof(WebhooksContract.Save_IsRead_WholeAndKept) },
        { Bug.AddsOverWhatIsThere, nameof(DeliveriesContract.Add_Again_ChangesNothing) },
        { Bug.FindsForeignDeliveries, nameof(DeliveriesContract.Find_OfAnotherEndpoint_FindsNothing) },
        { Bug.SavesOverOthers, nameof(DeliveriesContract.Save_OfADeliveryOnAnotherVersion_IsRefused) },
        { Bug.SavesOverOthers, nameof(DeliveriesContract.Saves_OfOneDeliveryByManyAtOnce_OneWins) },
        { Bug.ForgetsAttempts, nameof(DeliveriesContract.Add_IsFound_WholeAndKept) },
        { Bug.FindsTheNewestDueFirst, nameof(DeliveriesContract.Due_AreFoundByTheirTime_TheLongestDueFirst) },
        { Bug.FindsWhatIsNotDue, nameof(DeliveriesContract.Due_AreFoundByTheirTime_TheLongestDueFirst) },
        { Bug.ListsAllEndpoints, nameof(DeliveriesContract.List_IsOfOneEndpoint_TheNewestFirst_InPages) },
        { Bug.ListsEveryStatus, nameof(DeliveriesContract.List_OfAStatus_FollowsTheStatus) },
        { Bug.TakesAnyCursor, nameof(DeliveriesContract.List_WithAnotherListsCursor_IsRefused) },
        { Bug.PurgesWhatIsPending, nameof(DeliveriesContract.Purge_ForgetsWhatEndedBefore_InBoundedSteps) },
        { Bug.PurgesWithoutBound, nameof(DeliveriesContract.Purge_ForgetsWhatEndedBefore_InBoundedSteps) },
    };

    [Theory]
    [MemberData(nameof(Guards))]
    public Task Bug_IsFound(Bug bug, string guard) => NegativeControl.IsFoundByAsync(async () =>
    {
        var subject = Subject.OnMemory().With<IWebhooks>((inner, _) => new BrokenWebhooks(inner, bug)).With<IDeliveries>((inner, _) => new BrokenDeliveries(inner, bug));
        using ContractTests suite = typeof(WebhooksContract).GetMethod(guard) is null ? new DeliveriesSuite(subject) : new WebhooksSuite(subject);
        await (Task)suite.GetType().GetMethod(guard)!.Invoke(suite, parameters: null)!;
    });

    [Fact]
    public void EveryBug_HasItsGuard() => Assert.Equal(Enum.GetValues<Bug>(), Guards.Select(row => (Bug)((object[])row)[0]).Distinct().Order());

    private sealed class WebhooksSuite(Subject subject) : WebhooksContract(subject);

    private sealed class DeliveriesSuite(Subject subject) : DeliveriesContract(subject);

    private sealed class BrokenWebhooks(IWebhooks inner, Bug bug) : IWebhooks
    {
        public async Task<WebhookRegister> ReadAsync(CancellationToken cancellation)
        {
            var read = await inner.ReadAsync(cancellation);
            return bug == Bug.ForgetsOldSecrets ? read with { Endpoints = [.. read.Endpoints.Select(one => one with { Retired = [] })] } : read;
        }

        public async Task<bool> SaveAsync(WebhookRegister register, CancellationToken cancellation)
        {
            var stored = (await inner.ReadAsync(cancellation)).Version;
            if (bug == Bug.SavesLaterVersionsOfNothing && stored == 0)
                return await inner.SaveAsync(register with { Version = 1 }, cancellation);
            return bug == Bug.IgnoresVersions ? await inner.SaveAsync(register with { Version = stored + 1 }, cancellation) || true : await inner.SaveAsync(register, cancellation);
        }
    }

    private sealed class BrokenDeliveries(IDeliveries inner, Bug bug) : IDeliveries
    {
        private readonly Dictionary<string, WebhookId> owners = [];

        public async Task AddAsync(IReadOnlyList<WebhookDelivery> deliveries, CancellationToken cancellation)
        {
            foreach (var one in deliveries)
            {
                owners[one.DeliveryId] = one.WebhookId;
                if (bug == Bug.AddsOverWhatIsThere && await inner.FindAsync(one.WebhookId, one.DeliveryId, cancellation) is { } there)
                    await inner.SaveAsync(one with { Version = there.Version + 1 }, cancellation);
            }

            await inner.AddAsync(bug == Bug.ForgetsAttempts ? [.. deliveries.Select(one => one with { Attempts = [] })] : deliveries, cancellation);
        }

        public Task<WebhookDelivery?> FindAsync(WebhookId webhook, string deliveryId, CancellationToken cancellation) =>
            inner.FindAsync(bug == Bug.FindsForeignDeliveries ? owners.GetValueOrDefault(deliveryId, webhook) : webhook, deliveryId, cancellation);

        public async Task<bool> SaveAsync(WebhookDelivery delivery, CancellationToken cancellation)
        {
            if (bug != Bug.SavesOverOthers)
                return await inner.SaveAsync(delivery, cancellation);
            var stored = await inner.FindAsync(delivery.WebhookId, delivery.DeliveryId, cancellation);
            return stored is not null && (await inner.SaveAsync(delivery with { Version = stored.Version + 1 }, cancellation) || true);
        }

        public async Task<IReadOnlyList<WebhookDelivery>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
        {
            var due = await inner.FindDueAsync(bug == Bug.FindsWhatIsNotDue ? before.AddMinutes(5) : before, limit, cancellation);
            return bug == Bug.FindsTheNewestDueFirst ? [.. due.Reverse()] : due;
        }

        public Task<Page<WebhookDelivery>> ListAsync(
            WebhookId webhook, DeliveryStatus? status, int limit, string? cursor, CancellationToken cancellation) => bug switch
            {
                Bug.ListsAllEndpoints => ListAllAsync(limit, cursor, cancellation),
                Bug.ListsEveryStatus => inner.ListAsync(webhook, status: null, limit, cursor, cancellation),
                Bug.TakesAnyCursor when cursor is not null => inner.ListAsync(webhook, status, limit, cursor: null, cancellation),
                _ => inner.ListAsync(webhook, status, limit, cursor, cancellation),
            };

        public async Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
        {
            if (bug == Bug.PurgesWhatIsPending)
            {
                foreach (var one in await inner.FindDueAsync(before, limit, cancellation))
                    await inner.SaveAsync(one with { Version = one.Version + 1, NextAt = null, EndedAt = DateTimeOffset.MinValue }, cancellation);
            }

            return await inner.PurgeAsync(before, bug == Bug.PurgesWithoutBound ? 1_000 : limit, cancellation);
        }

        private async Task<Page<WebhookDelivery>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation)
        {
            var all = new List<WebhookDelivery>();
            foreach (var owner in owners.Values.Distinct())
                all.AddRange((await inner.ListAsync(owner, status: null, limit, cursor, cancellation)).Items);
            return new Page<WebhookDelivery>(all, NextCursor: null);
        }
    }
}
