using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Lifecycle;

/// <summary>What every order store must do.</summary>
public abstract class OrderStoreContract(Subject subject) : ContractTests(subject)
{
    private static readonly SaleId Friday = Id.Parse<SaleId>("friday");

    private IOrderStore Orders => Subject.Port<IOrderStore>();

    [Fact]
    public async Task Create_ThenFind_IsTheSameDocument()
    {
        var order = Order(Alice, "a", note: "two bells — “bitte”");
        Assert.Null(await CreateAsync(order));
        Assert.Equal(OrderJson.Write(order), OrderJson.Write((await Orders.FindAsync(order.Ref, None))!));
        Assert.Equal(Event(order), Assert.Single(await UnpublishedAsync()));
    }

    [Fact]
    public async Task Create_AtAllBounds_IsTheSameDocument()
    {
        var order = Order(Alice, "a", lines: OrderLimits.MostLines, note: new string('\u00fc', OrderLimits.MostNoteCharacters));
        await CreateAsync(order);
        Assert.Equal(OrderJson.Write(order), OrderJson.Write((await Orders.FindAsync(order.Ref, None))!));
    }

    [Fact]
    public async Task Create_OfAnIdThatIsThere_AnswersWithThatOrderAndAddsNoEvent()
    {
        var first = Order(Alice, "a");
        await CreateAsync(first);
        var second = Order(Alice, "a", note: "other") with { Fingerprint = "other" };
        Assert.Equal(first.Fingerprint, (await CreateAsync(second))?.Fingerprint);
        Assert.Null((await Orders.FindAsync(first.Ref, None))!.Note);
        Assert.Single(await UnpublishedAsync());
    }

