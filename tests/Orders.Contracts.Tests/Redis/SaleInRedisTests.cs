using System.Collections.Concurrent;
using System.Diagnostics;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Checkout;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Polly;
using Xunit.Abstractions;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Redis;

/// <summary>A sale split over parts sells out to the unit: among many at once, with processes that die, with a server that is killed.</summary>
[NeedsRedis]
public sealed class SaleInRedisTests(ITestOutputHelper output) : IDisposable
{
    private static readonly SaleId Friday = Id.Parse<SaleId>("friday");
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Subject database = Subject.OnMemory();

    private ISaleEpochs Epochs => database.Port<ISaleEpochs>();

    public void Dispose() => database.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(32)]
    public async Task FiveHundredBuyers_ForAHundredUnits_OneTryEach_SellOutExactly(int parts)
    {
        using var server = new RedisServer();
        await using var connection = server.Connect();
        var units = new RedisSaleUnits(connection, Epochs, TimeProvider.System, parts);
        await units.PutAsync(Friday, 100, 2, fence: 1, None);
        var results = await Task.WhenAll(Enumerable.Range(0, 500).Select(buyer => Task.Run(() => units.ReserveAsync(Friday, ClaimOf(buyer), None))));
        Assert.Equal(100, results.OfType<SaleClaimResult.Reserved>().Count());
        Assert.Equal(400, results.Count(result => result is SaleClaimResult.SoldOut { Left: 0 }));
        Assert.Equal(new SaleCount(Friday, 100, 100, 0), await units.FindAsync(Friday, None));
        Assert.Equal(100, (await HoldsAsync(units)).Count);

        // Given back by thirty, sellable again to the unit, to whomever.
        foreach (var hold in (await HoldsAsync(units)).Take(30))
            await units.ReleaseAsync(Friday, hold.Claim.Key, generation: null, SaleEnd.Cancelled, reason: null, None);
        results = await Task.WhenAll(Enumerable.Range(500, 100).Select(buyer => Task.Run(() => units.ReserveAsync(Friday, ClaimOf(buyer), None))));
        Assert.Equal(30, results.OfType<SaleClaimResult.Reserved>().Count());
    }

    [Fact]
    public async Task HundredThousandRequests_ForAThousandUnits_SellOutExactly()
    {
        using var server = new RedisServer();
        await using var connection = server.Connect();
        var units = new RedisSaleUnits(connection, Epochs, TimeProvider.System);
        await units.PutAsync(Friday, 1_000, 1, fence: 1, None);
        var started = Stopwatch.GetTimestamp();
        int reserved = 0, soldOut = 0, next = -1;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            for (var buyer = Interlocked.Increment(ref next); buyer < 100_000; buyer = Interlocked.Increment(ref next))
            {
                if (await units.ReserveAsync(Friday, ClaimOf(buyer), None) is SaleClaimResult.Reserved)
                    Interlocked.Increment(ref reserved);
                else
                    Interlocked.Increment(ref soldOut);
            }
        })));
        output.WriteLine($"100,000 requests in {Stopwatch.GetElapsedTime(started)}");
        Assert.Equal((1_000, 99_000), (reserved, soldOut));
        Assert.Equal(new SaleCount(Friday, 1_000, 1_000, 0), await units.FindAsync(Friday, None));
    }

    /// <summary>A server that writes everything down is killed twice in the middle; who got no answer asks again.</summary>
    [Fact]
    public async Task ServerKilledInTheMiddle_WithEveryWriteOnDisk_SellsOutExactly()
    {
        using var server = new RedisServer(Keeps.All);
        await using var connection = server.Connect();
        var units = new RedisSaleUnits(connection, Epochs, TimeProvider.System);
        await units.PutAsync(Friday, 300, 1, fence: 1, None);
        var answers = new ConcurrentDictionary<int, SaleClaimResult>();
        var away = 0;
        var buying = Task.WhenAll(Enumerable.Range(0, 600).Select(buyer => Task.Run(async () =>
        {
            while (!answers.ContainsKey(buyer))
            {
                try
                {
                    answers[buyer] = await units.ReserveAsync(Friday, ClaimOf(buyer), None);
                }
                catch (DependencyUnavailableException)
                {
                    Interlocked.Increment(ref away);
                    await Task.Delay(20);
                }
            }
        })));
        foreach (var killAt in new[] { 50, 200 })
        {
            while (answers.Values.Count(answer => answer is SaleClaimResult.Reserved) < killAt)
                await Task.Delay(1);
            server.Restart();
        }

        await buying;
        Assert.True(away > 0, "nobody noticed");
        Assert.Equal(300, answers.Values.Count(answer => answer is SaleClaimResult.Reserved));
        Assert.Equal(new SaleCount(Friday, 300, 300, 0), await units.FindAsync(Friday, None));
        Assert.Equal(
            answers.Where(answer => answer.Value is SaleClaimResult.Reserved).Select(answer => ClaimOf(answer.Key).Key).ToHashSet(),
            (await HoldsAsync(units)).Select(hold => hold.Claim.Key).ToHashSet());
    }

    /// <summary>Processes die around every call, in the middle of transfers too: the parts always add up, and the sale sells out.</summary>
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("sale-take", ", 'NX')", ")")]
    [InlineData("sale-give", "redis.call('HSET', PART .. 'out', ARGV[3], ARGV[4] .. ':' .. text(units))", "")]
    [InlineData("sale-reserve", "write(KEYS[2], ", "write(KEYS[2] .. 'x', ")]
    public async Task WithCrashesBetweenAnyTwoCalls_NoUnitIsLostOrInvented(string? script, string? line, string? instead)
    {
        using var server = new RedisServer();
        await using var looking = server.Connect();
        var wrong = 0;
        for (var seed = 0; seed < 6; seed++)
        {
            var sale = Id.Parse<SaleId>($"sale-{seed}");
            var crashes = new Crashes(seed) { OfTen = 0 };
            await using var connection = new RedisConnection(server.Options(), crashes.Pipeline())
            {
                Instead = script is null ? null : Break(script, line!, instead!),
            };
            var units = new RedisSaleUnits(connection, Epochs, TimeProvider.System, 5);
            await units.PutAsync(sale, 40, 3, fence: 1, None);
            crashes.OfTen = 3;
            var random = new Random(seed);
            var reserved = 0;
            for (var buyer = 0; buyer < 80; buyer++)
                reserved += await UntilAnsweredAsync(units, sale, ClaimOf(buyer, 1 + random.Next(2))) is SaleClaimResult.Reserved r ? 1 : 0;
            var last = 0;
            while (last < 20 && await UntilAnsweredAsync(units, sale, ClaimOf(1_000 + last)) is SaleClaimResult.Reserved)
                last++;
            var look = new RedisSaleUnits(looking, Epochs, TimeProvider.System, 5);
            var count = await look.FindAsync(sale, None);
            var held = (await HoldsAsync(look, sale)).Sum(hold => hold?.Claim.Quantity ?? 0);
            if (count != new SaleCount(sale, 40, 40, 0) || held != 40)
                wrong++;
        }

        Assert.Equal(script is null, wrong == 0);
    }

    /// <summary>Its process died when the units had come and the sender still told of them; the next one looks days later.</summary>
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("sale-take", "'NX')", "'NX', 'PX', 24 * 3600 * 1000)")]
    public async Task TransferThatStoppedHalfWay_DaysAgo_ComesOnce(string? script, string? line, string? instead)
    {
        using var server = new RedisServer();
        await using var connection = new RedisConnection(server.Options(), ResiliencePipeline.Empty)
        {
            Instead = script is null ? null : Break(script, line!, instead!),
        };
        var units = new RedisSaleUnits(connection, Epochs, TimeProvider.System, 2);
        await units.PutAsync(Friday, 10, 10, fence: 1, None);
        var dying = new SaleSession((await Epochs.FindAsync(Friday, None))!);
        await connection.RunAsync(RedisScript.Load("sale-give"), [dying.UnitsOf(0)], [dying.Id, 0, "transfer", 1, 3], None);
        await connection.RunAsync(RedisScript.Load("sale-take"), [dying.UnitsOf(1)], [dying.Id, 0, "transfer", 3], None);
        await DaysPassAsync(server);
        Assert.Equal(script is null, await units.FindAsync(Friday, None) == new SaleCount(Friday, 10, 0, 0));
    }

    /// <summary>Of transfers that are over nothing stays for ever.</summary>
    [Fact]
    public async Task TransferThatIsOver_IsForgottenAfterADay()
    {
        using var server = new RedisServer();
        await using var connection = server.Connect();
        var units = new RedisSaleUnits(connection, Epochs, TimeProvider.System, 4);
        await units.PutAsync(Friday, 20, 20, fence: 1, None);
        Assert.IsType<SaleClaimResult.Reserved>(await units.ReserveAsync(Friday, ClaimOf(1, 20), None));
        using var admin = server.Admin();
        Assert.NotEmpty(admin.GetServers()[0].Keys(pattern: "*in:*"));
        await DaysPassAsync(server);
        Assert.Empty(admin.GetServers()[0].Keys(pattern: "*in:*"));
        Assert.Equal(new SaleCount(Friday, 20, 20, 0), await units.FindAsync(Friday, None));
    }

    /// <summary>Whatever has an end is gone.</summary>
    private static async Task DaysPassAsync(RedisServer server)
    {
        using var admin = server.Admin();
        foreach (var key in admin.GetServers()[0].Keys().ToList())
        {
            if (await admin.GetDatabase().KeyTimeToLiveAsync(key) is not null)
                await admin.GetDatabase().KeyDeleteAsync(key);
        }
    }

    private static RedisScript Break(string script, string line, string instead)
    {
        var text = RedisScript.Load(script).Text;
        Assert.Contains(line, text, StringComparison.Ordinal);
        return RedisScript.Of(script, text.Replace(line, instead, StringComparison.Ordinal));
    }

    private static async Task<SaleClaimResult?> UntilAnsweredAsync(RedisSaleUnits units, SaleId sale, SaleClaim claim)
    {
        for (var life = 0; life < 500; life++)
        {
            try
            {
                return await units.ReserveAsync(sale, claim, None);
            }
            catch (Exception died) when (died is ProcessDiedException or DependencyUnavailableException)
            {
                // Its successor repeats the request.
            }
        }

        return null;
    }

    private static SaleClaim ClaimOf(int buyer, int quantity = 1) => new(
        new HoldKey(Ref(Id.Parse<UserId>($"buyer-{buyer}"), "1"), 0), Mug, quantity, $"admission-{buyer}", "f");

    private static async Task<List<SaleHold>> HoldsAsync(RedisSaleUnits units, SaleId? sale = null)
    {
        var all = new List<SaleHold>();
        string? cursor = null;
        do
        {
            var page = await units.ListHoldsAsync(sale ?? Friday, 50, cursor, None);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }
}
