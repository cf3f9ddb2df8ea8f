using LocalFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Statistics;
using Orders.Application.Stock;
using Orders.Domain.Lifecycle;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests.Plants;

/// <summary>Bugs that people really write, each put before the right part of the shop.</summary>
internal static class Bugs
{
    /// <summary>The hold is written down after the stock was taken: who dies between leaves units that nobody gives back.</summary>
    public static void UndoAfterStep(IServiceCollection services) => services.Wrap<IStock>((provider, inner) => new HoldAfterDeduction(
            inner, provider.GetRequiredService<LocalStore>(), provider.GetRequiredService<TimeProvider>()));

    /// <summary>An order is found by its number, whoever asks.</summary>
    public static void OwnerCheckRemoved(IServiceCollection services) => services.Wrap<IOrderStore>((_, inner) => new AnybodysOrders(inner));

    /// <summary>The event is sent before its version is saved.</summary>
    public static void PublishedBeforeSave(IServiceCollection services) =>
        services.Wrap<IOrderStore>((provider, inner) => new PublishingOrders(inner, provider.GetRequiredService<IEventPublisher>()));

    /// <summary>Any money pays an order.</summary>
    public static void AmountNotLookedAt(IServiceCollection services) => services.Wrap<IOrderStore>((_, inner) => new TrustingOrders(inner));

    /// <summary>Money that comes too late is kept.</summary>
    public static void LateMoneyKept(IServiceCollection services) => services.Wrap<IOrderStore>((_, inner) => new GreedyOrders(inner));

    /// <summary>Freeing what is free frees it again.</summary>
    public static void ReleaseNotIdempotent(IServiceCollection services) => services.Wrap<IStock>((provider, inner) => new FreeingTwice(inner, provider.GetRequiredService<LocalStore>()));

    /// <summary>Consumers forget what they have seen, and the notifier has no key.</summary>
    public static void InboxForgets(IServiceCollection services)
    {
        services.Wrap<IInbox>((_, inner) => new ForgetfulInbox(inner));
        services.Wrap<INotifier>((_, inner) => new KeylessNotifier(inner));
    }

    /// <summary>The statistics know facts by the call that counted them.</summary>
    public static void FactsCountedPerCall(IServiceCollection services) => services.Wrap<IStatistics>((_, inner) => new CountingPerCall(inner));

    /// <summary>The lifecycle's consumer takes every event and does nothing.</summary>
    public static void LifecycleDeaf(IServiceCollection services) => services.Wrap<IInbox>((_, inner) => new DeafLifecycle(inner));

    /// <summary>A new order is answered first and stored with the next one.</summary>
    public static void AnsweredBeforeStored(IServiceCollection services)
    {
        var waiting = new Queue<(Order, OutboxItem)>();
        services.Wrap<IOrderStore>((_, inner) => new LazyOrders(inner, waiting));
    }

    /// <summary>The snapshot in the event has the address.</summary>
    public static void AddressInEvents(IServiceCollection services) => services.Wrap<IOrderStore>((_, inner) => new TalkativeOrders(inner));

    /// <summary>Buyers are called by their names in messages that others read too.</summary>
    public static void NameInNotifications(IServiceCollection services) =>
        services.Wrap<INotifier>((provider, inner) => new FriendlyNotifier(inner, provider.GetRequiredService<IOrderStore>()));

    /// <summary>A reservation that fails counts as made.</summary>
    public static void StockGivenToEverybody(IServiceCollection services) => services.Wrap<IStock>((_, inner) => new GenerousStock(inner));

    /// <summary>A buyer's cap is not asked.</summary>
    public static void CapNotAsked(IServiceCollection services) => services.Wrap<IStock>((provider, inner) => new HoldsAllTheSame(
        inner, provider.GetRequiredService<LocalStore>(), provider.GetRequiredService<TimeProvider>(), answer => answer is ReserveResult.HoldCapReached));

    /// <summary>What may be promised on backorder has no end.</summary>
    public static void BackorderWithoutEnd(IServiceCollection services) => services.Wrap<IStock>((provider, inner) => new HoldsAllTheSame(
        inner, provider.GetRequiredService<LocalStore>(), provider.GetRequiredService<TimeProvider>(),
        answer => answer is ReserveResult.OutOfStock { Sku.Value: "hot-globe" or "pot" }));

    /// <summary>A cancellation counts against its buyer as an order that expired does.</summary>
    public static void EverybodyMarked(IServiceCollection services) =>
        services.Wrap<IStock>((provider, inner) => new MarkingEverybody(inner, provider.GetRequiredService<TimeProvider>()));

