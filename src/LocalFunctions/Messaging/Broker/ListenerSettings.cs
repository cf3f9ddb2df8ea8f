using LocalFunctions.Functions;

namespace LocalFunctions.Messaging.Broker;

/// <summary>How one function listens.</summary>
/// <param name="Function">What is run.</param>
/// <param name="ToParameter">Makes its trigger parameter's value.</param>
/// <param name="Concurrency">Runs at once.</param>
/// <param name="MostAtOnce">Messages per run.</param>
/// <param name="AutoComplete">Whether a return completes what the function didn't settle itself.</param>
/// <param name="LongestLock">How long a running function's locks are renewed.</param>
internal sealed record ListenerSettings(
    FunctionDescriptor Function,
    Func<IReadOnlyList<ServiceBusReceivedMessage>, object?> ToParameter,
    int Concurrency,
    int MostAtOnce,
    bool AutoComplete,
    TimeSpan LongestLock);
