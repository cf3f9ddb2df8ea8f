using Orders.Application;
using Orders.Application.Stock;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Redis;

/// <summary>
/// Random histories in which the process dies around and between its calls to Redis and to the ledger, and its successor repeats what it was at. The
/// counters are at every step those of a model that heard each request once; at the end every hold has ended, and the ledger says the same.
/// </summary>
[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class StockCrashTests(SharedRedis redis)
{
    private static readonly Sku[] Skus = [Mug, Pot];

    [Fact]
    public async Task AnyHistory_WithCrashesBetweenAnyTwoCalls_KeepsTheBooks()
    {
        var crashes = 0;
        for (var seed = 0; seed < 12; seed++)
        {
            var (wrong, died) = await RunAsync(seed, StockScripts.Default, steps: 120);
            Assert.True(wrong is null, $"seed {seed}: {wrong}");
            crashes += died;
        }

        Assert.True(crashes > 300, $"only {crashes} died");
    }

    /// <summary>What a script must do in the same call, left out or left to a call of its own, is found by some history.</summary>
    [Theory]
    [InlineData("stock-reserve", "redis.call('HSET', KEYS[3], 'state', 'held'", "redis.call('HSET', KEYS[3], 'state', 'gone'")]
    [InlineData("stock-reserve", "local number = move(", "local number = (function() return '0' end)(")]
    [InlineData("stock-reserve", "if not l or free < units then", "if not l then")]
    [InlineData("stock-reserve", "if l.cap and", "if false and")]
    [InlineData("stock-reserve", "if held ~= ARGV[6] then return {'OTHER', 0} end", "")]
    [InlineData("stock-commit", "if state == 'sold' then return {'ALREADY', 0, moved} end", "")]
    [InlineData("stock-commit", "count(ARGV[5], own, -1, 0)", "")]
    [InlineData("stock-release", "if state == 'released' then return {'ALREADY', 0} end", "if state == 'released' then state = 'held' end")]
    [InlineData("stock-release", "if state ~= 'held' or", "if")]
    [InlineData("stock-adjust", "if before[1] then", "if false then")]
    public async Task ABrokenScript_IsFound(string script, string line, string instead)
    {
        var text = RedisScript.Load(script).Text;
        Assert.Contains(line, text, StringComparison.Ordinal);
        var broken = RedisScript.Of(script, text.Replace(line, instead, StringComparison.Ordinal));
        var scripts = script switch
        {
            "stock-reserve" => StockScripts.Default with { Reserve = broken },
            "stock-commit" => StockScripts.Default with { Commit = broken },
            "stock-release" => StockScripts.Default with { Release = broken },
            _ => StockScripts.Default with { Adjust = broken },
        };
        for (var seed = 0; seed < 12; seed++)
        {
            if ((await RunAsync(seed, scripts, steps: 120)).Wrong is not null)
                return;
        }

        Assert.Fail("no history found it");
    }

    /// <summary>Deduction and record in two calls: the process dies between them.</summary>
    [Fact]
    public async Task AReservationInTwoCalls_IsFound()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            if ((await RunAsync(seed, StockScripts.Default, steps: 120, inTwoCalls: true)).Wrong is not null)
                return;
        }

        Assert.Fail("no history found it");
    }

    /// <returns>What was wrong, and how often a process died.</returns>
    private async Task<(string? Wrong, int Died)> RunAsync(int seed, StockScripts scripts, int steps, bool inTwoCalls = false)
    {
        var crashes = new Crashes(seed) { OfTen = 0 };
        await using var connection = new RedisConnection(redis.Options, crashes.Pipeline());
        using var subject = redis.WithStock();
        var ledger = crashes.Around(subject.Port<IStockLedger>());
        var model = new ModelStock(subject.Clock);
        var random = new Random(seed);
        for (var step = 0; step < steps; step++)
        {
            subject.Clock.MoveTo(subject.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
            var request = Request(random, step);
            var expected = await request(model);
            crashes.OfTen = 3;
            string answer;
            try
            {
                answer = await UntilAnsweredAsync(() => request(Successor()));
            }
            catch (Exception broken) when (broken is not ProcessDiedException)
            {
                return (broken.Message, crashes.Before + crashes.After);
            }

            crashes.OfTen = 0;
            if (answer != expected && !IsRepeated(expected, answer))
                return ($"step {step}: {answer} instead of {expected}", crashes.Before + crashes.After);
            foreach (var sku in Skus)
            {
                var (level, same) = (await subject.Port<IStock>().FindAsync(sku, default), await model.FindAsync(sku, default));
                if (level != same)
                    return ($"step {step}: {level} instead of {same}", crashes.Before + crashes.After);
            }
        }

        return (await EndAsync(subject), crashes.Before + crashes.After);

        IStock Successor()
        {
            var stock = new RedisStock(connection, ledger, new OrderPolicy(), subject.Clock, scripts);
            return inTwoCalls ? new ReservesInTwoCalls(stock, connection, ledger, subject.Clock) : stock;
        }
    }

    /// <summary>Every hold ends; nothing is held then; and the ledger has the same.</summary>
    private static async Task<string?> EndAsync(Subject subject)
    {
        var stock = subject.Port<IStock>();
        if (await ProveAsync(subject) is { } drifted)
            return drifted;
        foreach (var hold in await stock.FindDueAsync(subject.Clock.GetUtcNow().AddDays(1), 1_000, default))
            await stock.ReleaseAsync(hold.Key, hold.Generation, default);
        foreach (var sku in Skus)
        {
            if (await stock.FindAsync(sku, default) is { Held: not 0 } level)
                return $"held for ever: {level}";
        }

        return await ProveAsync(subject);
    }

    /// <summary>The counters are what the ledger says, once it has booked everything.</summary>
    private static async Task<string?> ProveAsync(Subject subject)
    {
        var books = subject.Port<IStockBooks>();
        while (await books.BookAsync(500, default) > 0)
            continue;
        foreach (var sku in Skus)
        {
            var (counted, booked) = (await subject.Port<IStock>().FindAsync(sku, default), await subject.Port<IStockLedger>().FindAsync(sku, default));
            if (counted is not null && (new StockCount(counted.Stock, counted.Held, counted.Sold) != booked?.Count || counted.Rules != booked.Rules))
                return $"{counted}, but in the ledger {booked}";
        }

        return null;
    }

    private static async Task<string> UntilAnsweredAsync(Func<Task<string>> request)
    {
        for (var life = 0; life < 200; life++)
        {
            try
            {
                return await request();
            }
            catch (ProcessDiedException)
            {
                // Its successor repeats the request.
            }
        }

        throw new InvalidOperationException("Two hundred processes died of one request.");
    }

    /// <summary>The second of two equal requests may be told that the first had done it.</summary>
    private static bool IsRepeated(string expected, string answer) =>
        expected == nameof(HoldOutcome.Done) && answer == nameof(HoldOutcome.AlreadyDone);

    /// <summary>Few holds and units, so that requests meet.</summary>
    private static Func<IStock, Task<string>> Request(Random random, int step)
    {
        var hold = Hold(random.Next(6), random.Next(2));
        var lines = random.Next(3) == 0 ? Lines((Skus[random.Next(2)], random.Next(1, 4)), (Skus[random.Next(2)], random.Next(1, 3))) : Lines((Mug, 2), (Pot, 1));
        var units = random.Next(-3, 9);
        var sku = Skus[random.Next(2)];
        var cap = random.Next(4, 9);
        return random.Next(10) switch
        {
            < 4 => async stock => $"{await stock.ReserveAsync(hold, lines, default)}",
            4 or 5 => async stock => $"{await stock.CommitAsync(hold, lines, default)}",
            6 => async stock => $"{await stock.ReleaseAsync(hold, generation: null, default)}",
            7 => async stock => $"{await stock.ExpireAsync(hold, generation: null, Subject.Start, default)}",
            8 => async stock => $"{await stock.PutRulesAsync(sku, new StockRules(Math.Max(0, units), cap), default)}",
            _ => async stock => $"{await stock.AdjustAsync(sku, new StockChange.By(units), "drawn", $"step {step}", default)}",
        };
    }

    /// <summary>Counts in one call and writes the reservation down in the next.</summary>
    private sealed class ReservesInTwoCalls(IStock inner, RedisConnection connection, IStockLedger ledger, TimeProvider clock) : IStock
    {
        private static readonly string Whole = RedisScript.Load("stock-reserve").Text;
        private static readonly RedisScript Deduct = RedisScript.Of("deduct", Whole
            .Replace("local number = move(", "if true then return {'HELD', written(), ''} end local number = move(", StringComparison.Ordinal));
        private static readonly RedisScript Record = RedisScript.Of("record", Whole
            .Replace("count(ARGV[5], lines, 1, 0)", "", StringComparison.Ordinal)
            .Replace("free < units", "false", StringComparison.Ordinal).Replace("if l.cap and", "if false and", StringComparison.Ordinal));

        public async Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
        {
            var first = await Stock(Deduct).ReserveAsync(key, lines, cancellation);
            return first is ReserveResult.Reserved ? await Stock(Record).ReserveAsync(key, lines, cancellation) : first;
        }

        public Task<bool> KeepAsync(HoldKey key, DateTimeOffset lookAt, CancellationToken cancellation) => inner.KeepAsync(key, lookAt, cancellation);

        public Task<HoldOutcome> CommitAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation) => inner.CommitAsync(key, lines, cancellation);

        public Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) => inner.ReleaseAsync(key, generation, cancellation);

        public Task<HoldOutcome> ExpireAsync(HoldKey key, long? generation, DateTimeOffset at, CancellationToken cancellation) =>
            inner.ExpireAsync(key, generation, at, cancellation);

        public Task<IReadOnlyList<DueHold>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => inner.FindDueAsync(before, limit, cancellation);

        public Task<StockLevel?> FindAsync(Sku sku, CancellationToken cancellation) => inner.FindAsync(sku, cancellation);

        public Task<StockLevel?> AdjustAsync(Sku sku, StockChange change, string reason, string key, CancellationToken cancellation) =>
            inner.AdjustAsync(sku, change, reason, key, cancellation);

        public Task<StockLevel?> PutRulesAsync(Sku sku, StockRules rules, CancellationToken cancellation) => inner.PutRulesAsync(sku, rules, cancellation);

        public Task<int> PurgeFreedAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => inner.PurgeFreedAsync(before, limit, cancellation);

        public Task<int> PurgeUnpaidAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => inner.PurgeUnpaidAsync(before, limit, cancellation);

        private RedisStock Stock(RedisScript reserve) =>
            new(connection, ledger, new OrderPolicy(), clock, StockScripts.Default with { Reserve = reserve });
    }
}
