using System.Security.Cryptography;
using System.Text;

namespace Orders.Application.Access;

/// <summary>What is written down when staff do it. Stable names: people filter by them.</summary>
public static class AuditActions
{
    public const string LetterResubmitted = "dead-letter.resubmitted";
    public const string LetterPurged = "dead-letter.purged";
    public const string RedriveStarted = "redrive.started";
    public const string RefundRetried = "refund.retried";
    public const string RefundSettled = "refund.settled";
    public const string DifferenceApproved = "difference.approved";
    public const string DifferenceDismissed = "difference.dismissed";
    public const string StockAdjusted = "stock.adjusted";
    public const string WebhookRegistered = "webhook.registered";
    public const string WebhookDeleted = "webhook.deleted";
    public const string WebhookSecretRotated = "webhook.secret-rotated";
    public const string WebhookEnabled = "webhook.enabled";
    public const string UserChanged = "user.changed";
    public const string OrderRetried = "order.retried";
}

/// <summary>
/// Writes down what staff did. An entry's id follows from who, what, to what and a key of the deed's own, so a request that is repeated leaves one entry. It is
/// written before the answer: who was answered can be found here.
/// </summary>
public sealed class AuditTrail(IAudit audit, TimeProvider clock)
{
    /// <param name="action">Of <see cref="AuditActions"/>.</param>
    /// <param name="key">What makes this deed one of a kind: the version or key under which it was done.</param>
    public Task NoteAsync(
        Caller caller, string action, string subject, string key, string? reason, CancellationToken cancellation,
        params (string Name, string? Value)[] detail) => audit.AppendAsync([Entry(caller, action, subject, key, reason, detail)], cancellation);

    /// <summary>The same, to be appended with others.</summary>
    public AuditEntry Entry(
        Caller caller, string action, string subject, string key, string? reason, IReadOnlyList<(string Name, string? Value)> detail) => new(
            IdOf(caller, action, subject, key), clock.GetUtcNow(), caller.UserId, RoleOf(caller), action, subject, reason,
            detail.Where(one => one.Value is not null).Take(AuditEntry.MostDetails).ToDictionary(one => one.Name, one => Cut(one.Value!)));

    private static string IdOf(Caller caller, string action, string subject, string key) => "au-" + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.UserId.Value.Length}\n{caller.UserId.Value}\n{action}\n{subject.Length}\n{subject}\n{key}")).AsSpan(0, 12));

    private static string RoleOf(Caller caller) =>
        caller.Is(Role.Ops) ? "ops" : caller.Is(Role.Support) ? "support" : caller.Is(Role.Merchant) ? "merchant" : "other";

    private static string Cut(string text) => text.Length <= AuditEntry.MostCharacters ? text : text[..AuditEntry.MostCharacters];
}
