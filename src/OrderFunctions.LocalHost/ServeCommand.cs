using LocalFunctions;
using LocalFunctions.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrderFunctions.LocalHost;

/// <summary>Serves the shop until Ctrl-C.</summary>
internal static class ServeCommand
{
    private const string DefaultUrls = "http://localhost:7071";

    public static async Task<int> RunAsync(LocalHostArguments arguments, TextWriter output, CancellationToken stopping)
    {
        if (arguments.Reset)
            DataFolder.Reset(arguments.DataDirectory);
        var listen = arguments.Listen ?? ListenAddresses.Of(DefaultUrls);
        using var app = Build(
            arguments.DataDirectory, listen, builder => builder.Services.AddHostedService<SampleCatalogue>(), arguments.ProductionLimits);
        await app.StartAsync(stopping);
        await output.WriteLineAsync(Welcome(listen.Own.GetLeftPart(UriPartial.Authority), arguments.DataDirectory));
        await app.WaitForShutdownAsync(stopping);
        return 0;
    }

    /// <summary>The shop on that data folder, listening there.</summary>
    public static IHost Build(string dataDirectory, ListenAddresses listen, Action<FunctionsApplicationBuilder>? configure = null, bool productionLimits = false)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.AddQuietStart();
        builder.AddLocalShop(new LocalShopOptions(listen.Own, LocalKeys.OfFolder(dataDirectory), dataDirectory) { ProductionLimits = productionLimits });
        builder.ConfigureLocalHost(local =>
        {
            local.DataDirectory = Path.GetFullPath(dataDirectory);
            local.Urls = listen.Urls;
        });
        configure?.Invoke(builder);
        return builder.Build();
    }

    private static string Welcome(string address, string dataDirectory) => $$$"""

        The order system is ready at {{{address}}}   (contract: {{{address}}}/api/openapi.yaml)
        Its console for support and operations is at {{{address}}}/console
        Everything is kept in {{{Path.GetFullPath(dataDirectory)}}}; what buyers are told is in notifications.log there.

        Try, in another terminal:
          curl -s {{{address}}}/api/catalogue
          TOKEN=$(curl -s {{{address}}}/local/tokens --json '{"sub":"anna","role":"customer"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
          curl -s {{{address}}}/api/orders -H "Authorization: Bearer $TOKEN" -H 'Idempotency-Key: first' --json '{
            "lines": [{"sku": "tea-assam-100", "quantity": 2}],
            "shippingAddress": {"name": "Anna", "line1": "1 Example Street", "city": "Berlin", "postalCode": "10115", "country": "DE"}}'
          curl -s {{{address}}}/local/clock/advance --json '{"by": "PT31M"}'     # and the unpaid order is cancelled
          curl -s {{{address}}}/api/orders -H "Authorization: Bearer $TOKEN"

        The README goes on from here. Ctrl-C stops; nothing is lost.
        """;
}
