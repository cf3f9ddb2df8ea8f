using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>Queries of the double through the SDK, in one partition and across several, page by page.</summary>
public sealed class DoubleQueryTests : DoubleRig
{
    private static readonly string[] Users = ["alice", "bob", "carol", "dave"];

    [Theory]
    [InlineData("SELECT VALUE c.n FROM c WHERE c.kind = 'even' ORDER BY c.n", "0 2 4 6 8 10")]
    [InlineData("SELECT VALUE c.n FROM c WHERE c.n > @five ORDER BY c.n DESC", "11 10 9 8 7 6")]
    [InlineData("SELECT VALUE c.n FROM c ORDER BY c.kind DESC, c.n ASC", "1 3 5 7 9 11 0 2 4 6 8 10")]
    [InlineData("SELECT TOP 3 VALUE c.n FROM c ORDER BY c.n", "0 1 2")]
    [InlineData("SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 2 LIMIT 3", "2 3 4")]
    [InlineData("SELECT VALUE c.n FROM c WHERE c.n IN (1, 2, @five) ORDER BY c.n", "1 2 5")]
    [InlineData("SELECT VALUE c.n FROM c WHERE (c.n BETWEEN 3 AND 4) OR c.name = 'n9' ORDER BY c.n", "3 4 9")]
    [InlineData("SELECT VALUE c.n FROM c WHERE ARRAY_CONTAINS(c.tags, 't1') AND NOT (c.n > 6) ORDER BY c.n", "1 4")]
    [InlineData("SELECT VALUE c.n FROM c WHERE STARTSWITH(c.name, 'n1') ORDER BY c.n", "1 10 11")]
    [InlineData("SELECT VALUE c.n FROM c WHERE IS_DEFINED(c.seven) AND NOT IS_DEFINED(c.missing) ORDER BY c.n", "7")]
    [InlineData("SELECT VALUE c.n FROM c WHERE c.missing < 5 OR c.missing != 5 OR c.name > 5 ORDER BY c.n", "")]
    [InlineData("SELECT VALUE COUNT(1) FROM c WHERE c.kind = 'odd'", "6")]
    [InlineData("SELECT VALUE SUM(c.n) FROM c", "66")]
    [InlineData("SELECT VALUE MAX(c.n) FROM c", "11")]
    public async Task Query_AnswersTheSame_InOnePartitionAndAcross_WhateverThePage(string sql, string expected)
    {
        await FillAsync(n => "alice");
        foreach (var size in new[] { 2, 100 })
            Assert.Equal(expected, Text(await AskAsync(sql, "alice", size, ("@five", 5))));
        await AcrossAsync(sql, expected);
    }

    private async Task AcrossAsync(string sql, string expected)
    {
        foreach (var n in Enumerable.Range(0, 12))
            await DeleteAsync("alice", $"{n}");
        await FillAsync(n => Users[n % Users.Length]);
        foreach (var size in new[] { 2, 100 })
            Assert.Equal(expected, Text(await AskAsync(sql, pageSize: size, parameters: ("@five", 5))));
    }

    [Fact]
    public async Task Group_IsPutTogetherAcrossPartitions()
    {
        await FillAsync(n => Users[n % Users.Length]);
        var rows = new List<JsonElement>();
        using var pages = Items.GetItemQueryStreamIterator("SELECT c.kind, COUNT(1) AS count, SUM(c.n) AS sum FROM c WHERE c.n < 6 GROUP BY c.kind");
        while (pages.HasMoreResults)
        {
            using var page = (await pages.ReadNextAsync()).EnsureSuccessStatusCode();
            rows.AddRange(Read(page.Content).GetProperty("Documents").EnumerateArray());
        }

        Assert.Equal(
            ["even 3 6", "odd 3 9"],
            rows.Select(row => $"{row.GetProperty("kind")} {row.GetProperty("count")} {row.GetProperty("sum")}").Order(StringComparer.Ordinal));
    }