    /// <summary>Answers are kept by caller and path alone.</summary>
    public static void KeyNotLookedAt(IServiceCollection services) => services.Wrap<IIdempotencyStore>((_, inner) => new OneKeyForAll(inner));

    /// <summary>An order is saved without what was said of it before.</summary>
    public static void TimelineLost(IServiceCollection services) => services.Wrap<IOrderStore>((_, inner) => new OrdersWithoutPast(inner));

    /// <summary>A message is applied and its state stays as it was.</summary>
    public static void MessageStateForgotten(IServiceCollection services) => services.Wrap<IProviderMessages>((_, inner) => new ForgetfulMessages(inner));

    /// <summary>Refunds succeed without anybody asking the provider.</summary>
    public static void RefundOnlyWrittenDown(IServiceCollection services) => services.Wrap<IPaymentProvider>((_, inner) => new LyingProvider(inner));

    /// <summary>A sale that has sold out goes on giving places.</summary>
    public static void SaleWithoutEnd(IServiceCollection services) => services.Wrap<ISaleUnits>((provider, inner) => new GivesPlacesAllTheSame(
        inner, provider.GetRequiredService<LocalStore>(), provider.GetRequiredService<TimeProvider>(), answer => answer is SaleClaimResult.SoldOut));

    /// <summary>How many places a buyer has is not asked.</summary>
    public static void SaleLimitNotAsked(IServiceCollection services) => services.Wrap<ISaleUnits>((provider, inner) => new GivesPlacesAllTheSame(
        inner, provider.GetRequiredService<LocalStore>(), provider.GetRequiredService<TimeProvider>(), answer => answer is SaleClaimResult.BuyerLimit));

    /// <summary>The units of a place that is sold go on counting as held.</summary>
    public static void SoldPlaceStaysHeld(IServiceCollection services) =>
        services.Wrap<ISaleUnits>((provider, inner) => new SoldStaysHeld(inner, provider.GetRequiredService<LocalStore>()));

    /// <summary>An admission lets its buyer in as often as they like.</summary>
    public static void AdmissionsForgotten(IServiceCollection services) => services.Wrap<ISaleUnits>((_, inner) => new ForgetsAdmissions(inner));

    /// <summary>Tickets are given whose messages never come.</summary>
    public static void TicketsWithoutMessages(IServiceCollection services) => services.Wrap<ISaleQueue>((_, inner) => new LossySaleQueue(inner));

    /// <summary>Published events stay in the outbox.</summary>
    public static void OutboxNeverEmptied(IServiceCollection services) => services.Wrap<IOutbox>((_, inner) => new HoardingOutbox(inner));

    /// <summary>A refund whose answer was lost is asked for anew under another key.</summary>
    public static void RefundAskedForAnew(IServiceCollection services) => services.Wrap<IPaymentProvider>((_, inner) => new ImpatientProvider(inner));

    /// <summary>What a unit is worth is rounded before it is multiplied.</summary>
    public static void UnitsRounded(IServiceCollection services) => services.Wrap<IOrderStore>((_, inner) => new RoundingOrders(inner));

    /// <summary>What came back goes on sale twice.</summary>
    public static void RestockedTwice(IServiceCollection services) => services.Wrap<IStock>((_, inner) => new RestockingTwice(inner));

    /// <summary>A refund that the provider has not decided is never asked about.</summary>
    public static void PendingRefundForgotten(IServiceCollection services) => services.Wrap<IPaymentIndex>((_, inner) => new ForgetfulIndex(inner));

    /// <summary>The books don't learn how refunds end.</summary>
    public static void RefundsStayRequested(IServiceCollection services) => services.Wrap<IPaymentBook>((_, inner) => new HastyBook(inner));

    /// <summary>Money that is nobody's is left out of the statements.</summary>
    public static void NobodysMoneyLeftOut(IServiceCollection services) => services.Wrap<IStatements>((_, inner) => new TidyStatements(inner));

    /// <summary>The money page doesn't show what differs.</summary>
    public static void DifferencesHidden(IServiceCollection services) => services.Wrap<IReconciliations>((_, inner) => new DiscreetReconciliations(inner));

    /// <summary>What was put right is put right with every run.</summary>
    public static void RepairedAgain(IServiceCollection services) => services.Wrap<IReconciliations>((_, inner) => new ForgetfulReconciliations(inner));
}
