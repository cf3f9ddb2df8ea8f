using System.Text;
using Orders.Application.Access;
using Orders.Application.Payments;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Payments;

/// <summary>
/// Money for a payment that nobody knows is held, and goes one way, once: into its order when that is there, or back when somebody says so. Here the payment's
/// order exists in another process's memory only, so to say: its index entry and its attempt are written later.
/// </summary>
public sealed class UnknownMoneyTests : IDisposable
{
    private const string Source = "scripted";

    private static readonly Caller Ops = new(Id.Parse<UserId>("olga"), new HashSet<Role> { Role.Ops });

    private readonly Shop shop = new();

    private static readonly UserId Ada = Shop.Ada.UserId;

    /// <summary>The order that will be placed with that key.</summary>
    private static readonly OrderId Later = OrderId.Derive(Ada, "later");

    [Fact]
    public async Task OfNoOrder_IsHeldOnce_HoweverManyMessagesTell()
    {
        await TellAsync("msg-1");
        await TellAsync("msg-2");

        var held = Assert.Single(await ListAsync());
        Assert.Equal((UnknownMoneyState.Held, "msg-1", 2_248L, Later), (held.State, held.MessageId, held.Money.Amount, held.OrderId));
        Assert.Equal($"it belongs to no payment of ours; it is held as {held.Id}", (await MessageAsync("msg-2")).Note);
    }

    [Fact]
    public async Task ToldOfAnotherAmount_ContradictsWhatIsHeld()
    {
        await TellAsync("msg-1");
        await TellAsync("msg-2", amount: 1);

        Assert.Equal(2_248, Assert.Single(await ListAsync()).Money.Amount);
        Assert.StartsWith("it contradicts what is held", (await MessageAsync("msg-2")).Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItsOrderTurnsUp_TheSweepPaysItByIt_Once()
    {
        await TellAsync("msg-1");
        Assert.Equal(0, await SweepAsync());

        var order = await LaterAsync();
        Assert.Equal((1, 0), (await SweepAsync(), await SweepAsync()));

        var paid = await shop.ReadAsync(order);
        Assert.Equal((OrderStatus.Paid, 2_248L), (paid.Status, paid.Totals.Paid));
        Assert.Equal(UnknownMoneyState.Applied, Assert.Single(await ListAsync()).State);
        Assert.Equal(ProviderMessageState.Applied, (await MessageAsync("msg-1")).State);
    }

    /// <summary>The order has the payment, and the index lost it: nothing is held at all.</summary>
    [Fact]
    public async Task IndexLostIt_TheOrderIsFoundAllTheSame()
    {
        var order = await LaterAsync();
        await shop.Store.WriteAsync(write => { write.Execute("DELETE FROM payment_index"); });

        await TellAsync("msg-1");

        Assert.Equal(OrderStatus.Paid, (await shop.ReadAsync(order)).Status);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task KilledAfterAnyCommit_ItsOrderIsPaidOnce()
    {
        for (var commits = 1; ; commits++)
        {
            using var dying = new UnknownMoneyTests();
            await dying.TellAsync("msg-1");
            var order = await dying.LaterAsync();
            var died = await dying.shop.RunAndDieAsync(commits, () => dying.SweepAsync());
            await dying.SweepAsync();
            await dying.SweepAsync();

            Assert.Equal((commits, 2_248L), (commits, (await dying.shop.ReadAsync(order)).Totals.Paid));
            Assert.Equal((commits, UnknownMoneyState.Applied), (commits, (await dying.ListAsync())[0].State));
            if (!died)
                break;
        }
    }

    [Fact]
    public async Task SentBackByStaff_GoesBackOnce_WithWhoAndWhy()
    {
        await TellAsync("msg-1");

        var first = await RefundAsync();
        var again = await RefundAsync("another reason");
        await LaterAsync();
        await SweepAsync();

        Assert.Equal((UnknownMoneyState.Refunded, "olga", "nobody's", shop.Clock.GetUtcNow()), (first.State, first.DecidedBy, first.DecidedBecause, first.DecidedAt));
        Assert.Equal(first, again);
        Assert.Equal([$"{first.PaymentId}-held1"], shop.Provider.Refunds);
    }

    [Fact]
    public async Task ProviderAway_TheDecisionStands_AndTheSweepCarriesItOut()
    {
        await TellAsync("msg-1");
        shop.Provider.IsAway = true;
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => RefundAsync());
        Assert.Equal((0, UnknownMoneyState.Refunding), (await SweepAsync(), (await ListAsync())[0].State));

        shop.Provider.IsAway = false;
        Assert.Equal(1, await SweepAsync());

        Assert.Equal(UnknownMoneyState.Refunded, (await ListAsync())[0].State);
        Assert.Single(shop.Provider.Refunds);
    }

    [Fact]
    public async Task KilledAfterAnyCommit_GoesBackUnderOneKey()
    {
        for (var commits = 1; ; commits++)
        {
            using var dying = new UnknownMoneyTests();
            await dying.TellAsync("msg-1");
            var died = await dying.shop.RunAndDieAsync(commits, () => dying.RefundAsync());
            await dying.SweepAsync();
            Assert.Equal((commits, UnknownMoneyState.Refunded), (commits, (await dying.RefundAsync()).State));

            Assert.Single(dying.shop.Provider.Refunds.Distinct());
            if (!died)
                break;
        }
    }

    [Fact]
    public async Task Pending_EndsWithTheProvidersWord()
    {
        await TellAsync("msg-1");
        shop.Provider.RefundAnswer = ProviderRefundStatus.Pending;
        var pending = await RefundAsync();
        Assert.Equal((0, UnknownMoneyState.Refunding), (await SweepAsync(), pending.State));

        await TellAsync("msg-2", type: ProviderMessageTypes.RefundSucceeded, reference: pending.RefundKey);

        Assert.Equal(UnknownMoneyState.Refunded, (await ListAsync())[0].State);
        Assert.Equal(ProviderMessageState.Applied, (await MessageAsync("msg-2")).State);
    }

    [Fact]
    public async Task Refused_IsSentAgainUnderANewKey()
    {
        await TellAsync("msg-1");
        shop.Provider.RefundAnswer = ProviderRefundStatus.Failed;
        Assert.Equal(UnknownMoneyState.RefundFailed, (await RefundAsync()).State);
        Assert.Equal(0, await SweepAsync());

        shop.Provider.RefundAnswer = ProviderRefundStatus.Succeeded;
        var sent = await RefundAsync();

        Assert.Equal((UnknownMoneyState.Refunded, 2), (sent.State, sent.Refunds));
        Assert.Equal([$"{sent.PaymentId}-held1", $"{sent.PaymentId}-held2"], shop.Provider.Refunds);
    }

    /// <summary>Its order is there when somebody wants to send it back: it goes where it belongs.</summary>
    [Fact]
    public async Task SentBack_WhenItsOrderIsThere_PaysThatInstead()
    {
        await TellAsync("msg-1");
        var order = await LaterAsync();

        var refused = await shop.Use<RefundUnknownMoney>().RunAsync(Ops, (await ListAsync())[0].Id, new UnknownMoneyDecisionRequest("nobody's"), default);

        Assert.Equal(new Refusal.UnknownMoneySettled(UnknownMoneyState.Applied), refused.Refusal);
        Assert.Equal(OrderStatus.Paid, (await shop.ReadAsync(order)).Status);
        Assert.Empty(shop.Provider.Refunds);
    }

    /// <summary>Two who read the same record: of the sweep and the staff one learns of the other.</summary>
    [Fact]
    public async Task ClaimedByTheSweep_CantBeSentBack()
    {
        await TellAsync("msg-1");
        var held = (await ListAsync())[0];
        await shop.Use<IUnknownMoney>().SaveAsync(held.Next(UnknownMoneyState.Applying, null), default);
        await LaterAsync();

        Assert.IsType<Refusal.UnknownMoneySettled>(
            (await shop.Use<RefundUnknownMoney>().RunAsync(Ops, held.Id, new UnknownMoneyDecisionRequest("nobody's"), default)).Refusal);
        Assert.Empty(shop.Provider.Refunds);
    }

    [Fact]
    public async Task HeldForADay_IsToldToPeopleAgain_Once()
    {
        await TellAsync("msg-1");
        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddHours(23));
        await SweepAsync();
        Assert.Null((await ListAsync())[0].EscalatedAt);

        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddHours(1));
        await SweepAsync();
        var told = (await ListAsync())[0];
        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddHours(1));
        await SweepAsync();

