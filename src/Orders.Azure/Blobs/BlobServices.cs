using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orders.Application.Statistics;
using Orders.Azure.Resilience;

namespace Orders.Azure.Blobs;

/// <summary>Sets the adapter on Blob storage up.</summary>
public static class BlobServices
{
    /// <summary>The container; infra/modules/storage.bicep makes it.</summary>
    public const string Container = "reports";

    /// <summary>Files of reports. Nothing when the section <c>AzureWebJobsStorage</c> is empty.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">With the section <c>AzureWebJobsStorage</c>: <see cref="BlobSettings"/>.</param>
    /// <exception cref="InvalidOperationException">A setting makes no sense; the message names it.</exception>
    public static IServiceCollection AddBlobs(this IServiceCollection services, IConfiguration configuration)
    {
        if (BlobSettings.From(configuration) is not { } settings)
            return services;
        var pipeline = ResilienceOptions.From(configuration).Blobs;
        var container = ClientOf(settings).GetBlobContainerClient(Container);
        if (settings.ConnectionString is not null)
            services.AddHostedService(_ => new EmulatorContainer(container));
        return services.AddSingleton<IReportFiles>(provider => new BlobReports(
            container,
            // Calls take real time however the host's clock is moved meanwhile.
            DependencyPipeline.Build(pipeline, BlobErrors.IsTransient, provider.GetRequiredService<TimeProvider>(), DrawJitter, TimeProvider.System)));
    }

    /// <summary>The pipeline repeats and bounds calls; the client does neither.</summary>
    internal static BlobClientOptions ForClient() => new() { Retry = { MaxRetries = 0 } };

    private static BlobServiceClient ClientOf(BlobSettings settings) => settings.ConnectionString is { } connectionString
        ? new BlobServiceClient(connectionString, ForClient())
        : new BlobServiceClient(settings.Address, settings.Identity, ForClient());

    /// <summary>So that many hosts that lost the storage together don't come back together.</summary>
    private static double DrawJitter() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;

    /// <summary>The emulator begins empty: the app makes its container there before anything else.</summary>
    private sealed class EmulatorContainer(BlobContainerClient container) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
