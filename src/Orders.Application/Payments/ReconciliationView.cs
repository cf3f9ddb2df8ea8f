using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>A day's reconciliation as the API answers it, with a page of its differences.</summary>
/// <param name="Status"><c>notRun</c> while only hourly runs have looked at the day.</param>
/// <param name="Ours">What our books say of the day, per direction and currency.</param>
/// <param name="Theirs">What the providers' statements say.</param>
/// <param name="Counts">How many differences there are, by class and state.</param>
public sealed record ReconciliationView(
    DateOnly Date, ReconciliationViewStatus Status, DateTime? StartedAt, DateTime? CompletedAt, IReadOnlyList<MoneySum> Ours, IReadOnlyList<MoneySum> Theirs,
    IReadOnlyList<DifferenceCount> Counts, IReadOnlyList<DifferenceView> Differences, string? NextCursor)
{
    public static ReconciliationView Of(
        DateOnly date, ReconciliationReport? report, IReadOnlyList<DifferenceCount> counts, Page<Difference> differences) => new(
            date,
            report is null ? ReconciliationViewStatus.NotRun : report.Status == ReconciliationStatus.Completed ? ReconciliationViewStatus.Completed : ReconciliationViewStatus.Running,
            report?.StartedAt.UtcDateTime, report?.CompletedAt?.UtcDateTime, report?.Ours ?? [], report?.Theirs ?? [], counts,
            [.. differences.Items.Select(DifferenceView.Of)], differences.NextCursor);
}

/// <summary>How far the run of a day is, as the API says it.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(CamelCaseNames<ReconciliationViewStatus>))]
public enum ReconciliationViewStatus
{
    NotRun,
    Running,
    Completed,
}

/// <summary>A difference as the API answers it.</summary>
/// <param name="OrderId">Null when it is of no order of ours.</param>
/// <param name="Ours">What we have; null for nothing.</param>
/// <param name="Theirs">What the statement has; null for nothing.</param>
/// <param name="Safe">Whether what is proposed is done by itself (unless the setting says otherwise).</param>
/// <param name="Outcome">What came of it; null while nothing was done.</param>
public sealed record DifferenceView(
    string DifferenceId, DateOnly Date, string Provider, DifferenceClass Class, BookEntryKind Kind, OrderId? OrderId, PaymentId? PaymentId, string? RefundId,
    string Reference, Money? Ours, Money? Theirs, DateTime At, string Text, DifferenceProposal Proposal, bool Safe, DifferenceState State, DateTime FoundAt,
    string? DecidedBy, string? Reason, DateTime? DecidedAt, string? Outcome)
{
    public static DifferenceView Of(Difference difference) => new(
        difference.Id, difference.Date, difference.Provider, difference.Class, difference.Kind, difference.Order?.OrderId, difference.PaymentId,
        difference.RefundId, difference.Reference, difference.Ours, difference.Theirs, difference.At.UtcDateTime, difference.Text, difference.Proposal,
        difference.IsSafe, difference.State, difference.FoundAt.UtcDateTime, difference.DecidedBy, difference.DecidedBecause,
        difference.DecidedAt?.UtcDateTime, difference.Outcome);
}

/// <summary>Why a difference is approved or dismissed.</summary>
public sealed record DifferenceDecisionRequest(string? Reason);