    /// <summary>What is written between two pages neither hides nor doubles what was there.</summary>
    [Fact]
    public async Task Pages_GoOnWhereTheLastEnded_WhateverWasWrittenMeanwhile()
    {
        await FillAsync(n => "alice");
        string? continuation = null;
        var seen = new List<string>();
        var options = new QueryRequestOptions { PartitionKey = new PartitionKey("alice"), MaxItemCount = 3 };
        do
        {
            using var pages = Items.GetItemQueryStreamIterator("SELECT VALUE c.n FROM c ORDER BY c.n DESC", continuation, options);
            using var page = (await pages.ReadNextAsync()).EnsureSuccessStatusCode();
            seen.Add(Text(Read(page.Content).GetProperty("Documents").EnumerateArray()));
            continuation = page.ContinuationToken;
            await CreateAsync("alice", new { id = $"new{seen.Count}", user = "alice", n = 100 + seen.Count, email = $"new{seen.Count}" });
            await DeleteAsync("alice", seen[^1].Split(' ')[^1]);
        }
        while (continuation is not null);
        Assert.Equal("11 10 9 8 7 6 5 4 3 2 1 0", string.Join(' ', seen.Where(page => page.Length > 0)));
    }

    [Theory]
    [InlineData("SELECT * FROM c ORDER BY c.kind, c.n")]
    [InlineData("SELECT * FROM c ORDER BY c.n, c.kind")]
    [InlineData("SELECT * FROM c ORDER BY c.other")]
    [InlineData("SELECT * FROM c WHERE c.n = ")]
    [InlineData("SELECT VALUE c.order FROM c")]
    [InlineData("SELECT * FROM c WHERE d.n = 1")]
    [InlineData("SELECT * FROM c WHERE c.n = @unknown")]
    public async Task Query_ThatTheServiceWouldRefuse_IsRefused(string sql) => await IsRefusedAsync(sql, HttpStatusCode.BadRequest);

    [Theory]
    [InlineData("SELECT * FROM c JOIN t IN c.tags")]
    [InlineData("SELECT * FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags)")]
    [InlineData("SELECT * FROM c WHERE c.name LIKE 'n%'")]
    [InlineData("SELECT * FROM c WHERE FULLTEXTCONTAINS(c.name, 'n')")]
    [InlineData("SELECT * FROM c WHERE ST_DISTANCE(c.a, c.b) < 1")]
    [InlineData("SELECT * FROM c WHERE c.n < 3 ORDER BY c.name")]
    public async Task Query_ThatTheDoubleDoesNotKnow_IsNotAnswered(string sql)
    {
        await CreateAsync("alice", new { id = "nameless", user = "alice", n = 1 });
        await IsRefusedAsync(sql, HttpStatusCode.NotImplemented);
    }

    /// <summary>A condition on what isn't in the index reads every document, and costs it.</summary>
    [Fact]
    public async Task Charge_GoesByWhatTheIndexLeadsTo()
    {
        await FillAsync(n => "alice");
        Assert.True(await ChargeAsync("SELECT * FROM c WHERE c.email = '5'") > await ChargeAsync("SELECT * FROM c WHERE c.n = 5") + 2);
    }

    private async Task<double> ChargeAsync(string sql)
    {
        Server.Forget();
        Assert.Single(await AskAsync(sql, "alice"));
        return Server.Answered.Sum(answered => answered.Charge);
    }

    private async Task IsRefusedAsync(string sql, HttpStatusCode status)
    {
        await FillAsync(n => "alice");
        var refused = await Assert.ThrowsAsync<CosmosException>(() => AskAsync(sql, "alice"));
        Assert.Equal(status, refused.StatusCode);
    }

    private async Task FillAsync(Func<int, string> userOf)
    {
        foreach (var n in Enumerable.Range(0, 12))
        {
            var kind = n % 2 == 0 ? "even" : "odd";
            var document = new Dictionary<string, object>
            {
                ["id"] = $"{n}",
                ["user"] = userOf(n),
                ["kind"] = kind,
                ["n"] = n,
                ["name"] = $"n{n}",
                ["email"] = $"{n}",
                ["tags"] = new[] { $"t{n % 3}" },
            };
            if (n == 7)
                document["seven"] = true;
            Assert.Equal(HttpStatusCode.Created, await CreateAsync(userOf(n), document));
        }
    }

    private async Task DeleteAsync(string user, string id)
    {
        using var gone = await Items.DeleteItemStreamAsync(id, new PartitionKey(user));
    }
}
