using LocalFunctions.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.Http;

internal static class HttpServices
{
    public static void AddHttpTriggers(this IServiceCollection services)
    {
        services.AddSingleton<FunctionKeys>();
        services.AddSingleton<HttpRequestHandler>();
        services.AddSingleton<HttpTriggerFamily>();
        services.AddSingleton<ITriggerFamily>(provider => provider.GetRequiredService<HttpTriggerFamily>());
    }
}
