using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Orders.Application.Payments;

/// <param name="Provider">The name in the route.</param>
/// <param name="Header">A header by its name; null when it is missing.</param>
/// <param name="Body">As it came, byte by byte: that is what is signed.</param>
public sealed record ReceiveProviderMessageCommand(string Provider, Func<string, string?> Header, ReadOnlyMemory<byte> Body);

/// <summary>How a webhook is answered.</summary>
public abstract record ReceiveAnswer
{
    private ReceiveAnswer()
    {
    }

    /// <summary>Stored, now or before (202).</summary>
    public sealed record Accepted : ReceiveAnswer;

    /// <summary>Not of the form (400).</summary>
    public sealed record Malformed(string Because) : ReceiveAnswer;

    /// <summary>Forged or stale (401).</summary>
    public sealed record NotGenuine(string Because, string Challenge) : ReceiveAnswer;

    /// <summary>No such provider (404).</summary>
    public sealed record UnknownProvider : ReceiveAnswer;

    /// <summary>Its id came before with other content: refused and kept (409).</summary>
    public sealed record OtherContent : ReceiveAnswer;
}

/// <summary>
/// Takes a provider's webhook in: verify → store → enqueue → answer. What it says is applied later, by the queue's trigger; if the way to the
/// queue is lost after the message was stored, the provider's repeat or <see cref="SweepUnappliedMessages"/> finds it.
/// </summary>
public sealed class ReceiveProviderMessage(
    WebhookSchemes schemes, IProviderMessages messages, IPaymentQueue queue, TimeProvider clock, ILogger<ReceiveProviderMessage> log)
{
    /// <exception cref="DependencyUnavailableException">Not accepted: the provider repeats.</exception>
    public async Task<ReceiveAnswer> RunAsync(ReceiveProviderMessageCommand command, CancellationToken cancellation)
    {
        if (!schemes.TryFind(command.Provider, out var scheme))
            return new ReceiveAnswer.UnknownProvider();
        var now = clock.GetUtcNow();
        switch (scheme.Verify(command.Header, command.Body.Span, now))
        {
            case WebhookVerdict.Malformed malformed:
                return new ReceiveAnswer.Malformed(malformed.Because);
            case WebhookVerdict.NotGenuine refused:
                log.WebhookNotGenuine(command.Provider, refused.Because);
                return new ReceiveAnswer.NotGenuine(refused.Because, scheme.Challenge);
            case WebhookVerdict.Genuine { MessageId: var id }:
                var reading = scheme.Read(command.Body.Span);
                return reading is MessageReading.Malformed unreadable
                    ? new ReceiveAnswer.Malformed(unreadable.Because)
                    : await StoreAsync(command, id, reading, now, cancellation).ConfigureAwait(false);
            default:
                throw new InvalidOperationException("A verdict is one of three.");
        }
    }

    private async Task<ReceiveAnswer> StoreAsync(
        ReceiveProviderMessageCommand command, string id, MessageReading reading, DateTimeOffset now, CancellationToken cancellation)
    {
        var order = (reading as MessageReading.Told)?.Body.Data.OrderId;
        var stored = await messages.StoreAsync(
            new ProviderMessage(command.Provider, id, Hash(command.Body.Span), Encoding.UTF8.GetString(command.Body.Span), now) { OrderId = order },
            cancellation).ConfigureAwait(false);
        if (stored == StoreMessageResult.OtherContent)
        {
            log.MessageWithOtherContent(command.Provider, id);
            return new ReceiveAnswer.OtherContent();
        }

        // A repeat is handed on again: the first one's way to the queue may have been lost. The message's state makes it harmless.
        await queue.EnqueueAsync(command.Provider, id, cancellation).ConfigureAwait(false);
        return new ReceiveAnswer.Accepted();
    }

    private static string Hash(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));
}
