using LocalFunctions.Functions;
using LocalFunctions.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LocalFunctions.Messaging.Broker;

internal static class MessagingServices
{
    /// <summary>The app's own <see cref="MessagingTopology"/>, registered later, takes the place of the empty one.</summary>
    public static void AddServiceBusTriggers(this IServiceCollection services)
    {
        services.AddSingleton(new MessagingTopology());
        services.TryAddSingleton(provider => MessagingOptions.From(provider.GetRequiredService<HostJson>()));
        services.AddSingleton<LocalServiceBus>();
        services.AddSingleton<ServiceBusTriggers>();
        services.AddSingleton<ITriggerFamily>(provider => provider.GetRequiredService<ServiceBusTriggers>());
    }
}
