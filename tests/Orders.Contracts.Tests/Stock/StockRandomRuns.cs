using FsCheck;
using FsCheck.Fluent;
using Orders.Application;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Stock;

/// <summary>
/// Random sequences of calls on the embedded stock and on the model: every answer is the same, and at each step nothing is oversold and
/// every unit is accounted for.
/// </summary>
public sealed class StockRandomRuns
{
    private static readonly Sku[] Skus = [Mug, Pot];

    [Fact]
    public void AnySequence_AnswersAsTheModelAndKeepsTheBooks() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), codes => Disagreement(codes, StockBug.None) is null)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(120));

    /// <summary>The very runs that find each bug below: the property above draws small numbers, and with them few different calls.</summary>
    [Fact]
    public void LongRuns_AnswerAsTheModelAndKeepTheBooks() => Assert.All(LongRuns, codes => Assert.Null(Disagreement(codes, StockBug.None)));

    [Fact]
    public void AModelWithABug_IsFound()
    {
        var missed = new List<StockBug>();
        foreach (var bug in Enum.GetValues<StockBug>().Except([StockBug.None]))
        {
            if (!LongRuns.Any(codes => Disagreement(codes, bug) is not null))
                missed.Add(bug);
        }

        Assert.Empty(missed);
    }

    /// <summary>Long, so that one of them reaches the rare pair of calls that shows each bug.</summary>
    private static IEnumerable<int[]> LongRuns =>
        Enumerable.Range(0, 60).Select(seed => new Random(seed)).Select(random => Enumerable.Range(0, 200).Select(_ => random.Next()).ToArray());

    /// <summary>The first step at which the two differ or the books don't add up; null when there is none.</summary>
    private static string? Disagreement(int[] codes, StockBug bug)
    {
        using var subject = Subject.OnMemory();
        var stock = subject.Port<IStock>();
        var model = new ModelStock(subject.Clock, bug);
        foreach (var code in codes)
        {
            var step = Step.From(code);
            subject.Clock.MoveTo(subject.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
            var answer = step.Run(stock);
            if (answer != step.Run(model))
                return $"{step}: {answer}";
            foreach (var sku in Skus)
            {
                var level = Result(stock.FindAsync(sku, CancellationToken.None));
                if (level != Result(model.FindAsync(sku, CancellationToken.None)))
                    return $"{step}: {level}";
                if (level is not null && (level.Held + level.Sold > level.Stock + level.Rules.Backorder || level.Available + level.Held + level.Sold != level.Stock || level.Held < 0))
                    return $"{step}: {level} does not add up";
            }
        }

        return null;
    }

    private static T Result<T>(Task<T> task) => task.GetAwaiter().GetResult();

    /// <summary>One call, drawn from one number; small numbers of holds and units, so that calls meet.</summary>
    private sealed record Step(int Kind, HoldKey Hold, IReadOnlyList<StockLine> Lines, long? Generation, long Units)
    {
        public static Step From(int code)
        {
            var random = new Random(code);
            var lines = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new StockLine(Skus[random.Next(2)], random.Next(1, 4))).ToList();
            return new Step(
                random.Next(18), HoldOf(random.Next(5), random.Next(2)), random.Next(3) == 0 ? lines : Sample.Lines((Mug, 2), (Pot, 1)),
                random.Next(2) == 0 ? null : random.Next(1, 4), random.Next(-3, 12));
        }

        private static HoldKey HoldOf(int order, int number) => order == 4 ? new HoldKey(Ref(Bob, "4"), number) : Sample.Hold(order, number);

        private StockRules Rules => new(
            Backorder: Math.Max(0, Units - 6), HoldCapPerUser: Units % 3 == 0 ? null : (int)Math.Abs(Units), UnpaidBeforeShortWindow: Units % 2 == 0 ? null : Units % 4 == 1 ? 1 : 2,
            ShortPaymentWindow: Units % 2 == 0 ? null : TimeSpan.FromMinutes(Math.Abs(Units)));

        public string Run(IStock stock) => Kind switch
        {
            0 or 1 or 2 or 3 => $"{Result(stock.ReserveAsync(Hold, Lines, CancellationToken.None))}",
            4 or 5 => $"{Result(stock.CommitAsync(Hold, Lines, CancellationToken.None))}",
            6 or 7 => $"{Result(stock.ReleaseAsync(Hold, Generation, CancellationToken.None))}",
            8 => $"{Result(stock.KeepAsync(Hold, Subject.Start.AddSeconds(Units * 40), CancellationToken.None))}",
            9 => string.Join(", ", Result(stock.FindDueAsync(Subject.Start.AddSeconds(Units * 40), 3, CancellationToken.None))),
            10 => $"{Result(stock.AdjustAsync(Skus[Hold.Number], new StockChange.By(Units), "drawn", $"{Units}", CancellationToken.None))}",
            11 => $"{Result(stock.PutRulesAsync(Skus[Hold.Number], Rules, CancellationToken.None))}",
            12 or 13 => $"{Result(stock.ExpireAsync(Hold, Generation, Subject.Start.AddSeconds(Units * 10) - new OrderPolicy().UnpaidLookBack, CancellationToken.None))}",
            14 => $"{Result(stock.PurgeUnpaidAsync(Subject.Start.AddSeconds(Units * 20) - new OrderPolicy().UnpaidLookBack, 100, CancellationToken.None))}",
            17 => $"{Result(stock.PurgeFreedAsync(Subject.Start.AddSeconds(Units * 20), 100, CancellationToken.None))}",
            15 => $"{Result(stock.PutRulesAsync(Skus[Hold.Number], Rules, CancellationToken.None))}",
            _ => $"{Result(stock.AdjustAsync(Skus[Hold.Number], new StockChange.To(Units), "drawn", $"to {Units} {Generation}", CancellationToken.None))}",
        };
    }
}
