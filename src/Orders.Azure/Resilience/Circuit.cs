using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Access;
using Polly.CircuitBreaker;

namespace Orders.Azure.Resilience;

/// <summary>
/// How a dependency is, as its pipeline has learned by real calls; nothing is asked of it for this. While the circuit is open, which is told only as long as calls are refused
/// unsent, it is unhealthy. After that it is degraded until a call went through: the circuit itself stays open until somebody calls, and who is shunned for being
/// unhealthy is not called. A last try that failed makes it degraded too, for a minute: with little traffic no circuit ever opens.
/// </summary>
public sealed class Circuit(string name, bool isNeeded, TimeProvider clock) : IDependency
{
    private readonly CircuitBreakerStateProvider state = new();
    private readonly LastTry lastTry = new(clock);
    private long openUntil;

    public string Name => name;

    public bool IsNeeded => isNeeded;

    public Task<DependencyState> LookAsync(CancellationToken cancellation) => Task.FromResult(state.CircuitState switch
    {
        CircuitState.Closed => lastTry.HasFailed ? DependencyState.Degraded : DependencyState.Healthy,
        CircuitState.HalfOpen => DependencyState.Degraded,
        _ => clock.GetUtcNow().UtcTicks < Volatile.Read(ref openUntil) ? DependencyState.Unhealthy : DependencyState.Degraded,
    });

    /// <summary>The one of that name, which <see cref="CircuitServices.AddCircuit"/> added.</summary>
    internal static Circuit Of(IServiceProvider services, string name) => services.GetRequiredKeyedService<Circuit>(name);

    /// <summary>Makes the breaker tell this of each try and of its circuit. Once.</summary>
    /// <param name="breaker">Whose circuit it is.</param>
    /// <param name="saysNothing">What is neither a failure of the dependency nor a sign that it is well.</param>
    internal void Watch<TResult>(CircuitBreakerStrategyOptions<TResult> breaker, Func<Exception, bool>? saysNothing = null)
    {
        var isFailure = breaker.ShouldHandle;
        breaker.StateProvider = state;
        breaker.OnOpened = opened =>
        {
            Volatile.Write(ref openUntil, (clock.GetUtcNow() + opened.BreakDuration).UtcTicks);
            return ValueTask.CompletedTask;
        };
        breaker.ShouldHandle = async tried =>
        {
            var failed = await isFailure(tried).ConfigureAwait(false);
            if (failed)
                lastTry.Failed();
            else if (tried.Outcome.Exception is not { } answer || !(answer is OperationCanceledException || saysNothing?.Invoke(answer) == true))
                lastTry.Succeeded();
            return failed;
        };
    }
}

/// <summary>Registers circuits for <c>GET /api/health</c>.</summary>
public static class CircuitServices
{
    /// <param name="services">Where to.</param>
    /// <param name="name">What the dependency is called, see <see cref="IDependency.Name"/>; its pipeline is built with <see cref="Circuit.Of"/> that name.</param>
    /// <param name="isNeeded">Whether no order can be placed without it.</param>
    public static IServiceCollection AddCircuit(this IServiceCollection services, string name, bool isNeeded)
    {
        services.AddKeyedSingleton(name, (provider, _) => new Circuit(name, isNeeded, provider.GetRequiredService<TimeProvider>()));
        return services.AddSingleton<IDependency>(provider => Circuit.Of(provider, name));
    }
}