        Assert.Equal((Shop.Start.AddDays(1), UnknownMoneyState.Held), (told.EscalatedAt!.Value, told.State));
        Assert.Equal(told, (await ListAsync())[0]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public async Task SentBack_WithoutAReason_IsRefused(string? reason)
    {
        await TellAsync("msg-1");

        Assert.IsType<Refusal.Invalid>((await shop.Use<RefundUnknownMoney>().RunAsync(Ops, (await ListAsync())[0].Id, new(reason), default)).Refusal);
        Assert.IsType<Refusal.NotFound>((await shop.Use<RefundUnknownMoney>().RunAsync(Ops, "nothing", new("nobody's"), default)).Refusal);
        Assert.Empty(shop.Provider.Refunds);
    }

    public void Dispose() => shop.Dispose();

    /// <summary>The order is placed, and its attempt to pay opened, after the money was told of.</summary>
    private async Task<OrderRef> LaterAsync()
    {
        var placed = await shop.PlaceAsync(Shop.Basket(("MUG", 1), ("TEA", 2)), "later");
        await shop.WithAttemptAsync(placed.Value!.Order);
        return placed.Value.Order.Ref;
    }

    private async Task TellAsync(
        string id, long amount = 2_248, string type = ProviderMessageTypes.PaymentSucceeded, string reference = "capture-1")
    {
        var body = new ProviderMessageBody(
            type, shop.Clock.GetUtcNow(), new ProviderMessageData(PaymentId.Derive(Later, "pay-1"), Later, amount, Id.Parse<Currency>("EUR"), reference));
        await shop.Use<IProviderMessages>().StoreAsync(
            new ProviderMessage(Source, id, id, Encoding.UTF8.GetString(body.Write()), shop.Clock.GetUtcNow()), default);
        await shop.Use<ApplyProviderMessage>().RunAsync(Source, id, default);
    }

    private async Task<UnknownMoney> RefundAsync(string reason = "nobody's") =>
        (await shop.Use<RefundUnknownMoney>().RunAsync(Ops, (await ListAsync())[0].Id, new UnknownMoneyDecisionRequest(reason), default)).Value!;

    private Task<int> SweepAsync() => shop.Use<SweepUnknownMoney>().RunAsync(default);

    private async Task<IReadOnlyList<UnknownMoney>> ListAsync() => (await shop.Use<IUnknownMoney>().ListAsync(state: null, 100, cursor: null, default)).Items;

    private async Task<ProviderMessage> MessageAsync(string id) => (await shop.Use<IProviderMessages>().FindAsync(Source, id, default))!;
}
