using LocalFunctions;
using LocalFunctions.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrderFunctions.LocalHost;

/// <summary>Serves the shop until Ctrl-C.</summary>
internal static class ServeCommand
{
    public const string DefaultUrls = "http://localhost:7071";

    public static async Task<int> RunAsync(LocalHostArguments arguments)
    {
        if (arguments.Reset && Directory.Exists(arguments.DataDirectory))
            Directory.Delete(arguments.DataDirectory, recursive: true);
        using var app = Build(arguments, arguments.Urls ?? DefaultUrls);
        await app.StartAsync();
        await app.Services.GetRequiredService<SampleCatalogue>().AddMissingAsync(CancellationToken.None);
        Console.WriteLine(Welcome(AddressOf(app), arguments.DataDirectory));
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>The shop on that data folder, listening there. A port of 0 is not possible: the provider must know where the app is.</summary>
    public static IHost Build(LocalHostArguments arguments, string urls)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddLocalShop(new LocalShopOptions(
            new Uri(urls.Split(';')[0].Replace("*", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal)),
            LocalKeys.OfFolder(arguments.DataDirectory), arguments.DataDirectory));
        builder.ConfigureLocalHost(local =>
        {
            local.DataDirectory = Path.GetFullPath(arguments.DataDirectory);
            local.Urls = urls;
        });
        return builder.Build();
    }

    private static string AddressOf(IHost app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? DefaultUrls;

    private static string Welcome(string address, string dataDirectory) => $$$"""

        The order system is ready at {{{address}}}   (contract: {{{address}}}/api/openapi.yaml)
        Everything is kept in {{{Path.GetFullPath(dataDirectory)}}}; what buyers are told is in notifications.log there.

        Try, in another terminal:
          curl -s {{{address}}}/api/catalogue
          TOKEN=$(curl -s {{{address}}}/local/tokens --json '{"sub":"anna","role":"customer"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
          curl -s {{{address}}}/api/orders -H "Authorization: Bearer $TOKEN" -H 'Idempotency-Key: first' --json '{
            "lines": [{"sku": "tea-assam-100", "quantity": 2}],
            "shippingAddress": {"name": "Anna", "line1": "1 Example Street", "city": "Berlin", "postalCode": "10115", "country": "DE"}}'
          curl -s {{{address}}}/local/clock/advance --json '{"by": "PT31M"}'     # and the unpaid order is cancelled

        The README goes on from here. Ctrl-C stops; nothing is lost.
        """;
}
