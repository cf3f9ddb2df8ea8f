using FsCheck;
using FsCheck.Fluent;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>
/// Random sequences of calls on the embedded units and on the model: every answer is the same, and at each step no sale is oversold, every unit is
/// accounted for by a reservation, and no buyer has more than a sale allows.
/// </summary>
public sealed class SaleUnitsRandomRuns
{
    private const int MostPerBuyer = 4;
    private static readonly SaleId[] Sales = [Id.Parse<SaleId>("friday"), Id.Parse<SaleId>("monday")];

    [Fact]
    public void AnySequence_AnswersAsTheModelAndKeepsTheBooks() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), codes => Disagreement(codes, SaleUnitsBug.None) is null)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(120));

    [Fact]
    public void AModelWithABug_IsFound()
    {
        foreach (var bug in Enum.GetValues<SaleUnitsBug>().Except([SaleUnitsBug.None]))
        {
            var runs = Enumerable.Range(0, 40).Select(seed => new Random(seed)).Select(random => Enumerable.Range(0, 200).Select(_ => random.Next()).ToArray());
            Assert.True(runs.Any(codes => Disagreement(codes, bug) is not null), $"no run found {bug}");
        }
    }

    /// <summary>The first step at which the two differ or the books don't add up; null when there is none.</summary>
    private static string? Disagreement(int[] codes, SaleUnitsBug bug)
    {
        using var subject = Subject.OnMemory();
        var units = subject.Port<ISaleUnits>();
        var model = new ModelSaleUnits(subject.Clock, bug);
        foreach (var code in codes)
        {
            var step = Step.From(code);
            subject.Clock.MoveTo(subject.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
            var answer = step.Run(units);
            if (answer != step.Run(model))
                return $"{step}: {answer}";
            foreach (var sale in Sales)
            {
                var count = Result(units.FindAsync(sale, default));
                if (count != Result(model.FindAsync(sale, default)))
                    return $"{step}: {count}";
                if (count is not null && Complaint(count, Result(units.ListHoldsAsync(sale, 100, cursor: null, default)).Items) is { } complaint)
                    return $"{step}: {complaint}";
            }
        }

        return null;
    }

    private static string? Complaint(SaleCount count, IReadOnlyList<SaleHold> holds)
    {
        long Units(params SaleHoldState[] states) => holds.Where(hold => states.Contains(hold.State)).Sum(hold => (long)hold.Claim.Quantity);
        if (count.Left < 0 || count.Held != Units(SaleHoldState.Waiting, SaleHoldState.Kept) || count.Sold != Units(SaleHoldState.Sold))
            return $"{count} does not add up";
        var most = holds.Where(hold => hold.State is SaleHoldState.Waiting or SaleHoldState.Kept && hold.Claim.Admission is not null)
            .GroupBy(hold => hold.Claim.Key.Order.UserId).Select(buyer => buyer.Sum(hold => hold.Claim.Quantity)).DefaultIfEmpty().Max();
        return most > MostPerBuyer ? $"a buyer has {most}" : null;
    }

    /// <summary>A change by whoever was overtaken, sometimes.</summary>
    private static string Refused(Func<Task<SaleCount?>> put)
    {
        try
        {
            return $"{Result(put())}";
        }
        catch (DependencyUnavailableException)
        {
            return "overtaken";
        }
    }

    private static T Result<T>(Task<T> task) => task.GetAwaiter().GetResult();

    /// <summary>One call, drawn from one number; few buyers, keys, admissions and units, so that calls meet.</summary>
    private sealed record Step(int Kind, SaleId Sale, SaleClaim Claim, long? Generation, int Number)
    {
        private HoldKey Key => Claim.Key;

        public static Step From(int code)
        {
            var random = new Random(code);
            var (buyer, key) = (random.Next(2) == 0 ? Alice : Bob, random.Next(3));
            var hold = new HoldKey(Ref(buyer, $"{key}"), random.Next(8) == 0 ? 1 : 0);
            var claim = new SaleClaim(hold, Mug, 1 + key % 2, $"admission-{buyer}-{(random.Next(6) == 0 ? 0 : key + 3 * hold.Number)}", random.Next(12) == 0 ? "other" : "same");
            return new Step(random.Next(16), Sales[random.Next(4) == 0 ? 1 : 0], claim, random.Next(2) == 0 ? null : random.Next(1, 4), random.Next(8));
        }

        public string Run(ISaleUnits units) => Kind switch
        {
            0 or 1 or 2 or 3 or 4 => $"{Result(units.ReserveAsync(Sale, Claim, default))}",
            5 => $"{Result(units.RenewAsync(Sale, Key, default))}",
            6 => $"{Result(units.KeepAsync(Sale, Key, default))}",
            7 or 8 => $"{Result(units.SettleAsync(Sale, Key, Mug, Claim.Quantity, default))}",
            9 or 10 => $"{Result(units.ReleaseAsync(Sale, Key, Generation, (SaleEnd)(Number % 3), Number > 4 ? "drawn" : null, default))}",
            11 => string.Join(", ", Result(units.FindUnkeptAsync(Subject.Start.AddSeconds(Number * 20), 3, default))),
            12 => $"{Result(units.FindHoldAsync(Sale, Key, default))}",
            13 => $"{Result(units.ResumeAsync(Sale, Claim, default))}",
            14 when Number < 4 => Refused(() => units.PutAsync(Sale, Number + 2, 1 + Number % MostPerBuyer, Number / 2, default)),
            _ => $"{Result(units.PutAsync(Sale, Number + 2, 1 + Number % MostPerBuyer, 1, default))}",
        };
    }
}
