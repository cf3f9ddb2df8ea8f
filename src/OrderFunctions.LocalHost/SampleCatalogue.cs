using Microsoft.Extensions.Hosting;
using OrderFunctions.LocalHost.Controls;
using Orders.Application.Checkout;
using Orders.Application.Stock;

namespace OrderFunctions.LocalHost;

/// <summary>
/// What a new data folder has on sale, so that the first order needs no preparation. It is there before the first request: hosted services
/// start before the web server does.
/// </summary>
public sealed class SampleCatalogue(PutCatalogueItem put, AdjustStock adjust, ReadCatalogueItem read) : IHostedService
{
    public static readonly IReadOnlyList<(string Sku, string Name, long UnitPrice, long Stock)> Items =
    [
        ("tea-assam-100", "Assam tea, 100 g", 690, 500),
        ("tea-sencha-100", "Sencha tea, 100 g", 890, 500),
        ("tea-darjeeling-100", "Darjeeling First Flush, 100 g", 1290, 200),
        ("pot-cast-iron", "Cast-iron teapot, 0.8 l", 5900, 40),
        ("cup-porcelain", "Porcelain cup", 1250, 300),
        ("kettle-gooseneck", "Gooseneck kettle", 8900, 25),
    ];

    /// <summary>Adds what is missing; what is there keeps its price and its stock.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (sku, name, unitPrice, stock) in Items)
        {
            // The stock is set once per key, so a kill between the two calls is mended by the next start.
            if (!(await read.RunAsync(sku, cancellationToken)).Succeeded)
                await put.RunAsync(sku, new CatalogueItemRequest(name, unitPrice, "EUR"), cancellationToken);
            await adjust.RunAsync(StockControls.Merchant, sku, new StockAdjustmentRequest(Delta: null, SetTo: stock, "Sample catalogue"), "sample-" + sku, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
