using Orders.Application.Payments;
using Orders.Domain;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>A payment as the simulated provider knows it. Amounts are minor units.</summary>
/// <param name="Acts">How often it was settled, failed or settled again: the number in its messages' ids.</param>
public sealed record SimulatedPayment(
    string PaymentId, string OrderId, Money Amount, string? Method, ProviderPaymentStatus Status, Money? Captured, DateTimeOffset? CapturedAt, string? Reference, long Acts);

/// <summary>Money that goes or went back.</summary>
/// <param name="At">When it was asked for; once it succeeded, when that was: the instant of the statement.</param>
public sealed record SimulatedRefund(string RefundId, string PaymentId, Money Amount, DateTimeOffset At, ProviderRefundStatus Status);

/// <summary>Something that the provider does later: an act, or the sending of a message.</summary>
/// <param name="Seq">Its place in the queue.</param>
/// <param name="Kind"><c>act</c> or <c>webhook</c>.</param>
/// <param name="MessageId">The webhook's id; the payment's for an act.</param>
/// <param name="Body">The webhook's body; the act as JSON.</param>
/// <param name="Attempts">How often sending failed.</param>
public sealed record Outgoing(long Seq, string Kind, string MessageId, string Body, int Attempts);

/// <summary>One line of a day's statement.</summary>
/// <param name="Type"><c>capture</c> or <c>refund</c>.</param>
public sealed record SimulatedLine(string Type, string Reference, string PaymentId, string OrderId, long Amount, string Currency, DateTimeOffset At);
