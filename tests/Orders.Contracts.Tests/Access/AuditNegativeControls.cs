using Orders.Application;
using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Access;

/// <summary>Audits that change, lose, mix up or show too much are found.</summary>
public sealed class AuditNegativeControls
{
    [Theory]
    [InlineData(nameof(AuditContract.Append_IsKeptWhole_AndShowsWhatItKeepsOnlyByItself), "shows what it keeps")]
    [InlineData(nameof(AuditContract.Append_IsKeptWhole_AndShowsWhatItKeepsOnlyByItself), "without details")]
    [InlineData(nameof(AuditContract.Append_IsKeptWhole_AndShowsWhatItKeepsOnlyByItself), "some other")]
    [InlineData(nameof(AuditContract.Append_Again_ChangesNothing), "overwrites")]
    [InlineData(nameof(AuditContract.Append_Again_ChangesNothing), "first alone")]
    [InlineData(nameof(AuditContract.List_IsTheNewestFirst_InPages), "first page alone")]
    [InlineData(nameof(AuditContract.List_IsTheNewestFirst_InPages), "oldest first")]
    [InlineData(nameof(AuditContract.List_OfOneInstant_GivesEachOnce), "by instant alone")]
    [InlineData(nameof(AuditContract.List_FollowsItsFilter), "anybody's")]
    [InlineData(nameof(AuditContract.List_FollowsItsFilter), "of any time")]
    [InlineData(nameof(AuditContract.List_WithAnotherListsCursor_IsRefused), "any cursor")]
    [InlineData(nameof(AuditContract.Purge_ForgetsTheOld_InBoundedSteps), "purge unbounded")]
    [InlineData(nameof(AuditContract.Purge_ForgetsTheOld_InBoundedSteps), "purge of any age")]
    public async Task ACarelessAudit_IsFound(string guard, string bug)
    {
        using var suite = new Suite(Subject.OnMemory().With<IAudit>((inner, _) => new CarelessAudit(inner, bug)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(AuditContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    private sealed class Suite(Subject subject) : AuditContract(subject);

    private sealed class CarelessAudit(IAudit inner, string bug) : IAudit
    {
        /// <summary>What came last under each id: the bug of one that writes over what is there.</summary>
        private readonly Dictionary<string, AuditEntry> last = [];

        public Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation)
        {
            foreach (var entry in entries)
                last[entry.AuditId] = entry;
            return inner.AppendAsync(bug == "first alone" ? [.. entries.Take(1)] : entries, cancellation);
        }

        public async Task<Page<AuditEntry>> ListAsync(AuditFilter filter, int limit, string? cursor, CancellationToken cancellation)
        {
            var asked = bug switch { "anybody's" => filter with { By = null }, "of any time" => filter with { From = null, Until = null }, _ => filter };
            var page = await inner.ListAsync(asked, limit, bug == "any cursor" ? null : cursor, cancellation);
            return bug switch
            {
                "shows what it keeps" => page with { Items = [.. page.Items.Select(entry => entry with { Kept = "{}" })] },
                "first page alone" => page with { NextCursor = null },
                "oldest first" => page with { Items = [.. page.Items.Reverse()] },
                "by instant alone" => page with { Items = [.. page.Items.DistinctBy(entry => entry.At)], NextCursor = null },
                _ => page,
            };
        }

        public async Task<AuditEntry?> FindAsync(string auditId, CancellationToken cancellation) => bug switch
        {
            "without details" => await inner.FindAsync(auditId, cancellation) is { } found ? found with { Detail = new Dictionary<string, string> { ["k"] = "" } } : null,
            "some other" => await inner.FindAsync(auditId, cancellation) ?? await inner.FindAsync("a-1", cancellation),
            "overwrites" => last.GetValueOrDefault(auditId),
            _ => await inner.FindAsync(auditId, cancellation),
        };

        public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => inner.PurgeAsync(
            bug == "purge of any age" ? before.AddYears(1) : before, bug == "purge unbounded" ? 1_000 : limit, cancellation);
    }
}
