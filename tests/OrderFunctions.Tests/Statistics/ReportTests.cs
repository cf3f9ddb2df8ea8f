using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Tests.Contract;
using Orders.Application.Statistics;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Statistics;

/// <summary>Reports over HTTP: made at night, read in two forms, made again to the letter.</summary>
public sealed class ReportTests : IAsyncLifetime
{
    private const string Day = "2030-01-01";
    private const string Report = $"api/reports/{Day}";

    private OrderApp app = null!;

    private string Ops => app.Tokens.For("olga", "ops");

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task TheNight_ReportsOnTheDay()
    {
        await PlayADayAsync();

        var report = await GetAsync(Report);

        Assert.Equal("application/json", report.ContentHeaders.ContentType!.MediaType);
        Assert.Empty(SchemaCheck.Of(OpenApi.Served, OpenApi.Served.Schema("DailyReport"), report.Json));
        var totals = report.Json["totals"]!;
        Assert.Equal((2, 1, 1), ((int)totals["placed"]!, (int)totals["paid"]!, (int)totals["cancelled"]!["paymentDeadline"]!));
        Assert.Equal(2_500, (int)totals["money"]!["EUR"]!["captured"]!);
        Assert.Equal(0.5, (double)report.Json["conversion"]!["rate"]!);
        Assert.Equal(2, report.Json["hours"]!.AsArray().Sum(hour => (int)hour!["placed"]!));
        Assert.Equal("completed", (string?)report.Json["reconciliation"]!["status"]);
        Assert.DoesNotContain("live statistics", app.Host.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReport_IsReadAsCsvToo()
    {
        await PlayADayAsync();

        var byQuery = await GetAsync(Report + "?format=csv");
        using var request = new HttpRequestMessage(HttpMethod.Get, Report);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Ops}");
        request.Headers.TryAddWithoutValidation("Accept", "application/json;q=0.5, text/csv");
        var byAccept = await app.SendAsync(request);

        Assert.Equal("text/csv", byQuery.ContentHeaders.ContentType!.MediaType);
        Assert.Equal(byQuery.Body, byAccept.Body);
        Assert.StartsWith("date,section,key,measure,value\n", byQuery.Body, StringComparison.Ordinal);
        Assert.Contains($"{Day},total,,paid,1\n", byQuery.Body, StringComparison.Ordinal);
        Assert.Contains($"{Day},sku,{OrderApp.Mug},units,2\n", byQuery.Body, StringComparison.Ordinal);
        Assert.Contains($"{Day},total,,captured_EUR,2500\n", byQuery.Body, StringComparison.Ordinal);
        IsProblem(await app.SendAsync(HttpMethod.Get, Report + "?format=pdf", Ops), 400, "invalid-request");
    }

    [Fact]
    public async Task TheFacts_AreLinesOfWhatHappened_WithoutPersons()
    {
        await PlayADayAsync();

        var files = await GetAsync(Report + "/facts");
        Assert.Empty(SchemaCheck.Of(OpenApi.Served, OpenApi.Served.Schema("FactFileList"), files.Json));
        var lines = new List<JsonNode>();
        foreach (var file in files.Json["items"]!.AsArray())
        {
            var content = await GetAsync($"{Report}/facts/{file!["file"]}");
            Assert.Equal("application/x-ndjson", content.ContentHeaders.ContentType!.MediaType);
            lines.AddRange(content.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!));
            Assert.DoesNotContain("alice", content.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("Lovelace", content.Body, StringComparison.Ordinal);
        }

        Assert.All(lines, line => Assert.Empty(SchemaCheck.Of(OpenApi.Served, OpenApi.Served.Schema("OrderFact"), line)));
        Assert.Equal(["cancelled", "captured", "paid", "placed", "placed"], lines.Select(line => (string)line["fact"]!).Order(StringComparer.Ordinal));
        IsProblem(await app.SendAsync(HttpMethod.Get, Report + "/facts/part-99.jsonl", Ops), 404, "not-found");
        IsProblem(await app.SendAsync(HttpMethod.Get, Report + "/facts/report.json", Ops), 404, "not-found");
    }

    [Fact]
    public async Task AReportMadeAgain_HasTheSameBytes()
    {
        await PlayADayAsync();
        var before = await AllOfADayAsync();

        // Life goes on: nothing of it is of that day.
        await app.PlacedAsync("carol", "k3");
        await app.Host.AdvanceAsync(TimeSpan.FromDays(20));
        var again = await app.SendAsync(HttpMethod.Post, Report, Ops);
        Assert.Equal((HttpStatusCode.Accepted, "/" + Report), (again.Status, again.Header("Location")));
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(before, await AllOfADayAsync());
    }

    [Fact]
    public async Task ADayThatIsNotClosed_HasNoReport_AndNoneIsMade()
    {
        foreach (var date in new[] { Day, "2030-01-02" })
        {
            IsProblem(await app.SendAsync(HttpMethod.Get, $"api/reports/{date}", Ops), 409, "report-not-due");
            IsProblem(await app.SendAsync(HttpMethod.Post, $"api/reports/{date}", Ops), 409, "report-not-due");
        }

        IsProblem(await app.SendAsync(HttpMethod.Get, "api/reports/2029-06-01", Ops), 404, "not-found");
        IsProblem(await app.SendAsync(HttpMethod.Get, "api/reports/2029-06-01/facts", Ops), 404, "not-found");
        IsProblem(await app.SendAsync(HttpMethod.Get, "api/reports/yesterday", Ops), 400, "invalid-request");
    }

    [Fact]
    public async Task AHostThatWasOff_ReportsOnEveryDaySince()
    {
        await PlayADayAsync();
        await app.Host.AdvanceAsync(TimeSpan.FromDays(3));

        foreach (var day in Enumerable.Range(0, 4).Select(n => new DateOnly(2030, 1, 1).AddDays(n).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))
            await GetAsync($"api/reports/{day}");
    }

    /// <summary>The second layer: what the live statistics missed is found against the store, told, and counted.</summary>
    [Fact]
    public async Task WhatTheLiveStatisticsMissed_IsFoundAndRepaired()
    {
        await using var deaf = await OrderApp.StartAsync(builder =>
        {
            var real = builder.Services.Last(service => service.ServiceType == typeof(IStatistics));
            builder.Services.AddSingleton<IStatistics>(provider => new Deaf((IStatistics)real.ImplementationFactory!(provider)));
        });
        await PlayADayAsync(deaf);
        var live = await deaf.SendAsync(HttpMethod.Get, "api/stats/live?window=P7D&bucket=day", deaf.Tokens.For("olga", "ops"));

        Assert.Equal((2, 1), ((int)live.Json["totals"]!["placed"]!, (int)live.Json["totals"]!["paid"]!));
        Assert.Contains($"The live statistics of {Day} differ from the store", deaf.Host.Log.ToString(), StringComparison.Ordinal);
        Assert.Contains($"What the live statistics of {Day} missed is counted; 0 differences are left", deaf.Host.Log.ToString(), StringComparison.Ordinal);
        Assert.NotNull(await deaf.Get<IReportFiles>().ReadAsync($"checks/date={Day}.json", CancellationToken.None));
    }

    private Task PlayADayAsync() => PlayADayAsync(app);

    private static async Task PlayADayAsync(OrderApp of)
    {
        await of.AcceptedAsync();
        await of.PlacedAsync("bob", "k2");
        // As nights go: the reconciliation comes half an hour before the report, which sums it up. What is due twice within one step runs once.
        foreach (var hours in new[] { 20, 7.5, 0.5 })
            await of.Host.AdvanceAsync(TimeSpan.FromHours(hours));
    }

    private async Task<Reply> GetAsync(string path)
    {
        var reply = await app.SendAsync(HttpMethod.Get, path, Ops);
        Assert.True(reply.Status is HttpStatusCode.OK, $"{path}: {reply} {app.Host.Log}");
        return reply;
    }

    private async Task<string> AllOfADayAsync()
    {
        var all = new List<string> { (await GetAsync(Report)).Body, (await GetAsync(Report + "?format=csv")).Body };
        foreach (var file in (await GetAsync(Report + "/facts")).Json["items"]!.AsArray())
            all.Add((await GetAsync($"{Report}/facts/{file!["file"]}")).Body);
        return string.Join('\n', all);
    }

    /// <summary>Counts nothing that events tell of.</summary>
    private sealed class Deaf(IStatistics real) : IStatistics
    {
        public Task<int> CountAsync(IReadOnlyList<CountedOrder> orders, DateTimeOffset? eventAt, DateTimeOffset now, CancellationToken cancellation) =>
            eventAt is null ? real.CountAsync(orders, eventAt, now, cancellation) : Task.FromResult(0);

        public Task<IReadOnlyList<StatBucket>> ReadAsync(StatScope scope, StatSpan span, CancellationToken cancellation) => real.ReadAsync(scope, span, cancellation);

        public Task<IReadOnlyList<ScopeTally>> SumAsync(StatScopeKind kind, IReadOnlyList<StatSpan> spans, CancellationToken cancellation) =>
            real.SumAsync(kind, spans, cancellation);

        public Task<StatPulse> PulseAsync(CancellationToken cancellation) => real.PulseAsync(cancellation);

        public Task<int> PurgeAsync(StatHorizons before, int limit, CancellationToken cancellation) => real.PurgeAsync(before, limit, cancellation);
    }
}
