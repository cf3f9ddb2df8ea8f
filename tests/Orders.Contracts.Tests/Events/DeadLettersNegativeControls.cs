using System.Globalization;
using System.Reflection;
using Orders.Application;
using Orders.Application.Events;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Events;

/// <summary>Keepers of dead letters that lose, double, mix up or miscount them are found.</summary>
public sealed class DeadLettersNegativeControls
{
    [Theory]
    [InlineData(nameof(DeadLettersContract.List_HasAllSources_InPages_TheOldestFirstInEach), "first page alone")]
    [InlineData(nameof(DeadLettersContract.List_HasAllSources_InPages_TheOldestFirstInEach), "newest first")]
    [InlineData(nameof(DeadLettersContract.Filter_ByAge_IsByTheTimeOfDeath), "any age")]
    [InlineData(nameof(DeadLettersContract.Find_GivesItWhole_AlsoAfterARestart), "without its body")]
    [InlineData(nameof(DeadLettersContract.Find_GivesItWhole_AlsoAfterARestart), "some other")]
    [InlineData(nameof(DeadLettersContract.Resubmit_OfOneWithoutItsSession_IsRefused_AndItStays), "resubmit is purge")]
    [InlineData(nameof(DeadLettersContract.Resubmit_OfWhatIsNotThere_DoesNothing), "resubmit says yes")]
    [InlineData(nameof(DeadLettersContract.Purge_TakesThoseAlone_AndCountsWhatWasThere), "purge says all")]
    [InlineData(nameof(DeadLettersContract.List_WithAnotherListsCursor_IsRefused), "any cursor")]
    [InlineData(nameof(DeadLettersContract.Sources_AreQueuesAndSubscriptions), "topics alone")]
    public async Task ACarelessKeeper_IsFound(string guard, string bug)
    {
        using var suite = new Suite(Subject.OnMemory().With<IDeadLetters>((inner, _) => new CarelessKeeper(inner, bug)));
        await NegativeControl.IsFoundByAsync(() => RunAsync(typeof(DeadLettersContract), suite, guard));
    }

    [Theory]
    [InlineData(null, "order.placed.v1", null, 5)]
    [InlineData(null, null, "Nothing", 0)]
    public async Task AFilterThatIsNone_IsFound(string? source, string? type, string? reason, int count)
    {
        using var suite = new Suite(Subject.OnMemory().With<IDeadLetters>((inner, _) => new CarelessKeeper(inner, "counts all")));
        await NegativeControl.IsFoundByAsync(() => suite.Filter_IsThatOfListAndCount(source, type, reason, count));
    }

    [Theory]
    [InlineData(nameof(DeadLettersResubmitContract.Resubmit_PutsItBackOnce_AsItWas), "resubmit is purge")]
    [InlineData(nameof(DeadLettersResubmitContract.Resubmit_PutsItBackOnce_AsItWas), "resubmit says yes")]
    [InlineData(nameof(DeadLettersResubmitContract.Resubmit_PutsItBackOnce_AsItWas), "counts all")]
    [InlineData(nameof(DeadLettersResubmitContract.Resubmit_WithAnotherBody_PutsThatBack_UnderTheSameMessageId), "unmended")]
    [InlineData(nameof(DeadLettersResubmitContract.Filter_ByOrder_TakesItsEventsAlone), "any order")]
    [InlineData(nameof(DeadLettersResubmitContract.List_GoesOn_WhenWhatItShowedHasGoneBack), "by offset")]
    public async Task AKeeperThatSendsBackCarelessly_IsFound(string guard, string bug)
    {
        using var suite = new ResubmitSuite(Subject.OnMemory().With<IDeadLetters>((inner, _) => new CarelessKeeper(inner, bug)));
        await NegativeControl.IsFoundByAsync(() => RunAsync(typeof(DeadLettersResubmitContract), suite, guard));
    }

    private static Task RunAsync(Type contract, object suite, string guard)
    {
        try
        {
            return contract.GetMethod(guard)!.Invoke(suite, parameters: null) as Task ?? Task.CompletedTask;
        }
        catch (TargetInvocationException failed)
        {
            return Task.FromException(failed.InnerException!);
        }
    }

    private sealed class Suite(Subject subject) : DeadLettersContract(subject);

    private sealed class ResubmitSuite(Subject subject) : DeadLettersResubmitContract(subject);

    private sealed class CarelessKeeper(IDeadLetters inner, string bug) : IDeadLetters
    {
        public IReadOnlyList<string> Sources => bug == "topics alone" ? [.. inner.Sources.Where(source => source.Contains('/', StringComparison.Ordinal))] : inner.Sources;

        public async Task<Page<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, string? cursor, CancellationToken cancellation)
        {
            if (bug == "by offset")
                return await SkipAsync(filter, limit, int.Parse(cursor ?? "0", CultureInfo.InvariantCulture), cancellation);
            var asked = bug switch { "any age" => filter with { DiedBefore = null }, "any order" => filter with { Order = null }, _ => filter };
            var page = await inner.ListAsync(asked, bug == "newest first" ? 100 : limit, bug == "any cursor" ? null : cursor, cancellation);
            return bug switch
            {
                "first page alone" => cursor is null ? page with { NextCursor = null } : page,
                "newest first" => page with { Items = [.. page.Items.Reverse()] },
                _ => page,
            };
        }

        private async Task<Page<DeadLetter>> SkipAsync(DeadLetterFilter filter, int limit, int shown, CancellationToken cancellation)
        {
            var all = await inner.ListAsync(filter, 100, cursor: null, cancellation);
            return new Page<DeadLetter>([.. all.Items.Skip(shown).Take(limit)], shown + limit < all.Items.Count ? $"{shown + limit}" : null);
        }

        public Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) =>
            bug == "counts all" ? Task.FromResult(999L) : inner.CountAsync(filter, cancellation);

        public async Task<DeadLetter?> FindAsync(DeadLetterId id, CancellationToken cancellation) => bug switch
        {
            "without its body" => await inner.FindAsync(id, cancellation) is { } found ? found with { Body = "" } : null,
            "some other" => await inner.FindAsync(id, cancellation) ?? (await inner.ListAsync(new DeadLetterFilter(), 1, cursor: null, cancellation)).Items[0],
            _ => await inner.FindAsync(id, cancellation),
        };

        public async Task<bool> ResubmitAsync(DeadLetterId id, string? body, CancellationToken cancellation) => bug switch
        {
            "resubmit is purge" => await inner.PurgeAsync([id], cancellation) == 1,
            "resubmit says yes" => await inner.ResubmitAsync(id, body, cancellation) || true,
            "unmended" => await inner.ResubmitAsync(id, body: null, cancellation),
            _ => await inner.ResubmitAsync(id, body, cancellation),
        };

        public async Task<int> PurgeAsync(IReadOnlyCollection<DeadLetterId> ids, CancellationToken cancellation)
        {
            var purged = await inner.PurgeAsync(ids, cancellation);
            return bug == "purge says all" ? ids.Count : purged;
        }
    }
}
