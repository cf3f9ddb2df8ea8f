using Azure.Identity;
using Azure.Messaging.ServiceBus;

namespace Orders.Azure.Resilience;

/// <summary>Which failures of Service Bus may pass.</summary>
public static class BusErrors
{
    /// <summary>As its SDK says; and when the identity's own service gives no token.</summary>
    public static bool IsTransient(Exception failure) => failure is ServiceBusException { IsTransient: true } or AuthenticationFailedException;

    /// <summary>
    /// Whether it says that the bus is away, and nothing about the call: what adapters turn into "not available". A full entity is no fault of the bus, but passes;
    /// the SDK gives up by cancelling, too.
    /// </summary>
    public static bool IsAway(Exception failure) => DependencyPipeline.SaysAway(failure, IsTransient)
        || failure is ServiceBusException { Reason: ServiceBusFailureReason.QuotaExceeded } or OperationCanceledException;
}
