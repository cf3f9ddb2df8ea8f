using LocalFunctions.Functions;
using LocalFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.ChangeFeed;

internal static class ChangeFeedServices
{
    public static void AddChangeFeedTriggers(this IServiceCollection services)
    {
        services.AddSingleton(provider => new LocalChangeFeed(provider.GetRequiredService<LocalStore>()));
        services.AddSingleton<ITriggerFamily, ChangeFeedTriggers>();
    }
}
