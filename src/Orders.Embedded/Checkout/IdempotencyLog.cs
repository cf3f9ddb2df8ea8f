using Microsoft.Extensions.Logging;

namespace Orders.Embedded.Checkout;

internal static partial class IdempotencyLog
{
    [LoggerMessage(4101, LogLevel.Warning, "Storing {Count} answers for replay failed; they are kept in memory and tried again.")]
    public static partial void WriteFailed(ILogger logger, Exception failure, int count);

    [LoggerMessage(4102, LogLevel.Warning, "An answer for replay was given up: {Capacity} others wait to be stored. A repetition is recognized by the order itself.")]
    public static partial void AnswerGivenUp(ILogger logger, int capacity);

    [LoggerMessage(4103, LogLevel.Error, "{Count} answers for replay are still not stored. Should the process end, repetitions are recognized by the orders themselves.")]
    public static partial void AnswersLeft(ILogger logger, int count);
}
