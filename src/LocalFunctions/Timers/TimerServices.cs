using LocalFunctions.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.Timers;

internal static class TimerServices
{
    public static void AddTimerTriggers(this IServiceCollection services) => services.AddSingleton<ITriggerFamily, TimerTriggers>();
}
