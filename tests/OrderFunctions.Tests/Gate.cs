using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace OrderFunctions.Tests;

/// <summary>Holds up, or fails, whoever asks the catalogue.</summary>
internal sealed class Gate
{
    /// <summary>For how long a test waits for an answer that needs no gate: its bound when it fails, and no part of it when it passes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TaskCompletionSource opened = Opened();
    private TaskCompletionSource reached = Opened();

    public Exception? Failure { get; set; }

    /// <summary>Completes when somebody stands before the gate, closed last.</summary>
    public Task Reached => reached.Task;

    public void Close() => (opened, reached) = (
        new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Open() => opened.TrySetResult();

    public Task PassAsync(CancellationToken cancellation)
    {
        reached.TrySetResult();
        return Failure is null ? opened.Task.WaitAsync(cancellation) : Task.FromException(Failure);
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    public void PutBeforeTheCatalogue(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(ICatalogue));
        services.AddSingleton<ICatalogue>(provider => new GatedCatalogue((ICatalogue)real.ImplementationFactory!(provider), this));
    }

    private sealed class GatedCatalogue(ICatalogue inner, Gate gate) : ICatalogue
    {
        public async Task<IReadOnlyDictionary<Sku, CatalogueItem>> FindAsync(IReadOnlyCollection<Sku> skus, CancellationToken cancellation)
        {
            await gate.PassAsync(cancellation);
            return await inner.FindAsync(skus, cancellation);
        }

        public Task<Page<CatalogueItem>> ListAsync(int limit, string? cursor, CancellationToken cancellation) => inner.ListAsync(limit, cursor, cancellation);

        public Task PutAsync(CatalogueItem item, CancellationToken cancellation) => inner.PutAsync(item, cancellation);
    }
}