    [Fact]
    public async Task Create_ByManyAtOnce_HasOneWinner()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(n => Task.Run(() => CreateAsync(Order(Alice, "a", note: $"{n}")))));
        Assert.Single(answers, answer => answer is null);
        var winner = (await Orders.FindAsync(Ref(Alice, "a"), None))!.Note;
        Assert.All(answers.OfType<Order>(), answer => Assert.Equal(winner, answer.Note));
        Assert.Single(await UnpublishedAsync());
    }

    [Fact]
    public async Task Save_OnWhatWasRead_ReplacesAndAddsItsEvent()
    {
        var order = Order(Alice, "a");
        await CreateAsync(order);
        var cancelled = Cancelled(order, Subject.Start.AddMinutes(1));
        Assert.True(await Orders.SaveAsync(cancelled, Event(cancelled, EventTypes.Cancelled), None));
        Assert.Equal(OrderJson.Write(cancelled), OrderJson.Write((await Orders.FindAsync(order.Ref, None))!));
        Assert.Equal([Event(order), Event(cancelled, EventTypes.Cancelled)], await UnpublishedAsync());
    }

    [Fact]
    public async Task Save_OnAnotherVersion_ChangesNothingAndAddsNoEvent()
    {
        var order = Order(Alice, "a");
        await CreateAsync(order);
        var cancelled = Cancelled(order, Subject.Start.AddMinutes(1));
        foreach (var version in new[] { 0L, 1, 3 })
            Assert.False(await Orders.SaveAsync(cancelled with { Version = version }, Event(cancelled with { Version = version }), None));
        Assert.Equal(OrderJson.Write(order), OrderJson.Write((await Orders.FindAsync(order.Ref, None))!));
        Assert.Single(await UnpublishedAsync());
    }

    [Fact]
    public async Task Save_OfWhatIsNotThere_IsRefused()
    {
        var cancelled = Cancelled(Order(Alice, "a"), Subject.Start);
        Assert.False(await Orders.SaveAsync(cancelled, Event(cancelled), None));
        Assert.Null(await Orders.FindAsync(cancelled.Ref, None));
        Assert.Empty(await UnpublishedAsync());
    }

    [Fact]
    public async Task Save_ByManyAtOnce_HasOneWinner()
    {
        var order = Order(Alice, "a");
        await CreateAsync(order);
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(n => Task.Run(() =>
        {
            var next = order.Changed(Subject.Start.AddSeconds(n)) with { Note = $"{n}" };
            return Orders.SaveAsync(next, Event(next), None);
        })));
        Assert.Single(answers, saved => saved);
        Assert.Equal(2, (await UnpublishedAsync()).Count);
    }

    [Fact]
    public async Task Find_UnderAnotherUser_IsNothing()
    {
        var order = Order(Alice, "a");
        await CreateAsync(order);
        Assert.Null(await Orders.FindAsync(new OrderRef(Bob, order.OrderId), None));
        var stolen = order.Changed(Subject.Start) with { UserId = Bob };
        Assert.False(await Orders.SaveAsync(stolen, Event(stolen), None));
    }

    [Fact]
    public async Task Locate_ByNumberAlone_FindsTheBuyer()
    {
        await CreateAsync(Order(Alice, "a"));
        Assert.Equal(Ref(Alice, "a"), await Orders.LocateAsync(Ref(Alice, "a").OrderId, None));
        Assert.Null(await Orders.LocateAsync(Ref(Alice, "b").OrderId, None));
    }

    [Fact]
    public async Task List_InPages_ShowsEachOfTheBuyersOrdersOnceNewestFirst()
    {
        var placed = new List<OrderRef>();
        for (var n = 0; n < 25; n++)
        {
            // Several at one instant, so that the order among them must come from the id.
            var order = Order(Alice, $"{n}", Subject.Start.AddSeconds(n / 4));
            await CreateAsync(order);
            await CreateAsync(Order(Bob, $"{n}", Subject.Start.AddSeconds(n / 4)));
            if (n % 3 == 0)
                await SaveAsync(Cancelled(order, Subject.Start.AddHours(1)));
            placed.Add(order.Ref);
        }

        var listed = await ReadAllAsync(cursor => Orders.ListAsync(Alice, status: null, 4, cursor, None));
        Assert.Equal(placed.ToHashSet(), listed.Select(order => order.Ref).ToHashSet());
        Assert.Equal(placed.Count, listed.Count);
        Assert.Equal(listed.OrderByDescending(order => order.PlacedAt).Select(order => order.PlacedAt), listed.Select(order => order.PlacedAt));
        var cancelled = await ReadAllAsync(cursor => Orders.ListAsync(Alice, OrderStatus.Cancelled, 4, cursor, None));
        Assert.Equal(listed.Where(order => order.Status == OrderStatus.Cancelled).Select(order => order.Ref), cancelled.Select(order => order.Ref));
    }

    [Fact]
    public async Task List_WhileOrdersArePlaced_StillShowsTheOlderOnesOnce()
    {
        for (var n = 0; n < 10; n++)
            await CreateAsync(Order(Alice, $"{n}", Subject.Start.AddSeconds(n)));
        var placing = 100;
        var listed = await ReadAllAsync(async cursor =>
        {
            await CreateAsync(Order(Alice, $"{placing}", Subject.Start.AddSeconds(placing++)));
            return await Orders.ListAsync(Alice, status: null, 3, cursor, None);
        });
        Assert.Equal(11, listed.Count);
        Assert.Equal(11, listed.Select(order => order.Ref).Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    [InlineData(-1)]
    public async Task List_OutOfBounds_IsRefused(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Orders.ListAsync(Alice, status: null, limit, cursor: null, None));

    [Fact]
    public async Task List_WithACursorThatIsNotItsOwn_IsRefused()
    {
        for (var n = 0; n < 3; n++)
        {
            await CreateAsync(Order(Alice, $"{n}"));
            await CreateAsync(Order(Bob, $"{n}"));
        }

        var cursor = (await Orders.ListAsync(Alice, status: null, 1, cursor: null, None)).NextCursor!;
        foreach (var bad in new[] { "", "x", "!!!!", "00", cursor[..^1], cursor + "A", Flipped(cursor, 3), Flipped(cursor, cursor.Length - 3), new string('A', 5000) })
            await Assert.ThrowsAsync<FormatException>(() => Orders.ListAsync(Alice, status: null, 1, bad, None));
        await Assert.ThrowsAsync<FormatException>(() => Orders.ListAsync(Bob, status: null, 1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Orders.ListAsync(Alice, OrderStatus.Paid, 1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Orders.ListOpenAsync(1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Orders.ListOfSaleAsync(Friday, 1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Orders.FindOverdueAsync(Subject.Start, 1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Orders.ListAllAsync(1, cursor, None));
    }

    [Fact]
    public async Task FindOverdue_InPages_FindsEachWhoseDeadlineIsBeforeOldestFirst()
    {
        for (var n = 9; n >= 0; n--)
            await CreateAsync(Order(Alice, $"{n}", Subject.Start.AddSeconds(n / 2)));
        await SaveAsync(Cancelled(Order(Alice, "3", Subject.Start.AddSeconds(1)), Subject.Start));
        var before = Order(Alice, "6", Subject.Start.AddSeconds(3)).PayBy;
        var found = await ReadAllAsync(cursor => Orders.FindOverdueAsync(before, 2, cursor, None));
        Assert.Equal(["0", "1", "2", "4", "5"], found.Select(order => Enumerable.Range(0, 10).Single(n => Ref(n) == order).ToString()).Order());
        Assert.Equal(new[] { Ref(0), Ref(1) }.ToHashSet(), found.Take(2).ToHashSet());
        Assert.Equal(Ref(2), found[2]);
    }

    [Fact]
    public async Task ListOpen_InPages_ShowsAllThatIsNotClosedAlsoWhileOrdersCloseAndCome()
    {
        for (var n = 0; n < 10; n++)
            await CreateAsync(Order(n % 2 == 0 ? Alice : Bob, $"{n}", Subject.Start));
        await SaveAsync(Cancelled(Order(Alice, "4"), Subject.Start));
        var coming = 100;
        var listed = await ReadAllAsync(async cursor =>
        {
            if (coming < 103)
                await CreateAsync(Order(Alice, $"{coming++}"));
            return await Orders.ListOpenAsync(2, cursor, None);
        });
        Assert.Equal(listed.Count, listed.Distinct().Count());
        var before = Enumerable.Range(0, 10).Where(n => n != 4).Select(n => Ref(n % 2 == 0 ? Alice : Bob, $"{n}"));
        Assert.Empty(before.Except(listed.Select(order => order.Ref)));
        Assert.DoesNotContain(Ref(4), listed.Select(order => order.Ref));
    }

    /// <summary>Rounds decide by it which orders they read.</summary>
    [Fact]
    public async Task Lists_SayVersionAndStatus_AsTheLastSaveLeftThem()
    {
        var (order, other) = (Order(Alice, "a"), Order(Bob, "b"));
        await CreateAsync(order);
        await CreateAsync(other);
        await SaveAsync(Cancelled(order, Subject.Start) with { ClosedAt = null });
        ListedOrder[] expected = [new(order.Ref, 2, OrderStatus.Cancelled), new(other.Ref, 1, OrderStatus.PendingPayment)];
        Assert.Equal(expected, (await Orders.ListOpenAsync(10, cursor: null, None)).Items);
        Assert.Equal(expected, (await Orders.ListAllAsync(10, cursor: null, None)).Items);
    }

    [Fact]
    public async Task ListOfSale_InPages_ShowsAllOfThatSaleWhateverBecameOfThem()
    {
        for (var n = 0; n < 9; n++)
            await CreateAsync(Order(Alice, $"{n}") with { SaleId = n % 3 == 0 ? null : Id.Parse<SaleId>(n % 3 == 1 ? "friday" : "other") });
        await SaveAsync(Cancelled(Order(Alice, "4") with { SaleId = Friday }, Subject.Start));
        var listed = await ReadAllAsync(cursor => Orders.ListOfSaleAsync(Friday, 2, cursor, None));
        Assert.Equal(new[] { Ref(1), Ref(4), Ref(7) }.ToHashSet(), listed.ToHashSet());
        Assert.Equal(3, listed.Count);
        Assert.Empty((await Orders.ListOfSaleAsync(Id.Parse<SaleId>("none"), 2, cursor: null, None)).Items);
    }

    [Fact]
    public async Task ListAll_InPages_ShowsEachOnceWhateverBecameOfItAlsoWhileOrdersCome()
    {
        for (var n = 0; n < 9; n++)
            await CreateAsync(Order(n % 2 == 0 ? Alice : Bob, $"{n}"));
        await SaveAsync(Cancelled(Order(Alice, "4"), Subject.Start));
        var first = await Orders.ListAllAsync(2, cursor: null, None);
        await CreateAsync(Order(Bob, "9"));
        var rest = await ReadAllAsync(cursor => Orders.ListAllAsync(2, cursor ?? first.NextCursor, None));
        var expected = Enumerable.Range(0, 10).Select(n => Ref(n % 2 == 0 ? Alice : Bob, $"{n}")).OrderBy(order => order.OrderId.Value, StringComparer.Ordinal);
        Assert.Equal(expected, first.Items.Concat(rest).Select(order => order.Ref).OrderBy(order => order.OrderId.Value, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Restart_LosesNothing()
    {
        var order = Order(Alice, "a");
        await CreateAsync(order);
        await SaveAsync(Cancelled(order, Subject.Start));
        await Subject.RestartAsync();
        Assert.Equal(2, (await Orders.FindAsync(order.Ref, None))!.Version);
        Assert.Equal(2, (await UnpublishedAsync()).Count);
    }

    private Task<Order?> CreateAsync(Order order) => Orders.CreateAsync(order, Event(order), None);

    private async Task SaveAsync(Order order) => Assert.True(await Orders.SaveAsync(order, Event(order, EventTypes.Cancelled), None));

    private Task<IReadOnlyList<OutboxItem>> UnpublishedAsync() =>
        Subject.Port<IOutbox>().FindOlderThanAsync(Subject.Clock.GetUtcNow().AddTicks(1), 1000, None);

    private static string Flipped(string text, int index) => text[..index] + (text[index] == 'A' ? 'B' : 'A') + text[(index + 1)..];
}

public sealed class OrderStoreInMemory() : OrderStoreContract(Subject.OnMemory());

public sealed class OrderStoreInFile() : OrderStoreContract(Subject.OnFile());
