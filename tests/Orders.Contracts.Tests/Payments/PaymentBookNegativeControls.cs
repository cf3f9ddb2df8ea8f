using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What a book of money can get wrong.</summary>
public enum BookBug
{
    None,
    LastWriterWins,
    AppendsAgain,
    MovesTheInstant,
    ForgetsTheNumber,
    SumsWhatIsNotDone,
    SkipsAnOrderPerPage,
}

/// <summary>Each bug is found by the test that guards against it.</summary>
public sealed class PaymentBookNegativeControls
{
    public static TheoryData<BookBug, string> Guards => new()
    {
        { BookBug.LastWriterWins, nameof(PaymentBookContract.Put_OfAnEarlierVersion_ChangesNothing) },
        { BookBug.AppendsAgain, nameof(PaymentBookContract.Put_AgainAndAgain_IsOneEntry) },
        { BookBug.MovesTheInstant, nameof(PaymentBookContract.Put_OfALaterVersion_KeepsTheInstantUnlessTheStateChanged) },
        { BookBug.ForgetsTheNumber, nameof(PaymentBookContract.Put_WithoutTheProvidersNumber_LeavesTheOneThatIsKnown) },
        { BookBug.SumsWhatIsNotDone, nameof(PaymentBookContract.Sum_AddsWhatIsDoneInThatTime) },
        { BookBug.SkipsAnOrderPerPage, nameof(PaymentBookContract.ListOrders_GivesEachOfTheTimeOnce_InPages) },
    };

    public static TheoryData<string> Promises =>
        [.. typeof(PaymentBookContract).GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: false)).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Guards))]
    public Task Bug_IsFound(BookBug bug, string guard) => NegativeControl.IsFoundByAsync(() => RunAsync(bug, guard));

    /// <summary>The model without a bug keeps its promises, so what is found above is the bug.</summary>
    [Theory]
    [MemberData(nameof(Promises))]
    public Task Model_KeepsEveryPromise(string promise) => RunAsync(BookBug.None, promise);

    [Fact]
    public void EveryBug_HasItsGuard() => Assert.Equal(
        Enum.GetValues<BookBug>().Except([BookBug.None]), Guards.Select(row => (BookBug)((object[])row)[0]).Distinct().Order());

    private static async Task RunAsync(BookBug bug, string test)
    {
        ModelBook? model = null;
        using var suite = new Suite(Subject.OnMemory().With<IPaymentBook>((_, _) => model ??= new ModelBook(bug)));
        await (Task)typeof(PaymentBookContract).GetMethod(test)!.Invoke(suite, parameters: null)!;
    }

    private sealed class Suite(Subject subject) : PaymentBookContract(subject);

    private sealed class ModelBook(BookBug bug) : IPaymentBook
    {
        private readonly List<BookEntry> all = [];
        private readonly Lock gate = new();

        public Task PutAsync(IReadOnlyList<BookEntry> entries, CancellationToken cancellation)
        {
            lock (gate)
            {
                foreach (var entry in entries)
                    Put(entry);
            }

            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<BookEntry>> FindAsync(OrderId order, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<BookEntry>>([.. all.Where(entry => entry.Order.OrderId == order).OrderBy(entry => entry.At)]);

        public Task<IReadOnlyList<OrderId>> ListOrdersAsync(
            DateTimeOffset from, DateTimeOffset until, OrderId? after, int limit, CancellationToken cancellation)
        {
            var orders = all.Where(entry => entry.At >= from && entry.At < until).Select(entry => entry.Order.OrderId).Distinct()
                .Where(order => string.CompareOrdinal(order.Value, after?.Value ?? "") > 0).OrderBy(order => order.Value, StringComparer.Ordinal)
                .Skip(bug == BookBug.SkipsAnOrderPerPage && after is not null ? 1 : 0);
            return Task.FromResult<IReadOnlyList<OrderId>>([.. orders.Take(limit)]);
        }

        public Task<IReadOnlyList<MoneySum>> SumAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<MoneySum>>([.. all
                .Where(entry => entry.At >= from && entry.At < until && (bug == BookBug.SumsWhatIsNotDone || entry.State == BookedState.Done))
                .GroupBy(entry => (entry.Kind, entry.Money.Currency))
                .OrderBy(group => group.Key.Kind).ThenBy(group => group.Key.Currency.Value, StringComparer.Ordinal)
                .Select(group => new MoneySum(group.Key.Kind, group.Key.Currency, group.Count(), group.Sum(entry => entry.Money.Amount)))]);

        private void Put(BookEntry entry)
        {
            var index = bug == BookBug.AppendsAgain ? -1 : all.FindIndex(other => other.Order == entry.Order && other.Key == entry.Key);
            if (index < 0)
            {
                all.Add(entry);
                return;
            }

            var before = all[index];
            if (entry.Version <= before.Version && bug != BookBug.LastWriterWins)
                return;
            all[index] = entry with
            {
                At = before.State == entry.State && bug != BookBug.MovesTheInstant ? before.At : entry.At,
                Reference = bug == BookBug.ForgetsTheNumber ? entry.Reference : entry.Reference ?? before.Reference,
            };
        }
    }
}
