using LocalFunctions;
using LocalFunctions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrderFunctions.LocalHost.Controls;
using OrderFunctions.LocalHost.Simulators;

namespace OrderFunctions.LocalHost;

/// <summary>Runs the simulated payment provider alone, for an app that runs elsewhere.</summary>
internal static class ProviderCommand
{
    private const string DefaultUrls = "http://localhost:7072";

    public static async Task<int> RunAsync(LocalHostArguments arguments)
    {
        var urls = arguments.Urls ?? DefaultUrls;
        var keys = LocalKeys.OfFolder(arguments.DataDirectory);
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddPaymentSimulator(new SimulatorOptions(urls.Split(';')[0], arguments.Webhooks, keys.WebhookSecret, keys.ProviderApiKey), network: null);
        builder.ConfigureLocalHost(local =>
        {
            local.DataDirectory = Path.GetFullPath(Path.Combine(arguments.DataDirectory, "provider"));
            local.Urls = urls;
            local.FunctionTypes.Add(typeof(ProviderCommand));
            local.Endpoints.Add(routes => routes.MapPaymentSimulator(""));
            local.Endpoints.Add(PaymentControls.MapWithoutOrders);
            local.Endpoints.Add(ClockControls.Map);
        });
        using var app = builder.Build();
        await app.StartAsync();
        Console.WriteLine($$"""

            The simulated payment provider is ready at {{urls}} and sends its messages to {{arguments.Webhooks}}.
            Point an app at it with these settings (they stay the same for this data folder):
              Payments__simulator__BaseUrl={{urls}}
              Payments__simulator__ApiKey={{keys.ProviderApiKey}}
              Payments__simulator__WebhookSecrets__0={{keys.WebhookSecret}}
            Let it act with: curl -s {{urls}}/local/payments/PAYMENT-ID/settle --json '{"webhook": "send"}'
            """);
        await app.WaitForShutdownAsync();
        return 0;
    }
}
