using LocalFunctions;
using LocalFunctions.Hosting;
using Microsoft.Extensions.Hosting;
using OrderFunctions.LocalHost.Controls;
using OrderFunctions.LocalHost.Simulators;

namespace OrderFunctions.LocalHost;

/// <summary>Runs the simulated payment provider alone, for an app that runs elsewhere.</summary>
internal static class ProviderCommand
{
    private const string DefaultUrls = "http://localhost:7072";

    public static async Task<int> RunAsync(LocalHostArguments arguments, TextWriter output, CancellationToken stopping)
    {
        var listen = arguments.Listen ?? ListenAddresses.Of(DefaultUrls);
        var address = listen.Own.GetLeftPart(UriPartial.Authority);
        var keys = LocalKeys.OfFolder(arguments.DataDirectory);
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.AddQuietStart();
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddPaymentSimulator(new SimulatorOptions(address, arguments.Webhooks.ToString(), keys.WebhookSecret, keys.ProviderApiKey), network: null);
        builder.ConfigureLocalHost(local =>
        {
            local.DataDirectory = Path.GetFullPath(Path.Combine(arguments.DataDirectory, DataFolder.ProviderFolder));
            local.Urls = listen.Urls;
            // There are no functions here: this class has none.
            local.FunctionTypes.Add(typeof(ProviderCommand));
            local.Endpoints.Add(routes => routes.MapPaymentSimulator(""));
            local.Endpoints.Add(LocalControls.MapOfProvider);
        });
        using var app = builder.Build();
        await app.StartAsync(stopping);
        await output.WriteLineAsync($$"""

            The simulated payment provider is ready at {{address}} and sends its messages to
            {{arguments.Webhooks}}

            Point an app at it with these settings (they stay the same for this data folder):
              Payments__simulator__BaseUrl={{address}}
              Payments__simulator__ApiKey={{keys.ProviderApiKey}}
              Payments__simulator__WebhookSecrets__0={{keys.WebhookSecret}}

            Let it act with:
              curl -s {{address}}/local/payments/PAYMENT-ID/settle --json '{"webhook": "send"}'
            """);
        await app.WaitForShutdownAsync(stopping);
        return 0;
    }
}
