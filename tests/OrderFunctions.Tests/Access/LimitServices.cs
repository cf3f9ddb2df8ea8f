using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Access;
using Orders.Application.Access;

namespace OrderFunctions.Tests.Access;

internal static class LimitServices
{
    /// <summary>Limits in place of the host's. The merchant who stocks the shelves at the start has a hundred times as much.</summary>
    public static void AddLimits(this IServiceCollection services, AccessLimits limits, Func<Caller, double>? factor = null)
    {
        services.AddSingleton(limits);
        services.AddSingleton<LimitFactor>(caller => caller.Is(Role.Merchant) ? 100 : factor?.Invoke(caller) ?? 1);
    }
}
