using System.Text.Json.Serialization;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>Why an order counts as stuck.</summary>
[JsonConverter(typeof(CamelCaseNames<StuckRule>))]
public enum StuckRule
{
    /// <summary>Its deadline, or that of one of its cases, has passed and nothing came of it.</summary>
    DeadlinePassed,

    /// <summary>It has no process that could move it.</summary>
    NoProcess,

    /// <summary>Money has to go back and has not gone.</summary>
    MoneyOwed,

    /// <summary>A refund was refused by the provider and waits for people.</summary>
    RefundFailed,

    /// <summary>What a provider said of it was stored and not applied.</summary>
    MessageUnapplied,

    /// <summary>What it holds of the stock should have become sold or free.</summary>
    HoldUnfinished,
}

/// <summary>An order that should have moved and didn't.</summary>
/// <param name="Since">Since when it should have.</param>
/// <param name="Why">In words.</param>
/// <param name="Next">What helps, in words.</param>
/// <param name="By">Who can do that: <c>system</c>, <c>support</c> or <c>merchant</c>.</param>
public sealed record StuckOrderView(OrderId OrderId, UserId UserId, OrderStatus Status, DateTime Since, StuckRule Rule, string Why, string Next, string By);

/// <summary>What a retry did.</summary>
/// <param name="Step">In a word: <c>processStarted</c>, <c>processSignalled</c>, <c>caseSignalled</c>, <c>eventsRevived</c>, <c>eventsRelayed</c>, <c>messagesEnqueued</c>, <c>providerAsked</c>.</param>
public sealed record RetryStep(string Step, string Words);

/// <summary>What was done to move an order, and how it is afterwards.</summary>
public sealed record RetriedOrderView(OrderId OrderId, OrderStatus Status, long Version, IReadOnlyList<RetryStep> Did);
