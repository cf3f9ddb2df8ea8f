using System.Net;
using System.Text.Json;
using LocalFunctions.Time;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Azure.Cosmos;
using Orders.Azure.Resilience;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>Each page of a query is a call by itself; what has no pages is one call.</summary>
public sealed class QueryBoundsTests : DoubleRig
{
    private const string InOrder = "SELECT VALUE c.n FROM c WHERE c.n >= 0 ORDER BY c.n";
    private const string Grouped = "SELECT c.kind, COUNT(1) AS entries FROM c WHERE c.n >= 0 GROUP BY c.kind";
    private const int Count = 40;

    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>A frozen clock's timers run out in real time too: the bounds are longer than any test.</summary>
    private static readonly PipelineOptions Bounds = new()
    {
        TryTimeout = TimeSpan.FromHours(3),
        TotalTimeout = TimeSpan.FromHours(6),
        Retries = 1,
        FirstWait = TimeSpan.Zero,
        BreakerMinimum = 1_000_000,
    };

    private readonly LocalClock network = new(Subject.Start, frozen: true);
    private int asked;

    private CosmosDocuments Documents
    {
        get
        {
            var pipeline = DependencyPipeline.Build(Bounds, CosmosErrors.IsTransient, TimeProvider.System, () => 0.5, network);
            return new CosmosDatabase(Database.Client, Database.Id, new(pipeline, pipeline, pipeline))[Items.Id];
        }
    }

    /// <summary>A day of 100,000 lines has 100 pages, and each may take its time.</summary>
    [Theory]
    [InlineData("u0")]
    [InlineData(null)]
    public async Task Pages_ThatTakeLongerTogetherThanACallMay_AllCome(string? partition)
    {
        await FillAsync();
        // Across partitions a page is put together of some requests.
        Server.Faults = request =>
        {
            if (request.What == "query")
                network.MoveTo(network.GetUtcNow() + TimeSpan.FromMinutes(25));
            return null;
        };

        Assert.Equal(Expected(partition), await AskAsync(partition));

        Assert.True(network.GetUtcNow() - Subject.Start > Bounds.TotalTimeout);
    }

    /// <summary>The other pages are not asked for again, and no row comes twice.</summary>
    [Theory]
    [InlineData("u0", InOrder)]
    [InlineData(null, InOrder)]
    [InlineData(null, "SELECT VALUE c.n FROM c WHERE c.n >= 0")]
    public async Task APage_ThatFails_IsAskedForAgain_AndNoOther(string? partition, string sql)
    {
        await FillAsync();
        Server.Faults = request => request.What == "query" && ++asked > 0 ? null : null;
        var whole = await AskAsync(partition, sql);
        var (undisturbed, failed) = (asked, 0);
        asked = 0;
        Server.Faults = request => request.What == "query" && ++asked % 9 == 0 && ++failed > 0 ? new Fault(HttpStatusCode.ServiceUnavailable) : null;

        Assert.Equal(whole, await AskAsync(partition, sql));

        Assert.Equal(Expected(partition), whole.Order());
        Assert.InRange(failed, 2, 50);
        // A place among several partitions is found by asking each of them once more.
        Assert.InRange(asked, undisturbed + failed, undisturbed + (failed * (partition is null ? 4 : 1)));
    }

    [Fact]
    public async Task Pages_EndWhenTheCallerGivesUp()
    {
        await FillAsync();
        using var caller = new CancellationTokenSource();
        Server.Faults = request =>
        {
            if (request.What == "query" && ++asked == 2)
                caller.Cancel();
            return null;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ask("u0", InOrder, caller.Token));

        Assert.Equal(2, asked);
    }

    /// <summary>Read twice, and counted once.</summary>
    [Fact]
    public async Task AWhole_ThatFails_BeginsAnew()
    {
        await FillAsync();
        Server.Faults = request => request.What == "query" && ++asked == 2 ? new Fault(HttpStatusCode.ServiceUnavailable) : null;

        var rows = await Documents.AskWholeAsync(new QueryDefinition(Grouped), partition: null, None);

        Assert.Equal([("even", Count), ("odd", Count)], rows.Select(row => (row.GetProperty("kind").GetString()!, row.GetProperty("entries").GetInt32())).Order());
        Assert.True(asked > 3);
    }

    [Fact]
    public async Task AWhole_ThatTakesTooLong_IsGivenUp()
    {
        await FillAsync();
        Server.Faults = request =>
        {
            if (request.What == "query")
                network.MoveTo(network.GetUtcNow() + TimeSpan.FromHours(4));
            return null;
        };

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Documents.AskWholeAsync(new QueryDefinition(Grouped), partition: null, None));
    }

    /// <summary>Pages of groups could neither go on nor begin again without counting twice.</summary>
    [Fact]
    public async Task Groups_AskedForByPages_AreRefused()
    {
        await FillAsync(kinds: 40);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Documents.AskAsync(new QueryDefinition(Grouped), partition: null, 5, None));
    }

    private static IEnumerable<int> Expected(string? partition) => Enumerable.Range(0, 2 * Count).Where(n => partition is null || n % 2 == 0);

    private async Task<List<int>> AskAsync(string? partition, string sql = InOrder) => [.. (await Ask(partition, sql, None)).Select(row => row.GetInt32())];

    /// <summary>By small pages: the adapters ask for as many as they need, which may be more than a page holds.</summary>
    private Task<List<JsonElement>> Ask(string? partition, string sql, CancellationToken cancellation)
    {
        Server.MostInAPage = 2;
        return Documents.AskAsync(new QueryDefinition(sql), partition, 1_000, cancellation);
    }

    private async Task FillAsync(int kinds = 2)
    {
        for (var n = 0; n < 2 * Count; n++)
            await CreateAsync($"u{n % 2}", new { id = $"d{n}", user = $"u{n % 2}", n, email = $"e{n}", kind = kinds == 2 ? n % 2 == 0 ? "even" : "odd" : $"k{n % kinds}" });
    }
}
