using Azure.Messaging.ServiceBus;

namespace Orders.Azure.Resilience;

/// <summary>Which failures of Service Bus may pass, as its SDK says. Compiled for Azure only: its package is not everywhere to be had.</summary>
public static class BusErrors
{
    public static bool IsTransient(Exception failure) => failure is ServiceBusException { IsTransient: true };
}
