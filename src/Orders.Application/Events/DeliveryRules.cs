using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Orders.Application.Events;

/// <summary>What an outcome makes of a delivery and of its endpoint: pure functions, the retry table among them.</summary>
public static class DeliveryRules
{
    /// <summary>The delivery after an attempt: delivered, due again, or given up.</summary>
    public static WebhookDelivery Record(WebhookDelivery delivery, SendOutcome outcome, DateTimeOffset now, WebhookPolicy policy)
    {
        var number = delivery.AttemptCount + 1;
        var succeeded = outcome is SendOutcome.Answered { IsSuccess: true };
        DateTimeOffset? next = succeeded || IsGone(outcome) ? null : now + WaitAfter(delivery.DeliveryId, number, outcome, policy);
        var attempt = new DeliveryAttempt(
            number, now, (outcome as SendOutcome.Answered)?.StatusCode, (outcome as SendOutcome.NotReached)?.Error, outcome.DurationMs, next);
        return delivery with
        {
            Version = delivery.Version + 1,
            Status = succeeded ? DeliveryStatus.Delivered : next is null ? DeliveryStatus.Failed : DeliveryStatus.Pending,
            AttemptCount = number,
            Attempts = [.. delivery.Attempts.TakeLast(WebhookDelivery.MostLogged - 1), attempt],
            NextAt = next,
            ClaimedUntil = null,
            EndedAt = next is null ? now : null,
        };
    }

    /// <summary>The delivery without a further attempt.</summary>
    public static WebhookDelivery End(WebhookDelivery delivery, string because, DateTimeOffset now) => delivery with
    {
        Version = delivery.Version + 1,
        Status = DeliveryStatus.Failed,
        NextAt = null,
        ClaimedUntil = null,
        EndedAt = now,
        Note = because,
    };

    /// <summary>The endpoint after an attempt; itself when nothing has changed. 410 disables it at once, failing for days without a success likewise.</summary>
    public static WebhookEndpoint Judge(WebhookEndpoint endpoint, SendOutcome outcome, DateTimeOffset now)
    {
        if (!endpoint.IsEnabled)
            return endpoint;
        if (outcome is SendOutcome.Answered { IsSuccess: true })
            return endpoint.FailingSince is null ? endpoint : endpoint with { FailingSince = null };
        if (IsGone(outcome))
            return endpoint with { DisabledAt = now, DisabledBecause = WebhookDisabled.Gone };
        if (endpoint.FailingSince is not { } since)
            return endpoint with { FailingSince = now };
        return now - since >= WebhookPolicy.FailsAtMost ? endpoint with { DisabledAt = now, DisabledBecause = WebhookDisabled.Failing } : endpoint;
    }

    /// <summary>Null after the last attempt. What a busy endpoint asks for stretches a wait, within bounds, and never shortens it.</summary>
    private static TimeSpan? WaitAfter(string deliveryId, int attempts, SendOutcome outcome, WebhookPolicy policy)
    {
        if (WebhookPolicy.WaitAfter(attempts) is not { } wait)
            return null;
        wait += wait * (policy.Jitter * Chance(deliveryId, attempts));
        if (outcome is not SendOutcome.Answered { StatusCode: (int)HttpStatusCode.TooManyRequests or (int)HttpStatusCode.ServiceUnavailable, RetryAfter: { } asked })
            return wait;
        asked = asked < WebhookPolicy.LongestRetryAfter ? asked : WebhookPolicy.LongestRetryAfter;
        return asked > wait ? asked : wait;
    }

    private static bool IsGone(SendOutcome outcome) => outcome is SendOutcome.Answered { StatusCode: (int)HttpStatusCode.Gone };

    /// <summary>From 0 to 1, spread over deliveries and attempts, and the same for who asks again.</summary>
    private static double Chance(string deliveryId, int attempt)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{deliveryId} {attempt}")));
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue;
    }
}
