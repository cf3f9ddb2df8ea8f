using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.Checkout;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Edge;

/// <summary>What callers see when something here fails.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task DependencyThatIsAway_Is503_AndTheKeyCanBeUsedAgain()
    {
        var catalogue = new Broken();
        await using var app = await StartAsync(catalogue);
        catalogue.Failure = new DependencyUnavailableException("The catalogue", new IOException("db-7.internal refused"));

        var refused = await app.PlaceAsync("alice", "k1");
        catalogue.Failure = null;

        IsProblem(refused, 503, "unavailable");
        Assert.Equal("1", refused.Header("Retry-After"));
        Assert.DoesNotContain("db-7", refused.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await app.PlaceAsync("alice", "k1")).Status);
    }

    [Fact]
    public async Task BrokenInvariant_Is500_WithNothingButANumberToAskBy()
    {
        var catalogue = new Broken();
        await using var app = await StartAsync(catalogue);
        catalogue.Failure = new InvalidOperationException("secret of the shop");

        var refused = await app.PlaceAsync("alice", "k1");
        catalogue.Failure = null;

        IsProblem(refused, 500, "internal-error");
        Assert.DoesNotContain("secret", refused.Body, StringComparison.Ordinal);
        Assert.Contains(app.Host.Log.Lines, line => line.Text.Contains(refused["traceId"], StringComparison.Ordinal) && line.Failure is InvalidOperationException);
        Assert.Equal(HttpStatusCode.Created, (await app.PlaceAsync("alice", "k1")).Status);
    }

    private static Task<OrderApp> StartAsync(Broken catalogue) => OrderApp.StartAsync(builder =>
    {
        var real = builder.Services.Last(service => service.ServiceType == typeof(ICatalogue));
        builder.Services.AddSingleton<ICatalogue>(provider =>
        {
            catalogue.Real = (ICatalogue)(real.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!));
            return catalogue;
        });
    });

    /// <summary>The real catalogue, which can be made to fail.</summary>
    private sealed class Broken : ICatalogue
    {
        public ICatalogue Real { get; set; } = null!;

        public Exception? Failure { get; set; }

        public Task<IReadOnlyDictionary<Sku, CatalogueItem>> FindAsync(IReadOnlyCollection<Sku> skus, CancellationToken cancellation) =>
            Failure is null ? Real.FindAsync(skus, cancellation) : throw Failure;

        public Task<Orders.Application.Page<CatalogueItem>> ListAsync(int limit, string? cursor, CancellationToken cancellation) =>
            Real.ListAsync(limit, cursor, cancellation);

        public Task PutAsync(CatalogueItem item, CancellationToken cancellation) => Real.PutAsync(item, cancellation);
    }
}
