using FsCheck;
using FsCheck.Fluent;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Xunit;

namespace Orders.Domain.Tests.Lifecycle;

/// <summary>What holds in every life, whatever happens in it.</summary>
public sealed class RandomLivesTests
{
    private static readonly Arbitrary<int[]> Lives = Gen.Choose(0, int.MaxValue).ArrayOf(60).ToArbitrary();

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Fact]
    public void Lives_Together_ReachEveryStatus_AndEveryKindOfAnswer()
    {
        var random = new Random(20260301);
        var statuses = new HashSet<OrderStatus>();
        var answers = new HashSet<Type>();
        for (var life = 0; life < 500; life++)
        {
            foreach (var step in RandomLives.Play(Enumerable.Range(0, 60).Select(_ => random.Next()).ToList()))
            {
                statuses.Add(step.After.Status);
                answers.Add(step.Transition.GetType());
            }
        }

        Assert.Equal(Enum.GetValues<OrderStatus>(), statuses.Order());
        Assert.Equal(3, answers.Count);
    }

    [Fact]
    public void Status_ChangesAlongRowsOfTheDesignOnly() => HoldsInEveryLife(steps =>
        steps.All(step => DesignRowsTests.IsRow(step.Before.Status, step.After.Status)));

    [Fact]
    public void Fact_ThatMovedTheOrder_IsAlreadyAppliedWhenItComesAgain() => HoldsInEveryLife(steps =>
        steps.Where(step => step.Transition is Transition.Moved).All(step =>
            step.After.Apply(step.Fact, "system", "again") is (Transition.AlreadyApplied, var same) && ReferenceEquals(same, step.After)));

    [Fact]
    public void Fact_ThatMovedTheOrder_NeverMovesItAgain_HoweverLateItIsRepeated() => HoldsInEveryLife(steps =>
    {
        var applied = new List<OrderEvent>();
        foreach (var step in steps)
        {
            if (applied.Any(fact => step.After.Apply(fact, "system", "again").Transition is Transition.Moved))
                return false;
            if (step.Transition is Transition.Moved)
                applied.Add(step.Fact);
        }

        return true;
    });

    [Fact]
    public void Versions_GrowByOneWithEachMove_AndNothingElseChangesTheOrder() => HoldsInEveryLife(steps => steps.All(step =>
        step.Transition is Transition.Moved ? step.After.Version == step.Before.Version + 1 : ReferenceEquals(step.Before, step.After)));

    [Fact]
    public void Timeline_IsContinuous_WithinItsBound_AndEndsWithTheStatus() => HoldsInEveryLife(steps => steps.All(step =>
    {
        var timeline = step.After.Timeline;
        return timeline[0].From is null
            && timeline.Zip(timeline.Skip(1)).All(pair => pair.First.To == pair.Second.From && pair.First.At <= pair.Second.At)
            && timeline[^1].To == step.After.Status
            && timeline.Count <= OrderLimits.MostTimelineEntries
            && step.After.UpdatedAt >= step.Before.UpdatedAt;
    }));

    // Left out: lives in which a case before acceptance took units that were never accepted.
    [Fact]
    public void Units_OfAPaidOrder_AreOpenOrSentOrTakenByACase() => HoldsInEveryLife(steps => steps.All(step =>
        OrderLifecycleTable.SettledPart(step.After.State) is not { } state
        || state is OrderState.Paid
        || state.ToShip.Equals(Sum([Open(state), .. state.Sent.Values, .. state.ClosedCases.Values.Select(closed => closed.NoLongerToShip)]))
        || !state.ToShip.Covers(Sum(state.ClosedCases.Values.Select(closed => closed.NoLongerToShip)))));

    [Fact]
    public void StoredForm_ReadBack_IsTheSameOrder() => HoldsInEveryLife(steps => steps.All(step =>
    {
        var stored = OrderJson.Write(step.After);
        var read = OrderJson.Read(stored);
        return read.State.Equals(step.After.State) && stored.AsSpan().SequenceEqual(OrderJson.Write(read));
    }));

    [Fact]
    public void Property_ThatDoesNotHold_Fails() =>
        Assert.ThrowsAny<Exception>(() => HoldsInEveryLife(steps => steps.All(step => step.After.Status != OrderStatus.Shipped)));

    private static Units Open(OrderState.Settled state) => state is OrderState.PendingShipment waiting ? waiting.Open : Units.None;

    private static Units Sum(IEnumerable<Units> units) => units.Aggregate(Units.None, (sum, next) => sum.Plus(next));

    private static void HoldsInEveryLife(
        Func<IReadOnlyList<(Order Before, OrderEvent Fact, Transition Transition, Order After)>, bool> property) =>
        Check.One(Thorough, Prop.ForAll(Lives, numbers => property(RandomLives.Play(numbers).ToList())));
}
