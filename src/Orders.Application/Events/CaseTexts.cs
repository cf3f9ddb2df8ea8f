using Orders.Domain;
using Orders.Domain.AfterSales;

namespace Orders.Application.Events;

/// <summary>What buyers are told of their after-sale cases: what happened, what is next, and by when. Nothing that anybody wrote.</summary>
internal static class CaseTexts
{
    public static readonly Telling Opened = Text((order, c) => c.Deadline is { } by
        ? $"We have your request for {Words(c.Type)} of your order {order.OrderId}. You hear from us by {Time(by)}."
        : $"We have your request for {Words(c.Type)} of your order {order.OrderId}.");

    public static readonly Telling Approved = Text((order, c) => c switch
    {
        { Type: CaseType.Refund } => $"The refund for your order {order.OrderId} is approved: {Money(order, c.RefundDue)} goes back to you.",
        { FellBack: true } =>
            $"We can't replace the goods of your order {order.OrderId}: they are out of stock. Please send yours back{By(c)}; {Money(order, c.RefundDue)} then goes back to you.",
        _ => $"The {Noun(c.Type)} for your order {order.OrderId} is approved. Please send the goods back{By(c)}, and tell us the parcel's number.",
    });

    public static readonly Telling Rejected = Text((order, c) => $"Your request for {Words(c.Type)} of your order {order.OrderId} was rejected. The reason stands with it.");

    public static readonly Telling Withdrawn = Text((order, c) => $"You took back your request for {Words(c.Type)} of your order {order.OrderId}.");

    public static readonly Telling GoodsSent = Text((order, c) => c.SentBack is { } parcel
        ? $"The goods of your order {order.OrderId} are on their way back with {parcel.Carrier}, number {parcel.TrackingNumber}. We look at them{By(c)}."
        : null);

    public static readonly Telling GoodsReceived = Text((order, c) => c.Status == CaseStatus.AwaitingReplacement
        ? $"The goods of your order {order.OrderId} came back. We send the replacement{By(c)}."
        : $"The goods of your order {order.OrderId} came back. {Money(order, c.RefundDue)} goes back to you.");

    public static readonly Telling Lapsed = Text((order, c) => $"The goods of your order {order.OrderId} were not sent back in time: your request for {Words(c.Type)} is over.");

    public static readonly Telling DifferenceDue = Text((order, c) =>
        $"The goods of your order {order.OrderId} came back. What you want instead costs {Money(order, c.DifferenceDue)} more: please pay it{By(c)}, or the money for the goods goes back to you.");

    public static readonly Telling DifferencePaid = Text((order, c) => $"The difference of {Money(order, c.DifferenceDue)} for your order {order.OrderId} is paid. We send the replacement{By(c)}.");

    public static readonly Telling ReplacementSent = Text((order, c) => c.RefundDue > 0
        ? $"The replacement for your order {order.OrderId} is on its way{Parcel(c)}. {Money(order, c.RefundDue)} goes back to you, because it is cheaper."
        : $"The replacement for your order {order.OrderId} is on its way{Parcel(c)}.");

    public static readonly Telling FellBack = Text((order, c) => $"There is no replacement for your order {order.OrderId} after all: {Money(order, c.RefundDue)} goes back to you instead.");

    public static readonly Telling RefundFailed = Text((order, c) =>
        $"We could not send {Money(order, c.RefundDue)} back to you for your order {order.OrderId}. We are looking into it; you need not do anything.");

    public static readonly Telling RefundRetried = Text((order, c) => $"We are sending {Money(order, c.RefundDue)} back to you again for your order {order.OrderId}.");

    public static readonly Telling Completed = Text((order, c) => c switch
    {
        { Type: CaseType.Exchange, FellBack: false } => $"The exchange for your order {order.OrderId} is done{Parcel(c)}.{Sent(order, c)}",
        _ => $"The {Noun(c.Type)} for your order {order.OrderId} is done.{Sent(order, c)}",
    });

    /// <summary>An event that names no case tells nothing: there is none that it could be about.</summary>
    private static Telling.Text Text(Func<OrderSnapshot, SnapshotCase, string?> make) =>
        new(envelope => envelope.Data.Case is { } about ? make(envelope.Data, about) : null);

    private static string Words(CaseType type) => type switch
    {
        CaseType.Refund => "a refund",
        CaseType.Return => "a return",
        _ => "an exchange",
    };

    private static string Noun(CaseType type) => type switch
    {
        CaseType.Refund => "refund",
        CaseType.Return => "return",
        _ => "exchange",
    };

    private static string Sent(OrderSnapshot order, SnapshotCase c) => c.RefundDue > 0 ? $" We sent {Money(order, c.RefundDue)} back to you." : "";

    private static string Parcel(SnapshotCase c) => c.ReplacedWith is { } parcel ? $" with {parcel.Carrier}, number {parcel.TrackingNumber}" : "";

    private static string By(SnapshotCase c) => c.Deadline is { } by ? $" by {Time(by)}" : "";

    private static string Time(DateTimeOffset at) => $"{at:yyyy-MM-dd HH:mm} UTC";

    private static string Money(OrderSnapshot order, long amount) => MoneyText.Of(new Money(amount, order.Currency));
}
