using System.Net;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orders.Application;
using Orders.Application.Statistics;
using Orders.Azure.Blobs;
using Orders.Azure.Resilience;
using Orders.Contracts.Tests.Statistics;
using Orders.Contracts.Tests.Subjects;
using Polly;

namespace Orders.Contracts.Tests.Blobs;

[NeedsAzurite]
[Collection(AzuriteCollection.Name)]
public sealed class ReportFilesInBlobs(AzuriteServer azurite)
    : ReportFilesContract(Subject.OnMemory().Replace<IReportFiles>(_ => new BlobReports(azurite.NewContainer(), ResiliencePipeline.Empty)))
{
    private readonly AzuriteServer azurite = azurite;

    /// <summary>As the app sets it up, in an emulator that has nothing yet.</summary>
    [Fact]
    public async Task App_InTheEmulator_MakesItsContainer()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("AzureWebJobsStorage", (string?)azurite.ConnectionString)]).Build();
        await using var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddBlobs(configuration).BuildServiceProvider();
        foreach (var hosted in services.GetServices<IHostedService>())
            await hosted.StartAsync(None);
        var files = services.GetRequiredService<IReportFiles>();
        await files.WriteAsync("app/a", new byte[] { 1 }, None);
        Assert.Equal(new byte[] { 1 }, await files.ReadAsync("app/a", None));
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(null)]
    public async Task Storage_Away_IsUnavailable(HttpStatusCode? status)
    {
        var files = Through(new Line { Status = status, Broken = int.MaxValue });
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => files.WriteAsync("a", new byte[1], None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => files.ReadAsync("a", None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => files.ListAsync("a", None));
    }

    /// <summary>The pipeline repeats each call, and nobody else does: the SDK's own repetition would multiply it.</summary>
    [Fact]
    public async Task Call_IsRepeatedByThePipelineAlone()
    {
        var line = new Line { Status = HttpStatusCode.ServiceUnavailable, Broken = 2, IsRun = true };
        var files = Through(line, DependencyPipeline.Build(new PipelineOptions { FirstWait = TimeSpan.Zero, TryTimeout = TimeSpan.FromSeconds(20), TotalTimeout = TimeSpan.FromSeconds(60) },
            BlobErrors.IsTransient, TimeProvider.System, () => 0));
        await files.WriteAsync("a/b", new byte[] { 1 }, None);
        Assert.Equal(3, line.Requests);
        Assert.Equal([new ReportFile("a/b", 1)], await files.ListAsync("a", None));

        line.Broken = int.MaxValue;
        line.Requests = 0;
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => files.ReadAsync("a/b", None));
        Assert.Equal(3, line.Requests);
    }

    /// <summary>A wrong container is no missing file: somebody must mend it.</summary>
    [Fact]
    public async Task Container_Missing_IsAnError()
    {
        var files = new BlobReports(new BlobContainerClient(azurite.ConnectionString, "nowhere", BlobServices.ForClient()), ResiliencePipeline.Empty);
        await Assert.ThrowsAsync<global::Azure.RequestFailedException>(() => files.ReadAsync("a", None));
    }

    /// <summary>A large file is one request too: never blocks, which two writers could mix.</summary>
    [Fact]
    public async Task Write_OfALargeFile_IsOneRequest()
    {
        var line = new Line();
        var files = Through(line);
        var content = new byte[40_000_000];
        await files.WriteAsync("a", content, None);
        Assert.Equal(1, line.Requests);
        Assert.Equal(content.Length, (await files.ReadAsync("a", None))!.Length);
    }

    private BlobReports Through(Line line, ResiliencePipeline? pipeline = null)
    {
        var options = BlobServices.ForClient();
        options.Transport = new HttpClientTransport(line);
        return new BlobReports(azurite.NewContainer(options), pipeline ?? ResiliencePipeline.Empty);
    }

    /// <summary>The line to the server, which breaks so many times.</summary>
    private sealed class Line() : DelegatingHandler(new HttpClientHandler())
    {
        public int Requests { get; set; }

        public int Broken { get; set; }

        /// <summary>What is said instead; null for no answer at all.</summary>
        public HttpStatusCode? Status { get; init; }

        /// <summary>Whether the request gets there, and its answer is lost.</summary>
        public bool IsRun { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            if (Broken == 0)
                return await base.SendAsync(request, cancellationToken);
            Broken--;
            if (IsRun)
                (await base.SendAsync(request, cancellationToken)).Dispose();
            return Status is { } status ? new HttpResponseMessage(status) { RequestMessage = request } : throw new HttpRequestException("The line is dead.");
        }
    }
}
