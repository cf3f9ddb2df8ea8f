using Orders.Application.Search;

namespace Orders.Workflows.Search;

/// <summary>What a rebuild of the search is started with. A persisted format: it stands in histories.</summary>
/// <param name="StartedAt">When it was asked for; tells one run from another.</param>
public sealed record RebuildSearchInput(DateTimeOffset StartedAt)
{
    /// <summary>Where the history before this one stopped; null for a run that begins.</summary>
    public SearchRebuildPlace? Place { get; init; }
}

/// <summary>Builds the search anew: begins an empty generation, fills it some pages at a time, and puts it in the live one's place. A run that dies goes on.</summary>
public static class RebuildSearch
{
    /// <summary>The one instance: a second rebuild beside the first would only take its place.</summary>
    public const string Instance = "search-rebuild";

    /// <summary>After so many steps it begins a new history, so that none grows without end.</summary>
    private const int StepsPerHistory = 40;

    /// <param name="context">The durable context; every effect goes through it.</param>
    /// <param name="input">Which run, and where to go on.</param>
    [Function(nameof(RebuildSearch))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, RebuildSearchInput input)
    {
        var place = input.Place ?? await context.CallActivityAsync<SearchRebuildPlace>(SearchActivities.BeginSearchRebuild, input.StartedAt, StepRetry.Options);
        for (var step = 0; step < StepsPerHistory; step++)
        {
            if (place.IsFilled)
            {
                await context.CallActivityAsync<long>(SearchActivities.EndSearchRebuild, place, StepRetry.Options);
                return;
            }

            place = await context.CallActivityAsync<SearchRebuildPlace>(SearchActivities.FillSearch, place, StepRetry.Options);
        }

        context.ContinueAsNew(input with { Place = place });
    }
}

/// <summary>The activities of a rebuild, by name. Each may be repeated. The names stand in histories: append, never rename.</summary>
public static class SearchActivities
{
    public const string BeginSearchRebuild = nameof(BeginSearchRebuild);
    public const string FillSearch = nameof(FillSearch);
    public const string EndSearchRebuild = nameof(EndSearchRebuild);

    public static readonly IReadOnlyList<string> All = [BeginSearchRebuild, FillSearch, EndSearchRebuild];
}
